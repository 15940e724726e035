"""How complaints look to a fit: what it does not recognise, how they spread over its themes, how near they come."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from review_mining.themes.clustering import Core
from review_mining.themes.identity import Ids
from review_mining.themes.lexical import Matrix
from review_mining.themes.selection import Spans
from review_mining.themes.sub_aspect import Fitted
from review_mining.themes.vectors import SpanVectors

Reals = NDArray[np.float64]

_LOOKED_AT = 1000
"""Different complaints of a sub-aspect, evenly from the most to the least frequent."""
_FOLDS = 10


@dataclass(frozen=True)
class Sight:
    """How complaints of one sub-aspect look to a fit.

    Attributes:
        total: complaints there were.
        n: those looked at, repeats included.
        unrecognised: of those, complaints of no named theme.
        themes: of those, complaints per theme.
        closeness: mean similarity to the nearest complaint that was fitted, 0 where none was.
    """

    total: int
    n: int
    unrecognised: int
    themes: dict[str, int]
    closeness: float


def own_sight(fitted: Fitted, spans: Spans, vectors: SpanVectors, place: NDArray[np.int64]) -> Sight:
    """How the complaints of a fit look to it when each is left out of what it is compared with.

    A complaint that occurs twice leaves its like behind, so only the single ones are told by the others.

    Args:
        fitted: their fit.
        spans: the complaints.
        vectors: as fitted.
        place: row of each complaint in the core of ``fitted``, -1 where it is not in it, shape (complaints,).
    """
    rows = _sample(len(spans.keys))
    points, own = vectors.transform([spans.keys[row] for row in rows]), place[rows]
    votes, nearest = fitted.core.vote(points), _nearest(points, fitted.core)
    alone = (own >= 0) & (spans.weights[rows] == 1)
    for fold in range(_FOLDS):
        out = np.flatnonzero(alone & (np.arange(len(rows)) % _FOLDS == fold))
        if len(out):
            others = np.delete(np.arange(len(fitted.core.labels)), own[out])
            core = replace(fitted.core, vectors=fitted.core.vectors[others], labels=fitted.core.labels[others])
            votes[out], nearest[out] = core.vote(points[out]), _nearest(points[out], core)
    return _sight(fitted, fitted.theme_ids(votes), nearest, spans, rows)


def sight(fitted: Fitted | None, spans: Spans, vectors: SpanVectors | None) -> Sight:
    """How other complaints look to a fit; it has nothing to see them with where it knows no such sub-aspect."""
    if fitted is None or vectors is None:
        total = round(float(spans.weights.sum()))
        return Sight(total, total, unrecognised=total, themes={}, closeness=0.0)
    rows = _sample(len(spans.keys))
    points = vectors.transform([spans.keys[row] for row in rows])
    return _sight(fitted, fitted.theme_ids(fitted.core.vote(points)), _nearest(points, fitted.core), spans, rows)


def _sample(n: int) -> NDArray[np.int64]:
    rows: NDArray[np.int64] = np.unique(np.linspace(0, n - 1, min(n, _LOOKED_AT)).round().astype(np.int64))
    return rows


def _nearest(points: Matrix, core: Core) -> Reals:
    if len(core.labels) == 0:
        return np.zeros(len(points))
    return np.asarray((points @ core.vectors.T).max(axis=1), dtype=np.float64)


def _sight(fitted: Fitted, ids: Ids, nearest: Reals, spans: Spans, rows: NDArray[np.int64]) -> Sight:
    weights = spans.weights[rows]
    named = fitted.themes[: len(fitted.themes) - fitted.has_residual]
    themes = {theme.theme_id: round(float(weights[ids == theme.theme_id].sum())) for theme in named}
    n = round(float(weights.sum()))
    return Sight(
        total=round(float(spans.weights.sum())),
        n=n,
        unrecognised=n - sum(themes.values()),
        themes={theme: count for theme, count in themes.items() if count},
        closeness=round(float(np.average(nearest, weights=weights)), 6),
    )
