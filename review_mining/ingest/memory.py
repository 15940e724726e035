"""Tables that are already in memory: lists, pandas, polars, Arrow, and data sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from review_mining.errors import InputError, UsageError
from review_mining.ingest.chunk import (
    Chunk,
    chunk_of_batch,
    chunk_of_records,
    rows_per_chunk,
    unique_names,
)
from review_mining.ingest.json_lines import flattened
from review_mining.ingest.notes import SourceLog


def read_memory(table: Any, log: SourceLog, batch_rows: int) -> Iterator[Chunk]:  # noqa: ANN401
    """Read an in-memory table.

    Args:
        table: a pandas or polars frame or series, anything with ``__arrow_c_stream__`` or ``__arrow_c_array__``, a
            ``datasets.Dataset`` (or iterable data set), or a sequence of texts or of mappings.
        log: told of the format.
        batch_rows: most rows in a chunk.

    Raises:
        UsageError: it is none of these.
        InputError: a member of a sequence is neither a text nor a mapping.
    """
    log.format = "memory"
    if hasattr(table, "with_format") and hasattr(table, "column_names"):
        return _data_set(table, batch_rows)
    if hasattr(table, "iloc"):
        return _pandas(table, batch_rows)
    if isinstance(table, (pa.Array, pa.ChunkedArray)) or type(table).__name__ == "Series":
        return _sequence(table.to_pylist() if hasattr(table, "to_pylist") else table.to_list(), log, batch_rows)
    if hasattr(table, "__arrow_c_stream__") or hasattr(table, "__arrow_c_array__"):
        return _arrow(table, batch_rows)
    if hasattr(table, "tolist"):
        return _sequence(table.tolist(), log, batch_rows)
    if isinstance(table, Sequence) and not isinstance(table, (str, bytes)):
        return _sequence(table, log, batch_rows)
    kind = type(table).__name__
    raise UsageError(f"{kind} is not a table of reviews; give a path, a data frame, an Arrow table or a list of texts.")


def _arrow(table: Any, batch_rows: int) -> Iterator[Chunk]:  # noqa: ANN401
    if not hasattr(table, "__arrow_c_stream__"):
        table = pa.Table.from_batches([pa.record_batch(table)])
    for batch in pa.RecordBatchReader.from_stream(table):
        wanted = rows_per_chunk(batch.num_columns, batch_rows)
        for start in range(0, batch.num_rows, wanted):
            yield chunk_of_batch(batch.slice(start, wanted))


def _data_set(table: Any, batch_rows: int) -> Iterator[Chunk]:  # noqa: ANN401
    for part in table.with_format("arrow").iter(batch_size=batch_rows):
        yield from _arrow(part, batch_rows)


def _pandas(table: Any, batch_rows: int) -> Iterator[Chunk]:  # noqa: ANN401
    frame = table if hasattr(table, "columns") else table.to_frame(name=table.name or "text")
    names = unique_names(frame.columns)
    position = {name: index for index, name in enumerate(names)}
    wanted = rows_per_chunk(len(names), batch_rows)
    for start in range(0, len(frame), wanted):
        part = frame.iloc[start : start + wanted]
        yield Chunk(names, len(part), lambda name, part=part: part.iloc[:, position[name]].tolist())  # type: ignore[misc]


def _sequence(rows: Sequence[object], log: SourceLog, batch_rows: int) -> Iterator[Chunk]:
    for start in range(0, len(rows), batch_rows):
        part = rows[start : start + batch_rows]
        yield chunk_of_records([_record(row, start + index, log) for index, row in enumerate(part)])


def _record(row: object, number: int, log: SourceLog) -> dict[str, object]:
    if row is None or isinstance(row, str) or row != row:
        return {"text": row}
    if isinstance(row, Mapping):
        return flattened({str(key): value for key, value in row.items()})
    kind = type(row).__name__
    raise InputError(f"a review must be a text or a mapping, not {kind}.", path=log.name, row=number)
