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
        """The same without the stretch, on either side, that adds most to the difference.

        On the side of the higher rate it is furthest above the common rate, or on the other furthest below it.

        Args:
            chronicle: what this was counted from.
            late: as it was counted.
        """
        common = (self.now + self.before) / np.maximum(self.texts_now + self.texts_before, 1)
        starts = chronicle.stretch_starts
        sums = [
            (
                np.add.reduceat(np.where(side, chronicle.counts, 0), starts, axis=1),
                np.add.reduceat(np.where(side, chronicle.volume, 0), starts, axis=1),
            )
            for side in (late, ~late)
        ]
        above = [counts - volume * common[:, None] for counts, volume in sums]
        toward = np.where(self.grew, 1.0, -1.0)[:, None]
        loudest = np.argmax(np.concatenate([above[0] * toward, -above[1] * toward], axis=1), axis=1)
        theme = np.arange(len(common))
        counts, volume = (np.concatenate(both, axis=1)[theme, loudest] for both in zip(*sums, strict=True))
        is_now = loudest < len(starts)
        return Contrast(
            self.now - counts * is_now,
            self.before - counts * ~is_now,
            self.texts_now - volume * is_now,
            self.texts_before - volume * ~is_now,
        )


def confirmed(p_values: Reals, without_loudest: Reals) -> Reals:
    """The p-values, raised to those without the loudest stretch where these are above 0.02.

    A single burst must not make a trend, however many texts it has.
    """
    return np.where(without_loudest <= _CONFIRMED, p_values, np.maximum(p_values, without_loudest))
