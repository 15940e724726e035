"""Which column of the weights answers which question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from review_mining.aspects.ngrams import Ints
from review_mining.tables import OVERALL, POLARITIES
from review_mining.taxonomy import Taxonomy

SIGNS = ("positive", "negative")


@dataclass(frozen=True)
class Heads:
    """The binary heads of a model, in column order.

    A review has heads for its overall attitude, then per aspect for the presence of praise and of complaint, then for
    every pair of sub-aspect and polarity. A clause has heads for the same pairs alone.

    Attributes:
        taxonomy: aspects and codes that the model speaks of.
        pairs: (sub-aspect code, polarity), those with enough examples to learn from.
    """

    taxonomy: Taxonomy
    pairs: tuple[tuple[str, str], ...]

    @cached_property
    def aspects(self) -> tuple[str, ...]:
        """Aspect names in the taxonomy's order."""
        return tuple(self.taxonomy.aspects)

    @property
    def review_columns(self) -> int:
        """Number of heads of a review."""
        return self.first_pair + len(self.pairs)

    @property
    def first_pair(self) -> int:
        """Column of a review's first (code, polarity) head."""
        return len(OVERALL) + len(self.aspects) * len(SIGNS)

    def aspect_column(self, aspect: int, sign: str) -> int:
        """Column of a review's head for praise or complaint about an aspect."""
        return len(OVERALL) + aspect * len(SIGNS) + SIGNS.index(sign)

    def pairs_of(self, aspect: int | None, polarity: str) -> Ints:
        """Indices of the pairs of one polarity, of one aspect or of all."""
        chosen = self.pair_polarities == POLARITIES.index(polarity)
        if aspect is not None:
            chosen = chosen & (self.pair_aspects == aspect)
        return np.flatnonzero(chosen)

    @cached_property
    def pair_aspects(self) -> Ints:
        """Aspect index of every pair, shape (pairs,)."""
        return np.asarray([self.aspects.index(self.taxonomy.aspect_of(code)) for code, _ in self.pairs], dtype=np.int64)

    @cached_property
    def pair_polarities(self) -> Ints:
        """Index into POLARITIES of every pair, shape (pairs,)."""
        return np.asarray([POLARITIES.index(sign) for _, sign in self.pairs], dtype=np.int64)


def ordered_pairs(taxonomy: Taxonomy, counts: dict[tuple[str, str], int], minimum: int) -> Sequence[tuple[str, str]]:
    """The pairs with at least ``minimum`` examples, in the taxonomy's order."""
    every = ((code, polarity) for code in taxonomy.sub_aspects for polarity in POLARITIES)
    return [pair for pair in every if counts.get(pair, 0) >= minimum]
