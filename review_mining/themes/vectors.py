"""Vectors of opinion spans: latent semantic analysis over words and character pairs.

TF-IDF over content words and their pairs, beside TF-IDF over pairs of characters (which survive slips of the
segmenter and misspellings), projected by a truncated SVD and scaled to length one: Deerwester et al. (1990), "Indexing
by Latent Semantic Analysis". A sentence encoder can take this class's place: anything with ``transform`` will do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from review_mining.themes.words import Words, content_words, core_text, key

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
        segmenter: splits spans into words.
        words: vocabulary of content words and pairs of them, joined by a blank.
        characters: vocabulary of single characters and pairs.
        projection: shape (words + characters, dimensions).
    """

    def __init__(self, segmenter: Words, words: Terms, characters: Terms, projection: Matrix) -> None:
        self._segmenter = segmenter
        self.words, self.characters, self.projection = words, characters, projection
        self._counters = (_counter(words), _counter(characters))

    @classmethod
    def fitted(cls, spans: Sequence[str], segmenter: Words, *, seed: int) -> SpanVectors:
        """Learn vocabulary and projection.

        Args:
            spans: at least one span; their order matters to the last bit, so give them in a fixed one.
            segmenter: splits spans into words.
            seed: of the randomised SVD.
        """
        rarest = 2 if len(spans) >= _RARE_FROM else 1
        tfidfs, blocks = [], []
        for terms in (_word_terms(spans, segmenter), [_character_terms(span) for span in spans]):
            if not any(terms):
                terms = [["∅"], *terms[1:]]
            tfidf = TfidfVectorizer(
                analyzer=_given, sublinear_tf=True, min_df=_rarest(terms, rarest), max_features=_LARGEST_VOCABULARY
            )
            blocks.append(tfidf.fit_transform(terms))
            tfidfs.append(Terms(tuple(tfidf.get_feature_names_out()), tfidf.idf_.astype(np.float32)))
        counts = sparse.hstack(blocks).tocsr().astype(np.float32)
        return cls(segmenter, tfidfs[0], tfidfs[1], _projection(counts, seed))

    def transform(self, spans: Sequence[str]) -> Matrix:
        """Unit vectors, or zeros where a span holds no known term.

        Returns:
            Shape (spans, dimensions).
        """
        vectors = np.zeros((len(spans), self.projection.shape[1]), np.float32)
        for first in range(0, len(spans), _BLOCK):
            block = spans[first : first + _BLOCK]
            terms = (_word_terms(block, self._segmenter), [_character_terms(span) for span in block])
            counts = sparse.hstack([counter.transform(t) for counter, t in zip(self._counters, terms, strict=True)])
            vectors[first : first + len(block)] = counts.tocsr().astype(np.float32) @ self.projection
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


def _given(terms: list[str]) -> list[str]:
    return terms


def _rarest(terms: Sequence[Sequence[str]], wanted: int) -> int:
    seen: set[str] = set()
    for line in terms:
        if seen.intersection(line):
            return wanted
        seen.update(line)
    return 1


def _counter(terms: Terms) -> TfidfVectorizer:
    counter = TfidfVectorizer(
        analyzer=_given, sublinear_tf=True, vocabulary={term: place for place, term in enumerate(terms.vocabulary)}
    )
    counter.idf_ = terms.idf
    return counter


def _word_terms(spans: Sequence[str], segmenter: Words) -> list[list[str]]:
    lines = [content_words(tokens) for tokens in segmenter([key(span) for span in spans])]
    return [[*words, *(f"{a} {b}" for a, b in zip(words, words[1:], strict=False))] for words in lines]


def _character_terms(span: str) -> list[str]:
    text = core_text(key(span))
    return [*text, *(text[i : i + 2] for i in range(len(text) - 1))]
