"""Whether a theme grew or shrank, with control of false discoveries over all themes."""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, ndtri, stdtr

from review_mining.insight.chronicle import Chronicle
from review_mining.insight.contrast import Contrast, confirmed
from review_mining.insight.dispersion import Dispersion
from review_mining.insight.observations import Flags, Ints, Reals


def upper_tail(successes: Ints | Reals, trials: Ints | Reals, rate: Reals) -> Reals:
    """P(X ≥ successes) for X ~ Binomial(trials, rate), elementwise, continued between whole numbers."""
    reached = betainc(np.maximum(successes, 0), trials - successes + 1, rate)
    return np.where(successes <= 0, 1.0, reached)


def lower_tail(successes: Ints | Reals, trials: Ints | Reals, rate: Reals) -> Reals:
    """P(X ≤ successes) for X ~ Binomial(trials, rate), elementwise, continued between whole numbers."""
    return upper_tail(trials - successes, trials, 1.0 - rate)


def rate_change(sides: Contrast, factor: Reals | float = 1.0, freedom: Reals | float = np.inf) -> Reals:
    """Two-sided p-value for equal rates in two periods.

    Given the sum of both counts, the count now is binomial with the share of the texts that are from now (Przyborowski
    and Wilenski 1940). The smaller tail is doubled. False mentions occur at the same rate in both periods and so only
    dilute a difference.

    Over-dispersed counts tell as much as Poisson counts smaller by their dispersion, and its own uncertainty gives the
    tail of Student's t to what would be normal. Without over-dispersion this is the exact conditional test.

    Args:
        sides: both periods.
        factor: dispersion, float, (themes,).
        freedom: degrees of freedom of the dispersion, float, (themes,).

    Returns:
        Float, (themes,), in [0, 1].
    """
    rate = sides.texts_now / np.maximum(sides.texts_now + sides.texts_before, 1)
    now, both = sides.now / factor, (sides.now + sides.before) / factor
    tail = np.minimum(upper_tail(now, both, rate), lower_tail(now, both, rate))
    return np.asarray(2.0 * stdtr(freedom, ndtri(np.minimum(tail, 0.5))))


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
    chronicle: Chronicle, now: Flags, dispersion: Dispersion, *, min_support: int, rate: float
) -> tuple[list[str], Reals]:
    """Name the trend of each theme.

    Args:
        chronicle: the days of both periods.
        now: bool, (days,): which of them are in the period now.
        dispersion: of the themes.
        min_support: themes in fewer texts than this, both periods together, are ``unknown`` and not tested.
        rate: false-discovery rate up to which a change is claimed.

    Returns:
        A name of ``tables.TRENDS`` per theme, and the adjusted p-values, float, (themes,), NaN where not tested.
    """
    late = np.broadcast_to(now, chronicle.counts.shape)
    sides = Contrast.of(chronicle, late)
    tested = (sides.now + sides.before) >= min_support
    adjusted = np.full(len(tested), np.nan)
    adjusted[tested] = false_discovery_rates(_p_values(sides, chronicle, late, dispersion)[tested])
    claimed = tested & (np.nan_to_num(adjusted, nan=1.0) <= rate)
    chosen = np.select(
        [~tested, ~claimed, sides.grew & (sides.before == 0), sides.grew],
        ["unknown", "steady", "new", "rising"],
        default="falling",
    )
    return [str(name) for name in chosen], adjusted


def _p_values(sides: Contrast, chronicle: Chronicle, late: Flags, dispersion: Dispersion) -> Reals:
    rest = sides.without_loudest(chronicle, late)
    whole = dispersion.average(lambda factor, freedom: rate_change(sides, factor, freedom))
    without = dispersion.average(lambda factor, freedom: rate_change(rest, factor, freedom))
    return confirmed(whole, np.where(rest.grew == sides.grew, without, 1.0))
