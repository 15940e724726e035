"""The reviews that speak of danger, whether or not they belong to a theme: each is worth reading by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from review_mining.report.quotes import quote, read_reviews
from review_mining.tables import FIELDS
from review_mining.text.severity import KINDS, SeverityWords

SHOWN: Final = 20
_SAFETY: Final = KINDS.index("safety")


def read_dangers(out: Path, facts: pa.Table) -> list[dict[str, Any]]:
    """The latest counted reviews that speak of danger, at most ``SHOWN``.

    Args:
        out: directory with ``reviews`` as Parquet.
        facts: one row per review, as ``review_mining.facts.build_facts`` gives them.

    Returns:
        Per review its first clause with such a word, as ``quotes.quote`` gives it; latest first, undated ones last.
    """
    ids = pq.read_table(out / "reviews.parquet", columns=["review_id"])["review_id"].take(_latest(facts)).to_pylist()
    reviews, words = read_reviews(out, ids), SeverityWords.bundled()
    found = (next(_places(reviews[review_id], words), None) for review_id in ids)
    return [quote(reviews[review_id], *place) for review_id, place in zip(ids, found, strict=True) if place]


def _latest(facts: pa.Table) -> pa.Array:
    """Rows of ``facts``."""
    dangerous = [
        pc.greater(pc.bit_wise_and(facts[name], 1 << _SAFETY), 0) for name in ("severity", "follow_up_severity")
    ]
    rows = np.flatnonzero(pc.and_(facts["counted"], pc.or_(*dangerous)).to_numpy())
    table = pa.table({"row": rows, "created_at": facts["created_at"].take(pa.array(rows))})
    return table.sort_by([("created_at", "descending"), ("row", "ascending")])["row"].combine_chunks()[:SHOWN]


def _places(review: dict[str, Any], words: SeverityWords) -> Iterator[tuple[str, int, int]]:
    hits = words.find(pa.array([review[field] for field in FIELDS], pa.string()))
    for text, kind, start, end in zip(hits.text, hits.kind, hits.start, hits.end, strict=True):
        if kind == _SAFETY:
            yield FIELDS[text], int(start), int(end)
