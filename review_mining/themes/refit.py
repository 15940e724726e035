"""Themes fitted anew on other complaints, under the ids of those that are found again.

Themes that people have pinned, merged or split are not fitted anew: they keep the complaints they were found in, and
what they recognise is left out of the new fit, so that no other theme can take it from them. The fit of the rest starts
cold: average linkage has no use for earlier groups. A way of grouping that has would take them where ``fit`` is called.
The space is learnt anew, for one that knows other goods only tells these complaints alike less well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from review_mining.themes.changes import Change, changes
from review_mining.themes.clustering import UNGROUPED, Core
from review_mining.themes.edits import Edits
from review_mining.themes.identity import Ids, found_again
from review_mining.themes.known import Area, Find, Known
from review_mining.themes.lexical import Matrix
from review_mining.themes.selection import Spans
from review_mining.themes.sights import own_sight
from review_mining.themes.sub_aspect import Fitted, Theme, extended
from review_mining.themes.vectors import SpanVectors

_LOOKED_AT = 6000
"""Different complaints, the most frequent first, that settle which theme is which."""


@dataclass(frozen=True, eq=False)
class Refit:
    """A sub-aspect fitted anew, and what became of its complaints.

    Attributes:
        code: the sub-aspect.
        area: what is known of it now.
        spans: the complaints that were looked at.
        before: their themes as the earlier model has them.
        after: their themes as ``area`` has them.
    """

    code: str
    area: Area
    spans: Spans
    before: Ids
    after: Ids


def refit(known: Known, chosen: Mapping[str, Spans], vectors: SpanVectors, find: Find) -> Known:
    """Fit all sub-aspects anew and carry ids and edits over.

    Args:
        known: fitted before.
        chosen: the complaints at hand by sub-aspect; where there are none, only what people hold is kept.
        vectors: the space of the new fit.
        find: finds the themes of a sub-aspect in it.
    """
    kept = {code: _held(area, known.edits.held, vectors) for code, area in known.areas.items()}
    now = replace(known, vectors=vectors, areas={code: area for code, area in kept.items() if area.fitted.themes})
    done = []
    for code, spans in chosen.items():
        fit = partial(find, code, taken=known.taken | now.taken)
        done.append(_refitted(code, known, kept.get(code), spans, vectors, fit))
        now = now.having(code, done[-1].area)
    gone = {row["theme_id"] for row in known.rows} - {row["theme_id"] for row in now.rows}
    now = replace(now, edits=known.edits.without(gone))
    return replace(now, changes=_became(done, known, now))


def _held(area: Area, held: Set[str], vectors: SpanVectors) -> Area:
    """The themes of ``held`` alone, with the complaints they are recognised by."""
    known = area.fitted
    places = [place for place, theme in enumerate(known.themes) if theme.theme_id in held]
    renumber = np.full(len(known.themes) + 1, UNGROUPED, np.int32)
    renumber[places] = np.arange(len(places))
    labels = np.where(known.core.labels >= 0, renumber[known.core.labels], UNGROUPED).astype(np.int32)
    rows = np.flatnonzero(labels != UNGROUPED)
    keys = tuple(area.keys[row] for row in rows.tolist())
    core = replace(known.core, vectors=vectors.transform(keys), labels=labels[rows])
    return Area(Fitted(core, tuple(known.themes[place] for place in places), has_residual=False), keys, None)


def _refitted(
    code: str,
    known: Known,
    kept: Area | None,
    spans: Spans,
    vectors: SpanVectors,
    fit: Callable[[Spans], Fitted],
) -> Refit:
    """One sub-aspect: ``kept`` stays, and what it does not recognise is fitted."""
    spans, held = spans.take(range(min(len(spans.keys), _LOOKED_AT))), known.edits.held
    before = _themes_before(known, code, spans)
    points, place = vectors.transform(spans.keys), np.full(len(spans.keys), -1, np.int64)
    joined, keys = (kept.fitted, kept.keys) if kept else (_nothing(points), ())
    free = np.flatnonzero([theme not in held for theme in before.tolist()])
    if len(free):
        found = fit(spans.take(free.tolist()))
        core = free[: len(found.core.labels)]
        place[core] = len(keys) + np.arange(len(core))
        keys = (*keys, *(spans.keys[row] for row in core.tolist()))
        votes = found.theme_ids(found.core.vote(points[free]))
        if code in known.areas:
            earlier = known.areas[code].fitted
            found = _under_old_ids(found, earlier, held, before[free], votes, spans.weights[free])
        joined = extended(joined, found)
    after = joined.theme_ids(joined.core.vote(points))
    return Refit(code, Area(joined, keys, own_sight(joined, spans, vectors, place)), spans, before, after)


def _themes_before(known: Known, code: str, spans: Spans) -> Ids:
    """Themes of complaints by the earlier model, as they were fitted."""
    area = known.areas.get(code)
    if area is None or known.vectors is None:
        return np.full(len(spans.keys), None, dtype=object)
    return area.fitted.theme_ids(area.fitted.core.vote(known.vectors.transform(spans.keys)))


def _nothing(points: Matrix) -> Fitted:
    return Fitted(Core(points[:0], np.zeros(0, np.int32)), (), has_residual=False)


def _became(done: Sequence[Refit], earlier: Known, now: Known) -> tuple[Change, ...]:
    nothing = np.zeros(0, dtype=object)
    weights = np.concatenate([np.zeros(0), *(one.spans.weights for one in done)])
    before = np.concatenate([nothing, *(_edited(earlier.edits, one.before, one) for one in done)])
    after = np.concatenate([nothing, *(_edited(now.edits, one.after, one) for one in done)])
    return changes(before, after, weights, earlier.named, now.named)


def _edited(edits: Edits, ids: Ids, one: Refit) -> Ids:
    return edits.ids_of(ids, one.spans.texts, [one.code] * len(ids))


def _under_old_ids(
    found: Fitted, before: Fitted, held: Set[str], old: Ids, new: Ids, weights: NDArray[np.float64]
) -> Fitted:
    """``found`` with the ids and the names of the themes of ``before`` that it has found again."""
    themes = {theme.theme_id: theme for theme in before.themes}
    free = [theme.theme_id for theme in _named(before) if theme.theme_id not in held]
    same = found_again(old, new, weights, free, [theme.theme_id for theme in _named(found)])
    if before.has_residual and found.has_residual:
        same[found.themes[-1].theme_id] = before.themes[-1].theme_id
    return replace(
        found,
        themes=tuple(
            replace(theme, theme_id=same[theme.theme_id], name=themes[same[theme.theme_id]].name)
            if theme.theme_id in same
            else theme
            for theme in found.themes
        ),
    )


def _named(fitted: Fitted) -> tuple[Theme, ...]:
    return fitted.themes[: len(fitted.themes) - fitted.has_residual]
