"""How well themes agree with a reader's sorting of the same complaints.

A complaint without a theme stands for itself: an outlier is no group, and the share of outliers is told apart.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score, v_measure_score


@dataclass(frozen=True)
class Agreement:
    """Figures of one sorting against another, each 0 to 1 (``adjusted_rand`` may be below).

    Attributes:
        b_cubed: F1 of B-cubed precision and recall (Bagga and Baldwin, COLING-ACL 1998).
        v_measure: Rosenberg and Hirschberg, EMNLP-CoNLL 2007.
        adjusted_rand: Hubert and Arabie 1985.
        outliers: share of complaints without a theme.
    """

    b_cubed: float
    v_measure: float
    adjusted_rand: float
    outliers: float


def agreement(issues: Sequence[Hashable], themes: Sequence[Hashable | None]) -> Agreement:
    """Compare a reader's issues with themes.

    Args:
        issues: of each complaint.
        themes: likewise; None for an outlier.
    """
    truth = _numbered(issues)
    found = _numbered([("outlier", place) if theme is None else theme for place, theme in enumerate(themes)])
    return Agreement(
        _b_cubed(truth, found),
        float(v_measure_score(truth, found)),
        float(adjusted_rand_score(truth, found)),
        sum(theme is None for theme in themes) / max(1, len(themes)),
    )


def _numbered(labels: Sequence[Hashable]) -> NDArray[np.intp]:
    numbers: dict[Hashable, int] = {}
    return np.asarray([numbers.setdefault(label, len(numbers)) for label in labels], dtype=np.intp)


def _b_cubed(truth: NDArray[np.intp], found: NDArray[np.intp]) -> float:
    """From the table of both sortings: of each complaint's group, the share that belongs with it."""
    shared = np.zeros((truth.max(initial=-1) + 1, found.max(initial=-1) + 1))
    np.add.at(shared, (truth, found), 1)
    together = shared**2
    precision = (together / shared.sum(axis=0, keepdims=True)).sum() / len(truth)
    recall = (together / shared.sum(axis=1, keepdims=True)).sum() / len(truth)
    return float(2 * precision * recall / (precision + recall))
