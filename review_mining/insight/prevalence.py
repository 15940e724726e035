"""True shares of the labels from predicted ones: correction for a classifier that errs at known rates.

A shop's reviews hold far fewer complaints than the held-out reviews that the classifier was measured on. Under label
shift only the mix of true labels differs between the two, while the rate ``P(predicted | true)`` is the same (Saerens,
Latinne and Decaestecker 2002; Lipton, Wang and Smola 2018). The predicted mix is then ``q = pi C`` with the confusion
rows ``C``, and the true mix ``pi`` is the maximum-likelihood solution on the simplex: ``q C^-1`` where that is not
negative, else found by expectation-maximisation.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Generator

from review_mining.insight.observations import Ints, Reals
from review_mining.tables import LABELS

CORRECT_PRIOR: Final = 2.0
"""Pseudo-reviews on each diagonal cell of a confusion matrix: a label never seen held out is mostly read right."""

WRONG_PRIOR: Final = 0.5
"""Pseudo-reviews on each other cell."""

_STEPS: Final = 1000
_TOLERANCE: Final = 1e-5
"""Largest move of a share in ``_CHECK_EVERY`` steps that counts as standing still."""

_CHECK_EVERY: Final = 20
_INSIDE: Final = 1e-3
_SINGULAR: Final = 1e-9


def confusion_concentration(counts: Ints) -> Reals:
    """Dirichlet parameters of the confusion rows.

    Args:
        counts: int, (aspects, 4 true, 4 predicted) over held-out reviews, labels in the order of ``tables.LABELS``.

    Returns:
        Float, (aspects, 4, 4), all positive.
    """
    prior: Reals = np.full((len(LABELS), len(LABELS)), WRONG_PRIOR)
    np.fill_diagonal(prior, CORRECT_PRIOR)
    return counts + prior


def mean_confusion(counts: Ints) -> Reals:
    """Posterior mean of ``P(predicted | true)``. Float, (aspects, 4, 4), rows sum to 1."""
    parameters = confusion_concentration(counts)
    return np.asarray(parameters / parameters.sum(axis=-1, keepdims=True))


def draw_confusion(counts: Ints, draws: int, rng: Generator) -> Reals:
    """Draws of ``P(predicted | true)`` from its posterior. Float, (draws, aspects, 4, 4), rows sum to 1."""
    parameters = confusion_concentration(counts)
    drawn: Reals = rng.standard_gamma(parameters, size=(draws, *parameters.shape))
    gammas = np.maximum(drawn, np.finfo(np.float64).tiny)
    shares: Reals = gammas / gammas.sum(axis=-1, keepdims=True)
    return shares


def true_shares(predicted: Reals, confusion: Reals) -> Reals:
    """Shares of the true labels that make the predicted shares most likely.

    Args:
        predicted: float, (…, 4): shares of the predicted labels, sum 1.
        confusion: float, (…, 4 true, 4 predicted), broadcast against ``predicted``: rows sum to 1.

    Returns:
        Float, (…, 4), non-negative, sum 1.
    """
    shape = predicted.shape
    observed = predicted.reshape(-1, len(LABELS))
    rates = np.broadcast_to(confusion, (*shape, len(LABELS))).reshape(-1, len(LABELS), len(LABELS))
    shares = _solved(observed, rates)
    open_rows = np.flatnonzero((shares < 0).any(axis=1))
    start = np.maximum(shares[open_rows], _INSIDE)
    shares[open_rows] = start / start.sum(axis=1, keepdims=True)
    for _ in range(_STEPS // _CHECK_EVERY):
        if not len(open_rows):
            break
        current = shares[open_rows]
        final = _expectation_maximisation(current, observed[open_rows], rates[open_rows])
        shares[open_rows] = final
        open_rows = open_rows[np.abs(final - current).max(axis=1) > _TOLERANCE]
    return shares.reshape(shape)


def _solved(observed: Reals, rates: Reals) -> Reals:
    """``q C^-1``, which is the answer where it is not negative; an impossible -1 where ``C`` has no inverse."""
    regular = np.abs(np.linalg.det(rates)) > _SINGULAR
    invertible = np.where(regular[:, None, None], rates, np.eye(len(LABELS)))
    solved = np.linalg.solve(invertible.transpose(0, 2, 1), observed[:, :, None])[:, :, 0]
    return np.where(regular[:, None], solved, -1.0)


def _expectation_maximisation(shares: Reals, observed: Reals, rates: Reals) -> Reals:
    """A few steps for every row at once; ``shares`` and ``observed`` (rows, 4), ``rates`` (rows, 4, 4)."""
    columns = np.ascontiguousarray(rates.transpose(1, 2, 0))
    share, seen = np.ascontiguousarray(shares.T), np.ascontiguousarray(observed.T)
    for _ in range(_CHECK_EVERY):
        expected = (share[:, None] * columns).sum(axis=0)
        ratio = np.divide(seen, expected, out=np.zeros_like(seen), where=expected > 0)
        share = share * (columns * ratio[None]).sum(axis=1)
        share = share / share.sum(axis=0)
    return np.asarray(share.T)
