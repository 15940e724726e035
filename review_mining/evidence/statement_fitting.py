"""Fitting a statement model: four classifiers, each on its own view of a statement, stacked into one linear layer.

One regression over all views does worse than n-grams alone (macro-F1 0.72 against 0.78 on unseen parts of the training
set). So a large-margin classifier and naive Bayes see the n-grams, one logistic regression the cue words, another the
encoder's vector. How much each counts is fitted on the scores that it gives to parts of the statements it has not seen,
which calibrates the sum as well (stacked generalisation, Wolpert 1992; margin and Bayes: Wang and Manning 2012).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.svm import LinearSVC

from review_mining.aspects.ngrams import Ints, Reals
from review_mining.evidence.labelled import LabelledStatement
from review_mining.evidence.statement import STATEMENT_KINDS
from review_mining.evidence.statement_config import StatementsConfig
from review_mining.evidence.statement_features import Encode, FeatureReader, Features
from review_mining.evidence.statement_figures import Interval, figures_of
from review_mining.evidence.statement_model import StatementModel, Weights

_KINDS = len(STATEMENT_KINDS)
_LEAST_SPREAD = 0.1
"""Of a cue's or a vector's column, so that a group of words hardly met does not count for much."""
_TOLERANCE, _STEPS = 1e-4, 500
_SMALL_PENALTY = 1e-4


@dataclass(frozen=True, eq=False)
class Answers:
    """Labels in numbers, of statements and after them of reviews.

    Attributes:
        kinds: place in ``STATEMENT_KINDS``, -1 where it is not known; shape (texts,).
        fakes: 1 for a report of fake evidence; shape (texts,).
        parts: what is left out together; shape (texts,).
    """

    kinds: Ints
    fakes: Ints
    parts: npt.NDArray[np.str_]

    @classmethod
    def of(cls, statements: Sequence[LabelledStatement], reviews: int) -> Answers:
        """Labels of statements and of so many reviews, which report nothing and are dealt out to the parts."""
        kinds = [*(STATEMENT_KINDS.index(one.kind) for one in statements), *[-1] * reviews]
        fakes = [*(int(one.fake) for one in statements), *[0] * reviews]
        parts = sorted({one.part for one in statements})
        dealt = [parts[place % len(parts)] for place in range(reviews)]
        return cls(np.asarray(kinds), np.asarray(fakes), np.asarray([*(one.part for one in statements), *dealt]))

    def of_rows(self, rows: npt.NDArray[np.bool_]) -> Answers:
        """Labels of some texts."""
        return Answers(self.kinds[rows], self.fakes[rows], self.parts[rows])


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model, and what it makes of its training statements where it has not seen their part.

    Attributes:
        model: fitted on all parts.
        unseen: log odds of every text, its part left out, shape (statements and reviews, kinds + 1).
    """

    model: StatementModel
    unseen: Reals

    def unseen_figures(self, statements: Sequence[LabelledStatement]) -> dict[str, Interval]:
        """Figures on the training statements, each part read as unseen."""
        scores = self.unseen[: len(statements)]
        probabilities = 1 / (1 + np.exp(-scores[:, -1]))
        return figures_of(statements, scores[:, :-1].argmax(axis=1), probabilities >= self.model.threshold)


def fit_statements(
    statements: Sequence[LabelledStatement], reviews: Sequence[str], config: StatementsConfig, encode: Encode
) -> Fitted:
    """Train a model.

    Args:
        statements: labelled, of at least two parts.
        reviews: complaints of buyers, none of which reports fake evidence; their kinds are not learnt.
        config: the settings.
        encode: the encoder, texts to vectors.
    """
    texts, answers = [one.text for one in statements], Answers.of(statements, len(reviews))
    reader = FeatureReader.fitted(texts, longest=config.longest_ngram, cues=config.cues, encode=encode)
    features = reader([*texts, *reviews])
    unseen = scores_of_unseen_parts(features, answers, config)
    stack = fit_stack(unseen, answers)
    layer = stack.joined(fit_views(features, answers, config))
    scores = stack.scores(unseen)
    threshold = threshold_for(scores[:, -1], answers.fakes, config.fake_precision)
    return Fitted(StatementModel(config.version, reader, layer, threshold), scores)


def fit_views(features: Features, answers: Answers, config: StatementsConfig) -> list[Weights]:
    """The four classifiers, each as a layer that is zero outside its view."""
    empty = Weights(
        np.zeros((features.ngrams.shape[1], _KINDS + 1)),
        np.zeros((features.cues.shape[1] + features.vectors.shape[1], _KINDS + 1)),
        np.zeros(_KINDS + 1),
    )
    margin = _both(_margin, features.ngrams, answers, config.margin_strength)
    bayes = _both(_bayes, features.ngrams, answers, config.bayes_smoothing)
    cues = _both(_logistic, features.cues, answers, config.cue_strength)
    vectors = _both(_logistic, features.vectors, answers, config.vector_strength)
    groups = features.cues.shape[1]
    return [
        replace(empty, ngrams=margin[0], bias=margin[1]),
        replace(empty, ngrams=bayes[0], bias=bayes[1]),
        replace(empty, dense=np.concatenate([cues[0], empty.dense[groups:]]), bias=cues[1]),
        replace(empty, dense=np.concatenate([empty.dense[:groups], vectors[0]]), bias=vectors[1]),
    ]


def scores_of_unseen_parts(features: Features, answers: Answers, config: StatementsConfig) -> Reals:
    """What each view says of a part when it has learnt from the other parts, shape (views, texts, kinds + 1)."""
    found: Reals | None = None
    for part in np.unique(answers.parts):
        held = answers.parts == part
        views = fit_views(_rows(features, ~held), answers.of_rows(~held), config)
        if found is None:
            found = np.zeros((len(views), len(held), _KINDS + 1))
        for view, layer in enumerate(views):
            found[view, held] = layer.scores(_rows(features, held))
    if found is None:
        raise ValueError("there are no statements")
    return found


@dataclass(frozen=True, eq=False)
class Stack:
    """How much each view counts.

    Attributes:
        kinds, fakes: weight of each view, shape (views,).
        bias: shape (kinds + 1,).
    """

    kinds: Reals
    fakes: Reals
    bias: Reals

    def scores(self, views: Reals) -> Reals:
        """Views of shape (views, statements, kinds + 1) to log odds of shape (statements, kinds + 1)."""
        return np.asarray(np.einsum("vsk,vk->sk", views, self._columns()) + self.bias)

    def joined(self, views: Sequence[Weights]) -> Weights:
        """The views as one layer."""
        columns = self._columns()
        return Weights(
            np.sum([view.ngrams * own for view, own in zip(views, columns, strict=True)], axis=0),
            np.sum([view.dense * own for view, own in zip(views, columns, strict=True)], axis=0),
            np.sum([view.bias * own for view, own in zip(views, columns, strict=True)], axis=0) + self.bias,
        )

    def _columns(self) -> Reals:
        return np.concatenate([np.repeat(self.kinds[:, None], _KINDS, axis=1), self.fakes[:, None]], axis=1)


def fit_stack(views: Reals, answers: Answers) -> Stack:
    """Fit weights of views and biases by maximum likelihood.

    Args:
        views: scores of unseen statements, shape (views, statements, kinds + 1).
        answers: their labels.
    """
    count = len(views)
    known = answers.kinds >= 0
    labels, rows = answers.kinds[known], np.arange(known.sum())
    kinds = views[:, known, :_KINDS] - views[:, known, :_KINDS].mean(axis=2, keepdims=True)

    def loss(values: Reals) -> tuple[float, Reals]:
        scores = np.einsum("vsk,v->sk", kinds, values[:count]) + values[count:]
        scores -= np.logaddexp.reduce(scores, axis=1, keepdims=True)
        rest = np.exp(scores)
        rest[rows, labels] -= 1
        slope = np.concatenate([np.einsum("vsk,sk->v", kinds, rest), rest.sum(axis=0)]) / len(rows)
        penalty = _SMALL_PENALTY * values
        return float(-scores[rows, labels].mean() + values @ penalty / 2), slope + penalty

    start = np.concatenate([np.full(count, 0.5), np.zeros(_KINDS)])
    limits = [(0.0, None)] * count + [(None, None)] * _KINDS
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=limits).x
    fakes = LogisticRegression(C=1.0, tol=_TOLERANCE, max_iter=_STEPS).fit(views[:, :, -1].T, answers.fakes)
    return Stack(best[:count], fakes.coef_[0], np.append(best[count:], fakes.intercept_[0]))


def threshold_for(scores: Reals, fakes: Ints, precision: float) -> float:
    """The lowest probability from which reports of fake evidence have a precision.

    Args:
        scores: log odds, shape (statements,).
        fakes: 1 for true reports, shape (statements,).
        precision: wanted.

    Returns:
        Half way to the next lower score; 1 where no threshold has the precision.
    """
    order = np.argsort(-scores, kind="stable")
    reached = np.cumsum(fakes[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(reached >= precision)
    if not len(enough):
        return 1.0
    last = int(enough[-1])
    nearest = scores[order[min(last + 1, len(order) - 1)]]
    return round(float(1 / (1 + np.exp(-(scores[order[last]] + nearest) / 2))), 4)


def _rows(features: Features, rows: npt.NDArray[np.bool_]) -> Features:
    return Features(features.ngrams[rows], features.cues[rows], features.vectors[rows])


def _both(
    fit: Callable[[Any, Ints, float], tuple[Reals, Reals]],
    values: Any,  # noqa: ANN401
    answers: Answers,
    strength: float,
) -> tuple[Reals, Reals]:
    """A classifier's weights and biases for the kinds, and for reports of fake evidence beside them."""
    known = answers.kinds >= 0
    kinds, fakes = fit(values[known], answers.kinds[known], strength), fit(values, answers.fakes, strength)
    return np.concatenate([kinds[0], fakes[0]], axis=1), np.concatenate([kinds[1], fakes[1]])


def _margin(ngrams: csr_matrix, labels: Ints, strength: float) -> tuple[Reals, Reals]:
    model = LinearSVC(C=strength, random_state=0).fit(ngrams, labels)
    return model.coef_.T, model.intercept_


def _bayes(ngrams: csr_matrix, labels: Ints, smoothing: float) -> tuple[Reals, Reals]:
    model = MultinomialNB(alpha=smoothing).fit(ngrams, labels)
    return _binary(model.feature_log_prob_.T), _binary(model.class_log_prior_)


def _binary(columns: Any) -> Reals:  # noqa: ANN401
    """Two classes as the one difference that tells them apart."""
    return np.asarray(columns[..., 1:] - columns[..., :1] if columns.shape[-1] == 2 else columns)


def _logistic(values: Reals, labels: Ints, strength: float) -> tuple[Reals, Reals]:
    """Fitted on standardised columns, given for plain ones."""
    means, spreads = values.mean(axis=0), values.std(axis=0) + _LEAST_SPREAD
    model = LogisticRegression(C=strength, tol=_TOLERANCE, max_iter=_STEPS).fit((values - means) / spreads, labels)
    weights = model.coef_.T / spreads[:, None]
    return weights, model.intercept_ - means @ weights
