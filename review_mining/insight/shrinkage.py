"""Counts against their expectation: how far ordinary values differ, and ratios that small counts cannot inflate.

The relative rate of a cell is taken from a mixture of two gamma distributions, fitted to all cells of a dimension by
marginal likelihood (DuMouchel 1999, Bayesian data mining in large frequency tables, The American Statistician 53). The
first component is held to mean 1: values that differ no more than values do. The second is free.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betainc, betaln, digamma, expit, gammainc, gammainccinv, gammaincinv, gammaln

from review_mining.insight.observations import Ints, Reals

_START: Final = np.log([9.0, 25.0, 1.0, 2.0])
"""Odds of an ordinary cell, evenness, shape and mean of the others: where the search starts and what few cells keep."""

_BOUNDS: Final = [(-1.0, 9.0), (np.log(4.0), np.log(1e3)), (np.log(0.1), np.log(20.0)), (np.log(0.05), np.log(20.0))]
"""Ordinary values differ by at most 50 % (standard deviation): what differs more is what is looked for."""

_STEP: Final = 1e-3
"""For numeric derivatives: wide enough that the rounding of large logarithms of beta functions does not matter."""

_NODES: Final = 48
_BIN: Final = 0.05
"""Cells whose expectations differ by less than 5 % are counted together for the fit."""

_SHARE_BIN: Final = 0.25
_SMALL_SHARE: Final = 0.01
"""Below this share of the peers' texts a value no longer pulls their rate along."""


@dataclass(frozen=True)
class Prior:
    """Relative rates of the cells of a dimension.

    Attributes:
        ordinary: share of the cells that differ no more than values do.
        evenness: their relative rate is Gamma(evenness, evenness): mean 1, variance 1 / evenness.
        shape: shape of the gamma distribution of the other cells.
        rate: rate of the same.
    """

    ordinary: float
    evenness: float
    shape: float
    rate: float


@dataclass(frozen=True)
class Ratios:
    """Relative rates with their 95 % posterior intervals, float, (cells,)."""

    ratio: Reals
    low: Reals
    high: Reals


def fit_prior(n: Ints, trials: Reals, expected: Reals) -> Prior:
    """Maximise the marginal likelihood, with a unit normal prior on the logarithm of each parameter.

    A value with a large share of its peers' texts pulls their rate along and so differs less from its expectation; its
    count is therefore taken as beta-binomial with the variance that the gamma distribution implies.

    Args:
        n: int, (cells,): counts, cells without any included.
        trials: float, (cells,): texts with the theme among the peers.
        expected: float, (cells,), positive.
    """
    mean_step = np.round(np.log(expected) / _BIN).astype(np.int64)
    share_step = np.round(np.log(np.maximum(expected / trials, _SMALL_SHARE)) / _SHARE_BIN).astype(np.int64)
    cells, weight = np.unique(np.stack([n, mean_step, share_step]), axis=1, return_counts=True)
    counts, share = cells[0].astype(np.float64), np.exp(cells[2] * _SHARE_BIN)
    held = np.maximum(np.exp(cells[1] * _BIN) / share, counts)

    def loss(parameters: Reals) -> float:
        odds, evenness, shape, mean = parameters
        first = np.log(expit(odds)) + _beta_binomial(counts, held, share, np.exp(evenness), 1.0)
        other = np.log(expit(-odds)) + _beta_binomial(counts, held, share, np.exp(shape), np.exp(mean))
        return float(np.sum((parameters - _START) ** 2) / 2 - weight @ np.logaddexp(first, other))

    found = (
        minimize(loss, _START, method="L-BFGS-B", bounds=_BOUNDS, options={"eps": _STEP}).x if len(counts) else _START
    )
    # The last digits of an optimiser differ between machines; figures must not.
    odds, evenness, shape, mean = (float(value) for value in np.round(found, 3))
    return Prior(float(expit(odds)), float(np.exp(evenness)), float(np.exp(shape)), float(np.exp(shape - mean)))


def _beta_binomial(n: Reals, trials: Reals, share: Reals, shape: float, mean: float) -> Reals:
    """Log likelihood of counts of values whose relative rate has this mean and the variance mean² / shape."""
    raised = mean * share
    chance = raised / (raised + 1 - share)
    alpha, beta = shape / (1 - chance), shape / chance
    likelihood: Reals = betaln(n + alpha, trials - n + beta) - betaln(alpha, beta)
    return likelihood


def tail(n: Ints, trials: Reals, expected: Reals, evenness: float) -> Reals:
    """P(X ≥ n) for an ordinary cell.

    Each of the theme's texts falls into the value with a chance that depends on its stratum. Their number is bounded by
    the binomial of the mean chance (Hoeffding 1956, On the distribution of the number of successes in independent
    trials, Annals of Mathematical Statistics 27), which is integrated over the ordinary relative rates.

    Args:
        n: int, (cells,), positive.
        trials: float, (cells,): texts with the theme in the strata of the value, at least n.
        expected: float, (cells,): their expected number in the value.
        evenness: of the prior; infinite where all ordinary values are the same.

    Returns:
        Float, (cells,).
    """
    rates, weights = _ordinary_rates(evenness)
    share = expected / trials
    result = np.zeros(len(n))
    for rate, weight in zip(rates, weights, strict=True):
        raised = rate * share
        result += weight * betainc(n, trials - n + 1, raised / (raised + 1 - share))
    return np.minimum(result, 1.0)


def _ordinary_rates(evenness: float) -> tuple[Reals, Reals]:
    """Nodes and weights of a Gauss–Legendre rule over Gamma(evenness, evenness), its far upper tail included."""
    if np.isinf(evenness):
        return np.ones(1), np.ones(1)
    low, high = gammaincinv(evenness, 1e-9), gammainccinv(evenness, 1e-13)
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    at = low + (high - low) * (nodes + 1) / 2
    density = weights * np.exp((evenness - 1) * np.log(at) - at - gammaln(evenness))
    return at / evenness, density / density.sum()


def rates(n: Reals, expected: Reals, prior: Prior) -> tuple[Reals, Reals]:
    """Posterior means of relative rates, and the texts that the prior is worth in them; arrays of one shape."""
    part = _ordinary_part(n, expected, prior)
    ordinary = (n + prior.evenness) / (expected + prior.evenness)
    other = (n + prior.shape) / (expected + prior.rate)
    return part * prior.evenness + (1 - part) * prior.shape, part * ordinary + (1 - part) * other


def shrink(n: Ints, trials: Reals, expected: Reals, prior: Prior) -> Ratios:
    """Posterior of the relative rates of cells.

    The ratio is the geometric mean (DuMouchel's EBGM), never above n / expected: shrinking towards a group of high
    ratios must not make a claim larger than what was counted. A value with the share s of its peers' texts has a count
    of variance expected · (1 − s), and weighs as n / (1 − s) texts against expected / (1 − s).

    Args:
        n: int, (cells,).
        trials: float, (cells,): texts with the theme among the peers.
        expected: float, (cells,), positive.
        prior: of the dimension.
    """
    others = np.maximum(1 - expected / trials, _SMALL_SHARE)
    counts, means = n / others, expected / others
    ordinary = _ordinary_part(counts, means, prior)
    part = np.stack([ordinary, 1 - ordinary])
    shape = np.stack([counts + prior.evenness, counts + prior.shape])
    rate = np.stack([means + prior.evenness, means + prior.rate])
    mean = np.exp((part * (digamma(shape) - np.log(rate))).sum(axis=0))
    low, high = (_quantile(chance, part, shape, rate) for chance in (0.025, 0.975))
    ratio = np.minimum(mean, n / expected)
    return Ratios(ratio, np.minimum(low, ratio), np.maximum(high, ratio))


def _ordinary_part(n: Reals, expected: Reals, prior: Prior) -> Reals:
    """Posterior chance that a cell is an ordinary one."""
    odds = np.log(prior.ordinary / (1 - prior.ordinary))
    ordinary = _log_likelihood(n, expected, prior.evenness, prior.evenness)
    part: Reals = expit(odds + ordinary - _log_likelihood(n, expected, prior.shape, prior.rate))
    return part


def _log_likelihood(n: Reals, expected: Reals, shape: float, rate: float) -> Reals:
    """Of a Poisson count whose mean is ``expected`` times a gamma variable, but for what only depends on the data."""
    same: Reals = (
        gammaln(shape + n) - gammaln(shape) + shape * np.log(rate / (rate + expected)) - n * np.log(rate + expected)
    )
    return same


def _quantile(chance: float, part: Reals, shape: Reals, rate: Reals) -> Reals:
    """Quantile of mixtures of two gamma distributions by bisection; arrays of shape (2, cells)."""
    ends: NDArray[np.float64] = gammaincinv(shape, chance) / rate
    low, high = ends.min(axis=0), ends.max(axis=0)
    for _ in range(50):
        middle = (low + high) / 2
        below = (part * gammainc(shape, middle * rate)).sum(axis=0) < chance
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    quantile: Reals = (low + high) / 2
    return quantile
