"""Parquet files, read by row group."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from review_mining.errors import InputError
from review_mining.ingest.chunk import Chunk, chunk_of_batch, rows_per_chunk
from review_mining.ingest.limits import MAX_CHUNK_BYTES
from review_mining.ingest.notes import SourceLog

_USUAL_CHUNK_BYTES = 1 << 27
_TEXTS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)


def read_parquet(path: Path, log: SourceLog, batch_rows: int) -> Iterator[Chunk]:
    """Read a Parquet file in batches.

    Texts stay as dictionaries, the form in which a file of a few kilobytes can stand for gigabytes, until the size that
    a batch unpacks to is known.

    Args:
        path: the file.
        log: told of the format.
        batch_rows: most rows in a chunk.

    Raises:
        InputError: the file is damaged, or a batch unpacks to more than is safe.
    """
    log.format = "parquet"
    try:
        with pq.ParquetFile(path) as file:
            wanted = min(rows_per_chunk(len(file.schema), batch_rows), _rows_of_usual_chunk(file.metadata))
            columns = [file.schema.column(index) for index in range(len(file.schema))]
        texts = [column.path for column in columns if column.physical_type == "BYTE_ARRAY"]
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            for batch in file.iter_batches(batch_size=wanted):
                _check_size(batch, log.name)
                yield chunk_of_batch(batch)
    except (pa.ArrowException, OSError) as error:
        hint = "The file is cut short or damaged; export it again."
        raise InputError(f"cannot be read as Parquet: {error}", path=log.name, hint=hint) from error


def _rows_of_usual_chunk(metadata: pq.FileMetaData) -> int:
    """Rows that come to a usual number of bytes, where nothing is repeated."""
    groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
    widest = max((group.total_byte_size // max(group.num_rows, 1) for group in groups), default=0)
    return max(1, _USUAL_CHUNK_BYTES // max(widest, 1))


def _check_size(batch: pa.RecordBatch, name: str) -> None:
    size = sum(_unpacked_bytes(column) for column in batch.columns if pa.types.is_dictionary(column.type))
    if size > MAX_CHUNK_BYTES:
        raise InputError(
            f"unpacks to {size / 2**20:,.0f} MiB within {batch.num_rows:,} rows, more than reviews can be.",
            path=name,
            hint="Leave out columns that hold no text of reviews, or long repeated texts.",
        )


def _unpacked_bytes(column: pa.DictionaryArray) -> int:
    values = column.dictionary
    if not any(is_text(values.type) for is_text in _TEXTS):
        return 0
    return pc.sum(pc.binary_length(values).take(column.indices)).as_py() or 0
