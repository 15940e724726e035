"""Operating points and confusion counts of a model, from reviews that it had not seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from review_mining.aspects.calibration import Calibration, count_confusion
from review_mining.aspects.decoding import Thresholds, choose_labels
from review_mining.aspects.fitting import Examples, Truths
from review_mining.aspects.heads import Heads
from review_mining.aspects.linear import Probabilities
from review_mining.aspects.ngrams import Reals
from review_mining.aspects.training_config import OperatingConfig
from review_mining.tables import POLARITIES

_GRID = tuple(round(0.1 + 0.01 * step, 2) for step in range(81))


def choose_thresholds(heads: Heads, held_out: Probabilities, examples: Examples, config: OperatingConfig) -> Thresholds:
    """Best F1 over clauses per polarity, complaints at no less than the configured precision; a quantile to abstain."""
    opinion = {}
    for polarity in POLARITIES:
        pairs = heads.pairs_of(None, polarity)
        floor = config.negative_precision if polarity == "negative" else 0.0
        opinion[polarity] = _best_threshold(held_out.opinions[:, pairs], examples.clause_truth[:, pairs], floor)
    certainty = held_out.aspects.max(axis=2)
    abstain = float(np.floor(np.quantile(certainty, config.abstain_share) * 1000) / 1000)
    return Thresholds(opinion, {str(sign): limit for sign, limit in config.clause_thresholds.items()}, abstain)


def _best_threshold(odds: Reals, truth: Truths, floor: float) -> float:
    best, chosen = -1.0, _GRID[-1]
    for threshold in _GRID:
        found = odds >= threshold
        right, claimed = int((found & truth).sum()), int(found.sum())
        score = 2 * right / max(1, claimed + int(truth.sum()))
        if right >= floor * claimed and score > best:
            best, chosen = score, threshold
    return chosen


def confusion_of(
    heads: Heads,
    predicted: Sequence[tuple[Examples, Probabilities]],
    abstain: float,
    natural: npt.NDArray[np.bool_] | None = None,
) -> Calibration:
    """Count predicted against true labels over one or several sets of reviews.

    Args:
        heads: the model's.
        predicted: sets of reviews with what the model gave for them.
        abstain: probability below which a label is left open.
        natural: shape (reviews of all sets,), which were drawn without regard to what they say.
    """
    true = np.concatenate([examples.labels(heads) for examples, _ in predicted])
    labels = np.concatenate([choose_labels(probabilities) for _, probabilities in predicted])
    certainty = np.concatenate([probabilities.aspects.max(axis=2) for _, probabilities in predicted])
    return count_confusion(heads.aspects, true, labels, certainty < abstain, natural)
