"""Do the opinions say what the reviews say, at the offsets that they name?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from review_mining.errors import InputError
from review_mining.tables import FIELDS

_BATCH = 65_536


def wrong_spans(out: Path) -> Iterator[tuple[str, Any, Any]]:
    """Opinions whose review is missing, whose span is not the text at its offsets, or whose id says otherwise.

    Args:
        out: directory with ``reviews`` and ``opinions`` as Parquet.

    Yields:
        The place, what is stored and what should be there.

    Raises:
        InputError: a table cannot be read.
    """
    texts = _texts(out)
    ids = texts["review_id"].combine_chunks()
    yield from _repeated("reviews.parquet", ids)
    row = 0
    for batch in _batches(out / "opinions.parquet"):
        rows = pc.index_in(batch["review_id"], value_set=ids)
        fields = {name: texts[name].take(rows) for name in FIELDS}
        for i, opinion in enumerate(batch.to_pylist()):
            text = fields[opinion["field"]][i].as_py() if opinion["field"] in FIELDS else None
            for column, stored, right in _faults(opinion, text, known=rows[i].is_valid):
                yield f"opinions.parquet[{row + i}].{column}", stored, right
        row += batch.num_rows


def _faults(opinion: dict[str, Any], text: str | None, *, known: bool) -> Iterator[tuple[str, Any, Any]]:
    if not known:
        yield "review_id", opinion["review_id"], "an id that reviews.parquet has"
        return
    start, end = opinion["start"], opinion["end"]
    words = (text or "")[start:end] if 0 <= start < end else ""
    if opinion["span"] != words or not words:
        yield "span", opinion["span"], words
    identity = f"{opinion['review_id']}/{opinion['field']}/{start}-{end}/{opinion['sub_aspect']}"
    if opinion["opinion_id"] != identity:
        yield "opinion_id", opinion["opinion_id"], identity


def _repeated(table: str, ids: pa.Array) -> Iterator[tuple[str, Any, Any]]:
    for entry in pc.value_counts(ids).to_pylist():
        if entry["counts"] > 1:
            yield f"{table}.review_id", f"{entry['values']} ({entry['counts']} times)", "once"


def _texts(out: Path) -> pa.Table:
    try:
        return pq.read_table(out / "reviews.parquet", columns=["review_id", *FIELDS])
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"cannot be read: {error}", path=out / "reviews.parquet") from error


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    columns = ["opinion_id", "review_id", "field", "sub_aspect", "start", "end", "span"]
    try:
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(batch_size=_BATCH, columns=columns)
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"cannot be read: {error}", path=path) from error
