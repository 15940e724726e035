"""Exact and near duplicates among any number of texts, in memory bounded by some forty bytes a row.

Near duplicates are found by MinHash over character 3-grams (Broder 1997) with locality-sensitive banding (Leskovec,
Rajaraman, Ullman, *Mining of Massive Datasets*, chapter 3). Signatures and band hashes go to files as rows come in; at
the end one band column at a time is sorted in memory, rows that share a band hash are compared by their signatures,
and a row that is similar enough to an earlier one leaves the search.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from review_mining.text.columns import Column

Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]

MIN_NEAR_CHARACTERS = 20
"""Shorter texts are never near duplicates: one changed word in them is another statement."""

_MAX_CHARACTERS = 20_000
_PERMUTATIONS = 128
_SEED = 20240601
_RECALL = 0.97
_ROUNDS = 4
_CHUNK_CHARACTERS = 1_000_000
_BLOCK_PAIRS = 65_536
_PRIME = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Groups:
    """What repeats what.

    Attributes:
        original: int64 array of shape (rows,): the first row of each row's group; its own number where it repeats none.
        near: bool array of shape (rows,): the row repeats its original nearly, not exactly.
    """

    original: Rows
    near: npt.NDArray[np.bool_]


class Duplicates:
    """Collects texts in batches, then groups them.

    Args:
        workspace: an existing directory for the files.
        similarity: mean share of 3-grams (the Dice coefficient of their sets) from which two texts are near duplicates.
    """

    def __init__(self, workspace: Path, similarity: float) -> None:
        self._jaccard = similarity / (2 - similarity)
        self._band_rows = _band_rows(self._jaccard)
        self._keys = Column(workspace / "keys", np.uint64)
        self._long = Column(workspace / "long_rows", np.int64)
        self._signatures = Column(workspace / "signatures", np.uint16, _PERMUTATIONS)
        bands = _PERMUTATIONS // self._band_rows
        self._bands = [Column(workspace / f"band_{band:02d}", np.uint64) for band in range(bands)]

    def add(self, keys: Hashes, contents: Sequence[str]) -> None:
        """Add rows.

        Args:
            keys: uint64 array of shape (rows,): equal keys are exact duplicates; 0 is equal to none.
            contents: what to compare for near duplicates, one a row; "" takes no part.
        """
        first = len(self._keys)
        self._keys.append(keys)
        chosen = [row for row, content in enumerate(contents) if len(content) >= MIN_NEAR_CHARACTERS]
        for part in _chunks(chosen, contents):
            signatures = _signatures([contents[row][:_MAX_CHARACTERS] for row in part])
            self._long.append(np.asarray(part, dtype=np.int64) + first)
            self._signatures.append(signatures.astype(np.uint16))
            for band, column in enumerate(self._bands):
                column.append(_band_hash(signatures[:, band * self._band_rows : (band + 1) * self._band_rows]))

    def resolve(self) -> Groups:
        """Group all rows added; the first row of a group, in the order of adding, is its original."""
        original = _exact_originals(self._keys.read())
        rows = self._long.read()
        exact = original != np.arange(len(original))
        alive = np.flatnonzero(~exact[rows])
        near = np.zeros(len(original), dtype=np.bool_)
        for column in self._bands:
            leaders, members = self._similar(column.read()[alive], alive)
            original[rows[members]] = rows[leaders]
            near[rows[members]] = True
            alive = alive[~near[rows[alive]]]
        while not np.array_equal(original, final := original[original]):
            original = final
        return Groups(original, near)

    def close(self) -> None:
        """Close all files."""
        for column in (self._keys, self._long, self._signatures, *self._bands):
            column.close()

    def _similar(self, hashes: Hashes, positions: Rows) -> tuple[Rows, Rows]:
        """Pairs (earlier, later) of similar signatures within one band; no position is later twice, none is both."""
        order = np.argsort(hashes, kind="stable")
        sorted_hashes = hashes[order]
        buckets = np.cumsum(np.concatenate(([False], sorted_hashes[1:] != sorted_hashes[:-1]))[: len(order)])
        positions = positions[order]
        found: list[tuple[Rows, Rows]] = []
        # In each round a bucket's first row is compared with its others; those unlike it try again among themselves.
        # The number of rounds bounds the work where unlike texts crowd one bucket.
        for _ in range(_ROUNDS):
            crowded = np.bincount(buckets)[buckets] > 1 if len(buckets) else np.zeros(0, dtype=np.bool_)
            buckets, positions = buckets[crowded], positions[crowded]
            if not len(buckets):
                break
            is_leader = np.concatenate(([True], buckets[1:] != buckets[:-1]))
            leaders = positions[is_leader][np.cumsum(is_leader) - 1]
            matched = np.zeros(len(positions), dtype=np.bool_)
            matched[~is_leader] = self._verified(leaders[~is_leader], positions[~is_leader])
            found.append((leaders[matched], positions[matched]))
            buckets, positions = buckets[~is_leader & ~matched], positions[~is_leader & ~matched]
        if not found:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        return np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found])

    def _verified(self, leaders: Rows, others: Rows) -> npt.NDArray[np.bool_]:
        verified = np.zeros(len(leaders), dtype=np.bool_)
        for start in range(0, len(leaders), _BLOCK_PAIRS):
            block = slice(start, start + _BLOCK_PAIRS)
            distinct, place = np.unique(leaders[block], return_inverse=True)
            equal = self._signatures.take(distinct)[place] == self._signatures.take(others[block])
            verified[block] = equal.mean(axis=1) >= self._jaccard
        return verified


def _band_rows(jaccard: float) -> int:
    """The longest band with which a pair at the threshold still shares one with probability ``_RECALL``."""
    for rows in range(16, 1, -1):
        if 1 - (1 - jaccard**rows) ** (_PERMUTATIONS // rows) >= _RECALL:
            return rows
    return 1


def _chunks(chosen: Sequence[int], contents: Sequence[str]) -> Iterator[list[int]]:
    part: list[int] = []
    characters = 0
    for row in chosen:
        part.append(row)
        characters += min(len(contents[row]), _MAX_CHARACTERS)
        if characters >= _CHUNK_CHARACTERS:
            yield part
            part, characters = [], 0
    if part:
        yield part


def _signatures(contents: Sequence[str]) -> npt.NDArray[np.uint32]:
    """MinHash of the character 3-grams of each text, shape (texts, permutations); no text is shorter than 3."""
    lengths = np.fromiter(map(len, contents), dtype=np.int64, count=len(contents))
    codes = np.frombuffer("".join(contents).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    grams = _mixed((codes[:-2] << np.uint64(42)) ^ (codes[1:-1] << np.uint64(21)) ^ codes[2:])
    ends = np.cumsum(lengths)
    inside = np.ones(len(codes), dtype=np.bool_)
    inside[ends - 1] = inside[ends - 2] = False
    bounds = np.concatenate(([0], np.cumsum(lengths - 2))).astype(np.uint64)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(grams[inside[:-2]], bounds, _PERMUTATIONS, _SEED)
    return np.asarray(matrix.to_rows(), dtype=np.uint32)


def _band_hash(values: npt.NDArray[np.uint32]) -> Hashes:
    combined = np.zeros(len(values), dtype=np.uint64)
    for column in values.T:
        combined = _mixed(combined ^ column.astype(np.uint64))
    return combined


def _mixed(values: Hashes) -> Hashes:
    """A bijective mixing of 64 bits (the finaliser of splitmix64 with one round less)."""
    values = (values + np.uint64(1)) * _PRIME
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return values ^ (values >> np.uint64(31))


def _exact_originals(keys: Hashes) -> Rows:
    original = np.arange(len(keys), dtype=np.int64)
    keyed = np.flatnonzero(keys)
    order = keyed[np.argsort(keys[keyed], kind="stable")]
    if len(order):
        first = np.concatenate(([True], keys[order][1:] != keys[order][:-1]))
        original[order] = order[first][np.cumsum(first) - 1]
    return original
