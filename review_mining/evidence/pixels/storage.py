"""A pixel detector on disk: ``model.onnx``, ``config.json`` and ``README.md``, nothing that runs when it is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from review_mining.aspects.storage import read_json
from review_mining.encoder.onnx_session import open_session
from review_mining.errors import ModelError, UsageError
from review_mining.evidence.pixels.detector import Bar, PixelDetector
from review_mining.evidence.pixels.features import CropFeatures, ResidualFeatures, Table
from review_mining.evidence.pixels.threshold import Calibration

KIND, FORMAT = "review_mining.pixels", 1
_DIGITS = 6


def bundled_detector() -> Path:
    """Directory of the detector that comes with the package."""
    return Path(str(resources.files("review_mining"))) / "models" / "pixels"


def features_named(method: str, backbone: Path | None) -> CropFeatures:
    """The features that a detector was trained on.

    Args:
        method: as :class:`CropFeatures` names it.
        backbone: directory of the vision model, for a detector that probes one.

    Raises:
        MissingExtraError: a backbone needs torch and transformers.
        ModelError: the method is unknown, or the backbone is another one or cannot be used.
    """
    if method == ResidualFeatures.method:
        return ResidualFeatures()
    if backbone is None:
        raise ModelError(f"{method!r} are features of a vision model.\n  Name its directory as pixels.backbone.")
    from review_mining.evidence.pixels.probe import BackboneFeatures

    found = BackboneFeatures.from_directory(backbone)
    if found.method != method:
        raise ModelError(f"{backbone} is another vision model ({found.method}) than the detector was trained on.")
    return found


def save_settings(
    method: str, features: CropFeatures, columns: int, calibration: Calibration, bar: Bar, directory: Path
) -> None:
    """Write ``config.json`` beside an exported graph.

    Args:
        method: name with version.
        features: that the graph takes.
        columns: their number.
        calibration: of the detector.
        bar: what was measured of it.
        directory: that exists.
    """
    config = {
        "kind": KIND,
        "format": FORMAT,
        "version": method,
        "features": features.method,
        "columns": columns,
        "rate": calibration.rate,
        "confidence": calibration.confidence,
        "bar": asdict(bar),
        "passes_its_bar": not bar.failures,
        "genuine": [round(float(score), _DIGITS) for score in calibration.genuine],
    }
    (directory / "config.json").write_text(json.dumps(config, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load_pixel_detector(directory: Path | None = None, backbone: Path | None = None) -> PixelDetector:
    """Read a detector that ``scripts/train_evidence.py`` wrote.

    Args:
        directory: of the detector; the bundled one by default.
        backbone: directory of the vision model, for a detector that probes one.

    Raises:
        MissingExtraError: a backbone needs torch and transformers.
        ModelError: a file is missing, damaged or of another format, or the backbone is not the one it was trained on.
    """
    directory = directory or bundled_detector()
    missing = [name for name in ("config.json", "model.onnx") if not (directory / name).is_file()]
    if missing:
        raise ModelError(f"{directory} is not a complete pixel detector: {', '.join(missing)} missing.")
    config = read_json(directory / "config.json")
    if not isinstance(config, dict) or (config.get("kind"), config.get("format")) != (KIND, FORMAT):
        raise ModelError(f"{directory}/config.json: not a model of kind {KIND}, format {FORMAT}.")
    try:
        calibration = Calibration.of(
            [float(score) for score in config["genuine"]], float(config["rate"]), float(config["confidence"])
        )
        bar = Bar(**{name: float(value) for name, value in config["bar"].items()})
        method, columns = str(config["version"]), int(config["columns"])
        features = features_named(str(config["features"]), backbone)
    except (AttributeError, KeyError, TypeError, ValueError, UsageError) as error:
        raise ModelError(f"{directory}/config.json: {error} is missing or not understood.") from error
    return PixelDetector(method, features, open_log_odds(directory / "model.onnx", columns), calibration, bar)


def open_log_odds(path: Path, columns: int) -> Callable[[Table], npt.NDArray[np.float64]]:
    """The exported classifier as a function from features, shape (crops, columns), to log odds, shape (crops,).

    Raises:
        ModelError: the file is damaged or takes another number of columns.
    """
    session = open_session(path, KIND, FORMAT)
    taken: Any = session.get_inputs()[0].shape
    if taken[-1] != columns:
        raise ModelError(f"{path}: takes {taken[-1]} columns, but config.json says {columns}.")

    def log_odds(features: Table) -> npt.NDArray[np.float64]:
        (scores,) = session.run(["log_odds"], {"features": features})
        return np.asarray(scores, dtype=np.float64)[:, 0]

    return log_odds
