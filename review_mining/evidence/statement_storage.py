"""A statement model on disk: safetensors and JSON, nothing that runs when it is read.

``config.json`` (format, version, threshold, digest of the encoder), ``vocabulary.json`` (n-grams), ``cues.json``
(groups of words), ``model.safetensors`` (weights) and ``README.md`` (the model card).
"""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from review_mining.aspects.ngrams import Reals, Vocabulary
from review_mining.aspects.storage import read_json
from review_mining.encoder.runtime import FILES, Encoder
from review_mining.errors import ModelError
from review_mining.evidence.statement import STATEMENT_KINDS
from review_mining.evidence.statement_features import FeatureReader
from review_mining.evidence.statement_model import StatementModel, Weights

KIND, FORMAT = "review_mining.statements", 1
_FILES = ("config.json", "vocabulary.json", "cues.json", "model.safetensors")


def bundled(name: str) -> Path:
    """Directory of a model that comes with the package."""
    return Path(str(resources.files("review_mining"))) / "models" / name


def open_encoder(directory: Path) -> Encoder:
    """The encoder as statement models use it: one text at a time, so one thread."""
    return Encoder.from_pretrained(directory, threads=1)


def save_statement_model(model: StatementModel, directory: Path, encoder: Path) -> None:
    """Write a model into an existing directory; weights of n-grams in half precision.

    Args:
        model: what is written.
        directory: receives the files.
        encoder: directory of the encoder that it was trained on.
    """
    config = {
        "kind": KIND,
        "format": FORMAT,
        "version": model.method,
        "threshold": model.threshold,
        "kinds": list(STATEMENT_KINDS),
        "encoder": _digest(encoder),
    }
    tensors: dict[str, npt.NDArray[Any]] = {
        "idf": model.features.idf.astype(np.float32),
        "ngrams": model.weights.ngrams.astype(np.float16),
        "dense": model.weights.dense.astype(np.float32),
        "bias": model.weights.bias.astype(np.float32),
    }
    (directory / "model.safetensors").write_bytes(save(tensors))
    _write(directory / "config.json", config, indent=1)
    _write(directory / "vocabulary.json", list(model.features.vocabulary.ngrams))
    _write(directory / "cues.json", model.features.cues, indent=1)


def load_statement_model(directory: Path | None = None, encoder: Path | None = None) -> StatementModel:
    """Read a model that ``scripts/train_statements.py`` wrote.

    Args:
        directory: of the model; the bundled one by default.
        encoder: directory of the encoder that it was trained on; the bundled one by default.

    Raises:
        ModelError: a file is missing or damaged, or belongs to another format or encoder.
    """
    directory, encoder = directory or bundled("statements"), encoder or bundled("encoder")
    missing = [name for name in _FILES if not (directory / name).is_file()]
    if missing:
        raise ModelError(f"{directory} is not a complete model: {', '.join(missing)} missing.")
    config = read_json(directory / "config.json")
    if not isinstance(config, dict) or (config.get("kind"), config.get("format")) != (KIND, FORMAT):
        raise ModelError(f"{directory}/config.json: not a model of kind {KIND}, format {FORMAT}.")
    if config.get("kinds") != list(STATEMENT_KINDS):
        raise ModelError(f"{directory}/config.json: knows other kinds of statements.\n  Train the model again.")
    opened = open_encoder(encoder)
    if config.get("encoder") != _digest(encoder):
        raise ModelError(f"{directory} was trained on another encoder than {encoder}.\n  Train the model again.")
    vocabulary = _vocabulary(directory / "vocabulary.json")
    cues = _cues(directory / "cues.json")
    idf, weights = _tensors(directory / "model.safetensors", len(vocabulary))
    reader = FeatureReader(vocabulary, idf, cues, opened.encode)
    if len(weights.dense) != len(cues) + opened.encode([""]).shape[1]:
        raise ModelError(f"{directory}/model.safetensors: does not fit cues.json and the encoder.")
    try:
        return StatementModel(str(config["version"]), reader, weights, float(config["threshold"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{directory}/config.json: {error} is missing or not understood.") from error


def _tensors(path: Path, size: int) -> tuple[Reals, Weights]:
    try:
        tensors = {name: array.astype(np.float64) for name, array in load_file(path).items()}
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{path}: is damaged: {error}") from error
    columns = len(STATEMENT_KINDS) + 1
    expected = {"idf": (size,), "ngrams": (size, columns), "dense": (-1, columns), "bias": (columns,)}
    for name, shape in expected.items():
        found = tensors.get(name, np.zeros(0))
        fits = found.ndim == len(shape) and all(want in (-1, got) for want, got in zip(shape, found.shape, strict=True))
        if not fits or not np.isfinite(found).all():
            raise ModelError(f"{path}: tensor {name!r} should be finite and of shape {shape}, found {found.shape}.")
    return tensors["idf"], Weights(tensors["ngrams"], tensors["dense"], tensors["bias"])


def _vocabulary(path: Path) -> Vocabulary:
    ngrams = read_json(path)
    if not isinstance(ngrams, list) or not all(isinstance(ngram, str) for ngram in ngrams):
        raise ModelError(f"{path}: is not a list of strings.")
    return Vocabulary(ngrams)


def _cues(path: Path) -> dict[str, list[str]]:
    groups = read_json(path)
    if not isinstance(groups, dict) or not all(
        isinstance(words, list) and all(isinstance(word, str) and word for word in words) for words in groups.values()
    ):
        raise ModelError(f"{path}: is not an object of lists of words.")
    return groups


def _digest(encoder: Path) -> str:
    return hashlib.sha256((encoder / FILES["int8"]).read_bytes()).hexdigest()


def _write(path: Path, content: Any, indent: int | None = None) -> None:  # noqa: ANN401
    path.write_text(json.dumps(content, ensure_ascii=False, indent=indent) + "\n", encoding="utf-8")
