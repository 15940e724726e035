"""The section on aspects over time."""

from __future__ import annotations

from typing import Any

from review_mining.report import charts
from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words


def view(content: Content, words: Words, names: Names) -> View:
    """Values for ``over_time.html.j2``."""
    series = [one for one in content["over_time"]["aspects"] if any(p["score"] is not None for p in one["points"])]
    ends = [p[end] for one in series for p in one["points"] for end in ("low", "high") if p[end] is not None]
    axis = charts.axis_for(ends, ceiling=5.0)
    return {"panels": [_panel(one, content["over_time"]["unit"], axis, words, names) for one in series]}


def _panel(one: dict[str, Any], unit: str, axis: charts.Axis, words: Words, names: Names) -> View:
    title = words.text(
        "over_time.chart" if unit == "week" else "over_time.chart_month", aspect=names.aspect(one["aspect"])
    )
    points = [_point(point, words) for point in one["points"]]
    ticks = [f"{tick:g}" for tick in axis.ticks]
    return {
        "title": title,
        "n": sum(point["n"] for point in one["points"]),
        "plot": charts.series(points, axis, ticks, title=title),
        "rows": [
            (p["start"], words.score(p["score"]), words.between(p["low"], p["high"]), words.count(p["n"]))
            for p in one["points"]
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
