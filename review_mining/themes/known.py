"""What a theme model knows once it is fitted, and how more is added to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from review_mining.themes.changes import Change
from review_mining.themes.edits import Edits
from review_mining.themes.selection import Spans
from review_mining.themes.sights import Sight, own_sight
from review_mining.themes.sub_aspect import Fitted, extended
from review_mining.themes.vectors import SpanVectors
from review_mining.themes.words import key

Find = Callable[..., Fitted]
"""``fit_sub_aspect`` but for the code of the sub-aspect, its complaints and the names that are taken."""


@dataclass(frozen=True)
class Area:
    """What is known of one sub-aspect.

    Attributes:
        fitted: its themes.
        keys: the complaint behind each row of their core, so that it can be put into another space.
        sight: how the complaints of the fit look to it; None where a refit had none.
    """

    fitted: Fitted
    keys: tuple[str, ...]
    sight: Sight | None


@dataclass(frozen=True)
class Known:
    """Themes with all that recognises them.

    Attributes:
        vectors: the space in which complaints are told alike; None until there is one to learn it from.
        areas: themes by sub-aspect.
        edits: what people have changed.
        changes: what the last refit has made of the themes before it.
    """

    vectors: SpanVectors | None = None
    areas: Mapping[str, Area] = field(default_factory=dict)
    edits: Edits = Edits()  # noqa: RUF009  (frozen)
    changes: tuple[Change, ...] = ()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Rows of the themes as they were fitted."""
        return [theme.row() for area in self.areas.values() for theme in area.fitted.themes]

    @property
    def edited_rows(self) -> list[dict[str, Any]]:
        """Rows of the themes as people have changed them."""
        return self.edits.applied_to(self.rows)

    @property
    def residual(self) -> frozenset[str]:
        """Ids of the themes that hold a sub-aspect's leftovers."""
        fits = (area.fitted for area in self.areas.values())
        return frozenset(fitted.themes[-1].theme_id for fitted in fits if fitted.has_residual)

    @property
    def named(self) -> dict[str, str]:
        """Names by id as people have changed them, leftovers apart."""
        leftovers = self.residual
        return {row["theme_id"]: row["name"] for row in self.edited_rows if row["theme_id"] not in leftovers}

    @property
    def taken(self) -> frozenset[str]:
        """Names that no other theme may have: a theme's id still follows from one that it has lost to an edit."""
        return frozenset(row["name"] for rows in (self.rows, self.edited_rows) for row in rows)

    @property
    def sights(self) -> dict[str, Sight]:
        """How the complaints of the fit look to it, by sub-aspect."""
        return {code: area.sight for code, area in self.areas.items() if area.sight is not None}

    def having(self, code: str, area: Area) -> Known:
        """The same with another sub-aspect, or with what is now known of one."""
        return replace(self, areas={**self.areas, code: area})

    def assign(self, opinions: pa.Table) -> pa.Array:
        """``theme_id`` per row, null where it has none; see ``ThemeModel.assign``."""
        ids = np.full(opinions.num_rows, None, dtype=object)
        negative = pc.fill_null(pc.equal(opinions["polarity"], "negative"), False).to_numpy()
        codes = opinions["sub_aspect"].to_numpy(zero_copy_only=False)
        for code, area in self.areas.items():
            rows = np.flatnonzero((codes == code) & negative)
            if len(rows) == 0 or not area.fitted.themes or self.vectors is None:
                continue
            keys = [key(span or "") for span in opinions["span"].take(pa.array(rows)).to_pylist()]
            distinct, back = np.unique(np.array(keys, dtype=object), return_inverse=True)
            labels = area.fitted.core.vote(self.vectors.transform(list(distinct)))
            ids[rows] = area.fitted.theme_ids(labels)[back]
        spans = opinions["span"].to_pylist()
        return pa.array(self.edits.ids_of(ids, spans, list(codes)), pa.string())


def least_sizes(known: Known, ids: Sequence[str | None], most: int) -> dict[str, int]:
    """Complaints that a further theme must have where a sub-aspect has as many as it may: more than the last of these.

    Otherwise what a fit has left over, because there were larger themes, would be found by every later report.

    Args:
        known: the themes so far.
        ids: themes of the complaints at hand.
        most: themes that a sub-aspect may have.
    """
    sizes, leftovers = Counter(ids), known.residual | known.edits.merged
    named = {
        code: sorted(
            (sizes[theme.theme_id] for theme in area.fitted.themes if theme.theme_id not in leftovers), reverse=True
        )
        for code, area in known.areas.items()
    }
    return {code: 1 + found[most - 1] for code, found in named.items() if len(found) >= most}


def added(
    known: Known, chosen: Mapping[str, Spans], vectors: SpanVectors, find: Find, least: Mapping[str, int]
) -> Known:
    """Fit complaints and join what is found with what is known.

    Args:
        known: so far, with no other vectors than these.
        chosen: complaints by sub-aspect.
        vectors: the space.
        find: finds the themes of a sub-aspect.
        least: complaints that a theme must have, for sub-aspects in which it must have more than usual.
    """
    known = replace(known, vectors=vectors)
    for code, spans in chosen.items():
        found = find(code, spans, taken=known.taken, least=least.get(code, 0))
        keys = tuple(spans.keys[: len(found.core.labels)])
        if code in known.areas:
            before = known.areas[code]
            # What is added later says nothing of how a fit sees its own complaints.
            area = Area(extended(before.fitted, found), (*before.keys, *keys), before.sight)
        else:
            place = np.arange(len(spans.keys))
            own = own_sight(found, spans, vectors, np.where(place < len(keys), place, -1))
            area = Area(found, keys, own)
        known = known.having(code, area)
    return known
