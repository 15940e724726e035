"""The index of many groups of texts at once: products, batches, weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.random import Generator

from review_mining.insight.complaints import Burden, Complaints
from review_mining.insight.experience import Classifier, Recipe, estimate_groups
from review_mining.insight.observations import ABSENT, MIXED, NEGATIVE, NONE, POSITIVE, Codes, Ints, Reals, Texts
from review_mining.tables import LABELS

GROUP_DRAWS: Final = 400
"""Draws for each small group: its interval is wide, its ends need fewer draws than the headline's."""


@dataclass(frozen=True)
class Groups:
    """Counts of groups of texts.

    Attributes:
        reviews: int, (groups,): counted reviews.
        labels: float, (groups, aspects, 4): counted texts by predicted label.
        burden: mean weights, arrays of shape (groups, aspects).
    """

    reviews: Ints
    labels: Reals
    burden: Burden


def count_groups(texts: Texts, complaints: Complaints, group: Codes, groups: int) -> Groups:
    """Count labels by group.

    Args:
        texts: labels by slot.
        complaints: weights of the complaining texts.
        group: int32, (slots,): the group of each text, -1 for none.
        groups: number of groups.
    """
    chosen = texts.counted & (group >= 0)
    ours = group[chosen].astype(np.int64)
    width = len(LABELS) + 2
    labels = np.empty((groups, len(texts.labels), len(LABELS)))
    means = {label: np.ones((groups, len(texts.labels))) for label in (NEGATIVE, MIXED)}
    for aspect, row in enumerate(texts.labels):
        label = row[chosen]
        cells = np.bincount(ours * width + (label.astype(np.int64) - ABSENT), minlength=groups * width)
        labels[:, aspect] = cells.reshape(groups, width)[:, NONE - ABSENT : NONE - ABSENT + len(LABELS)]
        weight = complaints.weight[aspect, chosen]
        for kind, mean in means.items():
            picked = label == kind
            total = np.bincount(ours[picked], weights=weight[picked], minlength=groups)
            n = labels[:, aspect, kind]
            np.divide(total, n, out=mean[:, aspect], where=n > 0)
    first = chosen[: texts.reviews]
    reviews = np.bincount(group[: texts.reviews][first], minlength=groups)
    return Groups(reviews, labels, Burden(means[NEGATIVE], means[MIXED]))


def take(groups: Groups, chosen: Ints) -> Groups:
    """Only the chosen groups, in that order."""
    burden = Burden(groups.burden.negative[chosen], groups.burden.mixed[chosen])
    return Groups(groups.reviews[chosen], groups.labels[chosen], burden)


def group_scores(
    groups: Groups, aspects: list[str], classifier: Classifier, recipe: Recipe, rng: Generator
) -> list[dict[str, Any]]:
    """Index with its interval, and the predicted counts, of each group and aspect and in total.

    Returns:
        One mapping per group, from aspect (or ``total``) to ``score``, ``low``, ``high``, ``n`` and, for an aspect,
        ``positive``, ``negative`` and ``mixed``. ``n`` is the number of texts that say something on the aspect, for
        the total the number of reviews.
    """
    few = Classifier(classifier.mean, classifier.draws[:GROUP_DRAWS])
    index, low, high = estimate_groups(groups.labels, groups.burden, few, recipe, rng)
    results = []
    for g in range(len(groups.reviews)):
        entry: dict[str, Any] = {}
        for a, name in enumerate([*aspects, "total"]):
            entry[name] = {"score": float(index[g, a]), "low": float(low[g, a]), "high": float(high[g, a])}
            if name == "total" and a == len(aspects):
                entry[name]["n"] = int(groups.reviews[g])
                continue
            counts = groups.labels[g, a]
            entry[name]["n"] = int(counts[[POSITIVE, NEGATIVE, MIXED]].sum())
            entry[name].update({LABELS[k]: int(counts[k]) for k in (POSITIVE, NEGATIVE, MIXED)})
        results.append(entry)
    return results
