"""Character n-grams of many texts at once: hashed at every position, looked up, weighted by TF-IDF.

Everything is vectorised over the concatenated code points of a batch, so that a hundred thousand reviews take seconds.
Weighting is that of scikit-learn's ``TfidfVectorizer(sublinear_tf=True, smooth_idf=True, norm="l2")``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from review_mining.errors import ModelError

Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

LONGEST = 4
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_ZERO, _NINE = ord("0"), ord("9")


@dataclass(frozen=True, eq=False)
class Characters:
    """Texts laid end to end.

    Attributes:
        codes: uint64 array of shape (characters,), code points with every ASCII digit written as 0.
        bounds: int64 array of shape (texts + 1,); text i is ``codes[bounds[i]:bounds[i + 1]]``.
    """

    codes: npt.NDArray[np.uint64]
    bounds: Ints


def lay_out(texts: Sequence[str]) -> Characters:
    """Concatenate texts as code points; lone surrogates pass through."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    codes[(codes >= _ZERO) & (codes <= _NINE)] = _ZERO
    bounds = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([len(text) for text in texts], out=bounds[1:])
    return Characters(codes, bounds)


@dataclass(frozen=True, eq=False)
class Hits:
    """Known n-grams in a batch.

    Attributes:
        starts, ends: int64 arrays of shape (hits,), code point offsets into the batch, half-open.
        features: int64 array of shape (hits,), indices into the vocabulary.
    """

    starts: Ints
    ends: Ints
    features: Ints


class Vocabulary:
    """The n-grams that a model knows.

    Args:
        ngrams: distinct strings of 1 to 4 characters.

    Raises:
        ModelError: an n-gram occurs twice, is too long, or two of them share a hash.
    """

    def __init__(self, ngrams: Sequence[str]) -> None:
        if any(not 1 <= len(ngram) <= LONGEST for ngram in ngrams):
            raise ModelError(f"The vocabulary holds an entry that is not 1 to {LONGEST} characters long.")
        self.ngrams = tuple(ngrams)
        hashes = np.zeros(len(self.ngrams), dtype=np.uint64)
        for length in range(1, LONGEST + 1):
            places = [place for place, ngram in enumerate(self.ngrams) if len(ngram) == length]
            if places:
                codes = lay_out([self.ngrams[place] for place in places]).codes
                hashes[places] = _rolling_hashes(codes, length)[::length]
        self._order = np.argsort(hashes, kind="stable")
        self._sorted = hashes[self._order]
        if len(hashes) > 1 and bool((self._sorted[1:] == self._sorted[:-1]).any()):
            raise ModelError("Two entries of the vocabulary are equal or share a hash.\n  Train the model again.")

    def __len__(self) -> int:
        return len(self.ngrams)

    def find(self, characters: Characters) -> Hits:
        """Every occurrence of a known n-gram inside one text of the batch."""
        codes, bounds = characters.codes, characters.bounds
        limits = np.repeat(bounds[1:], np.diff(bounds))
        starts, ends, features = [], [], []
        for length in range(1, LONGEST + 1) if len(self) else ():
            hashes = _rolling_hashes(codes, length)
            places = np.minimum(np.searchsorted(self._sorted, hashes), len(self) - 1)
            inside = np.arange(len(hashes)) + length <= limits[: len(hashes)]
            known = np.flatnonzero((self._sorted[places] == hashes) & inside)
            starts.append(known)
            ends.append(known + length)
            features.append(self._order[places[known]])
        return Hits(_joined(starts), _joined(ends), _joined(features))


def frequent_ngrams(texts: Sequence[str], *, min_texts: int) -> list[str]:
    """All n-grams of 1 to 4 characters that occur in at least ``min_texts`` different texts, sorted.

    Args:
        texts: normalised texts; repeated texts count once, so that no copied text can enter the vocabulary alone.
        min_texts: smallest number of distinct texts.
    """
    counts: Counter[str] = Counter()
    for text in sorted(set(texts)):
        folded = "".join("0" if "0" <= character <= "9" else character for character in text)
        lengths = range(1, LONGEST + 1)
        counts.update({folded[at : at + length] for length in lengths for at in range(len(folded) - length + 1)})
    return sorted((gram for gram, count in counts.items() if count >= min_texts), key=lambda gram: (len(gram), gram))


def inverse_document_frequency(hits: Hits, characters: Characters, size: int) -> Reals:
    """Smoothed idf, ``log((1 + n) / (1 + df)) + 1``, over the texts of a batch.

    Returns:
        Array of shape (size,).
    """
    texts = len(characters.bounds) - 1
    rows = np.searchsorted(characters.bounds, hits.starts, side="right") - 1
    pairs = np.unique(rows * size + hits.features)
    seen = np.bincount(pairs % size, minlength=size) if size else np.zeros(0, dtype=np.int64)
    return np.asarray(np.log((1.0 + texts) / (1.0 + seen)) + 1.0)


def weigh(hits: Hits, starts: Ints, ends: Ints, idf: Reals) -> csr_matrix:
    """TF-IDF rows of disjoint segments of a batch, in ascending order of place.

    Args:
        hits: known n-grams of the batch; one that reaches beyond its segment is left out.
        starts: shape (segments,), offsets into the batch; segments are disjoint and ascending, empty ones allowed.
        ends: shape (segments,), half-open ends.
        idf: shape (vocabulary,).

    Returns:
        Matrix of shape (segments, vocabulary), float64, rows of unit length or zero.
    """
    size = len(idf)
    filled = np.flatnonzero(ends > starts)
    shape = (len(starts), size)
    if not len(filled) or not len(hits.starts):
        return csr_matrix(shape, dtype=np.float64)
    nearest = np.searchsorted(starts[filled], hits.starts, side="right") - 1
    rows = filled[np.maximum(nearest, 0)]
    inside = (nearest >= 0) & (hits.ends <= ends[rows])
    keys, counts = np.unique(rows[inside] * size + hits.features[inside], return_counts=True)
    rows, columns = keys // size, keys % size
    values = (1.0 + np.log(counts)) * idf[columns]
    lengths = np.sqrt(np.bincount(rows, weights=values**2, minlength=shape[0]))
    pointers = np.zeros(shape[0] + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows, minlength=shape[0]), out=pointers[1:])
    return csr_matrix((values / lengths[rows], columns, pointers), shape=shape)


def _rolling_hashes(codes: npt.NDArray[np.uint64], length: int) -> npt.NDArray[np.uint64]:
    """Polynomial hash of the n-gram that begins at each position, shape (max(0, characters - length + 1),)."""
    size = max(0, len(codes) - length + 1)
    hashes = np.zeros(size, dtype=np.uint64)
    for step in range(length):
        hashes = hashes * _MULTIPLIER + codes[step : step + size] + np.uint64(1)
    return hashes ^ (hashes >> np.uint64(29))


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
