"""The figures by which a pixel detector is judged, with 95 % bootstrap intervals over pictures.

Intervals: percentile bootstrap (Efron and Tibshirani 1993, chapter 13), genuine and made pictures drawn apart, fixed
seed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

Reals = npt.NDArray[np.float64]
Interval = tuple[float, float, float]


def auc(genuine: Reals, made: Reals) -> float:
    """Probability that a made picture scores above a genuine one, ties counted half.

    Args:
        genuine: scores, shape (photos,).
        made: scores, shape (pictures,).
    """
    ranks = rankdata(np.concatenate([genuine, made]))[len(genuine) :]
    return float((ranks.sum() - len(made) * (len(made) + 1) / 2) / (len(made) * len(genuine)))


def found_at(genuine: Reals, made: Reals, rate: float) -> float:
    """Share of made pictures above the score that a share ``rate`` of the genuine ones exceeds."""
    return float((made > np.quantile(genuine, 1 - rate, method="higher")).mean())


def predictive_value(found: float, false_alarms: float, prevalence: float) -> float:
    """Share of alarms that are right where a share ``prevalence`` of the pictures is made; 0 without any alarm."""
    right, wrong = found * prevalence, false_alarms * (1 - prevalence)
    return right / (right + wrong) if right + wrong else 0.0


def with_interval(
    figure: Callable[[Reals, Reals], float], genuine: Reals, made: Reals, *, resamples: int = 500
) -> Interval:
    """A figure and the ends of its 95 % interval.

    Args:
        figure: of genuine and made scores.
        genuine: scores, shape (photos,).
        made: scores, shape (pictures,).
        resamples: of the bootstrap.
    """
    generator = np.random.default_rng(0)
    drawn = [
        figure(generator.choice(genuine, len(genuine)), generator.choice(made, len(made))) for _ in range(resamples)
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return figure(genuine, made), float(low), float(high)
