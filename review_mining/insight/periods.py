"""Which two spans of days are compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from review_mining.errors import UsageError
from review_mining.insight.observations import NO_DAY, Codes, Flags

DEFAULT_DAYS: Final = 28
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True)
class Period:
    """Days from ``first`` to ``last``, both inclusive, as days since 1970-01-01."""

    first: int
    last: int

    def contains(self, day: Codes) -> Flags:
        """Which days lie inside; an unknown day never does."""
        return np.asarray((day >= self.first) & (day <= self.last) & (day != NO_DAY))

    def as_json(self) -> dict[str, str]:
        """First and last day in ISO form."""
        return {"from": iso(self.first), "to": iso(self.last)}


@dataclass(frozen=True)
class Comparison:
    """The period now, the period before, and the rule that chose them."""

    now: Period
    before: Period
    rule: str


def iso(day: int) -> str:
    """A day since 1970-01-01 as ``YYYY-MM-DD``."""
    return (_EPOCH + timedelta(days=day)).isoformat()


def choose_periods(day: Codes, compare_to: str | None = None) -> Comparison | None:
    """Choose the periods from the days of the counted reviews.

    By default, and with ``previous``, the last four weeks are compared with the four before; where the reviews span
    fewer than eight weeks, their later half is compared with their earlier half. With ``FROM..TO`` the days after
    ``TO`` are compared with that span.

    Args:
        day: int32, days of the counted reviews, ``NO_DAY`` where unknown.
        compare_to: ``previous``, ``FROM..TO`` or None.

    Returns:
        The comparison, or None when there are no dates, or only one day.

    Raises:
        UsageError: ``compare_to`` is not understood, or leaves no day to compare.
    """
    explicit = None if compare_to in (None, "previous") else _parse(str(compare_to))
    known = day[day != NO_DAY]
    if not len(known):
        return None
    first, last = int(known.min()), int(known.max())
    if explicit is not None:
        if last <= explicit.last:
            raise UsageError(
                f"--compare-to {compare_to}: no counted review is later than {iso(explicit.last)} "
                f"(the last one is of {iso(last)}).\n  Give a span that ends before the reviews you ask about."
            )
        return Comparison(Period(explicit.last + 1, last), explicit, "given")
    length = min(DEFAULT_DAYS, (last - first + 1) // 2)
    if length < 1:
        return None
    now = Period(last - length + 1, last)
    rule = "four_weeks" if length == DEFAULT_DAYS else "halves"
    return Comparison(now, Period(now.first - length, now.first - 1), rule)


def _parse(text: str) -> Period:
    parts = text.split("..")
    try:
        first, last = ((date.fromisoformat(part) - _EPOCH).days for part in parts)
    except ValueError as error:
        raise UsageError(
            f"--compare-to {text!r} is not understood; give previous, or two dates such as 2025-01-01..2025-01-31."
        ) from error
    if last < first:
        raise UsageError(f"--compare-to {text}: the second date is before the first.")
    return Period(first, last)
