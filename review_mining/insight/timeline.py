"""Aspects over time: weeks, or months for long histories, with thin ones merged."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from numpy.random import Generator

from review_mining.insight.complaints import Complaints
from review_mining.insight.experience import Classifier, Recipe
from review_mining.insight.groups import count_groups, group_scores
from review_mining.insight.observations import NO_DAY, Codes, Ints, Texts
from review_mining.insight.periods import iso

MIN_REVIEWS: Final = 20
"""Consecutive weeks are merged until they hold so many texts."""

MAX_WEEKS: Final = 104
MAX_MONTHS: Final = 120
_MONDAY: Final = 4
"""1970-01-01 was a Thursday, so day 4 was a Monday."""


def buckets(day: Codes) -> tuple[Codes, list[int], str]:
    """Calendar units that the days fall in.

    Args:
        day: int32, days since 1970-01-01, ``NO_DAY`` where unknown.

    Returns:
        The unit of each day, -1 where unknown; the first day of each unit and of the one after the last; and the
        unit's name: ``week`` (from Monday), ``month`` or ``year``.
    """
    known = day[day != NO_DAY]
    if not len(known):
        return np.full(len(day), -1, dtype=np.int32), [], "week"
    first, last = int(known.min()), int(known.max())
    monday = first - (first - _MONDAY) % 7
    weeks = (last - monday) // 7 + 1
    unit = "week"
    if weeks <= MAX_WEEKS:
        starts = [monday + 7 * week for week in range(weeks + 1)]
    else:
        starts, unit = _calendar_starts(first, last)
    edges = np.asarray(starts, dtype=np.int64)
    unit_of = np.searchsorted(edges, day, side="right").astype(np.int32) - 1
    return np.where(day == NO_DAY, -1, unit_of).astype(np.int32), starts, unit


def _calendar_starts(first: int, last: int) -> tuple[list[int], str]:
    epoch = date(1970, 1, 1)
    begin, end = epoch + timedelta(days=first), epoch + timedelta(days=last)
    months = (end.year - begin.year) * 12 + end.month - begin.month + 1
    if months > MAX_MONTHS:
        years = [date(year, 1, 1) for year in range(begin.year, min(end.year + 2, date.max.year + 1))]
        return [(day - epoch).days for day in years], "year"
    numbers = range(begin.year * 12 + begin.month - 1, begin.year * 12 + begin.month + months)
    return [(date(number // 12, number % 12 + 1, 1) - epoch).days for number in numbers], "month"


def merge_thin(reviews: Ints, minimum: int) -> list[tuple[int, int]]:
    """Group consecutive units until each group holds enough reviews.

    A thin rest at the end joins the group before it.

    Args:
        reviews: number of reviews in each unit.
        minimum: number that a group must reach.

    Returns:
        Half-open ranges of units that cover all of them.
    """
    ranges: list[tuple[int, int]] = []
    start, held = 0, 0
    for unit, n in enumerate(reviews):
        held += int(n)
        if held >= minimum:
            ranges.append((start, unit + 1))
            start, held = unit + 1, 0
    if start < len(reviews):
        if held and not ranges:
            ranges.append((start, len(reviews)))
        elif ranges:
            ranges[-1] = (ranges[-1][0], len(reviews))
    return ranges


def over_time(
    texts: Texts, complaints: Complaints, aspects: list[str], classifier: Classifier, recipe: Recipe, rng: Generator
) -> dict[str, Any]:
    """Index of each aspect by week, for charts and their tables.

    Returns:
        ``unit``, ``undated`` (counted texts without a date) and ``periods``: per period ``from``, ``to``, ``units``
        (how many weeks were merged), ``thin`` (fewer texts than ``MIN_REVIEWS``) and ``scores``.
    """
    day = np.where(texts.counted, texts.day, NO_DAY).astype(np.int32)
    unit_of, starts, unit = buckets(day)
    undated = int(np.count_nonzero(texts.counted & (texts.day == NO_DAY)))
    if not starts:
        return {"unit": unit, "undated": undated, "periods": []}
    fine = len(starts) - 1
    held = np.bincount(unit_of[unit_of >= 0], minlength=fine)
    ranges = merge_thin(held, MIN_REVIEWS)
    merged = np.full(fine + 1, -1, dtype=np.int32)
    for number, (start, end) in enumerate(ranges):
        merged[start:end] = number
    groups = count_groups(texts, complaints, merged[unit_of], len(ranges))
    scores = group_scores(groups, aspects, classifier, recipe, rng)
    periods = [
        {
            "from": iso(starts[start]),
            "to": iso(starts[end] - 1),
            "units": end - start,
            "texts": int(held[start:end].sum()),
            "thin": bool(held[start:end].sum() < MIN_REVIEWS),
            "scores": score,
        }
        for (start, end), score in zip(ranges, scores, strict=True)
    ]
    return {"unit": unit, "undated": undated, "periods": periods}
