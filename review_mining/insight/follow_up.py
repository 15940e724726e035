"""Follow-ups against first reviews: what breaks later, and after how many days."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from review_mining.insight.breakdown import Incidence
from review_mining.insight.observations import ABSENT, ABSTAINED, MIXED, NEGATIVE, NO_DAY, Codes, Flags, Labels, Texts
from review_mining.tables import ABSTAIN, LABELS

_NAMES: Final = (*LABELS, ABSTAIN)


def follow_ups(texts: Texts, incidence: Incidence, aspects: list[str]) -> dict[str, Any]:
    """Compare each follow-up with the first text of the same review.

    Returns:
        ``n`` (counted reviews with a follow-up), ``median_days`` (from review to follow-up), per aspect ``transitions``
        (first label → follow-up label → count), ``worsened`` (no complaint at first, one in the follow-up) with
        ``worsened_median_days``, and ``improved``; and per theme found in follow-ups ``in_first``, ``in_follow_up``,
        ``only_in_follow_up`` and ``median_days``.
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
        "themes": _themes(incidence, n, gap),
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


def _themes(incidence: Incidence, n: int, gap: Codes) -> list[dict[str, Any]]:
    later = incidence.slot >= n
    first_n = np.bincount(incidence.theme[~later], minlength=len(incidence.theme_ids))
    later_n = np.bincount(incidence.theme[later], minlength=len(incidence.theme_ids))
    entries = []
    for theme in np.flatnonzero(later_n).tolist():
        days = gap[incidence.slot[later & (incidence.theme == theme)] - n]
        entries.append(
            {
                "theme_id": incidence.theme_ids[theme],
                "in_first": int(first_n[theme]),
                "in_follow_up": int(later_n[theme]),
                "only_in_follow_up": not first_n[theme],
                "median_days": _median(days, np.ones(len(days), dtype=np.bool_)),
            }
        )
    return sorted(entries, key=lambda entry: (-entry["in_follow_up"], entry["theme_id"]))
