"""Each theme in the later against the earlier of the same days, and without the stretch that speaks loudest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from review_mining.insight.chronicle import Chronicle
from review_mining.insight.observations import Flags, Ints, Reals

_CONFIRMED: Final = 0.02


@dataclass(frozen=True)
class Contrast:
    """Texts with each theme and all texts, now and before; int, (themes,) each."""

    now: Ints
    before: Ints
    texts_now: Ints
    texts_before: Ints

    @classmethod
    def of(cls, chronicle: Chronicle, late: Flags) -> Contrast:
        """Count both sides.

        Args:
            chronicle: counts by day.
            late: bool, (themes, days): which days are now for a theme; all others are before.
        """
        now = np.where(late, chronicle.counts, 0).sum(axis=1)
        texts_now = late @ chronicle.volume
        return cls(now, chronicle.counts.sum(axis=1) - now, texts_now, chronicle.volume.sum() - texts_now)

    @property
    def grew(self) -> Flags:
        """Which themes have the higher rate now. Bool, (themes,)."""
        return np.asarray(self.now * self.texts_before > self.before * self.texts_now)

    def without_loudest(self, chronicle: Chronicle, late: Flags) -> Contrast:
        """The same without the stretch, on the side of the higher rate, that is furthest above the common rate.

        Args:
            chronicle: what this was counted from.
            late: as it was counted.
        """
        high, starts = late == self.grew[:, None], chronicle.stretch_starts
        counts = np.add.reduceat(np.where(high, chronicle.counts, 0), starts, axis=1)
        volume = np.add.reduceat(np.where(high, chronicle.volume, 0), starts, axis=1)
        common = (self.now + self.before) / np.maximum(self.texts_now + self.texts_before, 1)
        theme = np.arange(len(counts))
        loudest = theme, np.argmax(counts - volume * common[:, None], axis=1)
        n, texts = counts[loudest], volume[loudest]
        return Contrast(
            self.now - n * self.grew,
            self.before - n * ~self.grew,
            self.texts_now - texts * self.grew,
            self.texts_before - texts * ~self.grew,
        )


def confirmed(p_values: Reals, without_loudest: Reals) -> Reals:
    """The p-values, raised to those without the loudest stretch where these are above 0.02.

    A single burst must not make a trend, however many texts it has.
    """
    return np.where(without_loudest <= _CONFIRMED, p_values, np.maximum(p_values, without_loudest))
