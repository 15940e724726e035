"""A proportional-odds model of an ordered outcome on features that are there or not.

``P(level ≤ j | x) = σ(θ_j − x·β)`` [1], with a normal prior on ``β``. The probability of a level is a difference of
two logistic functions, and ``σ(a) − σ(b) = σ(a) · σ(−b) · (1 − exp(b − a))``: the loss of a row is therefore that of
two binary logistic regressions and a term in the thresholds alone, all of them convex.

1. McCullagh (1980): Regression models for ordinal data. Journal of the Royal Statistical Society B 42.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from scipy import linalg, optimize, sparse
from scipy.special import expit, log_expit

from review_mining.insight.observations import Ints, Reals

PRIOR_DEVIATION: Final = 2.0
"""Of each ``β``: beyond ± 4 lie odds ratios of 55, which a handful of rows must not claim."""

_TOLERANCE: Final = 1e-3


@dataclass(frozen=True)
class Rows:
    """Distinct rows of features and outcome; how often each occurs is given where it is needed.

    Attributes:
        features: 0 or 1, sparse, (rows, features).
        level: int, (rows,): the outcome, from 0 to ``levels`` − 1; every level occurs.
        levels: number of levels, at least 2.
    """

    features: sparse.csr_array
    level: Ints
    levels: int

    @cached_property
    def terms(self) -> tuple[sparse.csr_array, Ints]:
        """The binary logistic regressions: one row of coefficients for each, and the row that it belongs to."""
        below, above = np.flatnonzero(self.level < self.levels - 1), np.flatnonzero(self.level > 0)
        thresholds = sparse.eye_array(self.levels - 1, format="csr")
        upper = sparse.hstack([thresholds[self.level[below]], -self.features[below]])
        lower = sparse.hstack([-thresholds[self.level[above] - 1], self.features[above]])
        return sparse.vstack([upper, lower]).tocsr(), np.concatenate([below, above])


@dataclass(frozen=True)
class Parameters:
    """A fitted model.

    Attributes:
        thresholds: float, (levels − 1,), increasing: ``θ``.
        slopes: float, (features,): ``β``; positive means higher levels.
    """

    thresholds: Reals
    slopes: Reals

    @property
    def vector(self) -> Reals:
        """Thresholds, then slopes."""
        return np.concatenate([self.thresholds, self.slopes])


def fit(rows: Rows, weights: Reals) -> Parameters:
    """The most probable parameters.

    Args:
        rows: distinct rows.
        weights: float, (rows,): how often each occurs.
    """
    below = np.cumsum(np.bincount(rows.level, weights, rows.levels))[:-1] / weights.sum()
    start = np.concatenate([np.log(below / (1.0 - below)), np.zeros(rows.features.shape[1])])
    found = optimize.minimize(
        lambda vector: _loss(rows, weights, vector),
        start,
        jac=lambda vector: _gradient(rows, weights, vector),
        hess=lambda vector: _curvature(rows, weights, vector),
        method="trust-exact",
        options={"gtol": _TOLERANCE},
    )
    return refitted(rows, weights, _split(found.x, rows))


def refitted(rows: Rows, weights: Reals, near: Parameters) -> Parameters:
    """One Newton step from parameters that are nearly right, shortened where thresholds would cross.

    Args:
        rows: distinct rows.
        weights: float, (rows,): how often each occurs.
        near: parameters fitted to similar weights.
    """
    start = near.vector
    step = linalg.solve(
        _curvature(rows, weights, start), -_gradient(rows, weights, start), assume_a="pos", check_finite=False
    )
    while not (np.diff((start + step)[: rows.levels - 1]) > 0).all():
        step = step / 2.0
    return _split(start + step, rows)


def expected(values: Reals, thresholds: Reals, merit: Reals) -> Reals:
    """Mean outcome of rows of a given ``x·β``. Float, shape of ``merit``.

    Args:
        values: float, (levels,): what each level is worth.
        thresholds: float, (levels − 1,).
        merit: float: ``x·β`` of each row.
    """
    below = expit(thresholds - np.asarray(merit)[..., None])
    return np.asarray(values[-1] - below @ np.diff(values))


def _split(vector: Reals, rows: Rows) -> Parameters:
    return Parameters(vector[: rows.levels - 1], vector[rows.levels - 1 :])


def _loss(rows: Rows, weights: Reals, vector: Reals) -> float:
    gaps = np.diff(vector[: rows.levels - 1])
    if (gaps <= 0).any():
        return np.inf
    terms, owner = rows.terms
    between = np.bincount(rows.level, weights, rows.levels)[1:-1]
    likely = weights[owner] @ log_expit(terms @ vector) + between @ np.log(-np.expm1(-gaps))
    slopes = vector[rows.levels - 1 :]
    return float(slopes @ slopes / (2.0 * PRIOR_DEVIATION**2) - likely)


def _gradient(rows: Rows, weights: Reals, vector: Reals) -> Reals:
    terms, owner = rows.terms
    gradient = -(terms.T @ (weights[owner] * expit(-(terms @ vector))))
    between = np.bincount(rows.level, weights, rows.levels)[1:-1]
    push = between / np.expm1(np.diff(vector[: rows.levels - 1]))
    gradient[: len(push)] += push
    gradient[1 : 1 + len(push)] -= push
    gradient[rows.levels - 1 :] += vector[rows.levels - 1 :] / PRIOR_DEVIATION**2
    return np.asarray(gradient)


def _curvature(rows: Rows, weights: Reals, vector: Reals) -> Reals:
    terms, owner = rows.terms
    merit = terms @ vector
    spread = sparse.diags_array(weights[owner] * expit(merit) * expit(-merit))
    curvature = (terms.T @ spread @ terms).toarray()
    between = np.bincount(rows.level, weights, rows.levels)[1:-1]
    pull = between / (4.0 * np.sinh(np.diff(vector[: rows.levels - 1]) / 2.0) ** 2)
    first = np.arange(len(pull))
    curvature[first, first] += pull
    curvature[first + 1, first + 1] += pull
    curvature[first, first + 1] -= pull
    curvature[first + 1, first] -= pull
    slope = np.arange(rows.levels - 1, len(vector))
    curvature[slope, slope] += 1.0 / PRIOR_DEVIATION**2
    return np.asarray(curvature)
