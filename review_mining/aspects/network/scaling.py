"""From a network's log odds to calibrated probabilities: Platt scaling of opinions, matrix scaling of questions.

Platt 1999; Guo et al., *On Calibration of Modern Neural Networks*, ICML 2017, section 4.2. Both are fitted on reviews
that the network was not trained on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from review_mining.aspects.heads import Heads
from review_mining.aspects.linear import Probabilities
from review_mining.aspects.ngrams import Reals
from review_mining.tables import LABELS, POLARITIES


@dataclass(frozen=True, eq=False)
class Scores:
    """Log odds of a batch.

    Attributes:
        clauses: shape (clauses, pairs).
        questions: shape (reviews, questions, 4): overall attitude, then one question per aspect.
    """

    clauses: Reals
    questions: Reals


@dataclass(frozen=True, eq=False)
class Scaling:
    """What log odds are multiplied with; the last row of each matrix is added.

    Attributes:
        opinions: shape (polarities, 2).
        questions: shape (questions, 5, 4).
    """

    opinions: Reals
    questions: Reals

    @classmethod
    def none(cls, questions: int) -> Scaling:
        """Leave everything as it is."""
        whole = np.concatenate([np.eye(len(LABELS)), np.zeros((1, len(LABELS)))])
        return cls(np.tile([1.0, 0.0], (len(POLARITIES), 1)), np.tile(whole, (questions, 1, 1)))

    def probabilities(self, scores: Scores, heads: Heads) -> Probabilities:
        """Calibrated probabilities of a batch."""
        slope, shift = self.opinions[heads.pair_polarities].T
        opinions = 1 / (1 + np.exp(-(scores.clauses * slope + shift)))
        logits = np.einsum("rqi,qij->rqj", comparable(scores.questions), self.questions[:, :-1]) + self.questions[:, -1]
        shares = np.exp(logits - logits.max(axis=2, keepdims=True))
        shares /= shares.sum(axis=2, keepdims=True)
        return Probabilities(opinions, shares[:, 1:], shares[:, 0])

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {name: getattr(self, name).round(5).tolist() for name in ("opinions", "questions")}

    @classmethod
    def from_json(cls, content: dict[str, Any], heads: Heads) -> Scaling:
        """Read back what ``to_json`` gave.

        Raises:
            ValueError: a matrix has another shape.
            KeyError: one is missing.
        """
        shapes = {
            "opinions": (len(POLARITIES), 2),
            "questions": (1 + len(heads.aspects), len(LABELS) + 1, len(LABELS)),
        }
        found = {name: np.asarray(content[name], dtype=np.float64) for name in shapes}
        for name, shape in shapes.items():
            if found[name].shape != shape or not np.isfinite(found[name]).all():
                raise ValueError(f"scaling {name} is not of shape {shape}")
        return cls(**found)


def comparable(questions: Reals) -> Reals:
    """Log probabilities, which a constant added to all four log odds does not change."""
    odds = questions.astype(np.float64)
    return np.asarray(odds - np.logaddexp.reduce(odds, axis=2, keepdims=True))
