"""The quotes that back a theme: the stored words at the stored offsets, with what stands around them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_AROUND = 60
"""Characters shown on either side."""

_BATCH = 32_768
_FROM_REVIEW = ["rating", "created_at", "follow_up_at", "product_id", "product_name", "sku", "batch", "region"]


def read_quotes(out: Path, opinion_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Quotes by opinion id.

    Args:
        out: directory with ``opinions`` and ``reviews`` as Parquet.
        opinion_ids: opinions to quote; one that is not there, or whose review is not there, is left out.

    Returns:
        Per id: opinion_id, review_id, field, start, end, text (``field[start:end]``), before and after (up to 60
        characters), cut_before and cut_after (whether the review goes on), rating, date, product, product_id, sku,
        batch, region.
    """
    opinions = _rows(out / "opinions.parquet", "opinion_id", opinion_ids, ["review_id", "field", "start", "end"])
    reviews = read_reviews(out, (opinion["review_id"] for opinion in opinions.values()))
    return {
        opinion_id: {
            "opinion_id": opinion_id,
            **quote(reviews[opinion["review_id"]], opinion["field"], opinion["start"], opinion["end"]),
        }
        for opinion_id, opinion in sorted(opinions.items())
        if opinion["review_id"] in reviews
    }


def read_reviews(out: Path, review_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Rows of ``reviews`` by id, with the columns that ``quote`` needs."""
    return _rows(out / "reviews.parquet", "review_id", review_ids, ["text", "follow_up", *_FROM_REVIEW])


def _rows(path: Path, key: str, keys: Iterable[str], columns: list[str]) -> dict[str, dict[str, Any]]:
    wanted = pa.array(sorted(set(keys)), pa.string())
    rows: dict[str, dict[str, Any]] = {}
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=_BATCH, columns=[key, *columns]):
            found = batch.filter(pc.is_in(batch[key], value_set=wanted))
            rows.update((row[key], row) for row in found.to_pylist())
    return rows


def quote(review: dict[str, Any], field: str, start: int, end: int) -> dict[str, Any]:
    """The words at a place of a review, as ``read_quotes`` describes them but for the opinion's id."""
    text = review[field] or ""
    moment = review["follow_up_at"] if field == "follow_up" else review["created_at"]
    return {
        "review_id": review["review_id"],
        "field": field,
        "start": start,
        "end": end,
        "text": text[start:end],
        "before": text[max(0, start - _AROUND) : start],
        "after": text[end : end + _AROUND],
        "cut_before": start > _AROUND,
        "cut_after": end + _AROUND < len(text),
        "rating": review["rating"],
        "date": None if moment is None else moment.isoformat(),
        "product": review["product_name"] or review["product_id"],
        **{name: review[name] for name in ("product_id", "sku", "batch", "region")},
    }
