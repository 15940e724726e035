"""Vectors of tokens and token n-grams from counts of what stands near them.

Positive pointwise mutual information, factorised: the closed form of what skip-gram with negative sampling approaches
(Levy and Goldberg, NeurIPS 2014; context smoothing 0.75 as in Levy, Goldberg and Dagan, TACL 2015).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float32]

_SMOOTHING = 0.75
_POWER_ITERATIONS = 3


@dataclass(frozen=True, eq=False)
class TokenStream:
    """Token ids of many pieces, one after another.

    Attributes:
        ids: shape (tokens,).
        pieces: number of the piece of each token, shape (tokens,), not decreasing.
    """

    ids: Ints
    pieces: Ints

    @classmethod
    def of(cls, pieces: list[npt.NDArray[np.int64]]) -> TokenStream:
        """Join pieces."""
        lengths = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
        return cls(np.concatenate(pieces).astype(np.int64), np.repeat(np.arange(len(pieces)), lengths))

    def shifted(self, offset: int) -> tuple[Ints, npt.NDArray[np.bool_]]:
        """Token at ``place + offset`` for every place, and whether it lies in the same piece."""
        places = np.arange(len(self.ids)) + offset
        inside = (places >= 0) & (places < len(self.ids))
        places = np.clip(places, 0, len(self.ids) - 1)
        return self.ids[places], inside & (self.pieces[places] == self.pieces)


@dataclass(frozen=True, eq=False)
class NgramUnits:
    """The frequent n-grams of one order.

    Attributes:
        ngrams: token ids, shape (units, order), most frequent last.
        counts: shape (units,).
        places: unit at each token of the stream, -1 for none; shape (tokens,).
    """

    ngrams: Ints
    counts: Ints
    places: Ints

    def select(self, kept: npt.NDArray[np.bool_]) -> NgramUnits:
        """The n-grams that a bool array of shape (units,) keeps."""
        renumbered = np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)
        return NgramUnits(self.ngrams[kept], self.counts[kept], renumbered[self.places])


def frequent_units(stream: TokenStream, window: range, *, min_count: int, most: int, special: int) -> NgramUnits:
    """The most frequent n-grams at ``window`` relative to each token that hold no id below ``special``."""
    columns = [stream.shifted(offset) for offset in window]
    valid = np.logical_and.reduce([inside & (ids >= special) for ids, inside in columns])
    size = int(stream.ids.max(initial=0)) + 1
    keys = np.zeros(len(stream.ids), dtype=np.int64)
    for ids, _ in columns:
        keys = keys * size + ids
    distinct, counts = np.unique(keys[valid], return_counts=True)
    chosen = np.flatnonzero(counts >= min_count)
    chosen = np.sort(chosen[np.argsort(counts[chosen], kind="stable")[-most:]])
    known, counts = distinct[chosen], counts[chosen]
    places = np.full(len(keys), -1, dtype=np.int64)
    if len(known):
        found = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        places = np.where(valid & (known[found] == keys), found, -1)
    powers = size ** np.arange(len(window) - 1, -1, -1, dtype=np.int64)
    return NgramUnits(known[:, None] // powers % size, counts, places)


def contextual_vectors(
    stream: TokenStream, units: list[tuple[range, NgramUnits]], *, vocab_size: int, window: int, size: int, seed: int
) -> list[Reals]:
    """Vectors of units by the tokens within ``window`` of them.

    Args:
        stream: the corpus.
        units: n-grams and where their tokens stand relative to their place.
        vocab_size: number of token ids.
        window: tokens to each side, the n-gram's own left out.
        size: width of a vector.
        seed: of the randomised factorisation.

    Returns:
        For each entry of ``units`` an array of shape (its units, size), each column with unit variance or less.
    """
    blocks = [_counts(stream, own, found, vocab_size, window) for own, found in units]
    matrix = sparse.vstack(blocks, format="csr", dtype=np.float32)
    size = min(size, min(matrix.shape) - 1)
    left, values, _ = randomized_svd(
        _positive_information(matrix),
        size,
        n_iter=_POWER_ITERATIONS,
        random_state=seed,
        power_iteration_normalizer="QR",
    )
    vectors = (left * np.sqrt(values)).astype(np.float32)
    bounds = np.cumsum([block.shape[0] for block in blocks])[:-1]
    return list(np.split(vectors, bounds))


def _counts(stream: TokenStream, own: range, found: NgramUnits, vocab_size: int, window: int) -> sparse.csr_matrix:
    total = sparse.csr_matrix((len(found.ngrams), vocab_size), dtype=np.float32)
    offsets = [*range(own[0] - window, own[0]), *range(own[-1] + 1, own[-1] + 1 + window)]
    for offset in offsets:
        context, inside = stream.shifted(offset)
        chosen = inside & (found.places >= 0)
        pairs = (found.places[chosen], context[chosen])
        ones = np.ones(len(pairs[0]), dtype=np.float32)
        total = total + sparse.coo_matrix((ones, pairs), shape=total.shape).tocsr()
    return total


def _positive_information(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    rows, columns = np.asarray(counts.sum(axis=1)).ravel(), np.asarray(counts.sum(axis=0)).ravel()
    smoothed = columns**_SMOOTHING
    smoothed /= smoothed.sum()
    pairs = counts.tocoo()
    information = np.log(pairs.data / (rows[pairs.row] * smoothed[pairs.col]))
    kept = information > 0
    return sparse.csr_matrix((information[kept], (pairs.row[kept], pairs.col[kept])), shape=counts.shape)
