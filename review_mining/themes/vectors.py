"""Vectors of opinion spans: what an encoder makes of them, beside latent semantic analysis over their characters.

The encoder's mean states, centred, know what means the same; TF-IDF of characters and character pairs without particles
and intensifiers, projected by a truncated SVD (Deerwester et al. 1990, "Indexing by Latent Semantic Analysis"), knows
what is written alike. Neither does as well alone on complaints that readers have sorted
(``scripts/evaluate_themes.py``). The encoder's contrastive sentence vectors are not used: they were taught to lay all
complaints of one sub-aspect together, and what is sought here are the issues within one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from review_mining.encoder.runtime import Encoder
from review_mining.themes.words import core_text

Matrix = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Matrix]
"""Texts to vectors, shape (texts, width): a bundled encoder, or any other the user has."""

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


_LEXICAL_WEIGHT = 1.0
"""Of the characters beside the encoder, chosen on complaints that readers have sorted; 0.5 or characters alone do
worse."""


_EVERYDAY = (resources.files("review_mining.themes") / "everyday.txt").read_text(encoding="utf-8").split()
"""What an encoder's vectors have in common shows in any complaints; a few alone would be told from their own mean."""
_EVERYDAY_WEIGHT = 100.0


class SpanVectors:
    """Turns spans into unit vectors.

    Args:
        terms: vocabulary of single characters and pairs, with their weights.
        projection: shape (terms, dimensions).
        centre: mean of the encoder's vectors, shape (width,).
        encode: the encoder that ``centre`` comes from.
    """

    def __init__(self, terms: Terms, projection: Matrix, centre: Matrix, encode: Encode) -> None:
        self.terms, self.projection, self.centre, self.encode = terms, projection, centre, encode
        self._counter = TfidfVectorizer(
            analyzer=_characters,
            sublinear_tf=True,
            vocabulary={term: place for place, term in enumerate(terms.vocabulary)},
        )
        self._counter.idf_ = terms.idf

    @classmethod
    def fitted(cls, spans: Sequence[str], *, encode: Encode, seed: int) -> SpanVectors:
        """Learn vocabulary, projection and centre.

        Args:
            spans: keys of at least one span; their order matters to the last bit, so give them in a fixed one.
            encode: texts to vectors.
            seed: of the randomised SVD.
        """
        rarest = 2 if len(spans) >= _RARE_FROM else 1
        tfidf = TfidfVectorizer(
            analyzer=_characters, sublinear_tf=True, min_df=rarest, max_features=_LARGEST_VOCABULARY
        )
        counts = tfidf.fit_transform(spans).astype(np.float32)
        terms = Terms(tuple(tfidf.get_feature_names_out()), tfidf.idf_.astype(np.float32))
        return cls(terms, _projection(counts, seed), _centre(spans, encode), encode)

    def transform(self, spans: Sequence[str]) -> Matrix:
        """Unit vectors of keys.

        Returns:
            Shape (spans, width + dimensions).
        """
        blocks = [self._transform(spans[first : first + _BLOCK]) for first in range(0, len(spans), _BLOCK)]
        return np.concatenate([np.zeros((0, len(self.centre) + self.projection.shape[1]), np.float32), *blocks])

    def _transform(self, spans: Sequence[str]) -> Matrix:
        states = unit(self.encode(spans) - self.centre)
        lexical = unit(self._counter.transform(spans).astype(np.float32) @ self.projection)
        return unit(np.concatenate([states, lexical * np.float32(_LEXICAL_WEIGHT)], axis=1))


@cache
def bundled_encoder() -> Encode:
    """The encoder that the package brings."""
    return Encoder.from_pretrained(Path(str(resources.files("review_mining"))) / "models" / "encoder").encode


def unit(vectors: Matrix) -> Matrix:
    """Rows scaled to length one; rows of zeros stay.

    Args:
        vectors: shape (n, dimensions).
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Matrix = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 1e-6)
    return scaled


def _centre(spans: Sequence[str], encode: Encode) -> Matrix:
    total = encode(spans).sum(axis=0) + encode(_EVERYDAY).mean(axis=0) * np.float32(_EVERYDAY_WEIGHT)
    return np.asarray(total / np.float32(len(spans) + _EVERYDAY_WEIGHT), dtype=np.float32)


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
