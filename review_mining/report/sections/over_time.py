"""The section on aspects over time."""

from __future__ import annotations

from typing import Any

from review_mining.report import charts
from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words


def view(content: Content, words: Words, names: Names) -> View:
    """Values for ``over_time.html.j2``."""
    periods = content["insight"]["over_time"]["periods"]
    unit = content["insight"]["over_time"]["unit"]
    if not periods:
        return {"panels": []}
    scores = [score for period in periods for score in period["scores"].values()]
    axis = charts.axis_for([score[end] for score in scores for end in ("low", "high")], ceiling=5.0)
    aspects = sorted(periods[0]["scores"], key=lambda name: name != "total")
    return {"panels": [_panel(aspect, periods, unit, axis, words, names) for aspect in aspects]}


def _panel(
    aspect: str, periods: list[dict[str, Any]], unit: str, axis: charts.Axis, words: Words, names: Names
) -> View:
    key = "over_time.chart" if unit == "week" else "over_time.chart_month"
    title = words.text(key, aspect=names.aspect(aspect))
    points = [{"start": period["from"], **period["scores"][aspect]} for period in periods]
    return {
        "title": title,
        "n": sum(point["n"] for point in points),
        "plot": charts.series(
            [_point(point, words) for point in points], axis, [f"{tick:g}" for tick in axis.ticks], title=title
        ),
        "rows": [
            (p["start"], words.score(p["score"]), words.between(p["low"], p["high"]), words.count(p["n"]))
            for p in points
        ],
    }


def _point(point: dict[str, Any], words: Words) -> charts.Point:
    known = point["score"] is not None
    note = words.text(
        "over_time.note" if known else "over_time.note_gap",
        start=point["start"],
        score=words.score(point["score"]),
        interval=words.between(point["low"], point["high"]),
        n=words.count(point["n"]),
    )
    return charts.Point(
        label=words.short_day(point["start"]), value=point["score"], low=point["low"], high=point["high"], note=note
    )
