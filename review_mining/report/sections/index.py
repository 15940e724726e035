"""The section on the experience index."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from review_mining.report import charts
from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words

SCORE_AXIS = charts.Axis(0.0, 5.0, (0.0, 1.0, 2.0, 3.0, 4.0, 5.0))


def view(content: Content, words: Words, names: Names) -> View:
    """Values for ``index.html.j2`` and the head of the page."""
    insight = content["insight"]
    minimum = content["run"]["settings"]["insight"]["min_support"]
    figures = sorted(content["score"], key=lambda figure: figure["aspect"] != "total")
    figures = [claimed(figure, minimum) for figure in figures]
    parts = [{**item, "aspect": entry["aspect"]} for entry in insight["sub_items"] for item in entry["items"]]
    parts = sorted((part for part in parts if part["negative"]), key=lambda part: (-part["points_lost"], part["code"]))
    largest = max((part["points_lost"] for part in parts), default=0.0)
    return {
        "total": figures[0],
        "index_rows": [_row(figure, words, names) for figure in figures],
        "index_table": [_table_row(figure, words, names) for figure in figures],
        "score_scale": charts.scale(SCORE_AXIS, [f"{tick:.0f}" for tick in SCORE_AXIS.ticks]),
        "compared": compared(content, words),
        "part_rows": [_part(part, largest, words, names) for part in parts],
        "part_table": [_part_row(part, words, names) for part in parts],
        "operational_rows": [
            (str(given[words.language]), _value(given), words.score(given["worth"]))
            for given in insight["metrics"]["given"]
        ],
        "unseen": [str(metric[words.language]) for metric in insight["metrics"]["unseen"]],
        "rating_note": _rating_note(insight["ratings"], words),
    }


def claimed(figure: dict[str, Any], minimum: int) -> dict[str, Any]:
    """The figure, or one without a score when too few reviews speak of it."""
    return figure if figure["n"] >= minimum else {**figure, "score": None, "previous": None, "change": None}


def compared(content: Content, words: Words) -> str:
    """Which periods the changes compare, in words."""
    comparison = content["insight"]["comparison"]
    if not comparison or not comparison["enough"]:
        return words.text("index.not_compared")
    now, before = comparison["now"], comparison["before"]
    return words.text(
        "index.compared",
        since=now["from"],
        until=now["to"],
        before_since=before["from"],
        before_until=before["to"],
    )


def plotted(figure: dict[str, Any], title: str, words: Words, reference: float | None = None) -> Markup | str:
    """The dot and whisker of a score, or nothing when none is claimed."""
    if figure["score"] is None:
        return ""
    spoken = f"{title}: {words.score(figure['score'])}{words.between(figure['low'], figure['high'])}"
    return charts.whisker(figure["score"], figure["low"], figure["high"], SCORE_AXIS, title=spoken, reference=reference)


def _row(figure: dict[str, Any], words: Words, names: Names) -> View:
    name = names.aspect(figure["aspect"])
    unweighted = names.weight(figure["aspect"]) == 0
    counted = words.text("page.n", n=words.count(figure["n"]))
    return {
        "total": figure["aspect"] == "total",
        "name": name,
        "note": f"{counted} · {words.text('index.unweighted')}" if unweighted else counted,
        "plot": plotted(figure, name, words, figure.get("previous")),
        "claimed": figure["score"] is not None,
        "score": words.score(figure["score"]),
        "interval": words.between(figure["low"], figure["high"]),
        "change": _change(figure, words),
    }


def _change(figure: dict[str, Any], words: Words) -> str:
    if figure["change"] is None:
        return ""
    low, high = figure["change_low"], figure["change_high"]
    verdict = "sure_up" if low > 0 else "sure_down" if high < 0 else "unsure"
    mark = {"sure_up": "▲", "sure_down": "▼", "unsure": "≈"}[verdict]
    return f"{mark} {words.change(figure['change'])} · {words.text(f'index.{verdict}')}"


def _table_row(figure: dict[str, Any], words: Words, names: Names) -> tuple[str, ...]:
    return (
        names.aspect(figure["aspect"]),
        words.score(figure["score"]),
        words.between(figure["low"], figure["high"]),
        words.count(figure["n"]),
        words.score(figure["previous"]),
        words.change(figure["change"]) + words.between(figure["change_low"], figure["change_high"], "change"),
    )


def _part(part: dict[str, Any], largest: float, words: Words, names: Names) -> View:
    name, points = names.part(part["code"]), words.score(part["points_lost"])
    return {
        "name": name,
        "aspect": names.aspect(part["aspect"]),
        "points": points,
        "n": words.count(part["negative"]),
        "plot": charts.bar(part["points_lost"], largest, title=f"{name}: {points}"),
    }


def _part_row(part: dict[str, Any], words: Words, names: Names) -> tuple[str, ...]:
    return (
        names.part(part["code"]),
        names.aspect(part["aspect"]),
        words.named("owner", part["owner"]),
        words.count(part["positive"]),
        words.count(part["negative"]),
        words.score(part["points_lost"]),
    )


def _value(given: dict[str, Any]) -> str:
    if given["unit"] == "share":
        return f"{100 * given['value']:g}%"
    return f"{given['value']:g} {given['unit']}"


def _rating_note(ratings: dict[str, Any] | None, words: Words) -> str:
    if not ratings:
        return ""
    return words.text(
        "index.ratings",
        mean=words.score(ratings["mean"]),
        n=words.count(ratings["n"]),
        hidden=words.count(ratings["high_but_negative"]),
    )
