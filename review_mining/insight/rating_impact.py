"""Stars that go with a theme: how much higher the mean rating would be without its complaints.

It is an association, not a proof: whoever is annoyed may both rate low and complain of more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.random import Generator
from scipy import sparse

from review_mining.insight.case import Case
from review_mining.insight.experience import INTERVAL
from review_mining.insight.observations import MIXED, NEGATIVE, POSITIVE, Flags, Ints, Reals
from review_mining.insight.ordinal import Parameters, Rows, expected, fit, refitted
from review_mining.insight.ratings import read_ratings

MIN_RATED: Final = 200
"""Rated reviews below which nothing is said of ratings."""

REPLICATES: Final = 200
_STEP: Final = 60


@dataclass(frozen=True)
class Patterns:
    """Rated reviews, collapsed to distinct combinations of features and rating.

    Attributes:
        rows: the combinations; the features are the supported themes, then praise and other complaints by aspect.
        n: float, (rows,): reviews of each.
        values: float, (levels,): the star ratings that occur.
        support: int, (themes,): rated reviews of every theme.
        feature: int, (themes,): the theme's column, -1 below the least support.
    """

    rows: Rows
    n: Reals
    values: Reals
    support: Ints
    feature: Ints


def rating_impacts(case: Case, facts: pa.Table, themes: pa.Table) -> dict[str, dict[str, Any] | None]:
    """Rating points of every theme.

    The ordinal model holds each supported theme beside the praise of every aspect and the complaints that no such
    theme explains, so that a theme is not charged with what other complaints do. A theme's points are the mean
    expected rating of all rated reviews had they not mentioned it, less the mean as it is. Intervals are 95 %, from a
    Bayesian bootstrap [1] over the combinations, in which each replicate is one Newton step from the fit.

    1. Rubin (1981): The Bayesian bootstrap. Annals of Statistics 9.

    Args:
        case: texts and mentions.
        facts: one row per review, with ``rating``.
        themes: table of the theme model.

    Returns:
        By theme id: ``points``, ``low``, ``high``, ``per_review`` (the mean difference in the reviews that mention the
        theme) and ``n`` (how many of them are rated). None below ``MIN_RATED`` rated reviews, below ``min_support``
        rated reviews of the theme, or where all ratings are the same.
    """
    ids = case.incidence.theme_ids
    nothing: dict[str, dict[str, Any] | None] = dict.fromkeys(ids)
    patterns = read_patterns(case, facts, themes)
    if patterns is None:
        return nothing
    fitted = fit(patterns.rows, patterns.n)
    gain = gains(patterns, patterns.n, fitted)
    low, high = points_interval(patterns, fitted, case.rng(_STEP))
    reviews = patterns.n.sum()
    found = {
        theme_id: {
            "points": float(gain[column] / reviews),
            "low": float(min(low[column], gain[column] / reviews)),
            "high": float(max(high[column], gain[column] / reviews)),
            "per_review": float(gain[column] / n),
            "n": int(n),
        }
        for theme_id, column, n in zip(ids, patterns.feature, patterns.support, strict=True)
        if column >= 0
    }
    return nothing | found


def read_patterns(case: Case, facts: pa.Table, themes: pa.Table) -> Patterns | None:
    """The rated reviews that count, collapsed; None where they are too few or all rated alike."""
    reviews = case.texts.reviews
    rating = np.floor(read_ratings(facts) + 0.5)
    rated = case.texts.counted[:reviews] & np.isfinite(rating)
    values, level = np.unique(rating[rated], return_inverse=True)
    if len(level) < MIN_RATED or len(values) < 2:
        return None
    aspect = np.array([case.aspects.index(name) for name in themes.column("aspect").to_pylist()], dtype=np.int64)
    pairs = np.unique(case.incidence.theme * reviews + case.incidence.slot % reviews)
    theme, review = pairs // reviews, pairs % reviews
    support = np.bincount(theme[rated[review]], minlength=len(aspect))
    supported = support >= case.config.min_support
    feature = np.where(supported, np.cumsum(supported) - 1, -1)
    theme, review = theme[supported[theme]], review[supported[theme]]
    praise, other = _by_label(case, POSITIVE), _by_label(case, NEGATIVE)
    other[aspect[theme], review] = False
    flags = np.concatenate([praise, other])
    flag, flagged = np.nonzero(flags & rated)
    kept = rated[review]
    row = (np.cumsum(rated) - 1)[np.concatenate([review[kept], flagged])]
    column = np.concatenate([feature[theme[kept]], flag + supported.sum()])
    shape = (len(level), int(supported.sum()) + len(flags))
    features = sparse.csr_array((np.ones(len(row)), (row, column)), shape=shape)
    first, n = distinct(features, level, case.rng(_STEP + 1))
    return Patterns(Rows(features[first], level[first], len(values)), n, values, support, feature)


def _by_label(case: Case, label: int) -> Flags:
    """Whether either text of a review has a label, mixed ones included. Bool, (aspects, reviews)."""
    found = np.isin(case.texts.labels, (label, MIXED)) & case.texts.counted
    either: Flags = found[:, : case.texts.reviews] | found[:, case.texts.reviews :]
    return either


def distinct(features: sparse.csr_array, level: Ints, rng: Generator) -> tuple[Ints, Reals]:
    """The first row of each combination and how many there are.

    Sums of random 64-bit numbers stand for the combinations: two of a million are confused once in 10⁷ reports.
    """
    keys = rng.integers(2**64, size=features.shape[1], dtype=np.uint64)
    of_level = rng.integers(2**64, size=int(level.max()) + 1, dtype=np.uint64)
    signature = features.astype(np.uint64) @ keys + of_level[level]
    _, first, n = np.unique(signature, return_index=True, return_counts=True)
    return first, n.astype(np.float64)


def gains(patterns: Patterns, weights: Reals, fitted: Parameters) -> Reals:
    """Stars that all reviews together would gain without each supported theme. Float, (supported themes,)."""
    themes = int((patterns.feature >= 0).sum())
    features = patterns.rows.features
    merit = features @ fitted.slopes
    row = np.repeat(np.arange(features.shape[0]), np.diff(features.indptr))
    mine = features.indices < themes
    row, theme = row[mine], features.indices[mine]
    as_is = expected(patterns.values, fitted.thresholds, merit)
    without = expected(patterns.values, fitted.thresholds, merit[row] - fitted.slopes[theme])
    return np.bincount(theme, weights[row] * (without - as_is[row]), themes).astype(np.float64)


def points_interval(patterns: Patterns, fitted: Parameters, rng: Generator) -> tuple[Reals, Reals]:
    """Ends of the points' 95 % intervals, each float, (supported themes,)."""
    drawn = []
    for _ in range(REPLICATES):
        weights = rng.gamma(patterns.n)
        gain = gains(patterns, weights, refitted(patterns.rows, weights, fitted))
        drawn.append(gain / weights.sum())
    low, high = np.quantile(np.array(drawn), INTERVAL, axis=0)
    return low, high
