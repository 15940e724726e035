"""Texts of any length to padded batches that hold about the same number of tokens each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def batches_of(lengths: Sequence[int], *, token_budget: int, max_rows: int) -> Iterator[Ints]:
    """Group rows of similar length.

    Args:
        lengths: tokens of each row.
        token_budget: padded tokens of a batch at most, unless a single row is longer.
        max_rows: rows of a batch at most.

    Yields:
        Row numbers of a batch, shortest first; each row comes once.
    """
    order = np.argsort(np.asarray(lengths), kind="stable")
    batch: list[int] = []
    for row in order.tolist():
        if batch and ((len(batch) + 1) * lengths[row] > token_budget or len(batch) == max_rows):
            yield np.asarray(batch, dtype=np.int64)
            batch = []
        batch.append(row)
    if batch:
        yield np.asarray(batch, dtype=np.int64)


def padded(rows: Sequence[Sequence[int]], filler: int) -> tuple[Ints, Ints]:
    """Rows of token ids as one array, and which of its entries are tokens; both of shape (rows, longest)."""
    lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    mask = np.arange(lengths.max(initial=1)) < lengths[:, None]
    ids = np.full(mask.shape, filler, dtype=np.int64)
    ids[mask] = np.concatenate([np.asarray(row, dtype=np.int64) for row in rows]) if len(rows) else ids[mask]
    return ids, mask.astype(np.int64)


def framed(ids: Sequence[int], first: int, last: int, max_tokens: int) -> list[int]:
    """Token ids of a text between special tokens, ``max_tokens`` in all at most.

    Of a longer text the first three quarters of the room and the end are kept: reviewers conclude at the end.
    """
    room = max_tokens - 2
    if len(ids) > room:
        end = room // 4
        ids = [*ids[: room - end], *ids[len(ids) - end :]]
    return [first, *ids, last]
