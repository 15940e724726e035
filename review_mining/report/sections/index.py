"""The section on the experience index."""

from __future__ import annotations

from typing import Any

from review_mining.report import charts
from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words

SCORE_AXIS = charts.Axis(0.0, 5.0, (0.0, 1.0, 2.0, 3.0, 4.0, 5.0))


def view(content: Content, words: Words, names: Names) -> View:
    """Values for ``index.html.j2`` and the head of the page."""
    index = content["index"]
    figures = sorted(index["figures"], key=lambda figure: figure["aspect"] != "total")
    parts = [part for part in index["parts"] if part["points"] is not None]
    axis = charts.axis_for([0.0, *(part["high"] for part in parts)], floor=0.0)
    return {
        "total": next((figure for figure in figures if figure["aspect"] == "total"), None),
        "index_rows": [_row(figure, words, names) for figure in figures],
        "index_table": [_table_row(figure, words, names) for figure in figures],
        "score_scale": charts.scale(SCORE_AXIS, [f"{tick:.0f}" for tick in SCORE_AXIS.ticks]),
        "compared": compared(content, words),
        "part_rows": [_part(part, axis, words, names) for part in parts if part["n"]],
        "part_table": [_part_row(part, words, names) for part in index["parts"]],
        "operational_rows": [
            (_metric(given, words), _value(given), words.score(given["score"])) for given in index["operational"]
        ],
        "unseen": [_metric(metric, words) for metric in index["unseen"]],
    }


def compared(content: Content, words: Words) -> str:
    """Which periods the changes compare, in words."""
    this, last = content["periods"]["current"], content["periods"]["previous"]
    if not this or not last:
        return words.text("index.not_compared")
    return words.text(
        "index.compared",
        since=this["since"],
        until=this["until"],
        before_since=last["since"],
        before_until=last["until"],
    )


def plotted(figure: dict[str, Any], title: str, words: Words, reference: float | None = None) -> charts.Markup | str:
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
        "plot": plotted(figure, name, words, figure["previous"]),
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


def _part(part: dict[str, Any], axis: charts.Axis, words: Words, names: Names) -> View:
    name = names.part(part["sub_aspect"])
    points = words.score(part["points"])
    return {
        "name": name,
        "aspect": names.aspect(part["aspect"]),
        "points": points,
        "n": words.count(part["n"]),
        "plot": charts.whisker(part["points"], part["low"], part["high"], axis, title=f"{name}: {points}"),
    }


def _part_row(part: dict[str, Any], words: Words, names: Names) -> tuple[str, ...]:
    return (
        names.part(part["sub_aspect"]),
        names.aspect(part["aspect"]),
        words.count(part["n"]),
        words.share(part["share"]),
        words.score(part["points"]),
        words.between(part["low"], part["high"]),
    )


def _metric(metric: dict[str, Any], words: Words) -> str:
    return str(metric[words.language])


def _value(given: dict[str, Any]) -> str:
    unit = given.get("unit") or ""
    return f"{given['value']:g} {unit}".strip()
