"""A reliability diagram (DeGroot and Fienberg 1983) as a small picture beside the model card."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

_COLOURS = ("#0b5cad", "#b3541e", "#2b7a3d", "#7a3e9d", "#8a6d00", "#a1204f")


def reliability_plot(reliability: Mapping[str, Mapping[str, Any]]) -> str:
    """A plot of every aspect's parts against the diagonal on which probabilities are right, as SVG."""
    side, left, top = 260, 46, 12
    lowest = min(value for one in reliability.values() for part in one["parts"] for value in part)
    start = min(0.9, int(lowest * 10) / 10)

    def place(certain: float, right: float) -> str:
        across, up = ((value - start) / (1 - start) * side for value in (certain, right))
        return f"{left + across:.1f},{top + side - up:.1f}"

    lines, legend = [], []
    for number, (name, one) in enumerate(reliability.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        points = " ".join(place(*part) for part in one["parts"])
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        height = top + 14 + 18 * number
        legend.append(f'<text x="{left + side + 16}" y="{height}" fill="{colour}">{escape(name)}</text>')
    ticks = []
    for step in range(round((1 - start) * 10) + 1):
        value = start + step / 10
        across, up = place(value, value).split(",")
        ticks.append(f'<text x="{across}" y="{top + side + 16}" text-anchor="middle">{value:.1f}</text>')
        ticks.append(f'<text x="{left - 8}" y="{up}" text-anchor="end" dominant-baseline="middle">{value:.1f}</text>')
    middle = left + side / 2
    axis = (
        f'<text x="{middle}" y="{top + side + 34}" text-anchor="middle">probability; up: share of right labels</text>'
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + side + 110} {top + side + 44}"'
            ' font-family="sans-serif" font-size="12" fill="#333">',
            '<rect width="100%" height="100%" fill="#fff"/>',
            f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="none" stroke="#bbb"/>',
            f'<polyline points="{place(start, start)} {place(1, 1)}" stroke="#999" stroke-dasharray="4 4"/>',
            *ticks,
            axis,
            *lines,
            *legend,
            "</svg>\n",
        ]
    )
