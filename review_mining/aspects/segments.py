"""A batch of texts made ready for the linear model: normalised, laid out, split into clauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from review_mining.aspects.clauses import split_clauses
from review_mining.aspects.ngrams import Characters, Ints, lay_out
from review_mining.text.normalise import Normalised, normalise


@dataclass(frozen=True, eq=False)
class Segments:
    """Reviews and their clauses as places in one row of characters.

    Attributes:
        normalised: one per review, with the way back to its own code points.
        characters: the normalised texts laid end to end.
        clause_starts, clause_ends: int64 arrays of shape (clauses,), half-open offsets into ``characters``.
        clause_reviews: int64 array of shape (clauses,), which review each clause belongs to; ascending.
    """

    normalised: Sequence[Normalised]
    characters: Characters
    clause_starts: Ints
    clause_ends: Ints
    clause_reviews: Ints

    def __len__(self) -> int:
        return len(self.normalised)


def segment(texts: Sequence[str]) -> Segments:
    """Normalise texts and split them into clauses."""
    normalised = [normalise(text) for text in texts]
    characters = lay_out([one.text for one in normalised])
    clauses = [split_clauses(one.text) for one in normalised]
    counts = np.asarray([len(spans) for spans in clauses], dtype=np.int64)
    reviews = np.repeat(np.arange(len(clauses)), counts)
    places = np.asarray(list(chain.from_iterable(clauses)), dtype=np.int64).reshape(-1, 2)
    places += characters.bounds[reviews][:, None]
    return Segments(normalised, characters, places[:, 0], places[:, 1], reviews)
