"""Whose rate of refunds lies above that of nearly all peers, small numbers shrunk towards them.

Peers' rates are taken to follow a beta distribution, fitted to all accounts by maximum marginal likelihood; a buyer's
own rate is then known by its posterior (Beta–Binomial empirical Bayes; Gelman et al., *Bayesian Data Analysis*, section
5.1). One refund of one order says hardly anything about a buyer, and the posterior knows it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import betaln
from scipy.stats import beta

Counts = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]
_STRENGTHS = (0.05, 5_000.0)
"""Bounds of both parameters: beyond them rates are all 0 or 1, or all alike."""


@dataclass(frozen=True)
class Peers:
    """How the rates of all buyers are spread.

    Attributes:
        alpha: first parameter of the beta distribution.
        beta: second parameter.
    """

    alpha: float
    beta: float

    @property
    def mean(self) -> float:
        """Mean rate."""
        return self.alpha / (self.alpha + self.beta)

    def quantile(self, share: float) -> float:
        """Rate that so many of the peers stay below."""
        return float(beta.ppf(share, self.alpha, self.beta))

    def chance_above(self, events: Counts, trials: Counts, rate: float) -> Shares:
        """Posterior probability that a buyer's own rate exceeds one, shape (buyers,).

        Args:
            events: per buyer, shape (buyers,).
            trials: per buyer, shape (buyers,).
            rate: to compare with.
        """
        return np.asarray(beta.sf(rate, self.alpha + events, self.beta + trials - events), dtype=np.float64)


def fit_peers(events: Counts, trials: Counts) -> Peers | None:
    """Fit the spread of rates.

    Args:
        events: per buyer, shape (buyers,).
        trials: per buyer, shape (buyers,); buyers without any tell nothing.

    Returns:
        The peers; None where no event or no trial was counted.
    """
    seen = trials > 0
    if not seen.any() or not events[seen].any():
        return None
    # Buyers with the same counts are one term of the likelihood.
    pairs, weights = np.unique(np.stack([events[seen], trials[seen]]), axis=1, return_counts=True)
    happened, tried = pairs.astype(np.float64)

    def minus_log_likelihood(logs: Shares) -> float:
        first, second = np.exp(logs)
        terms = betaln(happened + first, tried - happened + second) - betaln(first, second)
        return -float(weights @ terms)

    mean = float((weights @ happened + 0.5) / (weights @ tried + 1.0))
    start = np.log(np.clip([10 * mean, 10 * (1 - mean)], *_STRENGTHS))
    found = minimize(minus_log_likelihood, start, method="Nelder-Mead", bounds=[tuple(np.log(_STRENGTHS))] * 2)
    first, second = np.exp(found.x)
    return Peers(float(first), float(second))
