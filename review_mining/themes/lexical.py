"""Latent semantic analysis of spans over one kind of terms: what is written alike gets like vectors.

TF-IDF with sublinear counts, projected by a truncated SVD (Deerwester et al. 1990, "Indexing by Latent Semantic
Analysis").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

Matrix = NDArray[np.float32]

_DIMENSIONS = 128
_LARGEST_VOCABULARY = 20_000
_RARE_FROM = 2_000
"""From this many spans on, a term must occur twice to count: it bounds the vocabulary and keeps out single texts."""


@dataclass(frozen=True)
class LexicalSpace:
    """A fitted vocabulary and its projection.

    Attributes:
        vocabulary: the terms.
        idf: weight of each, shape (terms,).
        projection: shape (terms, dimensions).
    """

    vocabulary: tuple[str, ...]
    idf: Matrix
    projection: Matrix

    @classmethod
    def fitted(cls, spans: Sequence[Sequence[str]], seed: int) -> Self:
        """Learn vocabulary and projection; without any term the vectors are zeros.

        Args:
            spans: terms of each span; their order matters to the last bit, so give them in a fixed one.
            seed: of the randomised SVD.
        """
        if not any(spans):
            return cls((), np.zeros(0, np.float32), np.zeros((0, 1), np.float32))
        rarest = 2 if len(spans) >= _RARE_FROM and _any_twice(spans) else 1
        tfidf = TfidfVectorizer(analyzer=list, sublinear_tf=True, min_df=rarest, max_features=_LARGEST_VOCABULARY)
        counts = tfidf.fit_transform(spans).astype(np.float32)
        return cls(tuple(tfidf.get_feature_names_out()), tfidf.idf_.astype(np.float32), _projection(counts, seed))

    def transform(self, spans: Sequence[Sequence[str]]) -> Matrix:
        """Unit vectors of the terms of spans, rows of zeros where no term is known, shape (spans, dimensions)."""
        if not self.vocabulary:
            return np.zeros((len(spans), self.projection.shape[1]), np.float32)
        return unit(self._counter.transform(spans).astype(np.float32) @ self.projection)

    @cached_property
    def _counter(self) -> TfidfVectorizer:
        places = {term: place for place, term in enumerate(self.vocabulary)}
        counter = TfidfVectorizer(analyzer=list, sublinear_tf=True, vocabulary=places)
        counter.idf_ = self.idf
        return counter


def unit(vectors: Matrix) -> Matrix:
    """Rows scaled to length one; rows of zeros stay.

    Args:
        vectors: shape (n, dimensions).
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Matrix = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 1e-6)
    return scaled


def _any_twice(spans: Sequence[Sequence[str]]) -> bool:
    return Counter(term for span in spans for term in set(span)).most_common(1)[0][1] > 1


def _projection(counts: sparse.csr_matrix, seed: int) -> Matrix:
    dimensions = min(_DIMENSIONS, *counts.shape)
    if min(counts.shape) <= _DIMENSIONS:
        _, _, rows = np.linalg.svd(counts.toarray(), full_matrices=False)
        return np.ascontiguousarray(rows[:dimensions].T, dtype=np.float32)
    svd = TruncatedSVD(dimensions, n_iter=4, random_state=seed).fit(counts)
    return np.ascontiguousarray(svd.components_.T, dtype=np.float32)
