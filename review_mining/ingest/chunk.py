"""What every format reader yields: a run of rows whose columns are taken out by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

CELLS_PER_CHUNK = 2_000_000
"""Upper bound on rows × columns held at once, so that a table of 10,000 columns stays small in memory."""


@dataclass(frozen=True)
class Chunk:
    """Consecutive rows of one source.

    Attributes:
        names: the columns present, unique.
        rows: number of rows.
        column: gives the values of one of ``names``, one per row.
    """

    names: tuple[str, ...]
    rows: int
    column: Callable[[str], Sequence[object]]


def rows_per_chunk(columns: int, wanted: int) -> int:
    """Rows to read at once from a table of so many columns, at most ``wanted``."""
    return max(1, min(wanted, CELLS_PER_CHUNK // max(columns, 1)))


def chunk_of_rows(names: tuple[str, ...], rows: Sequence[Sequence[object]]) -> Chunk:
    """A chunk over rows that all have one cell per name."""
    position = {name: index for index, name in enumerate(names)}

    def column(name: str) -> list[object]:
        index = position[name]
        return [row[index] for row in rows]

    return Chunk(names, len(rows), column)


def chunk_of_records(records: Sequence[dict[str, object]]) -> Chunk:
    """A chunk over flat records; a key absent from a record is None there."""
    names = tuple(dict.fromkeys(name for record in records for name in record))
    return Chunk(names, len(records), lambda name: [record.get(name) for record in records])


def chunk_of_batch(batch: pa.RecordBatch) -> Chunk:
    """A chunk over an Arrow record batch; fields of structs become columns named ``outer.inner``."""
    table = pa.Table.from_batches([batch])
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    names = unique_names(table.column_names)
    position = {name: index for index, name in enumerate(names)}
    return Chunk(names, table.num_rows, lambda name: _values(table.column(position[name])))


def _values(column: pa.ChunkedArray) -> list[object]:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.unit != "s":
        column = column.cast(pa.timestamp("s", tz=kind.tz), safe=False)
    try:
        values: list[object] = column.to_pylist()
    except (OverflowError, ValueError):
        # As texts, times beyond Python's calendar are told one by one as not understood.
        values = column.cast(pa.string()).to_pylist()
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        # Writers older than the UTF8 annotation of Parquet leave texts as plain bytes.
        return [value.decode("utf-8", "replace") if isinstance(value, bytes) else value for value in values]
    return values


def unique_names(names: Iterable[object]) -> tuple[str, ...]:
    """Header cells as unique column names: blanks are numbered, repeats get ``(2)`` and so on."""
    taken: dict[str, int] = {}
    unique: list[str] = []
    for index, raw in enumerate(names, start=1):
        name = "" if raw is None else str(raw).strip()
        name = name or f"column {index}"
        taken[name] = taken.get(name, 0) + 1
        unique.append(name if taken[name] == 1 else f"{name} ({taken[name]})")
    return tuple(unique)
