"""The experience index: 0 to 5 per aspect and in total, with intervals that cover sampling and the classifier's error.

The formula and its reasons are in ``docs/experience_index.md``. In short, per aspect::

    good  = positive + mixed / 2                         true counts of texts, corrected for misclassification
    bad   = negative * w_negative + mixed / 2 * w_mixed  w: mean weight of the texts' heaviest complaint
    s     = (m * 0.8 + good) / (m + good + bad)          m = prior_strength
    index = 5 * ((1 - o) * s + o * operations)           o: part of the operational figures that were given
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator

from review_mining.insight.complaints import Burden
from review_mining.insight.observations import (
    ABSENT,
    ABSTAINED,
    MIXED,
    NEGATIVE,
    POSITIVE,
    Flags,
    Ints,
    Labels,
    Reals,
    Texts,
)
from review_mining.insight.prevalence import draw_confusion, mean_confusion, true_shares
from review_mining.tables import LABELS

SCALE: Final = 5.0
PRIOR_MEAN: Final = 0.8
"""Satisfaction of the pseudo-reviews: an aspect nobody mentions stands at 4.0."""

PRIOR_CERTAINTY: Final = 2.0
"""Pseudo-reviews in the draws, ``prior_strength`` in the best estimate. They are few, so that the interval admits that
a shop may be far from ``PRIOR_MEAN``, however strongly the best estimate is drawn towards it."""

LABEL_PRIOR: Final = 0.25
"""Pseudo-texts on each predicted label, so that a label not seen in a small sample is not thought impossible."""

INTERVAL: Final = (0.025, 0.975)
_PATTERN_BLOCK: Final = 4096


@dataclass(frozen=True)
class Sample:
    """The texts behind one index, as counts of label patterns across the aspects.

    Attributes:
        patterns: int8, (patterns, aspects): distinct rows of labels.
        counts: int, (patterns,): how many texts have each.
    """

    patterns: Labels
    counts: Ints

    @property
    def texts(self) -> int:
        """Number of texts."""
        return int(self.counts.sum())

    def label_counts(self) -> Ints:
        """Texts by aspect and predicted label, without abstentions. Int, (aspects, 4)."""
        return np.asarray(_by_label(self.patterns, self.counts[None, :])[0].astype(np.int64))

    def abstentions(self) -> Ints:
        """Texts by aspect on which the classifier did not decide. Int, (aspects,)."""
        return np.asarray(((self.patterns == ABSTAINED) * self.counts[:, None]).sum(axis=0, dtype=np.int64))


def read_sample(texts: Texts, chosen: Flags) -> Sample:
    """Count the label patterns of the chosen slots."""
    aspects = texts.labels.shape[0]
    base = ABSTAINED + 2
    powers = base ** np.arange(aspects, dtype=np.int64)
    keys = np.zeros(int(np.count_nonzero(chosen)), dtype=np.int64)
    for power, row in zip(powers, texts.labels, strict=True):
        keys += (row[chosen].astype(np.int64) - ABSENT) * power
    distinct, counts = np.unique(keys, return_counts=True)
    patterns = (distinct[:, None] // powers) % base + ABSENT
    return Sample(patterns.astype(np.int8), counts.astype(np.int64))


def _by_label(patterns: Labels, weights: Reals | Ints) -> Reals:
    """Sum of the patterns' weights by aspect and label. ``weights`` (rows, patterns); float, (rows, aspects, 4)."""
    sums = [weights @ (patterns == label) for label in range(len(LABELS))]
    return np.stack(sums, axis=-1).astype(np.float64)


@dataclass(frozen=True)
class Recipe:
    """How aspects make a total, and which operational figures are folded in.

    Attributes:
        weights: float, (aspects,): part of each aspect in the total, sum 1.
        operations: float, (aspects,): value 0-1 of the operational figures of each aspect.
        operations_part: float, (aspects,): their part in the aspect's index, 0 where none is given.
        prior_strength: number of pseudo-reviews.
    """

    weights: Reals
    operations: Reals
    operations_part: Reals
    prior_strength: float

    def index(self, satisfaction: Reals) -> Reals:
        """Index per aspect, and the total as one more column. ``satisfaction`` (…, aspects); float, (…, aspects+1)."""
        blended = (1.0 - self.operations_part) * satisfaction + self.operations_part * self.operations
        total = (blended * self.weights).sum(axis=-1, keepdims=True)
        return np.clip(SCALE * np.concatenate([blended, total], axis=-1), 0.0, SCALE)


def aspect_parts(weights: Sequence[float]) -> Reals:
    """Weights that sum to 1; equal ones where none is positive. Float, (aspects,)."""
    values = np.asarray(weights, dtype=np.float64)
    if not len(values):
        return values
    return np.asarray(values / values.sum()) if values.sum() > 0 else np.full(len(values), 1.0 / len(values))


@dataclass(frozen=True)
class Opinion:
    """True amounts of opinion, corrected for misclassification; every array of shape (…, aspects).

    Attributes:
        positive, negative, mixed: number of texts, weights not applied.
        burden: mean weight of the negative and of the mixed texts.
        prior_good, prior_bad: pseudo-reviews that praise, and that complain.
    """

    positive: Reals
    negative: Reals
    mixed: Reals
    burden: Burden
    prior_good: Reals
    prior_bad: Reals

    @property
    def good(self) -> Reals:
        """Praise in texts."""
        return self.positive + self.mixed / 2.0

    @property
    def bad(self) -> Reals:
        """Complaint in weighted texts."""
        return self.negative * self.burden.negative + self.mixed / 2.0 * self.burden.mixed

    def satisfaction(self) -> Reals:
        """Shrunken share of praise. Float, (…, aspects), in [0, 1]."""
        good, bad = self.prior_good + self.good, self.prior_bad + self.bad
        return np.asarray(good / (good + bad))


@dataclass(frozen=True)
class Classifier:
    """What is known of the classifier's errors: the best estimate, and draws around it.

    Attributes:
        mean: float, (aspects, 4 true, 4 predicted).
        draws: float, (draws, aspects, 4, 4).
    """

    mean: Reals
    draws: Reals

    @classmethod
    def measured(cls, confusion: Ints, draws: int, rng: Generator) -> Classifier:
        """From held-out confusion counts, int, (aspects, 4 true, 4 predicted)."""
        return cls(mean_confusion(confusion), draw_confusion(confusion, draws, rng))


@dataclass(frozen=True)
class Estimate:
    """The index of one sample.

    Attributes:
        point: best estimate of the opinion; arrays of shape (aspects,).
        draws: posterior draws of it; arrays of shape (draws, aspects).
        index: float, (aspects + 1,): the total last.
        index_draws: float, (draws, aspects + 1).
        predicted_bad: float, (draws, aspects): share of texts predicted negative or mixed in each draw.
        true_bad: float, (draws, aspects): share of texts that are so.
    """

    point: Opinion
    draws: Opinion
    index: Reals
    index_draws: Reals
    predicted_bad: Reals
    true_bad: Reals

    @property
    def low(self) -> Reals:
        """Lower end of the 95 % interval. Float, (aspects + 1,)."""
        return np.minimum(np.quantile(self.index_draws, INTERVAL[0], axis=0), self.index)

    @property
    def high(self) -> Reals:
        """Upper end of the 95 % interval. Float, (aspects + 1,)."""
        return np.maximum(np.quantile(self.index_draws, INTERVAL[1], axis=0), self.index)


def estimate(sample: Sample, burden: Burden, classifier: Classifier, recipe: Recipe, rng: Generator) -> Estimate:
    """Index of a sample with its posterior draws.

    Each draw takes one confusion matrix from the held-out reviews, one mix of predicted labels from the sample (a
    Bayesian bootstrap over whole patterns, so aspects that go wrong together stay together), solves for the true mix,
    and draws a few pseudo-reviews.

    Args:
        sample: label patterns and counts.
        burden: mean weights of the complaining texts, arrays of shape (aspects,).
        classifier: its errors; the number of draws is taken from it.
        recipe: weights and operational figures.
        rng: seeded generator.
    """
    counts: Reals = sample.label_counts().astype(np.float64)
    decided = counts.sum(axis=-1)
    shares = true_shares(_shares(counts), classifier.mean)
    point = _opinion(shares, decided, burden, _expected_prior(recipe, decided.shape))
    predicted = _draw_predicted(sample, len(classifier.draws), rng)
    drawn_shares = true_shares(predicted, classifier.draws)
    draws = _opinion(drawn_shares, decided, burden, _draw_prior(drawn_shares.shape[:-1], rng))
    return Estimate(
        point,
        draws,
        recipe.index(point.satisfaction()),
        recipe.index(draws.satisfaction()),
        predicted[..., NEGATIVE] + predicted[..., MIXED],
        drawn_shares[..., NEGATIVE] + drawn_shares[..., MIXED],
    )


def _shares(counts: Reals) -> Reals:
    """Shares of the labels; all "none" where there is no text. ``counts`` (…, 4)."""
    total: Reals = counts.sum(axis=-1, keepdims=True)
    nothing: Reals = np.eye(len(LABELS))[0]
    return np.asarray(np.where(total > 0, counts / np.maximum(total, 1.0), nothing))


def _expected_prior(recipe: Recipe, shape: tuple[int, ...]) -> tuple[Reals, Reals]:
    """Good and bad pseudo-reviews of the best estimate."""
    strength = recipe.prior_strength
    return np.full(shape, strength * PRIOR_MEAN), np.full(shape, strength * (1.0 - PRIOR_MEAN))


def _draw_prior(shape: tuple[int, ...], rng: Generator) -> tuple[Reals, Reals]:
    """Draws of the good and of the bad pseudo-reviews; their share of good ones follows a Beta distribution."""
    good: Reals = rng.standard_gamma(PRIOR_CERTAINTY * PRIOR_MEAN, size=shape)
    bad: Reals = rng.standard_gamma(PRIOR_CERTAINTY * (1.0 - PRIOR_MEAN), size=shape)
    return good, bad


def _opinion(shares: Reals, decided: Reals, burden: Burden, prior: tuple[Reals, Reals]) -> Opinion:
    amounts = shares * decided[..., None]
    return Opinion(amounts[..., POSITIVE], amounts[..., NEGATIVE], amounts[..., MIXED], burden, *prior)


def _draw_predicted(sample: Sample, draws: int, rng: Generator) -> Reals:
    """Draws of the predicted mix by Bayesian bootstrap. Float, (draws, aspects, 4)."""
    aspects = sample.patterns.shape[1]
    amounts: Reals = rng.standard_gamma(LABEL_PRIOR, size=(draws, aspects, len(LABELS)))
    for start in range(0, len(sample.counts), _PATTERN_BLOCK):
        part = slice(start, start + _PATTERN_BLOCK)
        weights: Reals = rng.standard_gamma(
            sample.counts[part].astype(np.float64), size=(draws, len(sample.counts[part]))
        )
        amounts += _by_label(sample.patterns[part], weights)
    return np.asarray(amounts / amounts.sum(axis=-1, keepdims=True))


def estimate_groups(
    counts: Reals, burden: Burden, classifier: Classifier, recipe: Recipe, rng: Generator
) -> tuple[Reals, Reals, Reals]:
    """Index of many small groups at once: each aspect is drawn by itself, without the patterns across aspects.

    Args:
        counts: float, (groups, aspects, 4): texts by predicted label.
        burden: arrays of shape (groups, aspects).
        classifier: its errors; the number of draws is taken from it.
        recipe: weights and operational figures.
        rng: seeded generator.

    Returns:
        Index, low and high, each float, (groups, aspects + 1).
    """
    decided = counts.sum(axis=-1)
    shares = true_shares(_shares(counts), classifier.mean)
    index = recipe.index(_opinion(shares, decided, burden, _expected_prior(recipe, decided.shape)).satisfaction())
    low, high = np.empty_like(index), np.empty_like(index)
    for group in range(len(counts)):
        gammas: Reals = rng.standard_gamma(counts[group] + LABEL_PRIOR, size=(len(classifier.draws), *counts.shape[1:]))
        drawn = true_shares(gammas / gammas.sum(axis=-1, keepdims=True), classifier.draws)
        prior = _draw_prior(drawn.shape[:-1], rng)
        own = Burden(burden.negative[group], burden.mixed[group])
        values = recipe.index(_opinion(drawn, decided[group], own, prior).satisfaction())
        low[group], high[group] = np.quantile(values, INTERVAL, axis=0)
    return index, np.minimum(low, index), np.maximum(high, index)
