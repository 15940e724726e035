"""Small charts as inline SVG, drawn here so that the page needs no library and no network.

Horizontal places are percentages, so a chart fills any width while its letters and marks keep their size. Colours are
of the palette by Okabe and Ito (2008), set by class in the style sheet; no meaning rests on colour alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

_LEFT, _RIGHT = 8.0, 97.0


@dataclass(frozen=True, kw_only=True)
class Point:
    """One place of a series.

    Attributes:
        label: what stands below it.
        value: None leaves a gap.
        low: lower end of the interval.
        high: upper end of the interval.
        note: what is read out when the point is chosen.
    """

    label: str
    value: float | None
    low: float | None
    high: float | None
    note: str


@dataclass(frozen=True)
class Axis:
    """A range of values and the values that get a grid line."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def place(self, value: float) -> float:
        """Where a value lies, from 0 to 1; values outside are moved to the edge."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


def axis_for(values: Sequence[float], *, floor: float | None = None, ceiling: float | None = None) -> Axis:
    """An axis around values with three to six round ticks.

    Args:
        values: everything that shall be inside, interval ends included.
        floor: the axis starts here.
        ceiling: the axis never goes beyond.
    """
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    low = low if floor is None else floor
    step = next(s for s in _steps() if (high - low) / s <= 5)
    first = int(low // step)
    last = -int(-high // step)
    if last == first:
        last += 1
    ticks = [round(step * i, 10) for i in range(first, last + 1)]
    if ceiling is not None:
        ticks = [tick for tick in ticks if tick <= ceiling] or [ceiling - step, ceiling]
    return Axis(ticks[0], ticks[-1], tuple(ticks))


def _steps() -> list[float]:
    return [base * 10**power for power in range(-4, 7) for base in (1, 2, 2.5, 5)]


def whisker(
    value: float, low: float | None, high: float | None, axis: Axis, *, title: str, reference: float | None = None
) -> Markup:
    """A dot on its interval.

    Args:
        value: where the dot is.
        low: lower end of the interval; None draws no whisker.
        high: upper end of the interval.
        axis: the range shown.
        title: what a screen reader says.
        reference: a value marked with a line, for example the previous period.
    """
    parts = [_rule(axis.place(tick), "grid") for tick in axis.ticks]
    if reference is not None:
        parts.append(_rule(axis.place(reference), "reference"))
    if low is not None and high is not None:
        left, right = _percent(axis.place(low)), _percent(axis.place(high))
        parts.append(Markup('<line class="whisker" x1="{}" x2="{}" y1="12" y2="12"/>').format(left, right))
        parts.extend(
            Markup('<line class="whisker" x1="{0}" x2="{0}" y1="8" y2="16"/>').format(x) for x in (left, right)
        )
    parts.append(Markup('<circle class="dot" cx="{}" cy="12" r="5"/>').format(_percent(axis.place(value))))
    return _svg("whisker-chart", 24, title, parts)


def scale(axis: Axis, labels: Sequence[str]) -> Markup:
    """The numbers below a column of whiskers; it says nothing that the table does not, so readers skip it."""
    parts = [
        Markup('<text class="tick" x="{}" y="12" text-anchor="middle">{}</text>').format(
            _percent(axis.place(tick)), label
        )
        for tick, label in zip(axis.ticks, labels, strict=True)
    ]
    body = Markup("").join(parts)
    return Markup('<svg class="scale" width="100%" height="16" aria-hidden="true" focusable="false">{}</svg>').format(
        body
    )


def stacked(parts: Sequence[tuple[str, float]], *, title: str) -> Markup:
    """One bar cut in proportion.

    Args:
        parts: class name and size of each piece, in order.
        title: what a screen reader says.
    """
    total = sum(size for _, size in parts) or 1.0
    shapes, left = [], 0.0
    for name, size in parts:
        width = size / total
        shapes.append(
            Markup('<rect class="piece {}" x="{}" width="{}" y="0" height="20"/>').format(
                name, _percent(left, inset=0), _percent(width, inset=0)
            )
        )
        left += width
    return _svg("stacked-chart", 20, title, shapes)


def bar(value: float, largest: float, *, title: str, low: float | None = None, high: float | None = None) -> Markup:
    """A bar from zero with an optional whisker at its end."""
    largest = largest or 1.0
    shapes = [
        Markup('<rect class="bar" x="0" y="4" height="16" width="{}"/>').format(_percent(value / largest, inset=0))
    ]
    if low is not None and high is not None:
        left, right = (_percent(min(1.0, end / largest), inset=0) for end in (low, high))
        shapes.append(Markup('<line class="whisker" x1="{}" x2="{}" y1="12" y2="12"/>').format(left, right))
    return _svg("bar-chart", 24, title, shapes)


def columns(values: Sequence[float], *, title: str) -> Markup:
    """A row of small columns for a theme's weekly counts."""
    largest = max(values, default=0.0) or 1.0
    width = 100.0 / max(1, len(values))
    shapes = [
        Markup('<rect class="column" x="{:.3f}%" width="{:.3f}%" y="{:.2f}" height="{:.2f}"/>').format(
            width * (i + 0.12), width * 0.76, 30 - 29 * value / largest, max(0.8, 29 * value / largest)
        )
        for i, value in enumerate(values)
    ]
    return _svg("spark-chart", 31, title, shapes)


def series(points: Sequence[Point], axis: Axis, tick_labels: Sequence[str], *, title: str, height: int = 170) -> Markup:
    """A line with its interval as a band; arrow keys or a pointer read out single points.

    Args:
        points: the series in order of time.
        axis: range of values.
        tick_labels: one per tick of the axis.
        title: what a screen reader says.
        height: in CSS pixels.
    """
    bottom = height - 24.0
    places = [_LEFT + (_RIGHT - _LEFT) * (i + 0.5) / max(1, len(points)) for i in range(len(points))]

    def y(value: float) -> float:
        return bottom - (bottom - 14) * axis.place(value)

    shapes: list[Markup] = []
    for tick, label in zip(axis.ticks, tick_labels, strict=True):
        shapes.append(Markup('<line class="grid" x1="0" x2="100%" y1="{0:.2f}" y2="{0:.2f}"/>').format(y(tick)))
        shapes.append(Markup('<text class="tick" x="0" y="{:.2f}">{}</text>').format(y(tick) - 3, label))
    shapes.append(_band_and_line(points, places, y, height))
    for place, point in zip(places, points, strict=True):
        if point.value is not None:
            mark = Markup('<circle class="mark" cx="{:.3f}%" cy="{:.2f}" r="3"/>')
            shapes.append(mark.format(place, y(point.value)))
    shapes.extend(_feet(points, places, height))
    shapes.append(Markup('<line class="cursor" x1="0" x2="0" y1="10" y2="{:.2f}" visibility="hidden"/>').format(bottom))
    spots = [{"x": round(place, 3), "note": point.note} for place, point in zip(places, points, strict=True)]
    return Markup(
        '<svg class="series-chart" width="100%" height="{}" role="img" tabindex="0" aria-label="{}" data-spots="{}">'
        "{}</svg>"
    ).format(height, title, json.dumps(spots, ensure_ascii=False), Markup("").join(shapes))


def _band_and_line(
    points: Sequence[Point], places: Sequence[float], y: Callable[[float], float], height: int
) -> Markup:
    bands, lines = [], []
    for run in _runs(points):
        upper = [f"{places[i]:.3f},{y(points[i].high or 0.0):.2f}" for i in run if points[i].high is not None]
        lower = [f"{places[i]:.3f},{y(points[i].low or 0.0):.2f}" for i in run if points[i].low is not None]
        bands.append(Markup('<polygon class="band" points="{}"/>').format(" ".join(upper + lower[::-1])))
        path = " ".join(f"{places[i]:.3f},{y(points[i].value or 0.0):.2f}" for i in run)
        lines.append(Markup('<polyline class="line" points="{}"/>').format(path))
    return Markup(
        '<svg x="0" y="0" width="100%" height="{0}" viewBox="0 0 100 {0}" preserveAspectRatio="none">{1}</svg>'
    ).format(height, Markup("").join(bands + lines))


def _runs(points: Sequence[Point]) -> list[list[int]]:
    """Indices of points without a gap between them."""
    runs: list[list[int]] = [[]]
    for i, point in enumerate(points):
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append(i)
    return [run for run in runs if run]


def _feet(points: Sequence[Point], places: Sequence[float], height: int) -> list[Markup]:
    if not points:
        return []
    shown = sorted({0, (len(points) - 1) // 2, len(points) - 1})
    foot = Markup('<text class="tick" x="{:.3f}%" y="{}" text-anchor="middle">{}</text>')
    return [foot.format(places[i], height - 6, points[i].label) for i in shown]


def _rule(place: float, name: str) -> Markup:
    return Markup('<line class="{0}" x1="{1}" x2="{1}" y1="0" y2="24"/>').format(name, _percent(place))


def _percent(place: float, inset: float = 2.0) -> str:
    return f"{inset + (100 - 2 * inset) * place:.3f}%"


def _svg(name: str, height: int, title: str, shapes: Sequence[Markup]) -> Markup:
    return Markup('<svg class="{}" width="100%" height="{}" role="img" aria-label="{}">{}</svg>').format(
        name, height, title, Markup("").join(shapes)
    )
