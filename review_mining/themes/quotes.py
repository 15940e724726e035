"""Quotes of themes that were found in earlier reviews, taken from the reviews at hand."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

_QUOTES = 3


def quotes_from(themes: pa.Table, opinions: pa.Table) -> pa.Table:
    """Themes with quotes from ``opinions`` alone: the model's own where they are there, else the surest.

    Args:
        themes: columns ``themes.COLUMNS``.
        opinions: opinion_id, theme_id, confidence, of the reviews at hand.
    """
    members = opinions.filter(pc.is_in(opinions.column("theme_id"), themes.column("theme_id").combine_chunks()))
    ordered = members.sort_by([("confidence", "descending"), ("opinion_id", "ascending")])
    surest: dict[str, list[str]] = {}
    for opinion_id, theme_id in zip(
        ordered.column("opinion_id").to_pylist(), ordered.column("theme_id").to_pylist(), strict=True
    ):
        surest.setdefault(theme_id, []).append(opinion_id)
    quotes = []
    for theme_id, own in zip(themes.column("theme_id").to_pylist(), themes.column("quotes").to_pylist(), strict=True):
        here = surest.get(theme_id, [])
        present = set(here)
        quotes.append([quote for quote in own if quote in present] or here[:_QUOTES])
    place = themes.schema.get_field_index("quotes")
    return themes.set_column(place, "quotes", pa.array(quotes, pa.list_(pa.string())))
