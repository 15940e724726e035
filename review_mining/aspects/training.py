"""From annotated reviews to a calibrated model: cross-validation, both layers, operating points, confusion counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from review_mining.annotated import AnnotatedReview
from review_mining.aspects.fitting import Examples, examples_of, fit_first_layer, fit_second_layer, heads_for
from review_mining.aspects.heads import Heads
from review_mining.aspects.linear import FirstLayer, Probabilities, Scores, second_layer
from review_mining.aspects.ngrams import Ints, Reals
from review_mining.aspects.operating_points import choose_thresholds, confusion_of
from review_mining.aspects.polarity import PolarityLayer
from review_mining.aspects.storage import Baseline
from review_mining.aspects.training_config import BaselineConfig
from review_mining.taxonomy import Taxonomy

Report = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Folds:
    """Which fold holds each review out; int64 array of shape (reviews,)."""

    of: Ints
    count: int

    def apart(self, fold: int) -> tuple[Ints, Ints]:
        """Reviews to learn from and reviews held out."""
        return np.flatnonzero(self.of != fold), np.flatnonzero(self.of == fold)


def train_baseline(
    train: Sequence[AnnotatedReview],
    dev: Sequence[AnnotatedReview],
    taxonomy: Taxonomy,
    config: BaselineConfig,
    polarity: PolarityLayer,
    report: Report = lambda line: None,
) -> Baseline:
    """Train the linear tagger.

    The first layer learns from ``train`` alone. The second layer and the thresholds are fitted on scores that the
    first layer gave to reviews it was not trained on. The confusion is counted on cross-fitted predictions for
    ``train`` and on the final model's predictions for ``dev``.

    Args:
        train: reviews to learn from.
        dev: held-out reviews, used for the confusion counts alone.
        taxonomy: aspects and codes.
        config: settings; the same settings and reviews give the same model.
        polarity: the mood of a text, learnt from other reviews.
        report: called with a line when a step is done.
    """
    heads = heads_for(train, taxonomy, config.min_examples)
    examples = examples_of(train, heads)
    folds = _deal(len(train), config)
    scores = out_of_fold_scores(train, examples, heads, folds, config, polarity, report)
    second = fit_second_layer(heads, scores, examples, config.complaint_weight)
    held_out = _cross_fitted(train, examples, heads, scores, folds, config)
    thresholds = choose_thresholds(heads, held_out, examples, config)
    report(f"thresholds: {thresholds}")
    first = as_stored(fit_first_layer(examples, config, polarity))
    report(f"{len(first.vocabulary):,} n-grams, {len(heads.pairs)} pairs of sub-aspect and polarity")
    dev_examples = examples_of(dev, heads)
    dev_scores = first.scores(dev_examples.segments, first.find(dev_examples.segments))
    on_dev = second_layer(second, heads, dev_scores, dev_examples.segments.clause_reviews)
    calibration = confusion_of(heads, [(examples, held_out), (dev_examples, on_dev)], thresholds.abstain)
    return Baseline(config.version, heads, first, second, thresholds, calibration)


def out_of_fold_scores(
    reviews: Sequence[AnnotatedReview],
    examples: Examples,
    heads: Heads,
    folds: Folds,
    config: BaselineConfig,
    polarity: PolarityLayer,
    report: Report,
) -> Scores:
    """Scores of every review by a first layer that was fitted without its fold."""
    clause_reviews = examples.segments.clause_reviews
    shapes = (
        (len(reviews), heads.review_columns),
        (len(clause_reviews), len(heads.pairs)),
        len(reviews),
        len(clause_reviews),
    )
    scores = Scores(*(np.zeros(shape) for shape in shapes))
    for fold in range(folds.count):
        kept, held_out = folds.apart(fold)
        layer = fit_first_layer(examples_of([reviews[place] for place in kept], heads), config, polarity)
        segments = examples_of([reviews[place] for place in held_out], heads).segments
        found = layer.scores(segments, layer.find(segments))
        scores.reviews[held_out] = found.reviews
        scores.review_moods[held_out] = found.review_moods
        clauses = np.isin(clause_reviews, held_out)
        scores.clauses[clauses], scores.clause_moods[clauses] = found.clauses, found.clause_moods
        report(f"fold {fold + 1} of {folds.count} done")
    return scores


def as_stored(layer: FirstLayer) -> FirstLayer:
    """The layer with the precision it will have when it is read from disk."""

    def halved(weights: Reals) -> Reals:
        return weights.astype(np.float16).astype(np.float64)

    return replace(layer, review_weights=halved(layer.review_weights), clause_weights=halved(layer.clause_weights))


def _deal(reviews: int, config: BaselineConfig) -> Folds:
    shuffled = np.random.default_rng(config.seed).permutation(reviews)
    return Folds(np.asarray(shuffled % config.folds, dtype=np.int64), config.folds)


def _cross_fitted(
    reviews: Sequence[AnnotatedReview],
    examples: Examples,
    heads: Heads,
    scores: Scores,
    folds: Folds,
    config: BaselineConfig,
) -> Probabilities:
    """Probabilities of every review by a second layer that was fitted without its fold."""
    clause_reviews = examples.segments.clause_reviews
    whole = second_layer(
        fit_second_layer(heads, scores, examples, config.complaint_weight), heads, scores, clause_reviews
    )
    for fold in range(folds.count):
        kept, held_out = folds.apart(fold)
        parts = [_part(reviews, places, heads, scores, clause_reviews) for places in (kept, held_out)]
        layer = fit_second_layer(heads, parts[0][1], parts[0][0], config.complaint_weight)
        found = second_layer(layer, heads, parts[1][1], parts[1][0].segments.clause_reviews)
        whole.aspects[held_out], whole.overall[held_out] = found.aspects, found.overall
        whole.opinions[np.isin(clause_reviews, held_out)] = found.opinions
    return whole


def _part(
    reviews: Sequence[AnnotatedReview], places: Ints, heads: Heads, scores: Scores, clause_reviews: Ints
) -> tuple[Examples, Scores]:
    part = examples_of([reviews[place] for place in places], heads)
    clauses = np.isin(clause_reviews, places)
    return part, Scores(
        scores.reviews[places], scores.clauses[clauses], scores.review_moods[places], scores.clause_moods[clauses]
    )
