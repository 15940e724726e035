"""The ``themes`` table: how often, with what trend, at what cost, in what order."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from review_mining.insight.case import Case
from review_mining.insight.experience import Estimate, Recipe
from review_mining.insight.grouping import leftovers
from review_mining.insight.impact import Impact, impacts, read_relief, share_intervals
from review_mining.insight.movement import Movement, movement
from review_mining.insight.observations import Flags, Ints, Reals
from review_mining.insight.periods import Comparison
from review_mining.insight.priority import ranks
from review_mining.tables import THEMES

_DECIMALS: Final = 6
_FROM_MODEL: Final = ("theme_id", "aspect", "sub_aspect", "name", "keywords", "stability", "quotes")


def theme_table(
    case: Case, themes: pa.Table, found: Estimate, recipe: Recipe, periods: Comparison | None
) -> tuple[pa.Table, list[dict[str, Any]]]:
    """Figures of every theme.

    A theme in fewer than ``min_support`` reviews has no impact and no trend.

    Args:
        case: texts and mentions.
        themes: table of the theme model.
        found: index over all counted texts.
        recipe: of that index.
        periods: the periods compared, if any.

    Returns:
        Table ``themes`` by priority; and in the same order ``theme_id``, ``aspect_impact`` (points of the aspect's own
        index), ``texts``, ``texts_now``, ``texts_before`` and ``change_point``.
    """
    ids = case.incidence.theme_ids
    aspect = np.array([case.aspects.index(name) for name in themes.column("aspect").to_pylist()], dtype=np.int64)
    reviews, counted = case.incidence.reviews(case.texts.reviews), case.texts.counted_reviews
    low, high = share_intervals(reviews, counted, *_true_for_shown(case, themes, aspect, found), case.rng(4))
    unsupported = reviews < case.config.min_support
    sole = [case.errors.sole.get(code) for code in themes.column("sub_aspect").to_pylist()]
    impact = impacts(read_relief(case.texts, case.complaints, aspect), found, recipe, sole, case.rng(6))
    moved = movement(case, periods)
    rank = ranks(
        _claimed(impact.low, unsupported), _claimed(impact.total, unsupported), reviews, ids, leftovers(themes)
    )
    subs = [case.taxonomy.sub_aspects.get(code) for code in themes.column("sub_aspect").to_pylist()]
    columns: dict[str, Any] = {
        **{name: themes.column(name) for name in _FROM_MODEL},
        "n": reviews,
        "share": (reviews / max(counted, 1)).round(_DECIMALS),
        "share_low": low.round(_DECIMALS),
        "share_high": high.round(_DECIMALS),
        "trend": ["unknown" if thin else name for name, thin in zip(moved.trend, unsupported, strict=True)],
        "trend_q": _nullable(_claimed(moved.q, unsupported)),
        "impact": _nullable(_claimed(impact.total, unsupported)),
        "impact_low": _nullable(_claimed(impact.low, unsupported)),
        "impact_high": _nullable(_claimed(impact.high, unsupported)),
        "priority": rank,
        "owner": [sub.owner if sub else None for sub in subs],
    }
    table = pa.table([_column(columns[field.name], field.type) for field in THEMES], schema=THEMES)
    details = _details(case, impact, unsupported, moved)
    return table.sort_by("priority"), [details[theme] for theme in np.argsort(rank)]


def _true_for_shown(case: Case, themes: pa.Table, aspect: Ints, found: Estimate) -> tuple[Reals, Reals, Ints]:
    """Draws of true for shown complaints and of the most reviews that may complain, by kind, and each theme's kind.

    The kind is the theme's sub-aspect, or its aspect where nothing was measured of the sub-aspect. No more reviews
    complain of it than texts do of the aspect.
    """
    of_aspects = found.true_bad / np.maximum(found.predicted_bad, np.finfo(np.float64).tiny)
    known = case.errors.complaints
    places = {code: len(case.aspects) + place for place, code in enumerate(known)}
    codes = themes.column("sub_aspect").to_pylist()
    kinds = [places.get(code, own) for code, own in zip(codes, aspect.tolist(), strict=True)]
    in_aspects = found.true_bad * np.count_nonzero(case.texts.counted) / max(case.texts.counted_reviews, 1)
    own_aspects = [case.aspects.index(case.taxonomy.aspect_of(code)) for code in known]
    most = np.column_stack([in_aspects, in_aspects[:, own_aspects]])
    return np.column_stack([of_aspects, *known.values()]), most, np.array(kinds, dtype=np.int64)


def _details(case: Case, impact: Impact, unsupported: Flags, moved: Movement) -> list[dict[str, Any]]:
    texts, changes = case.incidence.texts(), moved.change_points
    return [
        {
            "theme_id": theme_id,
            "aspect_impact": None if unsupported[i] else float(impact.aspect[i]),
            "texts": int(texts[i]),
            "texts_now": None if moved.now is None else int(moved.now[i]),
            "texts_before": None if moved.before is None else int(moved.before[i]),
            "change_point": None if (change := changes[i]) is None else change.as_json(),
        }
        for i, theme_id in enumerate(case.incidence.theme_ids)
    ]


def _claimed(values: Reals, unsupported: Flags) -> Reals:
    return np.where(unsupported, np.nan, values)


def _nullable(values: Reals) -> pa.Array:
    return pa.array(np.nan_to_num(values).round(_DECIMALS), mask=np.isnan(values))


def _column(values: pa.ChunkedArray | pa.Array | Ints | Reals | list[Any], kind: pa.DataType) -> pa.Array:
    if isinstance(values, pa.ChunkedArray):
        return pc.cast(values.combine_chunks(), kind)
    return pa.array(values, type=kind)
