"""What a refit has changed, told from the themes of the same complaints before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from review_mining.themes.identity import Ids

Kind = Literal["kept", "born", "split", "merged", "gone"]

_MOST = 0.5
"""Share of a theme's complaints that must come from, or have gone to, one other theme to say so."""


@dataclass(frozen=True)
class Change:
    """What became of one theme.

    Attributes:
        kind: ``kept``; ``born`` or ``split`` off ``other``; ``gone`` or ``merged`` into ``other``.
        theme_id: the theme.
        name: what it is called, or was.
        before: complaints of those refitted on that were in it by the earlier model, each as often as it occurs.
        now: those that are in it by the new fit.
        other: theme that most of its complaints were in before, or are in now.
        other_name: what that one is called, or was.
    """

    kind: Kind
    theme_id: str
    name: str
    before: int
    now: int
    other: str | None = None
    other_name: str | None = None


def changes(
    before: Ids, after: Ids, weights: NDArray[np.float64], old: dict[str, str], new: dict[str, str]
) -> tuple[Change, ...]:
    """One entry per theme of either model: those of today in their order, then those that are no more.

    Args:
        before: themes of complaints by the earlier model.
        after: themes of the same complaints by the later one.
        weights: how often each complaint occurs, shape (complaints,).
        old: names of the earlier model's themes by id, leftovers apart.
        new: names of the later model's themes by id, leftovers apart.
    """
    sizes_before, sizes_now = _sizes(before, weights), _sizes(after, weights)
    found = []
    for theme, name in (new | {theme: name for theme, name in old.items() if theme not in new}).items():
        sizes = sizes_before.get(theme, 0), sizes_now.get(theme, 0)
        if theme in old and theme in new:
            found.append(Change("kept", theme, name, *sizes))
        elif theme in new:
            other = _where_most(after == theme, before, weights, old)
            found.append(Change("split" if other else "born", theme, name, *sizes, other, old.get(other or "")))
        else:
            other = _where_most(before == theme, after, weights, new)
            found.append(Change("merged" if other else "gone", theme, name, *sizes, other, new.get(other or "")))
    return tuple(found)


def _sizes(ids: Ids, weights: NDArray[np.float64]) -> dict[str, int]:
    names, places = np.unique(ids.astype(str), return_inverse=True)
    return {
        str(name): round(float(size)) for name, size in zip(names, np.bincount(places, weights=weights), strict=True)
    }


def _where_most(
    members: NDArray[np.bool_], elsewhere: Ids, weights: NDArray[np.float64], known: Mapping[str, str]
) -> str | None:
    """The theme that at least ``_MOST`` of the members are in elsewhere, if one of ``known``."""
    sizes = _sizes(elsewhere[members], weights[members])
    largest = max(sizes, key=lambda theme: (sizes[theme], theme), default=None)
    enough = largest is not None and sizes[largest] >= _MOST * float(weights[members].sum())
    return largest if enough and largest in known else None
