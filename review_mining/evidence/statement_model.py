"""The trained reader of statements: one linear layer over n-grams, cue words and the encoder's vector.

The layer is a sum of classifiers that were fitted apart (``statement_fitting.py``). The largest of its first columns is
the kind, its last column holds the log odds that the writer calls the evidence fake.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from review_mining.aspects.ngrams import Reals
from review_mining.evidence.keyword_rules import fake_cues
from review_mining.evidence.statement import STATEMENT_KINDS, StatementReading
from review_mining.evidence.statement_features import FeatureReader, Features

_DIGITS = 4


@dataclass(frozen=True, eq=False)
class Weights:
    """The layer; columns are the kinds in the order of ``STATEMENT_KINDS``, then the report of fake evidence.

    Attributes:
        ngrams: shape (vocabulary, kinds + 1).
        dense: of cues and vectors, shape (groups + hidden, kinds + 1).
        bias: shape (kinds + 1,).
    """

    ngrams: Reals
    dense: Reals
    bias: Reals

    def scores(self, features: Features) -> Reals:
        """Log odds, shape (statements, kinds + 1)."""
        return np.asarray(features.ngrams @ self.ngrams + features.dense() @ self.dense + self.bias)


class StatementModel:
    """Reads statements with a trained layer.

    Args:
        method: name with version.
        features: statements to numbers.
        weights: the layer.
        threshold: ``fake_score`` from which a statement counts as a report of fake evidence.
    """

    def __init__(self, method: str, features: FeatureReader, weights: Weights, threshold: float) -> None:
        self.method, self.features, self.weights, self.threshold = method, features, weights, threshold

    def read(self, statement: str) -> StatementReading:
        """Read one statement; ``fake_score`` is a probability among statements such as it learnt from."""
        if not statement.strip():
            return StatementReading("other", 0.0, ())
        (scores,) = self.weights.scores(self.features([statement]))
        probability = 1 / (1 + np.exp(-scores[-1]))
        kind = STATEMENT_KINDS[int(scores[:-1].argmax())]
        return StatementReading(kind, round(float(probability), _DIGITS), fake_cues(statement))
