"""How many texts with a theme a value would have if it were like its peers.

Within a stratum (a product) the theme's texts are spread over the values in proportion to their texts; the strata are
added up (indirect standardisation). A courier that carries one product is so compared with the other couriers of that
product, not blamed for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_array

from review_mining.insight.breakdown import Dimension, Incidence
from review_mining.insight.observations import Codes, Flags, Ints, Reals

_BLOCK: Final = 1 << 21
"""Cells that are held as a dense array at a time."""


@dataclass(frozen=True)
class Expectation:
    """Expected numbers of every cell.

    Attributes:
        share: sparse float, (values, strata): part of the stratum's texts that the value has.
        found: sparse float, (strata, themes): texts with the theme.
    """

    share: Any
    found: Any

    def at(self, value: Ints, theme: Ints) -> tuple[Reals, Reals]:
        """Trials and expectation of cells, both float, (cells,).

        The trials are the theme's texts in the strata that the value occurs in.
        """
        trials, expected = np.zeros(len(value)), np.zeros(len(value))
        rows, place = np.unique(value, return_inverse=True)
        step = block_rows(self.found.shape[1])
        for start in range(0, len(rows), step):
            mine = (place >= start) & (place < start + step)
            cells = place[mine] - start, theme[mine]
            dense_trials, dense_expected = self.block(rows[start : start + step])
            trials[mine], expected[mine] = dense_trials[cells], dense_expected[cells]
        return trials, expected

    def block(self, values: Ints) -> tuple[Reals, Reals]:
        """Trials and expectation of all themes in some values, both float, (values, themes)."""
        share = self.share[values]
        return (share.sign() @ self.found).toarray(), (share @ self.found).toarray()


def block_rows(themes: int) -> int:
    """Number of values whose cells with all themes are held at a time."""
    return max(1, _BLOCK // max(themes, 1))


@dataclass(frozen=True)
class Peers:
    """Texts of a dimension by value and stratum, made once and counted for many spans of time.

    Attributes:
        known: bool, (slots,): counted texts with a value.
        pair: int, (slots,): which combination of value and stratum a text has; undefined where not ``known``.
        value: int, (pairs,).
        stratum: int, (pairs,).
        incidence: which texts have which theme.
        shape: numbers of values and strata.
    """

    known: Flags
    pair: Ints
    value: Ints
    stratum: Ints
    incidence: Incidence
    shape: tuple[int, int]

    @classmethod
    def of(cls, dimension: Dimension, strata: Codes | None, counted: Flags, incidence: Incidence) -> Peers:
        """Group the texts.

        Args:
            dimension: the values.
            strata: int32, (slots,): stratum of each text, -1 for unknown, which is a stratum of its own; None for one.
            counted: bool, (slots,).
            incidence: which texts have which theme.
        """
        of_slot = dimension.of_slot.astype(np.int64)
        stratum = np.zeros(len(of_slot), dtype=np.int64) if strata is None else strata.astype(np.int64) + 1
        width = int(stratum.max(initial=0)) + 1
        known = counted & (of_slot >= 0)
        pairs, pair = np.unique(np.where(known, of_slot, 0) * width + stratum, return_inverse=True)
        return cls(known, pair, pairs // width, pairs % width, incidence, (len(dimension.values), width))

    def expectation(self, since: Flags | None = None) -> Expectation:
        """Of the known texts, or of those for which ``since`` is true as well."""
        chosen = self.known if since is None else self.known & since
        values, width = self.shape
        volume = np.bincount(self.pair[chosen], minlength=len(self.value))
        whole = np.bincount(self.stratum, weights=volume, minlength=width)
        held = volume > 0
        share = volume[held] / whole[self.stratum[held]]
        with_theme = chosen[self.incidence.slot]
        theme, slot = self.incidence.theme[with_theme], self.incidence.slot[with_theme]
        cells, n = np.unique(self.stratum[self.pair[slot]] * len(self.incidence.theme_ids) + theme, return_counts=True)
        themes = len(self.incidence.theme_ids)
        return Expectation(
            csr_array((share, (self.value[held], self.stratum[held])), shape=(values, width)),
            csr_array((n.astype(np.float64), (cells // max(themes, 1), cells % max(themes, 1))), shape=(width, themes)),
        )

    def texts_of(self, value: Ints, theme: Ints) -> CellTexts:
        """The texts of cells that are sorted by theme, then value."""
        kept = self.known[self.incidence.slot]
        slot = self.incidence.slot[kept]
        asked = theme * self.shape[0] + value
        keys = self.incidence.theme[kept] * self.shape[0] + self.value[self.pair[slot]]
        place = np.searchsorted(asked, keys)
        inside = place < len(asked)
        inside[inside] = asked[place[inside]] == keys[inside]
        return CellTexts(place[inside], slot[inside], len(asked))


@dataclass(frozen=True)
class CellTexts:
    """Which texts lie in which of some cells.

    Attributes:
        cell: int, (k,).
        slot: int, (k,).
        number: how many cells there are.
    """

    cell: Ints
    slot: Ints
    number: int

    def count(self, since: Flags | None = None) -> Ints:
        """Texts of each cell, or those for which ``since`` is true. Int, (cells,)."""
        return np.bincount(self.cell if since is None else self.cell[since[self.slot]], minlength=self.number)

    def by_week(self, week_of_slot: Codes, weeks: int) -> Ints:
        """Dated texts of each cell by week. Int, (cells, weeks)."""
        return by_week(self.cell, week_of_slot[self.slot], self.number, weeks)


def by_week(group: Ints, week: Codes, groups: int, weeks: int) -> Ints:
    """Numbers by group and week, both -1 where unknown. Int, (groups, weeks)."""
    known = (group >= 0) & (week >= 0)
    return np.bincount(group[known] * weeks + week[known], minlength=groups * weeks).reshape(groups, weeks)
