"""The order of training rows: random, but neighbours are of similar length, and the same again after a restart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch

_POOL = 50
"""Batches that are sorted together; more would make lengths more alike and the order less random."""


class LengthGroups(torch.utils.data.Sampler[int]):
    """Row numbers of one epoch after another, so that consecutive batches hold rows of similar length.

    Unlike Transformers' sampler the order depends on seed and epoch alone, not on the state of a global generator.

    Args:
        lengths: of all rows.
        batch_rows: rows of a batch over all devices and accumulation steps.
        seed: of the order.
    """

    def __init__(self, lengths: Sequence[int], batch_rows: int, seed: int) -> None:
        self._lengths = np.asarray(lengths)
        self._batch_rows = batch_rows
        self._seed = seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order the next iteration gives."""
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        rng = np.random.default_rng((self._seed, self._epoch))
        shuffled = rng.permutation(len(self._lengths))
        pools = np.array_split(shuffled, range(_POOL * self._batch_rows, len(shuffled), _POOL * self._batch_rows))
        ordered = np.concatenate([pool[np.argsort(self._lengths[pool], kind="stable")] for pool in pools])
        whole = len(ordered) // self._batch_rows * self._batch_rows
        batches = ordered[:whole].reshape(-1, self._batch_rows)
        # The rest, fewer rows than a batch, comes last: batches are cut from this order by counting.
        yield from np.concatenate([rng.permutation(batches).ravel(), ordered[whole:]]).tolist()
