"""Append-only arrays on disk, so that what is remembered of each row does not have to fit in memory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt


class Column:
    """A file of equal records that grows at its end.

    Args:
        path: the file; it is made anew.
        dtype: type of a record.
        width: records per row; above 1, ``take`` and ``read`` give arrays of shape (rows, width).
    """

    def __init__(self, path: Path, dtype: npt.DTypeLike, width: int = 1) -> None:
        self._dtype = np.dtype(dtype)
        self._width = width
        self._row_bytes = self._dtype.itemsize * width
        self._file = path.open("w+b")
        self._rows = 0

    def __len__(self) -> int:
        return self._rows

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, values: npt.NDArray[Any]) -> None:
        """Add rows: an array of shape (rows,) or (rows, width)."""
        self._file.write(np.ascontiguousarray(values, dtype=self._dtype).tobytes())
        self._rows += len(values)

    def read(self, start: int = 0, stop: int | None = None) -> npt.NDArray[Any]:
        """Rows ``start:stop`` as an array in memory."""
        self._file.flush()
        stop = self._rows if stop is None else min(stop, self._rows)
        out = np.empty((max(stop - start, 0), self._width), dtype=self._dtype)
        view = out.reshape(-1).view(np.uint8).data
        done = 0
        while done < len(view):
            # A single read call stops short of 2 GiB.
            done += os.preadv(self._file.fileno(), [view[done:]], start * self._row_bytes + done)
        return self._shaped(out)

    def take(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
        """The given rows, read one by one: pages of a mapped file would count as memory of this process."""
        self._file.flush()
        descriptor, size = self._file.fileno(), self._row_bytes
        raw = b"".join([os.pread(descriptor, size, row * size) for row in rows.tolist()])
        return self._shaped(np.frombuffer(raw, dtype=self._dtype).reshape(-1, self._width))

    def close(self) -> None:
        """Close the file; it stays on disk until its directory is removed."""
        self._file.close()

    def _shaped(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return values[:, 0] if self._width == 1 else values
