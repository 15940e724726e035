"""What a picture's pixels say: a score, its p-value among genuine photos, and whether that is an anomaly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image
from scipy.special import expit

from review_mining.evidence.pixels.crops import take_crops
from review_mining.evidence.pixels.features import CropFeatures, Table
from review_mining.evidence.pixels.threshold import Calibration, Reals

CROPS_PER_AXIS = 3
_DIGITS = 4


@dataclass(frozen=True)
class Bar:
    """What a detector must reach before it may be switched on.

    Attributes:
        auc: mean over generators that nothing was learnt from, against photos of sources that nothing was learnt from.
        thumbnail_auc: of 32 × 32 thumbnails on the same pictures; content that tells more than the detector leaves
            nothing to claim.
        false_alarms: share of photos of unseen sources above the threshold, each source held out in turn.
        rate: the share that was asked for.
    """

    auc: float
    thumbnail_auc: float
    false_alarms: float
    rate: float

    @property
    def failures(self) -> tuple[str, ...]:
        """What it falls short of, in words; empty for a detector that passes."""
        found = []
        if self.auc < 0.80:
            found.append(f"AUC {self.auc:.3f} on unseen generators is below 0.80")
        if self.auc <= self.thumbnail_auc:
            found.append(f"thumbnails tell the test pictures apart as well (AUC {self.thumbnail_auc:.3f})")
        if self.false_alarms > 2 * self.rate:
            found.append(
                f"{self.false_alarms:.2%} of photos from unseen sources are false alarms, over twice {self.rate:.2%}"
            )
        return tuple(found)


@dataclass(frozen=True)
class PixelReading:
    """Of one picture.

    Attributes:
        score: 0–1, higher for pictures more like reconstructions; no probability of being made by AI.
        p_value: share of genuine photos that score as high, 0–1.
        anomalous: whether the score is above the threshold.
    """

    score: float
    p_value: float
    anomalous: bool


class PixelDetector:
    """Scores pictures by a few crops of them.

    Args:
        method: name with version.
        features: crops to numbers.
        log_odds: numbers to log odds, shape (crops, columns) to (crops,).
        calibration: scores of genuine photos; a picture's score is the mean log odds of its crops.
        bar: what was measured of it.
    """

    def __init__(
        self,
        method: str,
        features: CropFeatures,
        log_odds: Callable[[Table], Reals],
        calibration: Calibration,
        bar: Bar,
    ) -> None:
        self.method, self.features, self.log_odds = method, features, log_odds
        self.calibration, self.bar = calibration, bar

    def read(self, image: Image.Image) -> PixelReading | None:
        """Look at a picture.

        Args:
            image: RGB, at the picture's own resolution.

        Returns:
            None for a picture smaller than one crop.
        """
        mean = self.mean_log_odds(image)
        if mean is None:
            return None
        return PixelReading(
            score=round(float(expit(mean)), _DIGITS),
            p_value=round(self.calibration.p_value(mean), _DIGITS),
            anomalous=mean > self.calibration.threshold,
        )

    def mean_log_odds(self, image: Image.Image) -> float | None:
        """The score as the threshold takes it; None for a picture smaller than one crop."""
        crops = take_crops(image, self.features.side, CROPS_PER_AXIS)
        return None if crops is None else float(self.log_odds(self.features(crops)).mean())
