"""How many orders have led to a complaint by so many days after the order: Kaplan–Meier curves per theme.

They need order dates, and the orders whose buyers wrote nothing: among those who wrote, complaints are far too
frequent.
"""

from __future__ import annotations

import warnings
from typing import Any, Final

import numpy as np
import pyarrow as pa
from scipy.stats import CensoredData, ecdf

from review_mining.insight.breakdown import Incidence
from review_mining.insight.observations import NO_DAY, Codes, Ints, Texts, days_of, known_codes

DAYS: Final = (7, 15, 30, 60, 90, 180, 365)
MAX_THEMES: Final = 20
"""Themes that get a curve, the most frequent first."""

_SILENT: Final = ("empty", "default_text")
_SILENT_PART: Final = 0.5
"""Most buyers write nothing: with fewer silent orders than this, the export holds reviews with a few blanks."""


def time_to_failure(facts: pa.Table, texts: Texts, incidence: Incidence, *, min_support: int) -> dict[str, Any]:
    """Share of orders with a first complaint of a theme by days since the order.

    Every order with a date takes part, whatever was judged of its text, and complains by either text: buyers who
    wrote what does not count ordered all the same. An order without the complaint is followed to the last day of the
    data, silent or not: a buyer could have written until then.

    Args:
        facts: one row per review, with ``verdict``, ``ordered_at`` and the other times.
        texts: every text with labels, also those that do not count elsewhere.
        incidence: which of these texts have which theme.
        min_support: complaints with both days that a curve needs.

    Returns:
        ``reason`` (``no_order_dates``, ``no_silent_buyers`` or None), ``orders``, ``silent`` (orders without
        either text) and ``themes``: None where there is a reason; else per theme ``theme_id``, ``n`` and ``curve``,
        with ``days``, ``share``, ``low`` and ``high`` (95 %) for each of ``DAYS`` that some order was followed for.
    """
    slots = texts.reviews
    ordered = days_of(facts, "ordered_at")
    # Not texts.day, where a follow-up without a day has that of the first text.
    said = np.concatenate([days_of(facts, "created_at"), days_of(facts, "follow_up_at")])
    silent = (known_codes(facts.column("verdict"), _SILENT) >= 0) & ~texts.counted[slots:]
    known = ordered != NO_DAY
    found: dict[str, Any] = {"orders": int(known.sum()), "silent": int((known & silent).sum()), "themes": None}
    if not known.any():
        return {"reason": "no_order_dates", **found}
    if found["silent"] < _SILENT_PART * found["orders"]:
        return {"reason": "no_silent_buyers", **found}
    latest = int(np.concatenate([ordered, said]).max())
    curves = []
    for theme in np.argsort(-incidence.reviews(slots), kind="stable")[:MAX_THEMES].tolist():
        mine = incidence.slot[incidence.theme == theme]
        first = _first_day(mine, said)
        happened = known & (first != NO_DAY) & (first >= ordered)
        # A complaint before the order, or without a day, is an error of the export and leaves the order out.
        followed = known & (happened | ~np.isin(np.arange(slots), mine % slots))
        if np.count_nonzero(happened) >= min_support:
            waited = np.where(happened, first - np.where(known, ordered, 0), latest - np.where(known, ordered, 0))
            curves.append(
                {
                    "theme_id": incidence.theme_ids[theme],
                    "n": int(np.count_nonzero(happened)),
                    "curve": _curve(waited[happened], waited[followed & ~happened]),
                }
            )
    return {"reason": None, **found, "themes": curves}


def _first_day(slots: Ints, day: Codes) -> Codes:
    """Day of the first of these texts in each review, ``NO_DAY`` without one; ``day`` by slot. Int32, (reviews,)."""
    reviews, never = len(day) // 2, np.iinfo(np.int32).max
    first = np.full(reviews, never, dtype=np.int32)
    dated = slots[day[slots] != NO_DAY]
    np.minimum.at(first, dated % reviews, day[dated])
    return np.where(first == never, NO_DAY, first)


def _curve(failed: Codes, censored: Codes) -> list[dict[str, Any]]:
    longest = int(np.concatenate([failed, censored]).max())
    asked = np.array([day for day in DAYS if day <= longest])
    estimate = ecdf(CensoredData(uncensored=failed, right=censored)).cdf
    with warnings.catch_warnings():
        # It has no ends before the first complaint, which is said by None.
        warnings.simplefilter("ignore", RuntimeWarning)
        interval = estimate.confidence_interval(method="log-log")
    return [
        {"days": int(day), "share": float(share), "low": _end(low, share), "high": _end(high, share)}
        for day, share, low, high in zip(
            asked,
            estimate.evaluate(asked),
            interval.low.evaluate(asked),
            interval.high.evaluate(asked),
            strict=True,
        )
    ]


def _end(value: float, share: float) -> float | None:
    """An end of an interval; before the first complaint there is none."""
    return float(value) if share > 0 and np.isfinite(value) else None
