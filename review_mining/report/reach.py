"""How far each theme reaches: in which products, and when."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]


def reach(figures_facts: pa.Table, mentions: pa.Table, periods: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Products and counts over time by theme id.

    Args:
        figures_facts: one row per review.
        mentions: one row per opinion.
        periods: consecutive spans of time with ``from``, a day.

    Returns:
        Per theme with a complaint in a counted review: ``products`` (ids, most complaints first) and ``over_time``
        (complaining texts in each period).
    """
    complaints = mentions.filter(
        pc.and_(pc.equal(mentions["polarity"].cast(pa.string()), "negative"), pc.is_valid(mentions["theme_id"]))
    )
    rows = complaints["row"].to_numpy()
    counted = figures_facts["counted"].combine_chunks().to_numpy(zero_copy_only=False)[rows]
    later = pc.equal(complaints["field"].cast(pa.string()), "follow_up").to_numpy()
    themes, names = codes(complaints["theme_id"])
    slots = _distinct(themes[counted], rows[counted], later[counted])
    products, product_names = codes(figures_facts["product_id"])
    period = period_of(figures_facts, slots[1], slots[2].astype(bool), periods)
    found = {}
    for theme in np.unique(slots[0]).tolist():
        mine = slots[0] == theme
        counts = np.bincount(period[mine][period[mine] >= 0], minlength=len(periods))
        reviews = np.unique(slots[1][mine])
        found[names[theme]] = {
            "products": _most_frequent(products[reviews], product_names),
            "over_time": counts.tolist(),
        }
    return found


def _distinct(themes: Ints, rows: Ints, later: Ints) -> tuple[Ints, Ints, Ints]:
    """The distinct triples, sorted; one number stands for each while they are sorted."""
    span = int(rows.max(initial=0)) + 1
    keys = np.unique((themes * span + rows) * 2 + later)
    return keys // 2 // span, keys // 2 % span, keys % 2


def codes(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    """Codes of a dictionary column, -1 for null, and the values that they stand for.

    The strings themselves are never spread over the rows: with millions of rows that would be most of the memory.
    """
    array = column.unify_dictionaries().combine_chunks()
    return array.indices.fill_null(-1).to_numpy().astype(np.int64), array.dictionary.to_pylist()


def _most_frequent(codes: Ints, names: list[str]) -> list[str]:
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    return sorted((names[i] for i in np.flatnonzero(counts)), key=lambda name: (-int(counts[names.index(name)]), name))


def period_of(facts: pa.Table, rows: Ints, later: npt.NDArray[np.bool_], periods: list[dict[str, Any]]) -> Ints:
    """The period of each text, -1 where its day is unknown or before the first.

    Args:
        facts: one row per review.
        rows: int, (k,): review of each text.
        later: bool, (k,): whether the text is a follow-up.
        periods: consecutive spans of time with ``from``, a day.
    """
    first, follow_up = (_days(facts[name]) for name in ("created_at", "follow_up_at"))
    unknown = np.iinfo(np.int64).min
    day = np.where(later & (follow_up[rows] != unknown), follow_up[rows], first[rows])
    starts = np.array([date.fromisoformat(period["from"]).toordinal() for period in periods], dtype=np.int64)
    epoch = date(1970, 1, 1).toordinal()
    return np.where(day == unknown, -1, np.searchsorted(starts - epoch, day, side="right") - 1)


def _days(column: pa.ChunkedArray) -> Ints:
    seconds = column.cast(pa.timestamp("s")).cast(pa.int64()).combine_chunks()
    unknown = np.iinfo(np.int64).min
    values = seconds.fill_null(unknown).to_numpy()
    return np.where(values == unknown, unknown, values // 86_400)
