"""Did the fixes work: each theme's rate before and after its fix, against the texts that no fix touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa

from review_mining.actions import Action
from review_mining.insight.case import Case
from review_mining.insight.fix_effect import WEEKS, Effect, Group, effect
from review_mining.insight.fix_scope import Scopes
from review_mining.insight.observations import NO_DAY, Flags, Ints
from review_mining.insight.periods import iso

MIN_DAYS: Final = 14
"""Days with a fix that must have passed before anything is said of it."""

_STEP: Final = 40
_REACH: Final = 7 * WEEKS
_EPOCH: Final = date(1970, 1, 1)


def fixes(case: Case, facts: pa.Table, actions: Sequence[Action]) -> list[dict[str, Any]]:
    """What became of every fix that is done, has a day, and is of a theme of this report.

    Args:
        case: texts and mentions.
        facts: one row per review, with the columns that scopes name.
        actions: all fixes.

    Returns:
        Per fix, in the order of ``actions``: ``theme_id``, ``action`` (its place in ``actions``), ``from`` and ``to``
        (first and last day looked at), ``treated`` and ``control`` (texts before and after, and those with the theme;
        null without a control), ``no_control`` (null, ``everything``: no text is untouched, or ``too_few``: hardly an
        untouched text has the theme), ``ratio``, ``low``, ``high`` and ``spread`` (null where nothing is claimed),
        and ``verdict`` (``fell``, ``rose``, ``unclear``, ``too_few``, ``too_early``).
    """
    themes = {theme_id: theme for theme, theme_id in enumerate(case.incidence.theme_ids)}
    done = [
        _Done(place, action, themes[action.theme_id], (action.fix_date - _EPOCH).days)
        for place, action in enumerate(actions)
        if action.status == "done" and action.fix_date and action.theme_id in themes
    ]
    if not done:
        return []
    dated, scopes = _Dated.read(case), Scopes(facts)
    return [_judged(case, fix, *_groups(case, dated, scopes, fix, done)) for fix in done]


@dataclass(frozen=True)
class _Done:
    """A fix that is done: its place among all, the row of its theme, and its day since 1970-01-01."""

    place: int
    action: Action
    theme: int
    day: int

    def overlaps(self, other: _Done) -> bool:
        """Whether another fix of the same theme changed something in the weeks looked at."""
        return other is not self and other.theme == self.theme and abs(other.day - self.day) < _REACH


@dataclass(frozen=True)
class _Dated:
    """Counted texts with a day: int arrays, (k,), ``day`` ascending."""

    slot: Ints
    day: Ints

    @classmethod
    def read(cls, case: Case) -> _Dated:
        slot = np.flatnonzero(case.texts.counted & (case.texts.day != NO_DAY))
        day = case.texts.day[slot].astype(np.int64)
        order = np.argsort(day, kind="stable")
        return cls(slot[order], day[order])

    def between(self, first_day: int, end_day: int) -> _Dated:
        """The texts of these days, the last one left out."""
        first, end = np.searchsorted(self.day, [first_day, end_day])
        return _Dated(self.slot[first:end], self.day[first:end])


def _groups(
    case: Case, dated: _Dated, scopes: Scopes, fix: _Done, done: Sequence[_Done]
) -> tuple[_Dated, bool, Group, Group]:
    """The weeks looked at, whether the fix is old enough, and the texts that it touched and that no fix touched."""
    others = [other for other in done if fix.overlaps(other)]
    window = _window(case, dated, scopes, fix, others)
    review, week = window.slot % max(case.texts.reviews, 1), (window.day - fix.day) // 7 + WEEKS
    with_theme = _with_theme(case, fix.theme)[window.slot]
    touched = scopes.holding(fix.action.scope)[review]
    untouched = ~touched
    for other in others:
        untouched &= ~scopes.holding(other.action.scope)[review]

    def counted(chosen: Flags) -> Group:
        both = (week[chosen & with_theme], week[chosen])
        return Group(*(np.bincount(weeks, minlength=2 * WEEKS) for weeks in both))

    old_enough = bool(len(dated.day) and dated.day[-1] >= fix.day + MIN_DAYS - 1)
    return window, old_enough, counted(touched), counted(untouched)


def _window(case: Case, dated: _Dated, scopes: Scopes, fix: _Done, others: Sequence[_Done]) -> _Dated:
    """The texts of ``WEEKS`` on either side, up to the nearest other fix that touched some of the same.

    Fixes of one day are one change, which no day tells apart.
    """
    whole = dated.between(fix.day - _REACH, fix.day + _REACH)
    review = whole.slot % max(case.texts.reviews, 1)
    touched = review[scopes.holding(fix.action.scope)[review]]
    days = [other.day for other in others if scopes.holding(other.action.scope)[touched].any()]
    return whole.between(
        max((day for day in days if day < fix.day), default=fix.day - _REACH),
        min((day for day in days if day > fix.day), default=fix.day + _REACH),
    )


def _with_theme(case: Case, theme: int) -> Flags:
    """Which texts have the theme. Bool, (slots,)."""
    first, end = np.searchsorted(case.incidence.theme, [theme, theme + 1])
    flags = np.zeros(len(case.texts.counted), dtype=np.bool_)
    flags[case.incidence.slot[first:end]] = True
    return flags


def _judged(
    case: Case, fix: _Done, window: _Dated, old_enough: bool, treated: Group, untouched: Group
) -> dict[str, Any]:
    support = case.config.min_support
    enough = untouched.supports(support)
    control = untouched if enough else None
    found: Effect | None = None
    if old_enough and treated.supports(support):
        found = effect(treated, control, case.config.draws, case.rng(_STEP))
    return {
        "theme_id": fix.action.theme_id,
        "action": fix.place,
        "from": iso(int(window.day[0])) if len(window.day) else None,
        "to": iso(int(window.day[-1])) if len(window.day) else None,
        "treated": treated.as_json(),
        "control": control.as_json() if control else None,
        "no_control": None if enough else "too_few" if untouched.texts.any() else "everything",
        "ratio": found.ratio if found else None,
        "low": found.low if found else None,
        "high": found.high if found else None,
        "spread": found.spread if found else None,
        "verdict": _verdict(found, old_enough),
    }


def _verdict(found: Effect | None, old_enough: bool) -> str:
    if found is None:
        return "too_few" if old_enough else "too_early"
    if found.high < 1.0:
        return "fell"
    return "rose" if found.low > 1.0 else "unclear"
