"""Figures of the pixel detector: the leakage gate, unseen sources and generators, and what is left after compression.

What the figures are counted from is kept in the working folder of ``configs/train/pixels.yaml`` and made there if it is
missing, which takes some minutes.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

from review_mining.config import default_file, load
from review_mining.errors import ReviewMiningError
from review_mining.evidence.pixels.conditions import conditions
from review_mining.evidence.pixels.crops import decode
from review_mining.evidence.pixels.degrade import encode
from review_mining.evidence.pixels.detector import PixelDetector
from review_mining.evidence.pixels.figures import auc, with_interval
from review_mining.evidence.pixels.gate import HIGHEST, LOWEST
from review_mining.evidence.pixels.photos import Photo, read_photos, split
from review_mining.evidence.pixels.storage import bundled_detector, load_pixel_detector
from review_mining.evidence.pixels.training_config import PixelsTrainConfig

_PICTURES = 60
"""Of each class under every condition, drawn evenly from all."""


def print_pixels(shared: Path | None) -> None:
    """Print what the shipped settings lead to.

    Args:
        shared: the research data; without it there is nothing to measure, and that is said.

    Raises:
        ReviewMiningError: the gate finds that the aligned pairs can be told apart without a detector: void.
    """
    if shared is None:
        print("needs the research data: name its folder with --shared")
        return
    # Training needs torch, which whoever measures the other parts may not have.
    from review_mining.evidence.pixels.card import rows
    from review_mining.evidence.pixels.evaluation import evaluate
    from review_mining.evidence.pixels.preparation import prepare
    from review_mining.evidence.pixels.training import features_of

    config = load(default_file("train/pixels.yaml"), PixelsTrainConfig)
    evaluation = evaluate(prepare(config, shared, features_of(config), _say), config)
    for name, (value, low, high) in rows(evaluation, config.resamples):
        print(f"{name:52} {value:.3f}  [{low:.3f}, {high:.3f}]")
    if not evaluation.aligned.tight:
        raise ReviewMiningError(
            f"void: file facts or thumbnails tell photo from twin (AUC outside {LOWEST}–{HIGHEST}).\n"
            "  Nothing above says anything about the detector."
        )
    for failure in evaluation.bar(config.false_alarm_rate).failures:
        print(f"short of its bar: {failure}")
    if bundled_detector().is_dir():
        _print_conditions(load_pixel_detector(), config, shared)


def _print_conditions(detector: PixelDetector, config: PixelsTrainConfig, shared: Path) -> None:
    side = detector.features.side
    _, genuine = split(read_photos(shared / config.real, side), config.calibration_share, config.seed)
    made = read_photos(shared / config.generated, side)
    print(f"{detector.method} on {_PICTURES} photos and {_PICTURES} generated pictures of all sources")
    for name, change in conditions().items():
        scores = [_scores(detector, [change(photo.image()) for photo in _some(of)]) for of in (genuine, made)]
        value, low, high = with_interval(auc, *scores)
        alarms, found = (np.mean(one > detector.calibration.threshold) for one in scores)
        print(f"{name:26} AUC {value:.3f} [{low:.3f}, {high:.3f}]  false alarms {alarms:.3f}  found {found:.3f}")
    _print_time(detector)


def _scores(detector: PixelDetector, files: list[bytes]) -> np.ndarray:
    decoded = [image for data in files if (image := decode(data)) is not None]
    return np.asarray([score for image in decoded if (score := detector.mean_log_odds(image)) is not None])


def _some(photos: list[Photo]) -> list[Photo]:
    return [photos[place] for place in np.linspace(0, len(photos) - 1, _PICTURES).astype(int)]


def _print_time(detector: PixelDetector) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    data = encode(Image.fromarray(noise).resize((4000, 3000)), "JPEG", 90)
    began = time.process_time()
    image = decode(data)
    decoded = time.process_time()
    if image is not None:
        detector.read(image)
    read = time.process_time()
    print(f"12 megapixels: {1000 * (decoded - began):.0f} ms to decode, {1000 * (read - decoded):.0f} ms to read")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
