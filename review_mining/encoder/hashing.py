"""Buckets of token n-grams: a polynomial hash (Karp and Rabin 1987) that torch, NumPy and ONNX compute alike.

The n-gram of order n at position i is made of the tokens ``i - before .. i - before + n - 1`` with ``before = n // 2``:
a bigram looks back, a trigram to both sides. Beyond the ends stands token 0.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

Array = TypeVar("Array")

MULTIPLIERS = (1_000_003, 15_485_863, 179_424_673, 32_452_843)
"""One prime a hash function. Every product stays below 2**63, for the hash is reduced after each token."""


def window(order: int) -> range:
    """Positions of an n-gram's tokens relative to the position that it is looked up at."""
    return range(-(order // 2), order - order // 2)


def buckets_of(ngrams: npt.NDArray[np.int64], function: int, buckets: int) -> npt.NDArray[np.int64]:
    """Bucket of each n-gram under one hash function.

    Args:
        ngrams: token ids of shape (n-grams, order).
        function: which of ``MULTIPLIERS``.
        buckets: number of buckets.

    Returns:
        Array of shape (n-grams,).
    """
    found = np.zeros(len(ngrams), dtype=np.int64)
    for column in ngrams.T:
        found = (found * MULTIPLIERS[function] + column) % buckets
    return found
