"""The linear model: n-gram weights, and the small second layer that joins a review's and its clauses' scores.

First layer: one logistic head per question over the TF-IDF row of a review, and of each clause (``heads.py``).
Second layer, fitted on out-of-fold scores of the first and therefore a calibration as well (multinomial Platt scaling):

- a clause holds an opinion of (code, polarity) with probability sigma(w . [clause score, review's score of the pair,
  review's score of the aspect's sign, the clause's mood towards the sign, 1]), with one w per polarity;
- an aspect's four labels are a softmax over the review's two scores of that aspect, the strongest clause of each
  polarity, the score of ``not_a_review`` and the review's mood;
- the overall attitude is a softmax over the four overall scores, the strongest praise and complaint and the mood.

The mood comes from ``polarity.py``, which learnt it from many more reviews than are annotated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from review_mining.aspects.heads import SIGNS, Heads
from review_mining.aspects.ngrams import Hits, Ints, Reals, Vocabulary, weigh
from review_mining.aspects.polarity import PolarityLayer
from review_mining.aspects.segments import Segments
from review_mining.tables import OVERALL, POLARITIES

_ABSENT = -8.0
_TOWARDS = {"positive": 1.0, "negative": -1.0, "neutral": 0.0}


@dataclass(frozen=True, eq=False)
class Scores:
    """First-layer scores (log odds) of a batch.

    Attributes:
        reviews: shape (reviews, heads.review_columns).
        clauses: shape (clauses, pairs).
        review_moods, clause_moods: shapes (reviews,) and (clauses,), positive for praise.
    """

    reviews: Reals
    clauses: Reals
    review_moods: Reals
    clause_moods: Reals


@dataclass(frozen=True, eq=False)
class FirstLayer:
    """N-gram weights.

    Attributes:
        idf: shape (vocabulary,).
        review_weights, clause_weights: shapes (vocabulary, heads.review_columns) and (vocabulary, pairs).
        review_bias, clause_bias: shapes (heads.review_columns,) and (pairs,).
    """

    vocabulary: Vocabulary
    idf: Reals
    review_weights: Reals
    review_bias: Reals
    clause_weights: Reals
    clause_bias: Reals
    polarity: PolarityLayer

    def find(self, segments: Segments) -> Hits:
        """Known n-grams of a batch."""
        return self.vocabulary.find(segments.characters)

    def scores(self, segments: Segments, hits: Hits) -> Scores:
        """Score reviews and clauses."""
        bounds = segments.characters.bounds
        reviews = weigh(hits, bounds[:-1], bounds[1:], self.idf)
        clauses = weigh(hits, segments.clause_starts, segments.clause_ends, self.idf)
        return Scores(
            _product(reviews, self.review_weights) + self.review_bias,
            _product(clauses, self.clause_weights) + self.clause_bias,
            self.polarity.scores(segments, bounds[:-1], bounds[1:]),
            self.polarity.scores(segments, segments.clause_starts, segments.clause_ends),
        )


@dataclass(frozen=True, eq=False)
class SecondLayer:
    """Weights that join the scores; the last row of each matrix is the bias.

    Attributes:
        opinion: shape (polarities, 5).
        aspect: shape (aspects, 8, 4 labels).
        overall: shape (8, 4 attitudes).
    """

    opinion: Reals
    aspect: Reals
    overall: Reals


@dataclass(frozen=True, eq=False)
class Probabilities:
    """Calibrated probabilities of a batch.

    Attributes:
        opinions: shape (clauses, pairs).
        aspects: shape (reviews, aspects, 4), over tables.LABELS.
        overall: shape (reviews, 4), over tables.OVERALL.
    """

    opinions: Reals
    aspects: Reals
    overall: Reals


def second_layer(layer: SecondLayer, heads: Heads, scores: Scores, clause_reviews: Ints) -> Probabilities:
    """Join the scores of a batch into probabilities."""
    log_odds = np.zeros_like(scores.clauses)
    for polarity, weights in enumerate(layer.opinion):
        pairs = heads.pairs_of(None, POLARITIES[polarity])
        log_odds[:, pairs] = _weighted(opinion_features(heads, scores, clause_reviews, pairs), weights)
    strongest = strongest_clauses(heads, log_odds, clause_reviews, len(scores.reviews))
    aspects = np.stack(
        [
            softmax(_weighted_columns(aspect_features(heads, scores, strongest, aspect), weights))
            for aspect, weights in enumerate(layer.aspect)
        ],
        axis=1,
    )
    overall = softmax(_weighted_columns(overall_features(scores, strongest), layer.overall))
    return Probabilities(1.0 / (1.0 + np.exp(-log_odds)), aspects, overall)


def opinion_features(heads: Heads, scores: Scores, clause_reviews: Ints, pairs: Ints) -> Reals:
    """Inputs of the opinion layer, shape (5, clauses, len(pairs)): four scores and a one.

    A neutral pair has no head for its aspect's sign and no mood; those inputs are 0.
    """
    features = np.ones((5, len(clause_reviews), len(pairs)))
    features[0] = scores.clauses[:, pairs]
    features[1] = scores.reviews[clause_reviews][:, heads.first_pair + pairs]
    for place, pair in enumerate(pairs):
        sign = POLARITIES[heads.pair_polarities[pair]]
        column = heads.aspect_column(int(heads.pair_aspects[pair]), sign) if sign in SIGNS else None
        features[2, :, place] = 0.0 if column is None else scores.reviews[clause_reviews, column]
        features[3, :, place] = _TOWARDS[sign] * scores.clause_moods
    return features


def strongest_clauses(heads: Heads, log_odds: Reals, clause_reviews: Ints, reviews: int) -> Reals:
    """Highest log odds of any clause per review, aspect and polarity, shape (reviews, aspects, polarities)."""
    strongest = np.full((reviews, len(heads.aspects), len(POLARITIES)), _ABSENT)
    for aspect in range(len(heads.aspects)):
        for polarity, name in enumerate(POLARITIES):
            pairs = heads.pairs_of(aspect, name)
            if len(pairs) and len(clause_reviews):
                highest = log_odds[:, pairs].max(axis=1)
                np.maximum.at(strongest[:, aspect, polarity], clause_reviews, highest)
    return strongest


def aspect_features(heads: Heads, scores: Scores, strongest: Reals, aspect: int) -> Reals:
    """Inputs of one aspect's softmax, shape (reviews, 7)."""
    columns = [scores.reviews[:, heads.aspect_column(aspect, sign)] for sign in SIGNS]
    columns.extend(strongest[:, aspect, polarity] for polarity in range(len(POLARITIES)))
    columns.extend((scores.reviews[:, OVERALL.index("not_a_review")], scores.review_moods))
    return np.stack(columns, axis=1)


def overall_features(scores: Scores, strongest: Reals) -> Reals:
    """Inputs of the overall softmax, shape (reviews, 7)."""
    attitudes, signs = scores.reviews[:, : len(OVERALL)], strongest[:, :, :2].max(axis=1)
    return np.concatenate([attitudes, signs, scores.review_moods[:, None]], axis=1)


def softmax(log_odds: Reals) -> Reals:
    """Softmax over the last axis."""
    powers = np.exp(log_odds - log_odds.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _product(rows: csr_matrix, weights: Reals) -> Reals:
    return np.asarray(rows @ weights, dtype=np.float64)


def _weighted(features: Reals, weights: Reals) -> Reals:
    """Sum in a fixed order, so that a result does not depend on what else is in the batch."""
    total = np.zeros(features.shape[1:])
    for feature, weight in zip(features, weights, strict=True):
        total += weight * feature
    return total


def _weighted_columns(features: Reals, weights: Reals) -> Reals:
    total = np.broadcast_to(weights[-1], (len(features), weights.shape[1])).copy()
    for column, weight in zip(features.T, weights[:-1], strict=True):
        total += column[:, None] * weight
    return total
