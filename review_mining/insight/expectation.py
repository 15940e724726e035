"""How many texts with a theme a value would have if it were like its peers.

Within a stratum (a product) the theme's texts are spread over the values in proportion to their texts; the strata are
added up (indirect standardisation). A courier that carries one product is so compared with the other couriers of that
product, not blamed for it. The rate of a stratum is shrunk towards that of the shop as far as strata are alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_array

from review_mining.insight.breakdown import Dimension, Incidence
from review_mining.insight.observations import Codes, Flags, Ints, Reals
from review_mining.insight.shrinkage import Prior, rates

_BLOCK: Final = 1 << 21
"""Cells that are held as a dense array at a time."""


@dataclass(frozen=True)
class Expectation:
    """Expected numbers of every cell.

    Attributes:
        share: sparse float, (values, strata): part of the stratum's texts that the value has.
        found: sparse float, (strata, themes): texts with the theme.
        volume: float, (strata,): texts.
        alike: how far strata differ; None where there is only one.
    """

    share: Any
    found: Any
    volume: Reals
    alike: Prior | None

    def at(self, value: Ints, theme: Ints) -> tuple[Reals, Reals]:
        """Trials and expectation of cells, both float, (cells,).

        The trials are the theme's texts in the strata that the value occurs in, with those that the prior is worth.
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

    def possible(self, least: int) -> int:
        """How many cells could hold so many texts: the theme has them in the strata of the value."""
        step = block_rows(self.found.shape[1])
        return sum(
            int(np.count_nonzero((self.share[start : start + step].sign() @ self.found).data >= least))
            for start in range(0, self.share.shape[0], step)
        )

    def block(self, values: Ints) -> tuple[Reals, Reals]:
        """Trials and expectation of all themes in some values, both float, (values, themes)."""
        share = self.share[values]
        trials, expected = np.zeros((2, len(values), self.found.shape[1]))
        strata = np.unique(share.indices)
        step = block_rows(self.found.shape[1])
        for start in range(0, len(strata), step):
            part = strata[start : start + step]
            found = self.found[part].toarray()
            pseudo, mean = self._rates(found, part)
            trials += share[:, part].sign() @ (found + pseudo)
            expected += share[:, part] @ mean
        return trials, expected

    def _rates(self, found: Reals, strata: Ints) -> tuple[Reals, Reals]:
        """Texts that the prior is worth and texts with the theme to expect, both float, (strata, themes)."""
        if self.alike is None:
            return np.zeros_like(found), found
        rate = self.found.sum(axis=0) / max(self.volume.sum(), 1)
        in_shop = self.volume[strata, None] * rate
        pseudo, relative = rates(found, in_shop, self.alike)
        return pseudo, in_shop * relative


def block_rows(themes: int) -> int:
    """Number of values or strata whose cells with all themes are held at a time."""
    return max(1, _BLOCK // max(themes, 1))


@dataclass(frozen=True)
class Strata:
    """A dimension within whose values others are compared, and how far its values differ."""

    dimension: Dimension
    alike: Prior


@dataclass(frozen=True)
class Peers:
    """Texts of a dimension by value and stratum, made once and counted for many spans of time.

    Attributes:
        known: bool, (slots,): counted texts with a value that is not the only one of its stratum.
        pair: int32, (slots,): which combination of value and stratum a text has; undefined where not ``known``.
        value: int, (pairs,).
        stratum: int, (pairs,).
        incidence: which texts have which theme.
        shape: numbers of values and strata.
        alike: how far strata differ; None where there is only one.
    """

    known: Flags
    pair: Codes
    value: Ints
    stratum: Ints
    incidence: Incidence
    shape: tuple[int, int]
    alike: Prior | None

    @classmethod
    def of(cls, dimension: Dimension, within: Strata | None, counted: Flags, incidence: Incidence) -> Peers:
        """Group the texts.

        Args:
            dimension: the values.
            within: values of another dimension; a text without one is in a stratum of its own. None for one stratum.
            counted: bool, (slots,).
            incidence: which texts have which theme.
        """
        of_slot = dimension.of_slot.astype(np.int64)
        stratum = within.dimension.of_slot.astype(np.int64) + 1 if within else np.zeros(len(of_slot), dtype=np.int64)
        width = int(stratum.max(initial=0)) + 1
        known = counted & (of_slot >= 0)
        pairs, pair = np.unique(np.where(known, of_slot, 0) * width + stratum, return_inverse=True)
        volume = np.bincount(pair[known], minlength=len(pairs))
        in_stratum = np.bincount(pairs % width, weights=volume, minlength=width)
        known &= (volume < in_stratum[pairs % width])[pair]
        shape = len(dimension.values), width
        return cls(
            known,
            pair.astype(np.int32),
            pairs // width,
            pairs % width,
            incidence,
            shape,
            within.alike if within else None,
        )

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
            whole.astype(np.float64),
            self.alike,
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
