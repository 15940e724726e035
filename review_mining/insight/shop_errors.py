"""The classifier's errors in a shop, whose reviews are another mix than the held-out ones.

False alarms are rarer among reviews that complain of nothing, and a shop may have many more or fewer of those than the
held-out reviews have. What these show is therefore weighted to the shop's mix of attitudes, the same for all aspects,
before label shift is assumed within each aspect: prediction-powered inference (Angelopoulos et al. 2023) whose
labelled reviews are made like the shop's.

Reviews that were drawn without regard to what they say count in full. Those chosen for being hard are misread more
often; they stand in where a label is so rare that few of the others have it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator

from review_mining.held_out import HeldOut, attitude
from review_mining.insight.experience import LABEL_PRIOR, Classifier
from review_mining.insight.observations import ABSTAINED, Ints, Reals, Texts
from review_mining.insight.prevalence import true_shares
from review_mining.tables import LABELS

CHOSEN_WORTH: Final = 2.0
"""What all chosen reviews with one true label are worth together, in reviews drawn without regard to what they say."""

_RIGHT_PRIOR: Final = 0.2
_WRONG_PRIOR: Final = 0.05
"""Pseudo-reviews on each cell of a confusion matrix, enough for a label that no held-out review has."""


@dataclass(frozen=True)
class ShopMix:
    """What a held-out review of each attitude counts, so that all together are a mix like the shop's.

    Attributes:
        mean: float, (4,): best estimate, by true attitude.
        draws: float, (draws, 4).
    """

    mean: Reals
    draws: Reals


def shop_mix(held_out: HeldOut, texts: Texts, draws: int, rng: Generator) -> ShopMix:
    """Compare the attitudes of a shop's texts, corrected for misclassification, with those of natural reviews.

    Args:
        held_out: what the classifier makes of reviews that it had not seen.
        texts: of the shop, as labelled; only those that count are used.
        draws: number of posterior draws.
        rng: seeded generator.
    """
    shown = np.bincount(attitude(texts.labels[:, texts.counted]), minlength=len(LABELS))
    seen: Reals = shown.astype(np.float64) + LABEL_PRIOR
    natural, chosen = (_attitudes(held_out, rows) for rows in (held_out.natural, ~held_out.natural))
    rates = natural + chosen * worth_of_chosen(chosen.sum(axis=1))[:, None] + _prior()
    rarity = 1.0 / (natural.sum(axis=1) + 1.0)
    drawn_rates = _normalised(rng.standard_gamma(rates, size=(draws, *rates.shape)))
    drawn_seen = _normalised(rng.standard_gamma(seen, size=(draws, *seen.shape)))
    return ShopMix(
        true_shares(_normalised(seen), _normalised(rates)) * rarity,
        true_shares(drawn_seen, drawn_rates) * rarity,
    )


def classifier_in_shop(held_out: HeldOut, mix: ShopMix, rng: Generator) -> Classifier:
    """The classifier's errors in one shop, among the labels that it does not leave open.

    Args:
        held_out: what the classifier makes of reviews that it had not seen.
        mix: what these count in the shop.
        rng: seeded generator.
    """
    natural, chosen = (_labels(held_out, rows) for rows in (held_out.natural, ~held_out.natural))
    counts = natural + chosen * worth_of_chosen(chosen.sum(axis=(0, 3)))[None, :, :, None]
    # Pseudo-reviews lie where the label's reviews lie, lest they outweigh those when an attitude is rare in the shop.
    rows = counts.sum(axis=-1) + np.finfo(np.float64).tiny
    parameters = counts + _prior() * (rows / rows.sum(axis=0))[..., None]
    drawn = np.zeros((len(mix.draws), *parameters.shape[1:]))
    for kind, part in enumerate(parameters):
        drawn += mix.draws[:, kind, None, None, None] * rng.standard_gamma(part, size=drawn.shape)
    mean = np.einsum("k,katp->atp", mix.mean, parameters)
    return Classifier(_normalised(mean), _normalised(drawn))


def worth_of_chosen(reviews: Ints) -> Reals:
    """What each of so many chosen reviews counts."""
    return np.minimum(1.0, CHOSEN_WORTH / np.maximum(reviews, 1))


def _attitudes(held_out: HeldOut, rows: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Ints:
    """Reviews by true attitude and the one shown. Int, (4, 4)."""
    counts = np.zeros((len(LABELS), len(LABELS)), dtype=np.int64)
    np.add.at(counts, (attitude(held_out.true[rows].T), attitude(held_out.shown[rows].T)), 1)
    return counts


def _labels(held_out: HeldOut, rows: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Ints:
    """Reviews by true attitude, aspect, true label and the one shown, if any. Int, (4, aspects, 4, 4)."""
    true, shown = held_out.true[rows], held_out.shown[rows]
    kinds, size = attitude(true.T), len(LABELS)
    counts = np.zeros((size, true.shape[1], size, size), dtype=np.int64)
    for aspect in range(true.shape[1]):
        decided = shown[:, aspect] != ABSTAINED
        np.add.at(counts[:, aspect], (kinds[decided], true[decided, aspect], shown[decided, aspect]), 1)
    return counts


def _prior() -> Reals:
    prior: Reals = np.full((len(LABELS), len(LABELS)), _WRONG_PRIOR)
    np.fill_diagonal(prior, _RIGHT_PRIOR)
    return prior


def _normalised(amounts: Reals) -> Reals:
    """Shares along the last axis."""
    positive = np.maximum(amounts, np.finfo(np.float64).tiny)
    return np.asarray(positive / positive.sum(axis=-1, keepdims=True))
