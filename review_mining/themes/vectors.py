"""Vectors of opinion spans: what an encoder makes of them, beside latent semantics of their characters and words.

The encoder's mean states, centred, know what means the same; characters with their pairs, and jieba's words with the
negation before them, know what is written alike. None does as well alone on complaints that readers have sorted
(``scripts/evaluate_themes.py``). The encoder's contrastive sentence vectors are not used: they were taught to lay all
complaints of one sub-aspect together, and what is sought here are the issues within one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np

from review_mining.encoder.runtime import Encoder
from review_mining.themes.lexical import LexicalSpace, Matrix, unit
from review_mining.themes.words import Words, content_words, core_text

Encode = Callable[[Sequence[str]], Matrix]
"""Texts to vectors, shape (texts, width): a bundled encoder, or any other the user has."""

_BLOCK = 8192
_LEXICAL_WEIGHT = 0.7
"""Of characters and of words beside the encoder's 1, so that both together weigh as much as it does. Chosen on
complaints that readers have sorted."""

_EVERYDAY = (resources.files("review_mining.themes") / "everyday.txt").read_text(encoding="utf-8").split()
"""What an encoder's vectors have in common shows in any complaints; a few alone would be told from their own mean."""
_EVERYDAY_WEIGHT = 100.0


class SpanVectors:
    """Turns spans into unit vectors.

    Args:
        characters: fitted on single characters and pairs.
        words: fitted on content words.
        centre: mean of the encoder's vectors, shape (width,).
        encode: the encoder that ``centre`` comes from.
        segmenter: splits spans into words.
    """

    def __init__(
        self, characters: LexicalSpace, words: LexicalSpace, centre: Matrix, encode: Encode, segmenter: Words
    ) -> None:
        self.characters, self.words, self.centre = characters, words, centre
        self.encode, self.segmenter = encode, segmenter

    @classmethod
    def fitted(cls, spans: Sequence[str], *, encode: Encode, segmenter: Words, seed: int) -> SpanVectors:
        """Learn both lexical spaces and the centre.

        Args:
            spans: keys of at least one span; their order matters to the last bit, so give them in a fixed one.
            encode: texts to vectors.
            segmenter: splits spans into words.
            seed: of the randomised SVD.
        """
        characters = LexicalSpace.fitted(_characters(spans), seed)
        words = LexicalSpace.fitted(_words(spans, segmenter), seed)
        return cls(characters, words, _centre(spans, encode), encode, segmenter)

    @property
    def width(self) -> int:
        """Length of a vector."""
        return sum(len(row) for row in (self.centre, self.characters.projection.T, self.words.projection.T))

    def transform(self, spans: Sequence[str]) -> Matrix:
        """Unit vectors of keys.

        Returns:
            Shape (spans, width).
        """
        blocks = [self._transform(spans[first : first + _BLOCK]) for first in range(0, len(spans), _BLOCK)]
        return np.concatenate([np.zeros((0, self.width), np.float32), *blocks])

    def _transform(self, spans: Sequence[str]) -> Matrix:
        states = unit(self.encode(spans) - self.centre)
        characters = self.characters.transform(_characters(spans))
        words = self.words.transform(_words(spans, self.segmenter))
        weight = np.float32(_LEXICAL_WEIGHT)
        return unit(np.concatenate([states, characters * weight, words * weight], axis=1))


@cache
def bundled_encoder() -> Encode:
    """The encoder that the package brings."""
    return Encoder.from_pretrained(Path(str(resources.files("review_mining"))) / "models" / "encoder").encode


def _centre(spans: Sequence[str], encode: Encode) -> Matrix:
    total = encode(spans).sum(axis=0) + encode(_EVERYDAY).mean(axis=0) * np.float32(_EVERYDAY_WEIGHT)
    return np.asarray(total / np.float32(len(spans) + _EVERYDAY_WEIGHT), dtype=np.float32)


def _characters(spans: Sequence[str]) -> list[list[str]]:
    texts = [core_text(span) for span in spans]
    return [[*text, *(text[i : i + 2] for i in range(len(text) - 1))] for text in texts]


def _words(spans: Sequence[str], segmenter: Words) -> list[list[str]]:
    return [content_words(tokens) for tokens in segmenter(spans)]
