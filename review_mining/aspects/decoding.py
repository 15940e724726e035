"""From probabilities to labels and opinions that agree with each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from review_mining.aspects.heads import Heads
from review_mining.aspects.linear import Probabilities
from review_mining.aspects.ngrams import Ints, Reals
from review_mining.tables import LABELS, POLARITIES

_ALLOWED = {
    "none": (),
    "positive": ("positive", "neutral"),
    "negative": ("negative", "neutral"),
    "mixed": ("positive", "negative", "neutral"),
}


@dataclass(frozen=True)
class Thresholds:
    """Operating points, chosen in training and stored with the weights.

    Attributes:
        opinion: smallest probability of an opinion, by polarity.
        clause: by sign, the sum of probabilities from which a clause shows its most probable opinion of that sign, if
            its review does not show it elsewhere.
        abstain: an aspect's label is left open when its probability is smaller.
    """

    opinion: dict[str, float]
    clause: dict[str, float]
    abstain: float


@dataclass(frozen=True, eq=False)
class Found:
    """Opinions by place, in reading order.

    Attributes:
        clauses, pairs: int64 arrays of shape (opinions,).
        confidence: float64 array of shape (opinions,).
    """

    clauses: Ints
    pairs: Ints
    confidence: Reals


def choose_labels(probabilities: Probabilities) -> Ints:
    """Most probable label of every review and aspect, shape (reviews, aspects), indices into LABELS."""
    return np.asarray(probabilities.aspects.argmax(axis=2), dtype=np.int64)


def choose_opinions(
    heads: Heads, probabilities: Probabilities, labels: Ints, clause_reviews: Ints, thresholds: Thresholds
) -> Found:
    """The opinions of a batch that are probable enough and agree with the review's labels.

    An aspect labelled ``none`` has no opinions, a positive one no complaint, a negative one no praise. A label that
    would stand alone takes its most probable clause, so that every label has words to show. (A review that has no
    clause at all, being without words, is the only exception.)
    """
    odds = probabilities.opinions
    if not odds.size:
        return Found(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
    allowed = _allowed(heads, labels)[clause_reviews]
    limits = np.asarray([thresholds.opinion[POLARITIES[polarity]] for polarity in heads.pair_polarities])
    chosen = allowed & (odds >= limits)
    telling = allowed & _likeliest_where_telling(heads, odds, thresholds.clause)
    chosen |= _first_mentions(odds, telling, chosen, clause_reviews)
    chosen |= _strongest_where_bare(heads, odds, labels, chosen, clause_reviews)
    clauses, pairs = np.nonzero(chosen)
    return Found(clauses, pairs, odds[clauses, pairs])


def _allowed(heads: Heads, labels: Ints) -> npt.NDArray[np.bool_]:
    """Which pairs each review's labels admit, shape (reviews, pairs)."""
    table = np.asarray([[polarity in _ALLOWED[label] for polarity in POLARITIES] for label in LABELS])
    return np.asarray(table[labels[:, heads.pair_aspects], heads.pair_polarities[None, :]])


def _likeliest_where_telling(heads: Heads, odds: Reals, limits: dict[str, float]) -> npt.NDArray[np.bool_]:
    """The most probable pair of every clause that probably holds some opinion of a polarity."""
    likeliest = np.zeros(odds.shape, dtype=bool)
    for polarity, limit in limits.items():
        pairs = heads.pairs_of(None, polarity)
        if len(pairs):
            telling = np.flatnonzero(odds[:, pairs].sum(axis=1) >= limit)
            likeliest[telling, pairs[odds[np.ix_(telling, pairs)].argmax(axis=1)]] = True
    return likeliest


def _first_mentions(
    odds: Reals, telling: npt.NDArray[np.bool_], chosen: npt.NDArray[np.bool_], clause_reviews: Ints
) -> npt.NDArray[np.bool_]:
    """Of the telling opinions those that their review does not show yet, each in its strongest clause.

    A point that is made again is no further opinion, so that a weak hint counts only where there is nothing stronger.
    """
    reviews = int(clause_reviews[-1]) + 1
    shown = np.zeros((reviews, odds.shape[1]), dtype=bool)
    np.logical_or.at(shown, clause_reviews, chosen)
    clauses, pairs = np.nonzero(telling & ~shown[clause_reviews])
    order = np.lexsort((clauses, -odds[clauses, pairs]))
    _, first = np.unique(clause_reviews[clauses[order]] * odds.shape[1] + pairs[order], return_index=True)
    new = np.zeros(odds.shape, dtype=bool)
    new[clauses[order[first]], pairs[order[first]]] = True
    return new


def _strongest_where_bare(
    heads: Heads, odds: Reals, labels: Ints, chosen: npt.NDArray[np.bool_], clause_reviews: Ints
) -> npt.NDArray[np.bool_]:
    """The best clause and pair for each sign that a label asks for and no chosen opinion bears out."""
    added = np.zeros_like(chosen)
    for aspect in range(len(heads.aspects)):
        for sign in ("positive", "negative"):
            pairs = heads.pairs_of(aspect, sign)
            if not len(pairs):
                continue
            borne_out = np.zeros(len(labels), dtype=bool)
            borne_out[clause_reviews[chosen[:, pairs].any(axis=1)]] = True
            bare = (labels[:, aspect] == LABELS.index(sign)) & ~borne_out
            if not bare.any():
                continue
            for clause in _best_clause(odds[:, pairs].max(axis=1), clause_reviews, bare):
                added[clause, pairs[odds[clause, pairs].argmax()]] = True
    return added


def _best_clause(strength: Reals, clause_reviews: Ints, wanted: npt.NDArray[np.bool_]) -> Ints:
    """First strongest clause of every wanted review that has one."""
    places = np.flatnonzero(wanted[clause_reviews])
    order = places[np.lexsort((places, -strength[places], clause_reviews[places]))]
    _, first = np.unique(clause_reviews[order], return_index=True)
    return np.asarray(order[first], dtype=np.int64)
