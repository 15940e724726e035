"""What an encoder is worth: tasks on reserved rows, learnt from the rest, with 95 % intervals.

Every task is asked of frozen features through a linear model, so that the figure is the encoder's and not that of a
fine-tuning; references see the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import cohen_kappa_score, f1_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from review_mining.encoder.labelled import LabelledTexts

Reals = npt.NDArray[np.float64]
Metric = Callable[[Reals, Reals], float]

FEW, DRAWS, NEAREST = 64, 10, 10
_BOOTSTRAPS = 500
_HELD_OUT = 0.1
_SEED = 0
_STRENGTH = 20.0
"""Inverse regularisation of a probe times its rows. Small, for the encoder has seen the labels of the rows that a probe
learns from: their features promise more than those of new texts keep."""


class Features(Protocol):
    """Texts to vectors of shape (texts, width)."""

    def __call__(self, texts: Sequence[str], /) -> npt.NDArray[np.floating]:
        """Vectors of texts in prepared form."""


class Learner(Protocol):
    """Learns labelled texts and scores others; what an encoder and a reference have in common.

    Attributes:
        middle: score between the two polarities.
    """

    middle: float

    def scores(self, train: LabelledTexts, test: Sequence[str]) -> Reals:
        """Scores of the test texts, shape (texts,) or (texts, labels), larger for more, or stars for ``ordinal``."""


@dataclass(frozen=True)
class Figure:
    """One measured value with its 95 % interval over the ``n`` reserved rows."""

    value: float
    low: float
    high: float
    n: int


class LinearProbe:
    """A linear model over frozen features.

    Args:
        features: of the encoder; a text is encoded once, however many tasks hold it.
    """

    middle = 0.5

    def __init__(self, features: Features) -> None:
        self._features = _Remembered(features)

    def scores(self, train: LabelledTexts, test: Sequence[str]) -> Reals:
        """Scores of the test texts."""
        known, asked = self._features(train.texts), self._features(test)
        if train.kind == "ordinal":
            return _ridge(known, train.targets, asked)
        logistic = LogisticRegression(C=_STRENGTH / len(known) if len(known) > FEW else 0.01, max_iter=500)
        if train.kind == "labels":
            model = make_pipeline(StandardScaler(), OneVsRestClassifier(logistic))
        else:
            model = make_pipeline(StandardScaler(), logistic)
        model.fit(known, train.targets.astype(np.int64))
        odds = model.predict_proba(asked)
        return np.asarray(odds if train.kind == "labels" else odds[:, 1], dtype=np.float64)


class _Remembered:
    """Features that are computed once a text."""

    def __init__(self, features: Features) -> None:
        self._features = features
        self._known: dict[str, npt.NDArray[np.floating]] = {}

    def __call__(self, texts: Sequence[str]) -> npt.NDArray[np.floating]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._features(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def accuracy(learner: Learner, task: LabelledTexts) -> Figure:
    """Share of reserved texts whose polarity is told right."""
    train, test = _parts(task)
    right = (learner.scores(train, test.texts) > learner.middle) == (test.targets > 0.5)
    return _bootstrapped(right.astype(np.float64), right.astype(np.float64), lambda one, _: float(one.mean()))


def star_agreement(learner: Learner, task: LabelledTexts) -> Figure:
    """Quadratic weighted kappa of predicted and given stars (Cohen 1968)."""
    train, test = _parts(task)
    guessed = np.clip(np.rint(learner.scores(train, test.texts)), 1, 5)
    return _bootstrapped(
        test.targets.astype(np.float64),
        guessed,
        lambda true, found: float(cohen_kappa_score(true, found, weights="quadratic", labels=[1, 2, 3, 4, 5])),
    )


def label_f1(learner: Learner, task: LabelledTexts) -> Figure:
    """Micro-F1 over all labels of a review; one threshold for all, chosen on a tenth of the texts learnt from."""
    train, test = _parts(task)
    held = np.random.default_rng(_SEED).random(len(train.texts)) < _HELD_OUT
    tuning = train.select(held)
    scores = learner.scores(train.select(~held), [*tuning.texts, *test.texts])
    tuned, asked = scores[: len(tuning.texts)], scores[len(tuning.texts) :]
    grid = np.quantile(tuned, 1 - tuning.targets.mean() * np.linspace(0.5, 1.5, 21))
    chosen = max(grid, key=lambda limit: _micro_f1(tuning.targets, tuned > limit))
    return _bootstrapped(test.targets.astype(np.float64), (asked > chosen).astype(np.float64), _micro_f1)


def few_shot(learner: Learner, task: LabelledTexts) -> Figure:
    """Mean accuracy over draws of ``FEW`` labelled texts, half of each polarity; interval over draws and rows."""
    train, test = _parts(task)
    rng = np.random.default_rng(_SEED)
    right = []
    for _ in range(DRAWS):
        drawn = np.zeros(len(train.texts), dtype=np.bool_)
        for side in (0, 1):
            drawn[rng.choice(np.flatnonzero(train.targets == side), FEW // 2, replace=False)] = True
        scores = learner.scores(train.select(drawn), test.texts)
        right.append((scores > learner.middle) == (test.targets > 0.5))
    shares = np.asarray(right, dtype=np.float64)
    rows, draws = shares.mean(axis=0), shares.mean(axis=1)
    error = 1.96 * np.sqrt(rows.var() / len(rows) + draws.var(ddof=1) / DRAWS)
    value = float(shares.mean())
    return Figure(value, value - error, value + error, len(rows))


def retrieval(vectors: npt.NDArray[np.floating], codes: Sequence[str], reviews: Sequence[int]) -> Figure:
    """Share of an opinion's ``NEAREST`` neighbours (cosine) that have its sub-aspect code.

    Args:
        vectors: of the opinions' spans, shape (opinions, width).
        codes: sub-aspect of each opinion.
        reviews: review of each; opinions of the same review are not neighbours.
    """
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    likeness = unit @ unit.T
    review, code = np.asarray(reviews), np.asarray(codes)
    likeness[review[:, None] == review[None, :]] = -np.inf
    nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :NEAREST]
    allowed = np.isfinite(np.take_along_axis(likeness, nearest, axis=1))
    shares = ((code[nearest] == code[:, None]) & allowed).sum(axis=1) / np.maximum(allowed.sum(axis=1), 1)
    return _bootstrapped(shares, shares, lambda one, _: float(one.mean()))


def _parts(task: LabelledTexts) -> tuple[LabelledTexts, LabelledTexts]:
    return task.select(~task.reserved), task.select(task.reserved)


def _ridge(known: npt.NDArray[np.floating], stars: npt.NDArray[np.float32], asked: npt.NDArray[np.floating]) -> Reals:
    model = make_pipeline(StandardScaler(), Ridge(alpha=len(known) / _STRENGTH))
    model.fit(known, stars)
    return np.asarray(model.predict(asked), dtype=np.float64)


def _micro_f1(true: npt.ArrayLike, found: npt.ArrayLike) -> float:
    return float(f1_score(np.asarray(true) > 0.5, np.asarray(found) > 0.5, average="micro", zero_division=0))


def _bootstrapped(true: Reals, found: Reals, metric: Metric) -> Figure:
    rng = np.random.default_rng(_SEED)
    draws = []
    for _ in range(_BOOTSTRAPS):
        rows = rng.integers(0, len(true), len(true))
        draws.append(metric(true[rows], found[rows]))
    low, high = np.percentile(draws, [2.5, 97.5])
    return Figure(metric(true, found), float(low), float(high), len(true))
