"""Which opinions are shown, from probabilities that are given rather than computed."""

from __future__ import annotations

import numpy as np
import pytest

from review_mining.aspects.decoding import Thresholds, choose_labels, choose_opinions
from review_mining.aspects.heads import Heads
from review_mining.aspects.linear import Probabilities
from review_mining.tables import LABELS
from review_mining.taxonomy import load_taxonomy

_HEADS = Heads(load_taxonomy(), (("q.function", "negative"), ("q.size", "negative"), ("l.speed", "positive")))
_THRESHOLDS = Thresholds(
    {"positive": 0.5, "negative": 0.5, "neutral": 0.5}, {"positive": 0.2, "negative": 0.25}, abstain=0.5
)


def _shown(clauses: list[tuple[float, float, float]], reviews: list[int], **labels: str) -> set[tuple[int, int]]:
    """(clause, pair) of the opinions that are shown; an aspect without a given label has none."""
    count = max(reviews) + 1
    aspects = np.full((count, len(_HEADS.aspects), len(LABELS)), 0.05)
    for place, name in enumerate(_HEADS.aspects):
        aspects[:, place, LABELS.index(labels.get(name, "none"))] = 0.85
    found = Probabilities(np.asarray(clauses), aspects, np.full((count, 4), 0.25))
    chosen = choose_opinions(_HEADS, found, choose_labels(found), np.asarray(reviews), _THRESHOLDS)
    return set(zip(chosen.clauses.tolist(), chosen.pairs.tolist(), strict=True))


def test_a_weak_hint_counts_where_nothing_stronger_says_the_same() -> None:
    assert _shown([(0.7, 0, 0), (0.3, 0, 0)], [0, 0], quality="negative") == {(0, 0)}
    assert _shown([(0.3, 0, 0), (0.4, 0, 0)], [0, 0], quality="negative") == {(1, 0)}
    assert _shown([(0.7, 0, 0), (0, 0.3, 0)], [0, 0], quality="negative") == {(0, 0), (1, 1)}


def test_of_equal_hints_the_first_is_shown() -> None:
    assert _shown([(0.3, 0, 0), (0.3, 0, 0)], [0, 0], quality="negative") == {(0, 0)}


def test_another_review_may_say_the_same() -> None:
    assert _shown([(0.7, 0, 0), (0.3, 0, 0)], [0, 1], quality="negative") == {(0, 0), (1, 0)}


def test_what_is_certain_is_shown_as_often_as_it_is_said() -> None:
    assert _shown([(0.7, 0, 0), (0.6, 0, 0)], [0, 0], quality="negative") == {(0, 0), (1, 0)}


@pytest.mark.parametrize("label", ["none", "positive"])
def test_a_label_without_complaint_admits_none(label: str) -> None:
    assert {pair for _, pair in _shown([(0.9, 0.9, 0)], [0], quality=label)} <= set()


def test_a_label_that_nothing_bears_out_takes_its_best_clause() -> None:
    assert _shown([(0.01, 0.02, 0), (0.03, 0.01, 0)], [0, 0], quality="negative") == {(1, 0)}
