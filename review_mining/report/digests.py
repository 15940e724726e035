"""A digest of what each stored table says, so that a change to any cell of it is found.

The digest is of the values, not of the file: it is the same for other row groups, another compression, another library
version. It guards against mistakes and casual edits; it is no signature.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TypedDict

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

_BATCH = 32_768


class Digest(TypedDict):
    """Rows of a table and the SHA-256 of its column names and values."""

    rows: int
    sha256: str


def digest_table(path: Path) -> Digest:
    """Digest one Parquet table, a batch at a time.

    The values are hashed as comma-separated text as Arrow writes it, where a null and an empty string differ;
    lists are written as JSON.

    Args:
        path: the Parquet file.
    """
    sink = _Hash()
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        sink.write("\0".join(f"{field.name}:{field.type}" for field in schema).encode())
        for batch in file.iter_batches(batch_size=_BATCH):
            flat = pa.record_batch([_flat(column) for column in batch.columns], names=schema.names)
            options = pyarrow.csv.WriteOptions(include_header=False)
            with pyarrow.csv.CSVWriter(pa.PythonFile(sink, mode="w"), flat.schema, write_options=options) as writer:
                writer.write_batch(flat)
        return {"rows": file.metadata.num_rows, "sha256": sink.digest.hexdigest()}


class _Hash:
    """A file that keeps only the digest of what is written to it."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.closed = False

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return len(data)

    def flush(self) -> None:
        """Everything is hashed at once."""

    def close(self) -> None:
        """The digest stays readable."""


def _flat(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        return column.dictionary_decode()
    if pa.types.is_list(column.type):
        return pa.array(
            [None if v is None else json.dumps(v, ensure_ascii=False) for v in column.to_pylist()], pa.string()
        )
    return column
