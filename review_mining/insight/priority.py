"""The order in which themes are worth fixing."""

from __future__ import annotations

import numpy as np

from review_mining.insight.observations import Flags, Ints, Reals


def ranks(low: Reals, expected: Reals, reviews: Ints, theme_ids: list[str], residual: Flags) -> list[int]:
    """Rank of each theme from 1: by the impact that is all but certain, the expected one, the number of reviews.

    What is left over in a sub-aspect comes after all themes with a claim: nobody can fix "other".

    Args:
        low: float, (themes,): lower end of the impact's interval, NaN where nothing is claimed; those come last.
        expected: float, (themes,): the impact itself.
        reviews: int, (themes,): reviews with the theme.
        theme_ids: settles ties, so that the order does not depend on the order of the themes.
        residual: bool, (themes,): the theme is the remainder of its sub-aspect.
    """
    claimed = np.nan_to_num(low, nan=-1.0).round(6)
    likely = np.nan_to_num(expected, nan=-1.0).round(6)
    order = sorted(
        range(len(theme_ids)), key=lambda i: (bool(residual[i]), -claimed[i], -likely[i], -reviews[i], theme_ids[i])
    )
    result = [0] * len(order)
    for rank, theme in enumerate(order, start=1):
        result[theme] = rank
    return result
