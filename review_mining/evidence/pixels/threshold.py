"""A threshold and a p-value that rest on genuine photos alone.

Nothing is assumed about made pictures, whose kinds change every month. The threshold is an order statistic (the
Neyman–Pearson umbrella algorithm of Tong, Feng and Li 2018); the p-value is that of inductive conformal prediction
(Vovk, Gammerman and Shafer 2005; for outliers Bates et al. 2023). Both hold for photos exchangeable with the ones given
and say nothing of photos from another source; how far those differ is measured (``docs/pixels.md``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import binom

from review_mining.errors import UsageError

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Calibration:
    """Scores of genuine photos that nothing was learnt from, and the threshold that follows.

    Attributes:
        genuine: their scores, ascending, shape (photos,).
        rate: share of genuine photos that may score above the threshold.
        confidence: probability, over the draw of the photos, that no larger share does.
        threshold: a score above it is an anomaly.
    """

    genuine: Reals
    rate: float
    confidence: float
    threshold: float

    @classmethod
    def of(cls, scores: Sequence[float] | Reals, rate: float, confidence: float) -> Calibration:
        """Set the threshold.

        Args:
            scores: of genuine photos, one per photo.
            rate: of false alarms.
            confidence: that the rate is kept.

        Raises:
            UsageError: there are too few photos for such a claim.
        """
        genuine = np.sort(np.asarray(scores, dtype=np.float64))
        needed = photos_needed(rate, confidence)
        if len(genuine) < needed:
            raise UsageError(
                f"{len(genuine)} genuine photos cannot support a false-alarm rate of {rate:.2%} at {confidence:.0%} "
                f"confidence.\n  Give at least {needed}, or ask for a higher rate."
            )
        return cls(genuine, rate, confidence, float(genuine[_rank(len(genuine), rate, confidence) - 1]))

    def p_value(self, score: float) -> float:
        """Share of genuine photos that score as high or higher, the picture itself counted among them."""
        below = int(np.searchsorted(self.genuine, score, side="left"))
        return (len(self.genuine) - below + 1) / (len(self.genuine) + 1)


def photos_needed(rate: float, confidence: float) -> int:
    """Genuine photos without which no threshold keeps a rate: 299 for 1 % at 95 %, 59 for 5 %.

    Args:
        rate: of false alarms, between 0 and 1.
        confidence: that it is kept, likewise.
    """
    return math.ceil(math.log(1 - confidence) / math.log(1 - rate))


def _rank(photos: int, rate: float, confidence: float) -> int:
    """Smallest k for which a share above ``rate`` beyond the k-th smallest score is less likely than 1 − confidence.

    That share exceeds the rate when at least k of the photos fall below its (1 − rate) quantile.
    """
    ranks = np.arange(1, photos + 1)
    violation = binom.sf(ranks - 1, photos, 1 - rate)
    return int(ranks[violation <= 1 - confidence][0])
