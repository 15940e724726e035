"""Texts of each theme by day: what trends and change points are read from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from review_mining.insight.observations import NO_DAY, Flags, Ints, Texts


@dataclass(frozen=True)
class Chronicle:
    """Counts by day, and by stretch of days; a stretch is a week, or shorter where little time is compared.

    Complaints come in bursts of several days (a bad batch, a campaign), so neighbouring days are no independent
    witnesses; stretches nearly are.

    Attributes:
        day: int, (days,): days since 1970-01-01 with counted texts, ascending.
        volume: int, (days,): counted texts.
        counts: int, (themes, days): texts with the theme.
        stretch: int, (days,): number of the stretch, ascending; gaps are stretches without texts.
    """

    day: Ints
    volume: Ints
    counts: Ints
    stretch: Ints

    @classmethod
    def read(cls, texts: Texts, theme: Ints, slot: Ints, themes: int, length: int) -> Chronicle:
        """From the counted texts with a date.

        Args:
            texts: all texts, by slot.
            theme: int, (k,): themes and, in ``slot``, the texts that have them; distinct pairs.
            slot: int, (k,).
            themes: number of themes.
            length: days of a stretch; stretches are counted back from the last day.
        """
        dated = texts.counted & (texts.day != NO_DAY)
        day, inverse, volume = np.unique(texts.day[dated], return_inverse=True, return_counts=True)
        column = np.full(len(dated), -1, dtype=np.int64)
        column[dated] = inverse
        known = column[slot] >= 0
        cell = theme[known] * len(day) + column[slot[known]]
        counts = np.bincount(cell, minlength=themes * len(day)).reshape(themes, len(day))
        day = day.astype(np.int64)
        return cls(day, volume, counts, _stretches(day, length))

    def in_stretches(self, length: int) -> Chronicle:
        """The same days in stretches of another length."""
        return Chronicle(self.day, self.volume, self.counts, _stretches(self.day, length))

    def during(self, chosen: Flags) -> Chronicle:
        """The chosen days only; bool, (days,)."""
        return Chronicle(self.day[chosen], self.volume[chosen], self.counts[:, chosen], self.stretch[chosen])

    @property
    def stretch_starts(self) -> Ints:
        """Column of the first day of each stretch that has texts, for ``np.add.reduceat``."""
        return np.flatnonzero(np.diff(self.stretch, prepend=-1))


def _stretches(day: Ints, length: int) -> Ints:
    back = (day.max(initial=0) - day) // length
    return np.asarray(back.max(initial=0) - back)
