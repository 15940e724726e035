"""What a statement model sees of a statement: character n-grams, cue words by group, and the encoder's vector."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from review_mining.aspects.ngrams import Reals, Vocabulary, frequent_ngrams, inverse_document_frequency, lay_out, weigh
from review_mining.text import normalise_all

Encode = Callable[[Sequence[str]], npt.NDArray[np.float32]]
"""Texts to vectors, shape (texts, width)."""
Cues = Mapping[str, Sequence[str]]
"""Groups of words that mean much the same to a claim, by name."""


@dataclass(frozen=True, eq=False)
class Features:
    """Statements in numbers.

    Attributes:
        ngrams: TF-IDF rows of unit length, shape (statements, vocabulary).
        cues: logarithm of 1 + how many words of each group occur, shape (statements, groups).
        vectors: of the encoder, shape (statements, hidden).
    """

    ngrams: csr_matrix
    cues: Reals
    vectors: Reals

    def dense(self) -> Reals:
        """Cues and vectors side by side, shape (statements, groups + hidden)."""
        return np.concatenate([self.cues, self.vectors], axis=1)


class FeatureReader:
    """Statements to features.

    Args:
        vocabulary: the known n-grams.
        idf: their weights, shape (vocabulary,).
        cues: groups of words, in normalised form.
        encode: the encoder.
    """

    def __init__(self, vocabulary: Vocabulary, idf: Reals, cues: Cues, encode: Encode) -> None:
        self.vocabulary, self.idf, self.cues, self.encode = vocabulary, idf, cues, encode

    @classmethod
    def fitted(cls, texts: Sequence[str], *, longest: int, cues: Cues, encode: Encode) -> FeatureReader:
        """Learn the n-grams of texts.

        Args:
            texts: as written.
            longest: characters of the longest n-gram.
            cues: groups of words, as written.
            encode: the encoder.
        """
        normalised = normalise_all(texts)
        ngrams = [ngram for ngram in frequent_ngrams(normalised, min_texts=1) if len(ngram) <= longest]
        vocabulary, characters = Vocabulary(ngrams), lay_out(normalised)
        idf = inverse_document_frequency(vocabulary.find(characters), characters, len(vocabulary))
        groups = {name: sorted(set(normalise_all(list(words)))) for name, words in cues.items()}
        return cls(vocabulary, idf, groups, encode)

    def __call__(self, texts: Sequence[str]) -> Features:
        """Read statements; each gets the same numbers in any company."""
        normalised = normalise_all(texts)
        characters = lay_out(normalised)
        ngrams = weigh(self.vocabulary.find(characters), characters.bounds[:-1], characters.bounds[1:], self.idf)
        counts = [[sum(word in text for word in words) for words in self.cues.values()] for text in normalised]
        # One at a time, for vectors of the 8-bit encoder depend a little on what else is in a batch.
        vectors = [self.encode([text])[0] for text in texts]
        return Features(
            ngrams,
            np.log1p(np.asarray(counts, dtype=np.float64).reshape(len(texts), len(self.cues))),
            np.asarray(vectors, dtype=np.float64).reshape(len(texts), -1),
        )
