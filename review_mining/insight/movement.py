"""How themes moved: the trend between two periods, and the day on which a rate changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from review_mining.insight.case import Case
from review_mining.insight.change_point import ChangePoint, change_points
from review_mining.insight.chronicle import Chronicle
from review_mining.insight.dispersion import Dispersion
from review_mining.insight.observations import Flags, Ints, Reals
from review_mining.insight.periods import Comparison, Period
from review_mining.insight.trend import trends

_WEEK: Final = 7
_STRETCHES: Final = 4
"""A period, or half the whole history, is at least so many stretches, if it has so many days."""


@dataclass(frozen=True)
class Movement:
    """What is said of each theme over time.

    Attributes:
        trend: a name of ``tables.TRENDS`` per theme.
        q: float, (themes,): adjusted p-value of the trend, NaN where not tested.
        now: int, (themes,): texts in the period now, None without periods.
        before: int, (themes,): the same in the period before.
        change_points: when its rate changed, None where no change is claimed.
    """

    trend: list[str]
    q: Reals
    now: Ints | None
    before: Ints | None
    change_points: list[ChangePoint | None]


def movement(case: Case, periods: Comparison | None) -> Movement:
    """Trend and change point of every theme.

    Args:
        case: texts and mentions.
        periods: the periods compared; without them there is nothing to say.
    """
    themes = len(case.incidence.theme_ids)
    unknown, untested = ["unknown"] * themes, np.full(themes, np.nan)
    if periods is None:
        return Movement(unknown, untested, None, None, [None] * themes)
    incidence = case.incidence
    chronicle = Chronicle.read(case.texts, incidence.theme, incidence.slot, themes, _stretch(periods))
    support, rate = case.config.min_support, case.config.false_discovery_rate
    changes = _changes(chronicle, min_support=support, rate=rate)
    in_now, in_before = _days(chronicle, periods.now), _days(chronicle, periods.before)
    now, before = (chronicle.counts[:, days].sum(axis=1) for days in (in_now, in_before))
    if min(chronicle.volume[in_now].sum(), chronicle.volume[in_before].sum()) < support:
        return Movement(unknown, untested, now, before, changes)
    compared = in_now | in_before
    dispersion = Dispersion.measured(chronicle)
    names, q = trends(chronicle.during(compared), in_now[compared], dispersion, min_support=support, rate=rate)
    return Movement(names, q, now, before, changes)


def _changes(chronicle: Chronicle, *, min_support: int, rate: float) -> list[ChangePoint | None]:
    """Change points, whose stretches are those of the whole history, however short the periods compared."""
    days = int(chronicle.day[-1] - chronicle.day[0]) + 1
    chronicle = chronicle.in_stretches(_length(days // 2))
    return change_points(chronicle, Dispersion.measured(chronicle), min_support=min_support, rate=rate)


def _stretch(periods: Comparison) -> int:
    return _length(min(period.last - period.first + 1 for period in (periods.now, periods.before)))


def _length(days: int) -> int:
    """Days of a stretch where so many days are compared with others."""
    return int(np.clip(days // _STRETCHES, 1, _WEEK))


def _days(chronicle: Chronicle, period: Period) -> Flags:
    return period.contains(chronicle.day.astype(np.int32))
