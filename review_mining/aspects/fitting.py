"""Fitting the two layers of the linear model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from review_mining.annotated import AnnotatedReview, texts_of
from review_mining.aspects.heads import SIGNS, Heads, ordered_pairs
from review_mining.aspects.linear import (
    FirstLayer,
    Scores,
    SecondLayer,
    aspect_features,
    opinion_features,
    overall_features,
    strongest_clauses,
)
from review_mining.aspects.ngrams import Ints, Reals, Vocabulary, frequent_ngrams, inverse_document_frequency, weigh
from review_mining.aspects.polarity import PolarityLayer
from review_mining.aspects.segments import Segments, segment
from review_mining.aspects.training_config import BaselineConfig
from review_mining.tables import LABELS, OVERALL, POLARITIES
from review_mining.taxonomy import Taxonomy

Truths = npt.NDArray[np.bool_]
_NEVER = -8.0


@dataclass(frozen=True, eq=False)
class Examples:
    """Annotated reviews made ready for fitting.

    Attributes:
        reviews: the annotated reviews.
        segments: their texts, split.
        review_truth: bool array of shape (reviews, heads.review_columns).
        clause_truth: bool array of shape (clauses, pairs).
    """

    reviews: Sequence[AnnotatedReview]
    segments: Segments
    review_truth: Truths
    clause_truth: Truths

    def labels(self, heads: Heads) -> Ints:
        """True labels, shape (reviews, aspects), indices into LABELS."""
        letters = [aspect.letter for aspect in heads.taxonomy.aspects.values()]
        rows = [[LABELS.index(review.label(letter)) for letter in letters] for review in self.reviews]
        return np.asarray(rows, dtype=np.int64)

    def overall(self) -> Ints:
        """True attitudes, shape (reviews,), indices into OVERALL."""
        return np.asarray([OVERALL.index(review.overall) for review in self.reviews], dtype=np.int64)


def heads_for(reviews: Sequence[AnnotatedReview], taxonomy: Taxonomy, minimum: int) -> Heads:
    """Heads for every pair of code and polarity that enough reviews hold."""
    counts = Counter(pair for review in reviews for pair in {(one.code, one.polarity) for one in review.opinions})
    return Heads(taxonomy, tuple(ordered_pairs(taxonomy, counts, minimum)))


def examples_of(reviews: Sequence[AnnotatedReview], heads: Heads) -> Examples:
    """Split the texts and mark which heads each review and clause answers with yes."""
    segments = segment(texts_of(reviews))
    return Examples(reviews, segments, _review_truth(reviews, heads), _clause_truth(reviews, heads, segments))


def fit_first_layer(examples: Examples, config: BaselineConfig, polarity: PolarityLayer) -> FirstLayer:
    """Fit one logistic regression per head over TF-IDF rows."""
    segments = examples.segments
    vocabulary = Vocabulary(frequent_ngrams([one.text for one in segments.normalised], min_texts=config.min_reviews))
    hits = vocabulary.find(segments.characters)
    idf = inverse_document_frequency(hits, segments.characters, len(vocabulary))
    bounds = segments.characters.bounds
    reviews = weigh(hits, bounds[:-1], bounds[1:], idf)
    clauses = weigh(hits, segments.clause_starts, segments.clause_ends, idf)
    review_weights, review_bias = _fit_heads(reviews, examples.review_truth, config.review_strength)
    clause_weights, clause_bias = _fit_heads(clauses, examples.clause_truth, config.clause_strength)
    return FirstLayer(vocabulary, idf, review_weights, review_bias, clause_weights, clause_bias, polarity)


def fit_second_layer(heads: Heads, scores: Scores, examples: Examples, complaint_weight: float) -> SecondLayer:
    """Fit the joining weights on scores of reviews that the first layer had not seen.

    Args:
        heads: the questions.
        scores: out-of-fold scores of the examples.
        examples: the annotated reviews.
        complaint_weight: how much a review of negative attitude counts beside one of any other.
    """
    mood = np.where(examples.overall() == OVERALL.index("negative"), complaint_weight, 1.0)
    reviews = examples.segments.clause_reviews
    opinion = np.zeros((len(POLARITIES), 5))
    log_odds = np.full_like(scores.clauses, _NEVER)
    for polarity, name in enumerate(POLARITIES):
        pairs = heads.pairs_of(None, name)
        truth = examples.clause_truth[:, pairs].ravel()
        opinion[polarity, -1] = _NEVER
        if truth.any() and not truth.all():
            features = opinion_features(heads, scores, reviews, pairs)
            opinion[polarity] = fit_binary(
                features[:-1].reshape(len(features) - 1, -1).T, truth, np.repeat(mood[reviews], len(pairs))
            )
            log_odds[:, pairs] = np.tensordot(opinion[polarity], features, axes=1)
    strongest = strongest_clauses(heads, log_odds, reviews, len(scores.reviews))
    labels = examples.labels(heads)
    aspect = np.stack(
        [
            fit_softmax(aspect_features(heads, scores, strongest, place), labels[:, place], len(LABELS), mood)
            for place in range(len(heads.aspects))
        ]
    )
    overall = fit_softmax(overall_features(scores, strongest), examples.overall(), len(OVERALL), mood)
    return SecondLayer(opinion, aspect, overall)


def _review_truth(reviews: Sequence[AnnotatedReview], heads: Heads) -> Truths:
    truth = np.zeros((len(reviews), heads.review_columns), dtype=bool)
    places = {pair: heads.first_pair + place for place, pair in enumerate(heads.pairs)}
    for row, review in enumerate(reviews):
        truth[row, OVERALL.index(review.overall)] = True
        for opinion in review.opinions:
            aspect = heads.aspects.index(heads.taxonomy.aspect_of(opinion.code))
            if opinion.polarity in SIGNS:
                truth[row, heads.aspect_column(aspect, opinion.polarity)] = True
            if (opinion.code, opinion.polarity) in places:
                truth[row, places[opinion.code, opinion.polarity]] = True
    return truth


def _clause_truth(reviews: Sequence[AnnotatedReview], heads: Heads, segments: Segments) -> Truths:
    """A clause holds an opinion when they share half of the shorter of the two."""
    truth = np.zeros((len(segments.clause_starts), len(heads.pairs)), dtype=bool)
    places = {pair: place for place, pair in enumerate(heads.pairs)}
    bounds = segments.characters.bounds
    firsts = np.searchsorted(segments.clause_reviews, np.arange(len(reviews) + 1))
    for row, review in enumerate(reviews):
        offsets = segments.normalised[row].offsets
        clauses = slice(firsts[row], firsts[row + 1])
        starts, ends = segments.clause_starts[clauses] - bounds[row], segments.clause_ends[clauses] - bounds[row]
        for opinion in review.opinions:
            if (opinion.code, opinion.polarity) not in places:
                continue
            start = int(np.searchsorted(offsets, opinion.start, side="right")) - 1
            end = int(np.searchsorted(offsets, opinion.end, side="left"))
            shared = np.minimum(ends, end) - np.maximum(starts, start)
            holds = 2 * shared >= np.maximum(1, np.minimum(ends - starts, end - start))
            truth[clauses, places[opinion.code, opinion.polarity]] |= holds
    return truth


def _fit_heads(rows: csr_matrix, truth: Truths, strength: float) -> tuple[Reals, Reals]:
    weights, bias = np.zeros((rows.shape[1], truth.shape[1])), np.full(truth.shape[1], _NEVER)
    for head in range(truth.shape[1]):
        if truth[:, head].any() and not truth[:, head].all():
            model = LogisticRegression(C=strength, solver="liblinear", intercept_scaling=10.0, tol=1e-3)
            model.fit(rows, truth[:, head])
            weights[:, head], bias[head] = model.coef_[0], model.intercept_[0]
    return weights, bias


def fit_binary(features: Reals, truth: npt.NDArray[np.bool_], importance: Reals) -> Reals:
    """Logistic weights, shape (features + 1,), the bias last."""
    model = LogisticRegression(C=10.0, tol=1e-6, max_iter=1000).fit(features, truth, sample_weight=importance)
    return np.append(model.coef_[0], model.intercept_[0])


def fit_softmax(features: Reals, labels: Ints, classes: int, importance: Reals) -> Reals:
    """Multinomial weights, shape (features + 1, classes); a class without examples gets a bias of never."""
    weights = np.zeros((features.shape[1] + 1, classes))
    weights[-1] = _NEVER
    present = np.unique(labels)
    if len(present) == 1:
        weights[-1, present] = 0.0
    elif len(present) == 2:
        both = fit_binary(features, labels == present[1], importance)
        weights[:, present[0]], weights[:, present[1]] = 0.0, both
    else:
        model = LogisticRegression(C=1.0, tol=1e-6, max_iter=2000).fit(features, labels, sample_weight=importance)
        weights[:-1, present], weights[-1, present] = model.coef_.T, model.intercept_
    return weights
