"""Points of the index that a theme costs, and the share of reviews that it appears in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator

from review_mining.insight.complaints import Complaints
from review_mining.insight.experience import INTERVAL, PRIOR_MEAN, Estimate, Recipe
from review_mining.insight.observations import MIXED, NEGATIVE, Flags, Ints, Reals, Texts

_JEFFREYS: Final = 0.5


@dataclass(frozen=True)
class Relief:
    """What removing each theme's negative mentions would change among the texts, as predicted.

    Attributes:
        aspect: int, (themes,): index of the theme's aspect.
        negative: float, (themes,): part of the weight of negative texts that would vanish.
        mixed: float, (themes,): part of the weight of mixed texts that would vanish.
        cleared: float, (themes,): part of the mixed texts that would be positive.
        negative_texts, mixed_texts: int, (themes,): texts of that label in the theme's aspect.
    """

    aspect: Ints
    negative: Reals
    mixed: Reals
    cleared: Reals
    negative_texts: Ints
    mixed_texts: Ints


def read_relief(texts: Texts, complaints: Complaints, aspect: Ints) -> Relief:
    """Measure the relief of every theme.

    A negative text all of whose complaints in the aspect belong to the theme would say nothing on it ("none"), a mixed
    one would be positive. A text with other complaints keeps its label and weighs as much as the heaviest of the rest.

    Args:
        texts: labels by slot.
        complaints: negative mentions by text, aspect and theme.
        aspect: int, (themes,): index of each theme's aspect.
    """
    themes = len(aspect)
    mine = complaints.theme >= 0
    theme, slot = complaints.theme[mine], complaints.slot[mine]
    fits = complaints.aspect[mine] == aspect[theme]
    theme, slot = theme[fits], slot[fits]
    own_aspect = aspect[theme]
    label = texts.labels[own_aspect, slot]
    lighter = complaints.weight[own_aspect, slot] - complaints.rest[mine][fits]
    relief = np.maximum(lighter, 0.0)
    sole = complaints.rest[mine][fits] <= 0.0

    def by_theme(chosen: Flags, weights: Reals) -> Reals:
        return np.bincount(theme[chosen], weights=weights[chosen], minlength=themes).astype(np.float64)

    of_label = {name: texts.counted & (texts.labels == name) for name in (NEGATIVE, MIXED)}
    number = {name: flags.sum(axis=1) for name, flags in of_label.items()}
    weight = {
        name: np.array([complaints.weight[row, flag].sum(dtype=np.float64) for row, flag in enumerate(flags)])
        for name, flags in of_label.items()
    }

    def part(amount: Reals, whole: Reals | Ints) -> Reals:
        return np.divide(amount, whole[aspect], out=np.zeros(themes), where=whole[aspect] > 0)

    return Relief(
        aspect,
        part(by_theme(label == NEGATIVE, relief), weight[NEGATIVE]),
        part(by_theme(label == MIXED, relief), weight[MIXED]),
        part(by_theme((label == MIXED) & sole, np.ones(len(theme))), number[MIXED]),
        number[NEGATIVE][aspect],
        number[MIXED][aspect],
    )


@dataclass(frozen=True)
class Impact:
    """Points of the index that the absence of each theme would bring; arrays of shape (themes,)."""

    total: Reals
    low: Reals
    high: Reals
    aspect: Reals


def impacts(relief: Relief, found: Estimate, recipe: Recipe, ratios: Sequence[Reals | None], rng: Generator) -> Impact:
    """Impact of every theme, with 95 % intervals from the same draws as the index.

    In each draw the parts that would vanish are drawn too, from Beta distributions with the texts' counts. They are
    parts of the shown complaints, times the ratio of true to shown ones, or of the aspect's true complaints where that
    ratio is not known.

    Args:
        relief: what each theme's absence would change.
        found: estimate of the index over the same texts.
        recipe: weights and operational figures.
        ratios: by theme None or float, (draws,): true for shown complaints, of those alone in their aspect.
        rng: seeded generator.
    """
    point = _gain(relief, found, recipe, None)
    low, high = np.zeros(len(point)), np.zeros(len(point))
    for theme in range(len(point)):
        low[theme], high[theme] = np.quantile(_gain(relief, found, recipe, (theme, ratios[theme], rng)), INTERVAL)
    part = recipe.weights[relief.aspect]
    return Impact(point * part, np.minimum(low, point) * part, np.maximum(high, point) * part, point)


def _gain(relief: Relief, found: Estimate, recipe: Recipe, draw: tuple[int, Reals | None, Generator] | None) -> Reals:
    """Points of the theme's own aspect: for all themes at the best estimate, or all draws of one theme."""
    if draw is None:
        opinion, chosen = found.point, relief.aspect
        negative, mixed, cleared = relief.negative, relief.mixed, relief.cleared
    else:
        theme, ratio, rng = draw
        opinion, chosen = found.draws, relief.aspect[theme : theme + 1]
        draws = len(opinion.positive)
        negative = _drawn_part(relief.negative[theme], relief.negative_texts[theme], draws, rng)
        mixed = _drawn_part(relief.mixed[theme], relief.mixed_texts[theme], draws, rng)
        cleared = np.minimum(_drawn_part(relief.cleared[theme], relief.mixed_texts[theme], draws, rng), 1.0)
    good, bad = opinion.good[..., chosen], opinion.bad[..., chosen]
    if draw is None or ratio is None:
        negative_texts, mixed_texts = opinion.negative[..., chosen], opinion.mixed[..., chosen]
    else:
        negative_texts, mixed_texts = (
            texts[theme] * ratio[:, None] for texts in (relief.negative_texts, relief.mixed_texts)
        )
    half_mixed = mixed_texts / 2.0
    heavy = negative_texts * opinion.burden.negative[chosen]
    less_bad = np.minimum(negative * heavy + mixed * half_mixed * opinion.burden.mixed[chosen], bad)
    # Points of the index, whose formula draws towards the same pseudo-reviews in every draw.
    strength, prior = recipe.prior_strength, recipe.prior_strength * PRIOR_MEAN
    as_is = (prior + good) / (strength + good + bad)
    more_good = cleared * half_mixed
    without = (prior + good + more_good) / (strength + good + more_good + bad - less_bad)
    gain = 5.0 * (1.0 - recipe.operations_part[chosen]) * (without - as_is)
    return np.asarray(np.maximum(gain, 0.0).reshape(-1))


def _drawn_part(part: float, texts: int, draws: int, rng: Generator) -> Reals:
    """Draws of a part of ``texts`` that was counted as ``part``. Float, (draws, 1)."""
    if part <= 0.0:
        return np.zeros((draws, 1))
    present = part * texts
    absent = max(texts - present, 0.0)
    return rng.beta(present + _JEFFREYS, absent + _JEFFREYS, size=(draws, 1))


def share_intervals(
    reviews: Ints, counted: int, ratio: Reals, most: Reals, column: Ints, rng: Generator
) -> tuple[Reals, Reals]:
    """95 % intervals of the share of reviews that truly have a theme.

    Each draw takes the share from its Beta posterior and scales it by how many complaints of the theme's kind are true
    for each that is shown, which held-out reviews may tell but vaguely, up to the most reviews that can have it. The
    interval is widened, where needed, to hold the counted share itself.

    Args:
        reviews: int, (themes,): counted reviews with the theme.
        counted: number of counted reviews.
        ratio: float, (draws, kinds): draws of true for shown complaints.
        most: float, (draws, kinds): the same draws of the largest share that can be true; above 1 it counts as 1.
        column: int, (themes,): kind of each theme.
        rng: seeded generator.

    Returns:
        Low and high, each float, (themes,).
    """
    low, high = np.zeros(len(reviews)), np.zeros(len(reviews))
    for theme, n in enumerate(reviews):
        kind = column[theme]
        drawn = rng.beta(n + _JEFFREYS, counted - n + _JEFFREYS, size=len(ratio)) * ratio[:, kind]
        low[theme], high[theme] = np.quantile(np.minimum(drawn, np.minimum(most[:, kind], 1.0)), INTERVAL)
    share = reviews / max(counted, 1)
    return np.minimum(low, share), np.maximum(high, share)
