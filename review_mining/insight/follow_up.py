"""Follow-ups against first reviews: what breaks later, and after how many days."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from review_mining.insight.breakdown import Incidence
from review_mining.insight.observations import (
    ABSENT,
    ABSTAINED,
    MIXED,
    NEGATIVE,
    NO_DAY,
    Codes,
    Flags,
    Ints,
    Labels,
    Reals,
    Texts,
)
from review_mining.insight.trend import false_discovery_rates, upper_tail
from review_mining.tables import ABSTAIN, LABELS

_NAMES: Final = (*LABELS, ABSTAIN)


def follow_ups(
    texts: Texts, incidence: Incidence, aspects: list[str], *, min_support: int, rate: float
) -> dict[str, Any]:
    """Compare each follow-up with the first text of the same review.

    A theme that is as frequent in follow-ups as in the first texts of the same reviews has its reviews with only one of
    both split like tosses of a coin (the exact test of McNemar 1947, Psychometrika 12; one-sided, Benjamini–Hochberg
    over the themes).

    Args:
        texts: labels and days by slot.
        incidence: which texts have which theme.
        aspects: aspect names in the model's order.
        min_support: reviews with a theme in only one of both texts that a test needs.
        rate: false-discovery rate up to which a theme is called more frequent in follow-ups.

    Returns:
        ``n`` (counted reviews with a follow-up), ``median_days`` (from review to follow-up), per aspect ``transitions``
        (first label → follow-up label → count), ``worsened`` (no complaint at first, one in the follow-up) with
        ``worsened_median_days``, and ``improved``; and per theme found in follow-ups ``in_first``, ``in_follow_up``,
        ``only_in_follow_up`` (in no first text of any review), ``first_alone`` and ``follow_up_alone`` (reviews with
        both texts and the theme in one of them), ``q`` (None where not tested), ``comes_later``, ``median_days`` and
        their quartiles ``days_low`` and ``days_high``.
    """
    n = texts.reviews
    has = texts.counted[n:]
    gap = _gap(texts)
    return {
        "n": int(np.count_nonzero(has)),
        "median_days": _median(gap, has),
        "aspects": [
            {"aspect": name, **_transitions(texts.labels[a, :n], texts.labels[a, n:], has, gap)}
            for a, name in enumerate(aspects)
        ],
        "themes": _themes(incidence, has, gap, min_support, rate),
    }


def _gap(texts: Texts) -> Codes:
    first, later = texts.day[: texts.reviews], texts.day[texts.reviews :]
    known = (first != NO_DAY) & (later != NO_DAY) & (later > first)
    return np.where(known, later - np.where(known, first, 0), NO_DAY)


def _median(gap: Codes, chosen: Flags) -> float | None:
    known = gap[chosen & (gap != NO_DAY)]
    return float(np.median(known)) if len(known) else None


def _transitions(first: Labels, later: Labels, has: Flags, gap: Codes) -> dict[str, Any]:
    both = has & (first != ABSENT) & (later != ABSENT)
    width = len(_NAMES)
    table = np.bincount(first[both].astype(np.int64) * width + later[both], minlength=width * width)
    rows = table.reshape(width, width)
    bad_first, bad_later = np.isin(first, (NEGATIVE, MIXED)), np.isin(later, (NEGATIVE, MIXED))
    decided = both & (first != ABSTAINED) & (later != ABSTAINED)
    worsened = decided & ~bad_first & bad_later
    return {
        "transitions": {
            name: {other: int(rows[i, j]) for j, other in enumerate(_NAMES)} for i, name in enumerate(_NAMES)
        },
        "worsened": int(np.count_nonzero(worsened)),
        "worsened_median_days": _median(gap, worsened),
        "improved": int(np.count_nonzero(decided & bad_first & (later == LABELS.index("positive")))),
    }


def _themes(incidence: Incidence, has: Flags, gap: Codes, min_support: int, rate: float) -> list[dict[str, Any]]:
    n = len(has)
    later = incidence.slot >= n
    first_n = np.bincount(incidence.theme[~later], minlength=len(incidence.theme_ids))
    later_n = np.bincount(incidence.theme[later], minlength=len(incidence.theme_ids))
    first_alone, later_alone = _alone(incidence, has)
    q = _later_rates(first_alone, later_alone, min_support)
    entries = []
    for theme in np.flatnonzero(later_n).tolist():
        days = gap[incidence.slot[later & (incidence.theme == theme)] - n]
        low, median, high = _quartiles(days)
        entries.append(
            {
                "theme_id": incidence.theme_ids[theme],
                "in_first": int(first_n[theme]),
                "in_follow_up": int(later_n[theme]),
                "only_in_follow_up": not first_n[theme],
                "first_alone": int(first_alone[theme]),
                "follow_up_alone": int(later_alone[theme]),
                "q": None if np.isnan(q[theme]) else float(q[theme]),
                "comes_later": bool(q[theme] <= rate),
                "median_days": median,
                "days_low": low,
                "days_high": high,
            }
        )
    return sorted(entries, key=lambda entry: (-entry["in_follow_up"], entry["theme_id"]))


def _alone(incidence: Incidence, has: Flags) -> tuple[Ints, Ints]:
    """Reviews with both texts that have a theme only in the first, and only in the follow-up; int, (themes,)."""
    n, themes = len(has), len(incidence.theme_ids)
    both = has[incidence.slot % n] if n else np.zeros(0, dtype=np.bool_)
    review = incidence.theme[both] * n + incidence.slot[both] % n
    later = incidence.slot[both] >= n
    _, place, times = np.unique(review, return_inverse=True, return_counts=True)
    alone = times[place] == 1
    theme = incidence.theme[both]
    return (
        np.bincount(theme[alone & ~later], minlength=themes),
        np.bincount(theme[alone & later], minlength=themes),
    )


def _later_rates(first_alone: Ints, later_alone: Ints, min_support: int) -> Reals:
    """Adjusted p-values, NaN where not tested. Float, (themes,)."""
    trials = first_alone + later_alone
    tested = trials >= min_support
    q = np.full(len(trials), np.nan)
    half = np.full(int(tested.sum()), 0.5)
    q[tested] = false_discovery_rates(upper_tail(later_alone[tested], trials[tested], half))
    return q


def _quartiles(gap: Codes) -> tuple[float | None, float | None, float | None]:
    known = gap[gap != NO_DAY]
    if not len(known):
        return None, None, None
    low, median, high = np.quantile(known, (0.25, 0.5, 0.75))
    return float(low), float(median), float(high)
