"""Operating points and confusion counts of a model, from reviews that it had not seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from review_mining.aspects.calibration import Calibration, count_confusion
from review_mining.aspects.decoding import Thresholds, choose_labels, choose_opinions
from review_mining.aspects.fitting import Examples, Truths
from review_mining.aspects.heads import Heads
from review_mining.aspects.linear import Probabilities
from review_mining.aspects.ngrams import Reals
from review_mining.aspects.training_config import OperatingConfig
from review_mining.held_out import HeldOut, attitude, count_complaints, only_complaints
from review_mining.tables import LABELS, POLARITIES

_GRID = tuple(round(0.1 + 0.01 * step, 2) for step in range(81))
_COMPLAINT = "negative"


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
    held_out: HeldOut | None = None,
) -> Calibration:
    """Count predicted against true labels over one or several sets of reviews."""
    true = np.concatenate([examples.labels(heads) for examples, _ in predicted])
    labels = np.concatenate([choose_labels(probabilities) for _, probabilities in predicted])
    certainty = np.concatenate([probabilities.aspects.max(axis=2) for _, probabilities in predicted])
    return count_confusion(heads.aspects, true, labels, (certainty < abstain).sum(axis=0), held_out)


def held_out_of(
    heads: Heads, examples: Examples, found: Probabilities, thresholds: Thresholds, natural: Truths
) -> HeldOut:
    """What the tagger would show of held-out reviews, beside the truth.

    Args:
        heads: the model's.
        examples: the reviews.
        found: their probabilities, each fitted without its review.
        thresholds: operating points.
        natural: bool array of shape (reviews,), which were drawn without regard to what they say.
    """
    true, labels = examples.labels(heads).astype(np.int8), choose_labels(found)
    shown = np.where(found.aspects.max(axis=2) < thresholds.abstain, len(LABELS), labels).astype(np.int8)
    codes = list(heads.taxonomy.sub_aspects)
    told = np.asarray(
        [
            [(code, _COMPLAINT) in {(one.code, one.polarity) for one in review.opinions} for code in codes]
            for review in examples.reviews
        ]
    )
    clause_reviews = examples.segments.clause_reviews
    opinions = choose_opinions(heads, found, labels, clause_reviews, thresholds)
    said = np.zeros_like(told)
    for clause, pair in zip(opinions.clauses.tolist(), opinions.pairs.tolist(), strict=True):
        code, polarity = heads.pairs[pair]
        if polarity == _COMPLAINT:
            said[clause_reviews[clause], codes.index(code)] = True
    aspects = np.asarray([heads.aspects.index(heads.taxonomy.aspect_of(code)) for code in codes], dtype=np.int64)
    attitudes = attitude(true.T)
    complaints = count_complaints(codes, told, said, attitudes, natural)
    told, said = (only_complaints(side, aspects) for side in (told, said))
    return HeldOut(true, shown, natural, complaints, count_complaints(codes, told, said, attitudes, natural))
