"""Products, SKUs, batches, regions, couriers and shops side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from review_mining.insight.complaints import Complaints
from review_mining.insight.experience import Classifier, Recipe
from review_mining.insight.groups import count_groups, group_scores, take
from review_mining.insight.observations import Codes, Ints, Mentions, Texts, dictionary_codes

DIMENSIONS: Final = ("product_id", "product_name", "sku", "batch", "region", "courier", "shop", "channel")
MAX_VALUES: Final = 50
"""Values of a dimension that are scored, the most reviewed first; the others are counted and said to be left out."""


@dataclass(frozen=True)
class Dimension:
    """One grouping column.

    Attributes:
        name: the column.
        values: the distinct values.
        of_slot: int32, (slots,): value of each text, -1 for none.
    """

    name: str
    values: list[str]
    of_slot: Codes


def dimensions(facts: pa.Table) -> Iterator[Dimension]:
    """The grouping columns that hold anything; ``product_name`` only where there are no product ids."""
    seen: set[str] = set()
    for name in DIMENSIONS:
        if name not in facts.column_names or (name == "product_name" and "product_id" in seen):
            continue
        codes, values = dictionary_codes(facts.column(name))
        if len(codes) and codes.max() >= 0:
            seen.add(name)
            yield Dimension(name, [str(value) for value in values], np.tile(codes, 2))


def side_by_side(
    dimension: Dimension,
    texts: Texts,
    complaints: Complaints,
    incidence: Incidence,
    aspects: list[str],
    classifier: Classifier,
    recipe: Recipe,
    rng: Generator,
) -> dict[str, Any]:
    """Index of the most reviewed values of a dimension, with the theme most often found in each.

    Returns:
        ``dimension``, ``values`` (each with ``value``, ``n``, ``scores``, ``top_theme``, ``top_theme_n``),
        ``not_shown`` (how many further values) and ``not_shown_reviews``.
    """
    groups = count_groups(texts, complaints, dimension.of_slot, len(dimension.values))
    by_value = sorted(
        np.flatnonzero(groups.reviews).tolist(), key=lambda v: (-int(groups.reviews[v]), dimension.values[v])
    )
    shown = np.asarray(by_value[:MAX_VALUES], dtype=np.int64)
    scores = group_scores(take(groups, shown), aspects, classifier, recipe, rng)
    cells = incidence.cells(dimension.of_slot)
    values = []
    for value, score in zip(shown.tolist(), scores, strict=True):
        theme, n = cells.top_theme(value, incidence.theme_ids)
        values.append(
            {
                "value": dimension.values[value],
                "n": int(groups.reviews[value]),
                "scores": score,
                "top_theme": theme,
                "top_theme_n": n,
            }
        )
    rest = by_value[MAX_VALUES:]
    return {
        "dimension": dimension.name,
        "values": values,
        "not_shown": len(rest),
        "not_shown_reviews": int(groups.reviews[rest].sum()) if rest else 0,
    }


@dataclass(frozen=True)
class Cells:
    """Texts by theme and value, for the pairs that occur; parallel arrays sorted by theme, then value."""

    theme: Ints
    value: Ints
    n: Ints

    def top_theme(self, value: int, theme_ids: list[str]) -> tuple[str | None, int]:
        """The theme with most texts of a value, and their number."""
        mine = self.value == value
        if not mine.any():
            return None, 0
        counts, themes = self.n[mine], self.theme[mine]
        best = min(range(len(counts)), key=lambda i: (-int(counts[i]), theme_ids[int(themes[i])]))
        return theme_ids[int(themes[best])], int(counts[best])


@dataclass(frozen=True)
class Incidence:
    """Which texts have which theme: distinct pairs, sorted.

    Attributes:
        theme_ids: ids in the order of the themes table.
        theme: int, (k,).
        slot: int, (k,).
    """

    theme_ids: list[str]
    theme: Ints
    slot: Ints

    @classmethod
    def read(cls, mentions: Mentions, theme_ids: list[str], slots: int) -> Incidence:
        """From the negative mentions with a theme."""
        with_theme = mentions.negative & (mentions.theme >= 0)
        pairs = np.unique(mentions.theme[with_theme].astype(np.int64) * max(slots, 1) + mentions.slot[with_theme])
        return cls(theme_ids, pairs // max(slots, 1), pairs % max(slots, 1))

    def texts(self, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]] | None = None) -> Ints:
        """Number of texts of each theme among the chosen slots. Int, (themes,)."""
        theme = self.theme if chosen is None else self.theme[chosen[self.slot]]
        return np.bincount(theme, minlength=len(self.theme_ids))

    def reviews(self, reviews: int) -> Ints:
        """Number of reviews of each theme, in the first text or the follow-up. Int, (themes,)."""
        pairs = np.unique(self.theme * max(reviews, 1) + self.slot % max(reviews, 1))
        return np.bincount(pairs // max(reviews, 1), minlength=len(self.theme_ids))

    def cells(self, of_slot: Codes) -> Cells:
        """Texts by theme and value."""
        value = of_slot[self.slot].astype(np.int64)
        width = int(of_slot.max(initial=0)) + 1
        pairs, n = np.unique((self.theme * width + value)[value >= 0], return_counts=True)
        return Cells(pairs // width, pairs % width, n)
