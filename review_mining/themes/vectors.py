"""Vectors of opinion spans: latent semantic analysis over characters and pairs of them.

TF-IDF of characters and character pairs without particles and intensifiers, projected by a truncated SVD and scaled to
length one: Deerwester et al. (1990), "Indexing by Latent Semantic Analysis". Measured on annotated complaints, words
add nothing to characters here (nearest neighbour of the same code: 0.536 without, 0.528 with, 0.452 words alone), and
characters need no segmentation. A sentence encoder can take this class's place: anything with ``transform`` will do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from review_mining.themes.words import core_text

Matrix = NDArray[np.float32]

_BLOCK = 8192
_DIMENSIONS = 128
_LARGEST_VOCABULARY = 20_000
_RARE_FROM = 2_000
"""From this many spans on, a term must occur twice to count: it bounds the vocabulary and keeps out single texts."""


@dataclass(frozen=True)
class Terms:
    """A fitted vocabulary: ``idf[i]`` belongs to ``vocabulary[i]``."""

    vocabulary: tuple[str, ...]
    idf: Matrix


class SpanVectors:
    """Turns spans into unit vectors.

    Args:
        terms: vocabulary of single characters and pairs, with their weights.
        projection: shape (terms, dimensions).
    """

    def __init__(self, terms: Terms, projection: Matrix) -> None:
        self.terms, self.projection = terms, projection
        self._counter = TfidfVectorizer(
            analyzer=_characters,
            sublinear_tf=True,
            vocabulary={term: place for place, term in enumerate(terms.vocabulary)},
        )
        self._counter.idf_ = terms.idf

    @classmethod
    def fitted(cls, spans: Sequence[str], *, seed: int) -> SpanVectors:
        """Learn vocabulary and projection.

        Args:
            spans: keys of at least one span; their order matters to the last bit, so give them in a fixed one.
            seed: of the randomised SVD.
        """
        rarest = 2 if len(spans) >= _RARE_FROM else 1
        tfidf = TfidfVectorizer(
            analyzer=_characters, sublinear_tf=True, min_df=rarest, max_features=_LARGEST_VOCABULARY
        )
        counts = tfidf.fit_transform(spans).astype(np.float32)
        terms = Terms(tuple(tfidf.get_feature_names_out()), tfidf.idf_.astype(np.float32))
        return cls(terms, _projection(counts, seed))

    def transform(self, spans: Sequence[str]) -> Matrix:
        """Unit vectors of keys, or zeros where one holds no known term.

        Returns:
            Shape (spans, dimensions).
        """
        vectors = np.zeros((len(spans), self.projection.shape[1]), np.float32)
        for first in range(0, len(spans), _BLOCK):
            block = spans[first : first + _BLOCK]
            vectors[first : first + len(block)] = self._counter.transform(block).astype(np.float32) @ self.projection
        return unit(vectors)


def unit(vectors: Matrix) -> Matrix:
    """Rows scaled to length one; rows of zeros stay.

    Args:
        vectors: shape (n, dimensions).
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Matrix = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 1e-6)
    return scaled


def _projection(counts: sparse.csr_matrix, seed: int) -> Matrix:
    dimensions = min(_DIMENSIONS, *counts.shape)
    if min(counts.shape) <= _DIMENSIONS:
        _, _, rows = np.linalg.svd(counts.toarray(), full_matrices=False)
        return np.ascontiguousarray(rows[:dimensions].T, dtype=np.float32)
    svd = TruncatedSVD(dimensions, n_iter=4, random_state=seed).fit(counts)
    return np.ascontiguousarray(svd.components_.T, dtype=np.float32)


def _characters(span: str) -> list[str]:
    text = core_text(span)
    return [*text, *(text[i : i + 2] for i in range(len(text) - 1))]
