"""How many points each sub-item takes from its aspect, adding up to the whole loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from review_mining.insight.complaints import Complaints
from review_mining.insight.experience import PRIOR_MEAN, SCALE, Estimate, Recipe
from review_mining.insight.observations import MIXED, NEGATIVE, Mentions, Reals, Texts
from review_mining.taxonomy import Taxonomy


def sub_items(
    texts: Texts,
    mentions: Mentions,
    complaints: Complaints,
    found: Estimate,
    recipe: Recipe,
    taxonomy: Taxonomy,
    aspects: list[str],
) -> list[dict[str, Any]]:
    """Points lost per aspect and sub-aspect.

    A complaining text's weight is divided equally among its distinct negative codes in the aspect; what no span
    explains stands under ``unattributed``, the doubt of the pseudo-reviews under ``prior``, and the operational figures
    under ``operations``. For each aspect the points add up to ``5 - score``.

    Returns:
        Per aspect ``aspect``, ``lost``, ``unattributed``, ``prior``, ``operations`` and ``items``: per code ``code``,
        ``zh``, ``en``, ``owner``, ``weight``, ``positive`` and ``negative`` (mentions) and ``points_lost``.
    """
    codes = list(taxonomy.sub_aspects)
    amounts = _attributed(texts, mentions, complaints, len(codes))
    positive = np.bincount(mentions.code[mentions.positive], minlength=len(codes))
    negative = np.bincount(mentions.code[mentions.negative], minlength=len(codes))
    results = []
    for a, aspect in enumerate(aspects):
        points, prior = _points_per_bad(found, recipe, a)
        bad = _predicted_bad(texts, complaints, a)
        scale = points / bad if bad > 0 else 0.0
        own = [i for i, code in enumerate(codes) if taxonomy.aspect_of(code) == aspect]
        items: list[dict[str, Any]] = [
            {
                "code": codes[i],
                "zh": taxonomy.sub_aspects[codes[i]].zh,
                "en": taxonomy.sub_aspects[codes[i]].en,
                "owner": taxonomy.sub_aspects[codes[i]].owner,
                "weight": taxonomy.sub_aspects[codes[i]].weight,
                "positive": int(positive[i]),
                "negative": int(negative[i]),
                "points_lost": float(amounts[a, i] * scale),
            }
            for i in own
        ]
        explained = float(amounts[a, own].sum() * scale)
        results.append(
            {
                "aspect": aspect,
                "lost": float(SCALE - found.index[a]),
                "items": sorted(items, key=lambda item: (-item["points_lost"], item["code"])),
                "unattributed": max(points - explained, 0.0),
                "prior": prior,
                "operations": float(SCALE * recipe.operations_part[a] * (1.0 - recipe.operations[a])),
            }
        )
    return results


def _points_per_bad(found: Estimate, recipe: Recipe, aspect: int) -> tuple[float, float]:
    """Points that opinions cost the aspect, and points that the pseudo-reviews cost."""
    good, bad = found.point.good[aspect], found.point.bad[aspect]
    unit = SCALE * (1.0 - recipe.operations_part[aspect]) / (recipe.prior_strength + good + bad)
    return float(unit * bad), float(unit * recipe.prior_strength * (1.0 - PRIOR_MEAN))


def _predicted_bad(texts: Texts, complaints: Complaints, aspect: int) -> float:
    row, weight = texts.labels[aspect], complaints.weight[aspect]
    negative = weight[texts.counted & (row == NEGATIVE)].sum(dtype=np.float64)
    return float(negative + weight[texts.counted & (row == MIXED)].sum(dtype=np.float64) / 2.0)


def _attributed(texts: Texts, mentions: Mentions, complaints: Complaints, codes: int) -> Reals:
    """Weight of the complaining texts by aspect and code; mixed texts count half. Float, (aspects, codes)."""
    aspects, slots = texts.labels.shape
    ours = mentions.where(mentions.negative)
    text = ours.aspect.astype(np.int64) * slots + ours.slot
    pairs = np.unique(text * max(codes, 1) + ours.code)
    text, code = pairs // max(codes, 1), pairs % max(codes, 1)
    _, position, shared_by = np.unique(text, return_inverse=True, return_counts=True)
    label = texts.labels.reshape(-1)[text]
    factor = np.where(label == NEGATIVE, 1.0, np.where(label == MIXED, 0.5, 0.0))
    amount = factor * complaints.weight.reshape(-1)[text] / np.maximum(shared_by[position], 1)
    sums = np.bincount(text // slots * codes + code, weights=amount, minlength=aspects * codes)
    return np.asarray(sums.reshape(aspects, codes))
