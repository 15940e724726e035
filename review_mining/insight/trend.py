"""Whether a theme grew or shrank, with control of false discoveries over all themes."""

from __future__ import annotations

import numpy as np
from scipy.special import bdtr, bdtrc

from review_mining.insight.observations import Ints, Reals


def upper_tail(successes: Ints, trials: Ints, rate: Reals) -> Reals:
    """P(X ≥ successes) for X ~ Binomial(trials, rate), elementwise."""
    exceeded = bdtrc(np.maximum(successes - 1, 0), trials, rate)
    return np.where(successes <= 0, 1.0, exceeded)


def lower_tail(successes: Ints, trials: Ints, rate: Reals) -> Reals:
    """P(X ≤ successes) for X ~ Binomial(trials, rate), elementwise."""
    return np.where(successes >= trials, 1.0, bdtr(successes, trials, rate))


def rate_change(now: Ints, before: Ints, texts_now: int, texts_before: int) -> Reals:
    """Two-sided p-value for equal rates in two periods: the exact conditional binomial test.

    Given the sum of both counts, the count now is binomial with the share of the texts that are from now (Przyborowski
    and Wilenski 1940). The smaller tail is doubled. False mentions occur at the same rate in both periods and so only
    dilute a difference.

    Args:
        now: int, (themes,): texts with the theme in the period now.
        before: int, (themes,): the same in the period before.
        texts_now: all texts now; the sum of both must be positive.
        texts_before: all texts before.

    Returns:
        Float, (themes,), in (0, 1].
    """
    rate = np.full(len(now), texts_now / (texts_now + texts_before))
    both = now + before
    return np.minimum(1.0, 2.0 * np.minimum(upper_tail(now, both, rate), lower_tail(now, both, rate)))


def false_discovery_rates(p_values: Reals, tests: int | None = None) -> Reals:
    """Adjusted p-values of Benjamini and Hochberg (1995).

    Args:
        p_values: float, (k,).
        tests: number of tests made, when those not listed had larger p-values; default k.

    Returns:
        Float, (k,): the smallest false-discovery rate at which each test is still called significant.
    """
    if not len(p_values):
        return np.zeros(0)
    order = np.argsort(p_values, kind="stable")
    ranked = p_values[order] * (tests or len(p_values)) / np.arange(1, len(p_values) + 1)
    adjusted = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    result = np.empty_like(adjusted)
    result[order] = adjusted
    return result


def trends(
    now: Ints, before: Ints, texts_now: int, texts_before: int, *, min_support: int, rate: float
) -> tuple[list[str], Reals]:
    """Name the trend of each theme.

    Args:
        now: int, (themes,): texts with the theme in the period now.
        before: int, (themes,): the same in the period before.
        texts_now: all texts now; the sum of both must be positive.
        texts_before: all texts before.
        min_support: themes in fewer texts than this, both periods together, are ``unknown`` and not tested.
        rate: false-discovery rate up to which a change is claimed.

    Returns:
        A name of ``tables.TRENDS`` per theme, and the adjusted p-values, float, (themes,), NaN where not tested.
    """
    tested = (now + before) >= min_support
    adjusted = np.full(len(now), np.nan)
    adjusted[tested] = false_discovery_rates(rate_change(now, before, texts_now, texts_before)[tested])
    claimed = tested & (np.nan_to_num(adjusted, nan=1.0) <= rate)
    grew = now * texts_before > before * texts_now
    chosen = np.select(
        [~tested, ~claimed, grew & (before == 0), grew], ["unknown", "steady", "new", "rising"], default="falling"
    )
    return [str(name) for name in chosen], adjusted
