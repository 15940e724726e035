"""Do the themes of a fit still describe later complaints?

Three things tell: the share of complaints that the fit does not recognise, with an interval of the difference (Newcombe
1998, method 10); the mix of themes, by the Jensen-Shannon distance (Lin 1991) beside what two samples of one mix would
show by chance; and how close complaints are to those that were fitted. The first decides, for it says that themes are
missing; a changed mix alone is news of the shop, not a fault of the themes.

A fit keeps how its own complaints look to it, each compared with the others only (leave-one-out, in folds): what share
it does not recognise, how they spread over the themes, how close the nearest is. Later complaints are seen likewise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import jensenshannon
from scipy.stats import binomtest

from review_mining.themes.clustering import Core
from review_mining.themes.identity import Ids
from review_mining.themes.selection import Spans
from review_mining.themes.sub_aspect import Fitted
from review_mining.themes.vectors import Matrix, SpanVectors

Level = Literal["none", "some", "large"]
Reals = NDArray[np.float64]

_LOOKED_AT = 2000
"""Different complaints of a sub-aspect, evenly from the most to the least frequent."""
_FOLDS = 20

_SOME, _LARGE, _ANOTHER_MIX = 0.03, 0.08, 0.3


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


@dataclass(frozen=True)
class Shift:
    """Later complaints against those of the fit, in one sub-aspect or in all.

    Attributes:
        n_then: complaints of the fit that were looked at.
        n_now: later ones.
        unrecognised_then: share of no named theme at the fit, each compared with the others.
        unrecognised_now: share later.
        change: difference of the shares.
        low: lower end of its 95 % interval.
        high: upper end.
        mix: Jensen-Shannon distance (base 2, from 0 to 1) between the themes' shares then and now.
        mix_by_chance: what it would be on average if the mix were the same.
        closeness_then: mean similarity to the nearest complaint of the fit, at the fit.
        closeness_now: the same later.
    """

    n_then: int
    n_now: int
    unrecognised_then: float
    unrecognised_now: float
    change: float
    low: float
    high: float
    mix: float
    mix_by_chance: float
    closeness_then: float
    closeness_now: float


@dataclass(frozen=True)
class Drift:
    """How far the complaints have moved away from a fit.

    Attributes:
        level: ``large`` where the themes should be found anew, ``some`` where much is not recognised or the mix is
            another, else ``none``.
        overall: all sub-aspects together.
        sub_aspects: each that has complaints then or now.
    """

    level: Level
    overall: Shift
    sub_aspects: dict[str, Shift]


def compare(then: Mapping[str, Sight], now: Mapping[str, Sight]) -> Drift:
    """Set later complaints beside those of the fit, by sub-aspect.

    Args:
        then: what ``own_sight`` gave.
        now: what ``sight`` gave.
    """
    overall = _shift(list(then.values()), list(now.values()))
    codes = sorted({*then, *now})
    shifts = {code: _shift(*([side[code]] if code in side else [] for side in (then, now))) for code in codes}
    moved = np.sqrt(max(overall.mix**2 - overall.mix_by_chance**2, 0.0))
    level: Level = "none"
    if overall.low >= _LARGE:
        level = "large"
    elif overall.low >= _SOME or moved >= _ANOTHER_MIX:
        level = "some"
    return Drift(level, overall, shifts)


def _shift(then: Sequence[Sight], now: Sequence[Sight]) -> Shift:
    (n_then, share_then, mix_then, close_then), (n_now, share_now, mix_now, close_now) = map(_summed, (then, now))
    low, high = _difference(share_then, n_then, share_now, n_now)
    recognised = n_then * (1 - share_then), n_now * (1 - share_now)
    mix, by_chance = _mixes(mix_then, mix_now, recognised)
    figures = (share_then, share_now, share_now - share_then, low, high, mix, by_chance, close_then, close_now)
    return Shift(n_then, n_now, *(round(float(figure), 6) for figure in figures))


def _summed(sights: Sequence[Sight]) -> tuple[int, float, dict[str, float], float]:
    """Complaints looked at, share not recognised, complaints by theme, closeness; a sample counts for its whole."""
    total = max(sum(one.total for one in sights), 1)
    share = sum(one.unrecognised / one.n * one.total for one in sights) / total
    themes = {theme: count / one.n * one.total for one in sights for theme, count in one.themes.items()}
    return sum(one.n for one in sights), share, themes, sum(one.closeness * one.total for one in sights) / total


def _difference(then: float, n_then: int, now: float, n_now: int) -> tuple[float, float]:
    """95 % interval of ``now - then``; nothing is known where either is empty."""
    if n_then == 0 or n_now == 0:
        return -1.0, 1.0
    first = binomtest(round(then * n_then), n_then).proportion_ci(method="wilson")
    later = binomtest(round(now * n_now), n_now).proportion_ci(method="wilson")
    down, up = np.hypot(now - later.low, first.high - then), np.hypot(later.high - now, then - first.low)
    return now - then - float(down), now - then + float(up)


def _mixes(then: Mapping[str, float], now: Mapping[str, float], sizes: tuple[float, float]) -> tuple[float, float]:
    """Distance of two mixes, and what two samples of these sizes from one mix would show."""
    names = sorted({*then, *now})
    first, later = (np.array([side.get(name, 0.0) for name in names]) for side in (then, now))
    if not first.sum() or not later.sum():
        return 0.0, 0.0
    # Of two samples of one mix, eight times the divergence over 1/n + 1/m is about chi-square of len(names) - 1.
    expected = (len(names) - 1) / (8 * np.log(2)) * sum(1 / max(n, 1.0) for n in sizes)
    return float(jensenshannon(first, later, base=2)), float(np.sqrt(expected))


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
