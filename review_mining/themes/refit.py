"""Themes fitted anew on other complaints, under the ids of those that are found again.

Themes that people have pinned, merged or split are not fitted anew: they keep the complaints they were found in, and
what they recognise is left out of the new fit, so that no other theme can take it from them. The fit of the rest starts
cold: average linkage has no use for earlier groups. A way of grouping that has would take them where ``fit`` is called.
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
from review_mining.themes.known import Find, Known
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
        fitted: the themes.
        spans: the complaints that were looked at.
        before, after: their themes, as the earlier model has them and as ``fitted`` has them.
        place: row of each in the core of ``fitted``, -1 where it is not in it, shape (complaints,).
    """

    code: str
    fitted: Fitted
    spans: Spans
    before: Ids
    after: Ids
    place: NDArray[np.int64]


def refitted(
    code: str,
    known: Fitted | None,
    spans: Spans,
    vectors: SpanVectors,
    fit: Callable[[Spans], Fitted],
    held: Set[str],
) -> Refit:
    """Fit anew and carry the ids over.

    Args:
        code: the sub-aspect.
        known: fitted before, with ``vectors``; None where the sub-aspect is new.
        spans: the complaints at hand.
        vectors: the space of both fits.
        fit: finds the themes of complaints; its names must not be those of ``known``.
        held: ids of themes that stay as they are.
    """
    spans = spans.take(range(min(len(spans.keys), _LOOKED_AT)))
    points, place = vectors.transform(spans.keys), np.full(len(spans.keys), -1, np.int64)
    known = known or Fitted(Core(points[:0], np.zeros(0, np.int32)), (), has_residual=False)
    before = known.theme_ids(known.core.vote(points))
    free = np.flatnonzero([theme not in held for theme in before.tolist()])
    joined = only(known, held)
    if len(free):
        found = fit(spans.take(free.tolist()))
        fitted = free[: len(found.core.labels)]
        place[fitted] = len(joined.core.labels) + np.arange(len(fitted))
        votes = found.theme_ids(found.core.vote(points[free]))
        joined = extended(joined, _under_old_ids(found, known, held, before[free], votes, spans.weights[free]))
    return Refit(code, joined, spans, before, joined.theme_ids(joined.core.vote(points)), place)


def only(known: Fitted, held: Set[str]) -> Fitted:
    """The themes of ``held`` alone, with the complaints they are recognised by."""
    places = [place for place, theme in enumerate(known.themes) if theme.theme_id in held]
    renumber = np.full(len(known.themes) + 1, UNGROUPED, np.int32)
    renumber[places] = np.arange(len(places))
    labels = np.where(known.core.labels >= 0, renumber[known.core.labels], UNGROUPED).astype(np.int32)
    rows = labels != UNGROUPED
    core = replace(known.core, vectors=known.core.vectors[rows], labels=labels[rows])
    return Fitted(core, tuple(known.themes[place] for place in places), has_residual=False)


def refit(known: Known, chosen: Mapping[str, Spans], vectors: SpanVectors, find: Find) -> Known:
    """Fit all sub-aspects anew and carry ids and edits over.

    Args:
        known: fitted before, with these vectors or none.
        chosen: the complaints at hand by sub-aspect; where there are none, only what people hold is kept.
        vectors: the space of both fits.
        find: finds the themes of a sub-aspect.
    """
    kept = {code: only(fitted, known.edits.held) for code, fitted in known.fitted.items()}
    now = replace(known, vectors=vectors, fitted={code: one for code, one in kept.items() if one.themes}, sights={})
    done = []
    for code, spans in chosen.items():
        fit = partial(find, code, taken=known.taken | now.taken)
        one = refitted(code, known.fitted.get(code), spans, vectors, fit, known.edits.held)
        own = own_sight(one.fitted, one.spans, vectors, one.place)
        now = replace(now, fitted={**now.fitted, code: one.fitted}, sights={**now.sights, code: own})
        done.append(one)
    gone = {row["theme_id"] for row in known.rows} - {row["theme_id"] for row in now.rows}
    now = replace(now, edits=known.edits.without(gone))
    return replace(now, changes=_became(done, known, now))


def _became(done: Sequence[Refit], earlier: Known, now: Known) -> tuple[Change, ...]:
    nothing = np.zeros(0, dtype=object)
    weights = np.concatenate([np.zeros(0), *(one.spans.weights for one in done)])
    before = np.concatenate([nothing, *(_edited(earlier.edits, one.before, one) for one in done)])
    after = np.concatenate([nothing, *(_edited(now.edits, one.after, one) for one in done)])
    return changes(before, after, weights, earlier.named, now.named)


def _edited(edits: Edits, ids: Ids, one: Refit) -> Ids:
    return edits.ids_of(ids, one.spans.texts, [one.code] * len(ids))


def _under_old_ids(
    found: Fitted, known: Fitted, held: Set[str], before: Ids, after: Ids, weights: NDArray[np.float64]
) -> Fitted:
    """``found`` with the ids and the names of the themes that it has found again."""
    old = {theme.theme_id: theme for theme in known.themes}
    named = [theme.theme_id for theme in _named(known) if theme.theme_id not in held]
    same = found_again(before, after, weights, named, [theme.theme_id for theme in _named(found)])
    if known.has_residual and found.has_residual:
        same[found.themes[-1].theme_id] = known.themes[-1].theme_id
    themes = tuple(
        replace(theme, theme_id=same[theme.theme_id], name=old[same[theme.theme_id]].name)
        if theme.theme_id in same
        else theme
        for theme in found.themes
    )
    return replace(found, themes=themes)


def _named(fitted: Fitted) -> tuple[Theme, ...]:
    return fitted.themes[: len(fitted.themes) - fitted.has_residual]
