"""A fitted ThemeModel on disk: ``themes.json`` and ``themes.safetensors``, nothing that runs code."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from review_mining.config import ThemesConfig
from review_mining.errors import ModelError
from review_mining.taxonomy import Taxonomy
from review_mining.themes.clustering import Core
from review_mining.themes.edits import FILE as EDITS
from review_mining.themes.edits import edits_text, read_edits
from review_mining.themes.known import Area, Known
from review_mining.themes.lexical import LexicalSpace, Matrix, unit
from review_mining.themes.sights import Sight
from review_mining.themes.sub_aspect import Fitted, Theme
from review_mining.themes.vectors import Encode, SpanVectors, bundled_encoder
from review_mining.themes.words import Words

FORMAT = 3
_FACTS, _ARRAYS = "themes.json", "themes.safetensors"
_SPACES = ("characters", "words")
_PROBE, _LIKENESS = "用了两天就坏了，客服也不回复", 0.99
"""A text by whose vector an encoder is known again; 8-bit encoders repeat theirs to about the third decimal."""


Arrays = dict[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class Stored:
    """A model: its parameters, and what it knows."""

    config: ThemesConfig
    taxonomy: Taxonomy
    seed: int
    known: Known


def save(directory: Path, stored: Stored) -> None:
    """Write all files; the same model gives the same bytes. What a refit has changed is not kept.

    Args:
        directory: receives them.
        stored: what the model knows.

    Raises:
        ModelError: the directory cannot be written.
    """
    known = stored.known
    arrays: Arrays = {}
    facts: dict[str, Any] = {
        "format": FORMAT,
        "config": stored.config.model_dump(mode="json"),
        "taxonomy": stored.taxonomy.model_dump(mode="json"),
        "seed": stored.seed,
        "vocabulary": None,
        "sub_aspects": {},
    }
    if known.vectors is not None:
        spaces = {name: getattr(known.vectors, name) for name in _SPACES}
        facts["vocabulary"] = {name: space.vocabulary for name, space in spaces.items()}
        for name, space in spaces.items():
            arrays[f"{name}.idf"], arrays[f"{name}.projection"] = space.idf, space.projection
        arrays["centre"], arrays["probe"] = known.vectors.centre, known.vectors.encode([_PROBE])[0]
    for code, area in known.areas.items():
        fitted, seen = area.fitted, area.sight and asdict(area.sight)
        themes = [asdict(theme) for theme in fitted.themes]
        told = {"has_residual": fitted.has_residual, "themes": themes, "keys": area.keys, "sight": seen}
        facts["sub_aspects"][code] = told
        arrays[f"core.{code}.vectors"], arrays[f"core.{code}.labels"] = fitted.core.vectors, fitted.core.labels
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    try:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / _ARRAYS).write_bytes(save_tensors(contiguous))
        text = json.dumps(facts, ensure_ascii=True, indent=1)
        (directory / _FACTS).write_text(text + "\n", encoding="utf-8")
        (directory / EDITS).write_text(edits_text(known.edits, known.rows), encoding="utf-8")
    except OSError as error:
        raise ModelError(f"{directory}: the theme model cannot be written: {error.strerror}.") from error


def load(directory: Path, encode: Encode | None, segmenter: Words) -> Stored:
    """Read what ``save`` wrote, and what people have changed since.

    Args:
        directory: holds both files.
        encode: the encoder that the model was fitted with; None takes the bundled one.
        segmenter: splits complaints into words as it was fitted with.

    Raises:
        ModelError: a file is missing, damaged or of another format, or the encoder is another.
        ConfigError: ``edits.yaml`` asks for what cannot be done.
    """
    try:
        facts = json.loads((directory / _FACTS).read_text(encoding="utf-8"))
        arrays = load_tensors((directory / _ARRAYS).read_bytes())
    except OSError as error:
        raise ModelError(
            f"{error.filename}: cannot be read: {error.strerror}.\n  Give a directory that ThemeModel.save wrote."
        ) from error
    except (ValueError, SafetensorError) as error:
        raise ModelError(f"{directory}: the theme model is damaged: {error}.\n  Fit and save it again.") from error
    found = facts.get("format") if isinstance(facts, dict) else None
    if found != FORMAT:
        raise ModelError(
            f"{directory}: the theme model has format {found!r}; this version reads {FORMAT}.\n  Fit and save it again."
        )
    try:
        stored = _stored(facts, arrays, encode, segmenter)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{directory}: the theme model is incomplete: {error}.\n  Fit and save it again.") from error
    edits = read_edits(directory)
    edits.check(stored.known.rows, stored.known.residual)
    return replace(stored, known=replace(stored.known, edits=edits))


def _stored(facts: dict[str, Any], arrays: Arrays, encode: Encode | None, segmenter: Words) -> Stored:
    config, taxonomy = ThemesConfig.model_validate(facts["config"]), Taxonomy.model_validate(facts["taxonomy"])
    vectors = None
    if facts["vocabulary"] is not None:
        characters, words = (_space(facts["vocabulary"], arrays, name) for name in _SPACES)
        encode = encode or _bundled(config)
        _check_encoder(arrays["probe"], arrays["centre"], encode)
        vectors = SpanVectors(characters, words, arrays["centre"], encode, segmenter)
    areas = {code: _area(arrays, code, kept) for code, kept in facts["sub_aspects"].items()}
    return Stored(config, taxonomy, int(facts["seed"]), Known(vectors, areas))


def _bundled(config: ThemesConfig) -> Encode:
    """The bundled encoder. Another is not opened because a file says so: it may be any directory, or one on the hub."""
    if config.encoder:
        raise ModelError(
            f"The theme model was fitted with the encoder {config.encoder!r}.\n"
            f"  Name it in the settings (themes: {{encoder: {config.encoder}}}), or give ThemeModel.load(encoder=…)."
        )
    return bundled_encoder()


def _area(arrays: Arrays, code: str, kept: dict[str, Any]) -> Area:
    core = _core(arrays, code, len(kept["themes"]) - bool(kept["has_residual"]))
    if len(kept["keys"]) != len(core.labels):
        raise ValueError(f"the complaints of {code} do not fit its vectors")
    fitted = Fitted(core, tuple(_theme(theme) for theme in kept["themes"]), bool(kept["has_residual"]))
    return Area(fitted, tuple(kept["keys"]), None if kept["sight"] is None else Sight(**kept["sight"]))


def _core(arrays: Arrays, code: str, themes: int) -> Core:
    vectors, labels = arrays[f"core.{code}.vectors"], arrays[f"core.{code}.labels"]
    if len(vectors) != len(labels) or int(labels.max(initial=-1)) >= themes:
        raise ValueError(f"the labels of {code} do not fit its vectors and themes")
    return Core(vectors, labels)


def _theme(theme: dict[str, Any]) -> Theme:
    return Theme(**{**theme, "keywords": tuple(theme["keywords"]), "quotes": tuple(theme["quotes"])})


def _check_encoder(probe: Matrix, centre: Matrix, encode: Encode) -> None:
    found = encode([_PROBE])[0]
    if found.shape != probe.shape or found.shape != centre.shape:
        raise ValueError(f"the encoder gives {found.shape[-1]} numbers, the model was fitted on {len(probe)}")
    if unit(found[None]) @ unit(probe[None]).T < _LIKENESS:
        raise ValueError("the encoder is not the one that the model was fitted with")


def _space(vocabulary: dict[str, list[str]], arrays: Arrays, name: str) -> LexicalSpace:
    space = LexicalSpace(tuple(vocabulary[name]), arrays[f"{name}.idf"], arrays[f"{name}.projection"])
    sizes = len(space.vocabulary), len(space.idf), len(space.projection)
    if len(set(sizes)) > 1:
        raise ValueError(f"{name}: {sizes[0]} terms, {sizes[1]} weights, {sizes[2]} projected")
    return space
