"""How heavily a complaint weighs, and how much of it would be left without one of its themes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from review_mining.insight.observations import MIXED, NEGATIVE, Codes, Mentions, Reals, Texts


@dataclass(frozen=True)
class Complaints:
    """Negative mentions, one entry per text, aspect and theme, and the weight of every text that complains.

    Attributes:
        weight: float32, (aspects, slots): the heaviest negative code of the text in the aspect, 1 where none is known.
        slot, aspect, theme: int, (k,): where each entry stands; theme -1 is "no theme".
        own: float, (k,): heaviest code of the entry.
        rest: float, (k,): heaviest code among the text's other entries of the aspect, 0 if there are none.
    """

    weight: NDArray[np.float32]
    slot: Codes
    aspect: Codes
    theme: Codes
    own: Reals
    rest: Reals


def read_complaints(texts: Texts, mentions: Mentions, code_weights: Sequence[float]) -> Complaints:
    """Weights of the complaints.

    The heaviest code decides, not the mean: a second, lighter complaint then never makes a review count for less.

    Args:
        texts: labels by slot.
        mentions: visible mentions.
        code_weights: weight of each code within its aspect.
    """
    negative = mentions.where(mentions.negative)
    weights = np.asarray(code_weights, dtype=np.float64)[negative.code] if len(negative.code) else np.zeros(0)
    slots = texts.labels.shape[1]
    text = negative.aspect.astype(np.int64) * slots + negative.slot
    order = np.lexsort((-weights, negative.theme, text))
    text, theme, weights = text[order], negative.theme[order], weights[order]
    first = np.ones(len(text), dtype=np.bool_)
    first[1:] = (text[1:] != text[:-1]) | (theme[1:] != theme[:-1])
    text, theme, own = text[first], theme[first], weights[first]
    heaviest, rest = _heaviest_and_rest(text, own)
    weight = np.ones(texts.labels.shape, dtype=np.float32)
    weight.reshape(-1)[text] = heaviest
    return Complaints(weight, (text % slots).astype(np.int32), (text // slots).astype(np.int32), theme, own, rest)


def _heaviest_and_rest(text: Codes, own: Reals) -> tuple[Reals, Reals]:
    """Per entry: the text's heaviest weight, and its heaviest weight without the entry. ``text`` is sorted."""
    if not len(text):
        return np.zeros(0), np.zeros(0)
    starts = np.flatnonzero(np.r_[True, text[1:] != text[:-1]])
    group = np.cumsum(np.r_[True, text[1:] != text[:-1]]) - 1
    first = np.maximum.reduceat(own, starts)[group]
    order = np.lexsort((-own, text))
    leader = np.zeros(len(own), dtype=np.bool_)
    leader[order[starts]] = True
    second = np.maximum.reduceat(np.where(leader, 0.0, own), starts)[group]
    return first, np.where(leader, second, first)


@dataclass(frozen=True)
class Burden:
    """Mean weight of the complaining texts, per group of texts and aspect.

    Attributes:
        negative: float, (…, aspects): mean over texts labelled negative, 1 where there are none.
        mixed: float, (…, aspects): the same over texts labelled mixed.
    """

    negative: Reals
    mixed: Reals


def mean_burden(texts: Texts, complaints: Complaints, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Burden:
    """Mean weights over the chosen slots; arrays of shape (aspects,)."""

    def mean(label: int) -> Reals:
        values = [
            complaints.weight[aspect, chosen & (row == label)].astype(np.float64)
            for aspect, row in enumerate(texts.labels)
        ]
        return np.array([part.mean() if len(part) else 1.0 for part in values])

    return Burden(mean(NEGATIVE), mean(MIXED))
