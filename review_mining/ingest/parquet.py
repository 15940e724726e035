"""Parquet files, read by row group."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from review_mining.errors import InputError
from review_mining.ingest.chunk import Chunk, chunk_of_batch, rows_per_chunk
from review_mining.ingest.notes import SourceLog


def read_parquet(path: Path, log: SourceLog, batch_rows: int) -> Iterator[Chunk]:
    """Read a Parquet file in batches.

    Args:
        path: the file.
        log: told of the format.
        batch_rows: most rows in a chunk.

    Raises:
        InputError: the file is damaged.
    """
    log.format = "parquet"
    try:
        with pq.ParquetFile(path) as file:
            wanted = rows_per_chunk(len(file.schema), batch_rows)
            for batch in file.iter_batches(batch_size=wanted):
                yield chunk_of_batch(batch)
    except (pa.ArrowException, OSError) as error:
        hint = "The file is cut short or damaged; export it again."
        raise InputError(f"cannot be read as Parquet: {error}", path=log.name, hint=hint) from error
