"""Do the themes of a fit still describe later complaints?

Three things tell: the share of complaints that the fit does not recognise, with an interval of the difference (Newcombe
1998, method 10); the mix of themes, by the Jensen-Shannon distance (Lin 1991) beside what two samples of one mix would
show by chance; and how close complaints are to those that were fitted. The first decides, for it says that themes are
missing; a changed mix alone is news of the shop, not a fault of the themes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import rel_entr
from scipy.stats import binomtest, chi2

from review_mining.themes.sights import Sight

Level = Literal["none", "some", "large"]

_SOME, _LARGE = 0.04, 0.08
"""Lower end of the rise in what is not recognised. By scripts/measure_drift.py: at most 0.034 for complaints about the
same goods, those of the fit included; up to 0.079 with a fifth about other goods; from 0.10 on for others alone."""

_ANOTHER_MIX = 0.3
"""Distance of the mixes beyond chance. By the same script: none for the same goods, about 0.5 and more for others."""


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
        mix_by_chance: what it would stay below 19 times in 20 if the mix were the same.
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
    beyond_chance = np.sqrt(max(overall.mix**2 - overall.mix_by_chance**2, 0.0))
    level: Level = "none"
    if overall.low >= _LARGE:
        level = "large"
    elif overall.low >= _SOME or beyond_chance >= _ANOTHER_MIX:
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
    """Distance of two mixes, and what two samples of these sizes from one mix would stay below, 19 times in 20."""
    names = sorted({*then, *now})
    first, later = (np.array([side.get(name, 0.0) for name in names]) for side in (then, now))
    if not first.sum() or not later.sum():
        return 0.0, 0.0
    # For two samples of one mix, eight times the divergence over 1/n + 1/m is about chi-square.
    unusual = chi2.ppf(0.95, max(len(names) - 1, 1)) / (8 * np.log(2)) * sum(1 / max(n, 1.0) for n in sizes)
    return _distance(first / first.sum(), later / later.sum()), float(np.sqrt(unusual))


def _distance(first: NDArray[np.float64], later: NDArray[np.float64]) -> float:
    """Jensen–Shannon distance to base 2. Of equal mixes rounding could make it the root of a negative number."""
    middle = (first + later) / 2
    divergence = (rel_entr(first, middle) + rel_entr(later, middle)).sum() / (2 * np.log(2))
    return float(np.sqrt(max(divergence, 0.0)))
