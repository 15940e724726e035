"""The index of one period against another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from review_mining.insight.case import Case
from review_mining.insight.experience import INTERVAL, Recipe
from review_mining.insight.observations import Reals
from review_mining.insight.periods import Comparison


@dataclass(frozen=True)
class Change:
    """Index of the period before and the difference to it; arrays of shape (aspects + 1,), the total last.

    Attributes:
        previous: index of the period before.
        change: index of the period now less ``previous``.
        low: lower end of the change's 95 % interval.
        high: upper end.
    """

    previous: Reals
    change: Reals
    low: Reals
    high: Reals


def compare(
    case: Case, periods: Comparison | None, recipe: Recipe, recipe_before: Recipe
) -> tuple[Change | None, dict[str, Any] | None]:
    """Compare the two periods; the draws share the classifier's errors, which mostly cancel in the difference.

    Returns:
        The change, None without periods or with fewer than ``min_support`` texts in one; and ``rule``, ``enough``, and
        ``now`` and ``before`` with ``from``, ``to``, ``texts`` and ``scores``, None without periods.
    """
    if periods is None:
        return None, None
    day, counted = case.texts.day, case.texts.counted
    in_now, in_before = (counted & period.contains(day) for period in (periods.now, periods.before))
    sides = {
        "now": {**periods.now.as_json(), "texts": int(in_now.sum())},
        "before": {**periods.before.as_json(), "texts": int(in_before.sum())},
    }
    if min(in_now.sum(), in_before.sum()) < case.config.min_support:
        return None, {"rule": periods.rule, "enough": False, **sides}
    now, before = case.estimate(in_now, recipe, 2), case.estimate(in_before, recipe_before, 3)
    change = now.index - before.index
    low, high = np.quantile(now.index_draws - before.index_draws, INTERVAL, axis=0)
    found = Change(before.index, change, np.minimum(low, change), np.maximum(high, change))
    sides["now"]["scores"], sides["before"]["scores"] = case.scores(now), case.scores(before)
    return found, {"rule": periods.rule, "enough": True, **sides}
