"""The classifier's errors in a shop, whose reviews are another mix than the held-out ones.

False alarms are rarer among reviews that complain of nothing, and a shop may have many more or fewer of those than the
held-out reviews have. What these show is therefore weighted to the shop's mix of attitudes, the same for all aspects,
before label shift is assumed within each aspect: prediction-powered inference (Angelopoulos et al. 2023) whose
labelled reviews are made like the shop's.

Reviews that were drawn without regard to what they say count in full. Those chosen for being hard are misread more
often; they stand in where a label is so rare that few of the others have it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Generator

from review_mining.held_out import HeldOut
from review_mining.insight.experience import LABEL_PRIOR, Classifier
from review_mining.insight.observations import MIXED, NEGATIVE, NONE, POSITIVE, Ints, Labels, Reals, Texts
from review_mining.insight.prevalence import true_shares
from review_mining.tables import LABELS

CHOSEN_WORTH: Final = 5.0
"""What all chosen reviews with one true label are worth together, in reviews drawn without regard to what they say."""

_RIGHT_PRIOR: Final = 0.2
_WRONG_PRIOR: Final = 0.05
"""Pseudo-reviews on each cell of a confusion matrix, enough for a label that no held-out review has."""


def attitude(labels: Labels) -> Labels:
    """The label of a whole review: whether any aspect is praised, and whether any is complained of.

    Args:
        labels: int8, (aspects, …): index into ``tables.LABELS``; anything else says nothing.

    Returns:
        int8, (…,).
    """
    good = ((labels == POSITIVE) | (labels == MIXED)).any(axis=0)
    bad = ((labels == NEGATIVE) | (labels == MIXED)).any(axis=0)
    return np.where(good, np.where(bad, MIXED, POSITIVE), np.where(bad, NEGATIVE, NONE)).astype(np.int8)


def classifier_in_shop(held_out: HeldOut, texts: Texts, draws: int, rng: Generator) -> Classifier:
    """The classifier's errors among the texts of one shop.

    Args:
        held_out: labels of reviews that the classifier had not seen, some of them natural.
        texts: of the shop, as labelled; only those that count are used.
        draws: number of posterior draws.
        rng: seeded generator.
    """
    by_aspect, by_review = _worth(held_out)
    seen = np.bincount(attitude(texts.labels[:, texts.counted]), minlength=len(LABELS)).astype(np.float64)
    natural = attitude(held_out.true[held_out.natural].T)
    rarity = 1.0 / (np.bincount(natural, minlength=len(LABELS)) + 1.0)
    rates = by_review + _prior()
    mix = true_shares(_normalised(seen + LABEL_PRIOR), _normalised(rates))
    mean = _normalised(np.einsum("k,katp->atp", mix * rarity, by_aspect))
    drawn_rates = _normalised(rng.standard_gamma(rates, size=(draws, *rates.shape)))
    drawn_seen = _normalised(rng.standard_gamma(seen + LABEL_PRIOR, size=(draws, len(seen))))
    weights = true_shares(drawn_seen, drawn_rates) * rarity
    drawn = np.zeros((draws, *by_aspect.shape[1:]))
    for kind, parameters in enumerate(by_aspect):
        drawn += weights[:, kind, None, None, None] * rng.standard_gamma(parameters, size=drawn.shape)
    return Classifier(mean, _normalised(drawn))


def _worth(held_out: HeldOut) -> tuple[Reals, Reals]:
    """Held-out reviews by true and shown label, with the pseudo-reviews.

    Returns:
        By true attitude of the review, aspect and labels, float, (4, aspects, 4 true, 4 shown), without labels left
        open; and by the review's attitudes, float, (4 true, 4 shown), without pseudo-reviews.
    """
    natural, chosen = (_counts(held_out, rows) for rows in (held_out.natural, ~held_out.natural))
    by_aspect = natural[0] + chosen[0] * _capped(chosen[0].sum(axis=(0, 3)))[None, :, :, None]
    by_review = natural[1] + chosen[1] * _capped(chosen[1].sum(axis=1))[:, None]
    # Pseudo-reviews lie where the label's reviews lie, lest they outweigh those when an attitude is rare in the shop.
    rows = by_aspect.sum(axis=-1) + np.finfo(np.float64).tiny
    return by_aspect + _prior() * (rows / rows.sum(axis=0))[..., None], by_review


def _counts(held_out: HeldOut, rows: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> tuple[Ints, Ints]:
    true, shown = held_out.true[rows], held_out.shown[rows]
    kinds, size = attitude(true.T).astype(np.int64), len(LABELS)
    by_aspect = np.zeros((size, true.shape[1], size, size), dtype=np.int64)
    for aspect in range(true.shape[1]):
        decided = shown[:, aspect] < size
        np.add.at(by_aspect[:, aspect], (kinds[decided], true[decided, aspect], shown[decided, aspect]), 1)
    by_review = np.zeros((size, size), dtype=np.int64)
    np.add.at(by_review, (kinds, attitude(shown.T)), 1)
    return by_aspect, by_review


def _capped(reviews: Ints) -> Reals:
    return np.minimum(1.0, CHOSEN_WORTH / np.maximum(reviews, 1))


def _prior() -> Reals:
    prior: Reals = np.full((len(LABELS), len(LABELS)), _WRONG_PRIOR)
    np.fill_diagonal(prior, _RIGHT_PRIOR)
    return prior


def _normalised(amounts: Reals) -> Reals:
    """Shares along the last axis."""
    positive = np.maximum(amounts, np.finfo(np.float64).tiny)
    return np.asarray(positive / positive.sum(axis=-1, keepdims=True))
