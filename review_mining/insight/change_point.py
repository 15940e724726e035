"""When the rate of a theme changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.special import ndtri, stdtr, xlogy

from review_mining.insight.chronicle import Chronicle
from review_mining.insight.contrast import Contrast, confirmed
from review_mining.insight.dispersion import Dispersion
from review_mining.insight.observations import Flags, Ints, Reals
from review_mining.insight.periods import iso
from review_mining.insight.trend import false_discovery_rates

MIN_DAYS: Final = 7
MIN_PART: Final = 0.02
"""Each side of a change has at least so many days, and this part of all texts."""

_SUPPORTS: Final = 2
_TAIL: Final = 1.6
_LEAST: Final = 1e-300
_PLAUSIBLE: Final = 3.68
"""-log(1 - √0.95): likelihood lost on either side of a true change exceeds it in 2.5 % of cases (Worsley 1986)."""


@dataclass(frozen=True)
class ChangePoint:
    """A change of one theme's rate; days since 1970-01-01.

    Attributes:
        day: most likely first day of the new rate.
        low: earliest plausible first day (95 %).
        high: latest plausible first day.
        before: texts with the theme per text before ``day``.
        after: the same from ``day`` on.
        q: adjusted p-value.
    """

    day: int
    low: int
    high: int
    before: float
    after: float
    q: float

    def as_json(self) -> dict[str, Any]:
        """For ``report.json``."""
        return {
            "date": iso(self.day),
            "low": iso(self.low),
            "high": iso(self.high),
            "rate_before": self.before,
            "rate_after": self.after,
            "q": self.q,
        }


def change_points(
    chronicle: Chronicle, dispersion: Dispersion, *, min_support: int, rate: float
) -> list[ChangePoint | None]:
    """The most likely change of each theme, where it is beyond chance.

    Every day is tried as the first of a new rate, and the one with the greatest likelihood ratio taken, given the
    theme's number of texts. The ratio over the dispersion has, at its greatest, the tail of the greatest squared
    standardised Brownian bridge (Vostrikova 1981; Csörgő and Horváth 1997), with Student's t for the uncertainty of the
    dispersion. Benjamini-Hochberg over all themes tried. As with trends, the change must show without its loudest
    stretch.

    Args:
        chronicle: the whole history.
        dispersion: of the themes.
        min_support: themes in fewer than twice as many texts are not tried.
        rate: false-discovery rate up to which a change is claimed.

    Returns:
        The change of each theme, None where there is none to claim.
    """
    found: list[ChangePoint | None] = [None] * len(chronicle.counts)
    columns = _candidates(chronicle)
    tried = np.flatnonzero(chronicle.counts.sum(axis=1) >= _SUPPORTS * min_support)
    if not len(columns) or not len(tried):
        return found
    part = np.cumsum(chronicle.volume)[columns - 1] / chronicle.volume.sum()
    ratio = _likelihood_ratios(chronicle.counts, columns, part)
    late = np.arange(len(chronicle.day)) >= columns[ratio.argmax(axis=1)][:, None]
    sides = Contrast.of(chronicle, late)
    adjusted = false_discovery_rates(_p_values(ratio, sides, chronicle, late, dispersion, part)[tried])
    plausible = ratio >= ratio.max(axis=1, keepdims=True) - _PLAUSIBLE * dispersion.mean[:, None]
    for theme, q in zip(tried[adjusted <= rate], adjusted[adjusted <= rate], strict=True):
        days = chronicle.day[columns[plausible[theme]]]
        found[theme] = ChangePoint(
            day=int(chronicle.day[columns[ratio[theme].argmax()]]),
            low=int(days.min()),
            high=int(days.max()),
            before=float(sides.before[theme] / sides.texts_before[theme]),
            after=float(sides.now[theme] / sides.texts_now[theme]),
            q=float(q),
        )
    return found


def _candidates(chronicle: Chronicle) -> Ints:
    """Columns of the days that can be the first of a new rate."""
    if not len(chronicle.day):
        return np.zeros(0, dtype=np.int64)
    earlier = (np.cumsum(chronicle.volume) - chronicle.volume) / chronicle.volume.sum()
    long_enough = (chronicle.day - chronicle.day[0] >= MIN_DAYS) & (chronicle.day[-1] - chronicle.day + 1 >= MIN_DAYS)
    return np.flatnonzero(long_enough & (earlier >= MIN_PART) & (earlier <= 1.0 - MIN_PART))


def _likelihood_ratios(counts: Ints, columns: Ints, part: Reals) -> Reals:
    """Log likelihood ratio of two rates against one, for each theme and candidate.

    Args:
        counts: int, (themes, days).
        columns: int, (candidates,).
        part: float, (candidates,): share of all texts that are earlier.
    """
    before, total = np.cumsum(counts, axis=1)[:, columns - 1], counts.sum(axis=1, keepdims=True)
    return _divergence(before, total, part)


def _divergence(before: Ints, total: Ints, part: Reals) -> Reals:
    expected, rest = total * part, total * (1.0 - part)
    after = total - before
    return np.asarray(
        xlogy(before, before / np.maximum(expected, _LEAST)) + xlogy(after, after / np.maximum(rest, _LEAST))
    )


def _p_values(
    ratio: Reals, sides: Contrast, chronicle: Chronicle, late: Flags, dispersion: Dispersion, part: Reals
) -> Reals:
    rest = sides.without_loudest(chronicle, late)
    texts = np.maximum(rest.texts_now + rest.texts_before, 1)
    without = _divergence(rest.before, rest.now + rest.before, rest.texts_before / texts)
    same = rest.grew == sides.grew

    def tail(greatest: Reals) -> Reals:
        return dispersion.average(lambda factor, freedom: _scan_tail(greatest, factor, freedom, part))

    return confirmed(tail(ratio.max(axis=1)), np.where(same, tail(np.maximum(without, 0.0)), 1.0))


def _scan_tail(ratio: Reals, factor: Reals, freedom: Reals, part: Reals) -> Reals:
    """P(greatest log likelihood ratio over all candidates ≥ ``ratio``) without a change. Float, (themes,)."""
    normal = -ndtri(np.maximum(stdtr(freedom, -np.sqrt(2.0 * ratio / factor)), _LEAST))
    # The formula holds for the tail; what lies before it is no evidence.
    x = np.maximum(normal, _TAIL)
    first, last = part[0], part[-1]
    span = np.log(last * (1.0 - first) / (first * (1.0 - last)))
    p = x * np.exp(-(x**2) / 2.0) / np.sqrt(2.0 * np.pi) * (span * (1.0 - x**-2) + 4.0 * x**-2)
    return np.where(normal > _TAIL, np.minimum(p, 1.0), 1.0)
