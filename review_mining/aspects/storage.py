"""The linear model on disk: safetensors and JSON, nothing that runs when it is read.

``config.json`` (format, taxonomy, heads, thresholds, version), ``vocabulary.json`` and
``polarity_vocabulary.json`` (sorted n-grams),
``model.safetensors`` (weights), ``calibration.json`` (confusion counts) and ``README.md`` (the model card).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from review_mining.aspects.calibration import Calibration
from review_mining.aspects.decoding import Thresholds
from review_mining.aspects.heads import SIGNS, Heads
from review_mining.aspects.linear import FirstLayer, SecondLayer
from review_mining.aspects.ngrams import Vocabulary
from review_mining.aspects.polarity import PolarityLayer
from review_mining.errors import ModelError
from review_mining.tables import LABELS, OVERALL, POLARITIES
from review_mining.taxonomy import Taxonomy

FORMAT = 2
KIND = "review_mining.linear"
_FILES = ("config.json", "vocabulary.json", "polarity_vocabulary.json", "model.safetensors", "calibration.json")


@dataclass(frozen=True, eq=False)
class Baseline:
    """Everything that a trained linear tagger consists of."""

    version: str
    heads: Heads
    first: FirstLayer
    second: SecondLayer
    thresholds: Thresholds
    calibration: Calibration


def save_baseline(model: Baseline, directory: Path) -> None:
    """Write a model into an existing directory; weights of n-grams in half precision."""
    first, second = model.first, model.second
    tensors: dict[str, npt.NDArray[Any]] = {
        "idf": first.idf.astype(np.float32),
        "review_weights": first.review_weights.astype(np.float16),
        "review_bias": first.review_bias.astype(np.float32),
        "clause_weights": first.clause_weights.astype(np.float16),
        "clause_bias": first.clause_bias.astype(np.float32),
        "opinion": second.opinion.astype(np.float32),
        "aspect": second.aspect.astype(np.float32),
        "overall": second.overall.astype(np.float32),
        "polarity_idf": first.polarity.idf.astype(np.float32),
        "polarity_weights": first.polarity.weights.astype(np.float16),
        "polarity_bias": first.polarity.bias.astype(np.float32),
    }
    config = {
        "kind": KIND,
        "format": FORMAT,
        "version": model.version,
        "thresholds": asdict(model.thresholds),
        "pairs": [list(pair) for pair in model.heads.pairs],
        "taxonomy": model.heads.taxonomy.model_dump(mode="json"),
    }
    (directory / "model.safetensors").write_bytes(save(tensors))
    _write(directory / "config.json", config, indent=1)
    _write(directory / "vocabulary.json", list(first.vocabulary.ngrams))
    _write(directory / "polarity_vocabulary.json", list(first.polarity.vocabulary.ngrams))
    _write(directory / "calibration.json", model.calibration.to_json(), indent=1)


def load_baseline(directory: Path) -> Baseline:
    """Read a model that ``save_baseline`` wrote.

    Raises:
        ModelError: a file is missing or damaged, or the directory is of another format.
    """
    missing = [name for name in _FILES if not (directory / name).is_file()]
    if missing:
        raise ModelError(f"{directory} is not a complete model: {', '.join(missing)} missing.")
    config = read_json(directory / "config.json")
    if not isinstance(config, dict) or config.get("kind") != KIND or config.get("format") != FORMAT:
        raise ModelError(f"{directory}/config.json: not a model of kind {KIND}, format {FORMAT}.")
    try:
        heads = Heads(
            Taxonomy.model_validate(config["taxonomy"]), tuple((code, sign) for code, sign in config["pairs"])
        )
        limits = config["thresholds"]
        opinion = {sign: float(limits["opinion"][sign]) for sign in POLARITIES}
        clause = {sign: float(limits["clause"][sign]) for sign in SIGNS}
        thresholds = Thresholds(opinion, clause, float(limits["abstain"]))
        version = str(config["version"])
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise ModelError(f"{directory}/config.json: {error} is missing or not understood.") from error
    first, second = _layers(
        directory,
        heads,
        _vocabulary(directory / "vocabulary.json"),
        _vocabulary(directory / "polarity_vocabulary.json"),
    )
    calibration = Calibration.from_json(read_json(directory / "calibration.json"), heads.aspects)
    return Baseline(version, heads, first, second, thresholds, calibration)


def _vocabulary(path: Path) -> Vocabulary:
    ngrams = read_json(path)
    if not isinstance(ngrams, list) or not all(isinstance(ngram, str) for ngram in ngrams):
        raise ModelError(f"{path}: is not a list of strings.")
    return Vocabulary(ngrams)


def _layers(directory: Path, heads: Heads, vocabulary: Vocabulary, polar: Vocabulary) -> tuple[FirstLayer, SecondLayer]:
    path = directory / "model.safetensors"
    try:
        tensors = {name: array.astype(np.float64) for name, array in load_file(path).items()}
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{path}: is damaged: {error}") from error
    size, pairs, aspects = len(vocabulary), len(heads.pairs), len(heads.aspects)
    expected = {
        "idf": (size,),
        "review_weights": (size, heads.review_columns),
        "review_bias": (heads.review_columns,),
        "clause_weights": (size, pairs),
        "clause_bias": (pairs,),
        "opinion": (len(POLARITIES), 5),
        "aspect": (aspects, 8, len(LABELS)),
        "overall": (8, len(OVERALL)),
        "polarity_idf": (len(polar),),
        "polarity_weights": (len(polar),),
        "polarity_bias": (1,),
    }
    for name, shape in expected.items():
        found = tensors[name].shape if name in tensors else None
        if found != shape or not np.isfinite(tensors[name]).all():
            raise ModelError(f"{path}: tensor {name!r} should be finite and of shape {shape}, found {found}.")
    moods = PolarityLayer(polar, *(tensors[f"polarity_{name}"] for name in ("idf", "weights", "bias")))
    first = FirstLayer(
        vocabulary,
        polarity=moods,
        **{name: tensors[name] for name in ("idf", "review_weights", "review_bias", "clause_weights", "clause_bias")},
    )
    return first, SecondLayer(tensors["opinion"], tensors["aspect"], tensors["overall"])


def _write(path: Path, content: Any, indent: int | None = None) -> None:  # noqa: ANN401
    path.write_text(json.dumps(content, ensure_ascii=False, indent=indent) + "\n", encoding="utf-8")


def read_json(path: Path) -> Any:  # noqa: ANN401
    """Read a model's JSON file.

    Raises:
        ModelError: the file is damaged.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: is damaged: {error}") from error
