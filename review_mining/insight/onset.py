"""When a cell began to be raised: spans of time to look at, and the week from which the rate stays higher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import xlogy

from review_mining.insight.observations import NO_DAY, Codes, Flags, Ints, Texts
from review_mining.insight.periods import iso
from review_mining.insight.timeline import buckets
from review_mining.insight.trend import upper_tail

_SMALLEST_PART: Final = 0.02
"""Spans that hold less than this part of the dated texts are not looked at."""

UNKNOWN: Final = -1
"""In place of a week: from the first text on, or not known."""


@dataclass(frozen=True)
class Weeks:
    """Calendar units of the texts, as on the page.

    Attributes:
        of_slot: int32, (slots,): the unit of each text, -1 where uncounted or undated.
        starts: first day of each unit, and of the one after the last.
        unit: ``week``, ``month`` or ``year``.
    """

    of_slot: Codes
    starts: list[int]
    unit: str

    @classmethod
    def of(cls, texts: Texts) -> Weeks:
        """The units that ``insight.over_time`` has."""
        return cls(*buckets(np.where(texts.counted, texts.day, NO_DAY).astype(np.int32)))

    @property
    def number(self) -> int:
        """How many units there are."""
        return max(len(self.starts) - 1, 0)

    def since(self, week: int) -> Flags:
        """Which texts are of this unit or later."""
        return np.asarray(self.of_slot >= week)

    def day(self, week: int) -> str | None:
        """First day of a unit in ISO form; None for ``UNKNOWN``."""
        return None if week == UNKNOWN else iso(self.starts[week])

    def count(self, week: int) -> int | None:
        """Number of a week, the first being 1; None where the units are not weeks, and for ``UNKNOWN``."""
        return None if week == UNKNOWN or self.unit != "week" else week + 1


def spans(weeks: Weeks) -> list[int]:
    """First weeks of the spans that are searched: each holds at most 1 / √2 of the texts of the one before.

    Whatever the true onset, one of them holds no more than 1.41 times what follows it and no less than 0.71 of it, so
    that a dozen spans do for a hundred weeks and the search costs little evidence.
    """
    held = np.bincount(weeks.of_slot[weeks.of_slot >= 0], minlength=weeks.number)
    left = np.cumsum(held[::-1])[::-1] if len(held) else held
    chosen: list[int] = []
    limit = left[0] / np.sqrt(2) if len(left) else 0.0
    for week in range(1, len(left)):
        if _SMALLEST_PART * left[0] <= left[week] <= limit:
            chosen.append(week)
            limit = left[week] / np.sqrt(2)
    return chosen


def onset(found: Ints, volume: Ints, *, min_support: int, level: float) -> int:
    """The week from which the rate of a cell stays raised, against its own rate before.

    Every week is tried: the texts with the theme from then on are binomial, given all of them, with the value's share
    of texts from then on. The week of the largest likelihood ratio is taken, if the smallest p-value times the number
    of weeks tried is at most ``level``.

    Args:
        found: int, (weeks,): texts of the value with the theme.
        volume: int, (weeks,): texts of the value.
        min_support: the onset leaves at least so many texts with the theme.
        level: of the test.

    Returns:
        The week, or ``UNKNOWN``.
    """
    after, left = (np.cumsum(counts[::-1])[::-1][1:] for counts in (found, volume))
    n, texts = int(found.sum()), int(volume.sum())
    tried = np.flatnonzero((after >= min_support) & (left < texts) & (found[1:] > 0))
    if not len(tried):
        return UNKNOWN
    share = left[tried] / texts
    p_values = upper_tail(after[tried], np.full(len(tried), n), share)
    before = n - after[tried]
    likelihood = xlogy(after[tried], after[tried] / (n * share)) + xlogy(before, before / (n * (1 - share)))
    likelihood[after[tried] <= n * share] = 0.0
    if p_values.min() * len(tried) > level:
        return UNKNOWN
    return int(tried[np.argmax(likelihood)]) + 1
