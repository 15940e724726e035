"""Review ids made unique in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from review_mining.ingest.notes import Totals

Hashes = npt.NDArray[np.uint64]


class SeenIds:
    """The set of ids so far, as 64-bit hashes: 8 bytes per id.

    The hashes lie in sorted runs whose sizes are powers of each other, merged as they grow, so a lookup searches few of
    them. Two different ids share a hash with probability below 1e-6 for two million ids; the later one would get a
    needless suffix and nothing else.
    """

    def __init__(self) -> None:
        self._runs: list[Hashes] = []

    def contains(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Which of the hashes have been added. Shape (n,) for hashes of shape (n,)."""
        found = np.zeros(len(hashes), dtype=np.bool_)
        for run in self._runs:
            at = np.searchsorted(run, hashes)
            found |= run[np.minimum(at, len(run) - 1)] == hashes
        return found

    def add(self, hashes: Hashes) -> None:
        """Add hashes, shape (n,)."""
        if not len(hashes):
            return
        run = np.sort(hashes)
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = np.sort(np.concatenate([self._runs.pop(), run]), kind="stable")
        self._runs.append(run)


class UniqueIds:
    """Gives every row an id that no other row has.

    Args:
        totals: told of ids that the input uses more than once.
    """

    def __init__(self, totals: Totals) -> None:
        self._totals = totals
        self._seen = SeenIds()
        self._repeats: dict[int, int] = {}

    def unique(self, ids: Sequence[str]) -> list[str]:
        """The ids, where a repeated one gets the suffix ``#2``, ``#3``… in reading order."""
        hashes = np.fromiter(map(_hash, ids), dtype=np.uint64, count=len(ids))
        first = np.zeros(len(ids), dtype=np.bool_)
        first[np.unique(hashes, return_index=True)[1]] = True
        fresh = first & ~self._seen.contains(hashes)
        self._seen.add(hashes[fresh])
        result = list(ids)
        for index in np.flatnonzero(~fresh).tolist():
            self._totals.duplicate(ids[index])
            result[index] = self._suffixed(ids[index], int(hashes[index]))
        return result

    def _suffixed(self, review_id: str, key: int) -> str:
        count = self._repeats.get(key, 1)
        while True:
            count += 1
            candidate = f"{review_id}#{count}"
            hashed = np.array([_hash(candidate)], dtype=np.uint64)
            if not self._seen.contains(hashed)[0]:
                break
        self._repeats[key] = count
        self._seen.add(hashed)
        return candidate


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
