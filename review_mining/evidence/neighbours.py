"""Pictures with a like hash, the likest first. Exact: every kept hash is looked at, in one fixed order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from review_mining.errors import MissingExtraError
from review_mining.evidence.perceptual_hash import HASH_BYTES, Bytes

try:
    import faiss
except ImportError as error:
    raise MissingExtraError("faiss-cpu", "evidence") from error

FARTHEST = 84
"""Bits of 256 in which a hash may differ; hashes of unlike pictures differ in about 128."""
_DEPTH = 96
"""Hashes looked at per hash asked for; a picture may hold several of them."""


class Neighbours:
    """Hashes of pictures in memory, with the numbers of their pictures.

    Args:
        hashes_each: hashes per picture.
    """

    def __init__(self, hashes_each: int) -> None:
        self._each = hashes_each
        self._index = faiss.IndexBinaryFlat(8 * HASH_BYTES)
        self._numbers: list[int] = []

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, numbers: Sequence[int], hashes: Bytes) -> None:
        """Add pictures.

        Args:
            numbers: one per picture.
            hashes: shape ``(pictures * hashes_each, HASH_BYTES)``, those of a picture side by side.
        """
        self._numbers.extend(numbers)
        self._index.add(np.ascontiguousarray(hashes))

    def near(self, asked: Bytes, farthest: int = FARTHEST) -> list[tuple[int, int]]:
        """Pictures with a hash near any of those asked for.

        Args:
            asked: shape ``(hashes, HASH_BYTES)``.
            farthest: bits in which a hash may differ.

        Returns:
            distance in bits and number of each, nearest first, then in the order in which they were added.
        """
        if not self._numbers:
            return []
        depth = min(_DEPTH, self._index.ntotal)
        distances, rows = self._index.search(np.ascontiguousarray(asked), depth)
        nearest: dict[int, int] = {}
        for distance, row in zip(distances.ravel().tolist(), rows.ravel().tolist(), strict=True):
            if row >= 0 and distance <= farthest:
                place = row // self._each
                nearest[place] = min(distance, nearest.get(place, distance))
        ranked = sorted((distance, place) for place, distance in nearest.items())
        return [(distance, self._numbers[place]) for distance, place in ranked]
