"""Praise or complaint, learnt from many reviews that carry stars or a polarity but no opinions.

The annotated reviews are few; what they never mention (新鲜, 掉毛) the model would have to guess. This layer reads the
mood of a text from a larger vocabulary, and the second layer weighs it beside the heads (sentiment knowledge from
ratings as in Tian et al., SKEP, ACL 2020, reduced to a linear model). ``polarity_fitting.py`` learns it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from review_mining.aspects.ngrams import Ints, Reals, Vocabulary, weigh
from review_mining.aspects.segments import Segments


@dataclass(frozen=True, eq=False)
class PolarityLayer:
    """Log odds of praise against complaint, for reviews and clauses alike.

    Attributes:
        idf, weights: shape (vocabulary,).
        bias: shape (1,).
    """

    vocabulary: Vocabulary
    idf: Reals
    weights: Reals
    bias: Reals

    @classmethod
    def absent(cls) -> PolarityLayer:
        """A layer that knows nothing and says 0."""
        return cls(Vocabulary([]), np.zeros(0), np.zeros(0), np.zeros(1))

    def scores(self, segments: Segments, starts: Ints, ends: Ints) -> Reals:
        """Log odds of each stretch of a batch, shape (stretches,); 0 where no n-gram is known."""
        hits = self.vocabulary.find(segments.characters)
        rows = weigh(hits, starts, ends, self.idf)
        known = np.diff(rows.indptr) > 0
        return np.asarray(np.where(known, rows @ self.weights + self.bias[0], 0.0))
