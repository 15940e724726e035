"""The section on what to fix first."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from review_mining.report import charts
from review_mining.report.sections import actions, since_last, urgency
from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words

_MARKS = {"new": "✦", "rising": "▲", "steady": "■", "falling": "▼", "unknown": "?"}
_CELLS = 5
_AROUND = 20
"""Characters beside the words of a dangerous review."""


def view(content: Content, words: Words, names: Names) -> View:
    """Values for ``themes.html.j2`` and the head of the page."""
    themes = _shown(content)
    claimed = [theme for theme in themes if theme["impact"] is not None]
    ends = [0.0, *(end for theme in claimed for end in (theme["impact_low"], theme["impact_high"]))]
    axis = charts.axis_for(ends)
    digits = 2 if axis.ticks[1] - axis.ticks[0] >= 0.01 else 3
    fixes = actions.of_themes(content, words)
    return {
        "themes": [
            {**_card(theme, axis, content, words, names), "actions": fixes.get(theme["theme_id"], [])}
            for theme in themes
        ],
        "themes_grouping": words.text(
            "themes.grouping", **{name: words.count(n) for name, n in content["insight"]["grouping"].items()}
        ),
        "themes_left_out": len(content["themes"]) - len(themes),
        "points_scale": charts.scale(axis, [f"{tick:.{digits}f}".replace("-", "−") for tick in axis.ticks]),
        "theme_table": [_table_row(theme, words) for theme in themes],
        "filters": _filters(themes, content, words, names),
        "danger_rows": [_danger_row(danger, words) for danger in content["dangers"]],
        "since_last": since_last.view(content, words),
    }


def _shown(content: Content) -> list[dict[str, Any]]:
    """The first by priority, and those that people have pinned."""
    first, pinned = content["run"]["settings"]["report"]["themes_shown"], content["run"]["themes_pinned"]
    return [theme for place, theme in enumerate(content["themes"]) if place < first or theme["theme_id"] in pinned]


def _danger_row(danger: dict[str, Any], words: Words) -> tuple[str, ...]:
    around = f"{danger['before'][-_AROUND:]}{danger['text']}{danger['after'][:_AROUND]}"
    return around, danger["product"] or "", _footer(danger, words)


def _card(theme: dict[str, Any], axis: charts.Axis, content: Content, words: Words, names: Names) -> View:
    quotes = [content["quotes"][opinion_id] for opinion_id in theme["quotes"]]
    periods = content["insight"]["over_time"]["periods"]
    weekly = [{"from": period["from"], "n": n} for period, n in zip(periods, theme["over_time"], strict=False)]
    return {
        **theme,
        "aspect_name": names.aspect(theme["aspect"]),
        "code_name": names.part(theme["sub_aspect"]),
        "points": _points(theme, words),
        "points_interval": words.between(theme["impact_low"], theme["impact_high"], "change"),
        "plot": _plot(theme, axis, words),
        "trend_mark": _MARKS[theme["trend"]],
        "q": words.text("themes.q", q=f"{theme['trend_q']:.3f}") if theme["trend_q"] is not None else "",
        "changed": _changed(theme["change_point"], words),
        "urgent": urgency.badges(theme, content["insight"]["severity"]["complaining"], words),
        "stars": _stars(theme["rating_impact"], words),
        "is_new": theme["theme_id"] in content["run"]["themes_new"],
        "is_pinned": theme["theme_id"] in content["run"]["themes_pinned"],
        "filter_aspect": json.dumps([theme["aspect"]]),
        "filter_owner": json.dumps([theme["owner"]]),
        "filter_product": json.dumps(theme["products"], ensure_ascii=False),
        "cells": [_cell(cell, words) for cell in theme["affected"][:_CELLS]],
        "spark": charts.columns([week["n"] for week in weekly], title=_spoken(weekly, words)) if weekly else "",
        "week_rows": [(week["from"], words.count(week["n"])) for week in weekly],
        "quotes": [{**quote, "footer": _footer(quote, words)} for quote in quotes],
    }


def _plot(theme: dict[str, Any], axis: charts.Axis, words: Words) -> Markup | str:
    if theme["impact"] is None:
        return ""
    spoken = f"{theme['name']}: {_points(theme, words)}"
    return charts.whisker(theme["impact"], theme["impact_low"], theme["impact_high"], axis, title=spoken, reference=0.0)


def _points(theme: dict[str, Any], words: Words) -> str:
    return words.change(theme["impact"])


def _stars(impact: dict[str, Any] | None, words: Words) -> str:
    """What the theme's reviews lack in stars, in words; nothing where nothing is claimed."""
    if impact is None:
        return ""
    direction = "lower" if impact["low"] > 0 else "higher" if impact["high"] < 0 else "unclear"
    low, points, high = (words.small_change(impact[name]) for name in ("low", "points", "high"))
    return words.text(
        f"themes.stars_{direction}",
        n=words.count(impact["n"]),
        gap=words.score(abs(impact["per_review"])),
        points=points,
        interval=words.text("format.interval", low=low, high=high),
    )


def _changed(change: dict[str, Any] | None, words: Words) -> str:
    if change is None:
        return ""
    before, after = change["rate_before"], change["rate_after"]
    return words.text(
        "themes.rose" if after > before else "themes.fell",
        day=change["date"],
        low=change["low"],
        high=change["high"],
        before=words.share(before),
        after=words.share(after),
    )


def _spoken(weekly: list[dict[str, Any]], words: Words) -> str:
    return words.text("format.list").join(words.text("themes.week_of", start=w["from"], n=w["n"]) for w in weekly)


def _cell(cell: dict[str, Any], words: Words) -> View:
    ratio, low, high, expected = (f"{cell[key]:.1f}" for key in ("ratio", "ratio_low", "ratio_high", "expected"))
    figures = [
        words.text("themes.cell", ratio=ratio, n=words.count(cell["n"]), expected=expected),
        words.text("themes.cell_interval", low=low, high=high),
    ]
    if cell["within"]:
        column, dimension = (words.named("column", cell[key]) for key in ("within", "dimension"))
        figures.append(words.text("themes.cell_within", column=column, dimension=dimension))
    return {"name": _cell_name(cell, words), "figures": " · ".join(figures)}


def _cell_name(cell: dict[str, Any], words: Words) -> str:
    name = f"{words.named('column', cell['dimension'])} {cell['value']}"
    if cell["since"] is None:
        return name
    key = "themes.cell_since" if cell["since_week"] is None else "themes.cell_since_week"
    day = words.short_day(cell["since"])
    return words.text(key, week=cell["since_week"], day=day, date=cell["since"], name=name)


def _footer(quote: dict[str, Any], words: Words) -> str:
    parts = [
        words.text("themes.follow_up_quote") if quote["field"] == "follow_up" else "",
        words.text("themes.stars", n=f"{quote['rating']:g}") if quote["rating"] is not None else "",
        words.day(quote["date"]) if quote["date"] else "",
        quote.get("sku") or "",
        f"#{quote['review_id']}",
    ]
    return " · ".join(part for part in parts if part)


def _table_row(theme: dict[str, Any], words: Words) -> tuple[str, ...]:
    return (
        f"{theme['priority']}. {theme['name']}",
        words.count(theme["n"]),
        words.share(theme["share"]),
        words.between(theme["share_low"], theme["share_high"], "share"),
        words.named("trend", theme["trend"]),
        _points(theme, words),
        words.between(theme["impact_low"], theme["impact_high"], "change"),
        words.named("owner", theme["owner"]),
    )


def _filters(
    themes: list[dict[str, Any]], content: Content, words: Words, names: Names
) -> list[tuple[str, list[tuple[str, str]]]]:
    aspects = list(dict.fromkeys(theme["aspect"] for theme in themes))
    owners = list(dict.fromkeys(theme["owner"] for theme in themes))
    products = list(dict.fromkeys(product for theme in themes for product in theme["products"]))
    filters = [
        ("aspect", [(aspect, names.aspect(aspect)) for aspect in aspects]),
        ("owner", [(owner, words.named("owner", owner)) for owner in owners]),
    ]
    if products:
        filters.append(("product", [(product, content["products"].get(product) or product) for product in products]))
    return filters
