"""The section that holds follow-up reviews against first reviews."""

from __future__ import annotations

from typing import Any

from review_mining.report import charts
from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words


def view(content: Content, words: Words, names: Names) -> View:
    """Values for ``follow_ups.html.j2``."""
    follow_ups = content["follow_ups"]
    if not follow_ups["n"]:
        nothing = {"follow_up_rows": [], "later_rows": [], "delay_rows": []}
        return {"follow_up_intro": words.text("follow_ups.none"), **nothing}
    turned = [row for row in follow_ups["aspects"] if row["share"] is not None]
    axis = charts.axis_for([0.0, *(row["high"] for row in turned)], floor=0.0, ceiling=1.0)
    largest = max((row["n"] for row in follow_ups["delays"]), default=0)
    return {
        "follow_up_intro": _intro(content, words),
        "follow_up_rows": [_row(row, axis, words, names) for row in turned],
        "share_scale": charts.scale(axis, [words.share(tick) for tick in axis.ticks]),
        "follow_up_table": [_table_row(row, words, names) for row in follow_ups["aspects"]],
        "later_rows": [
            (
                names.part(row["sub_aspect"]),
                words.count(row["first"]),
                words.count(row["later"]),
                "—" if row["median_days"] is None else f"{row['median_days']:.0f}",
            )
            for row in follow_ups["parts"]
        ],
        "delay_n": sum(row["n"] for row in follow_ups["delays"]),
        "delay_rows": [_delay(row, largest, words) for row in follow_ups["delays"]],
        "delay_table": [
            (_days(row), words.count(row["n"]), words.count(row["negative"])) for row in follow_ups["delays"]
        ],
    }


def _intro(content: Content, words: Words) -> str:
    follow_ups, counted = content["follow_ups"], content["read"]["counted"]
    share = words.share(follow_ups["n"] / counted if counted else None)
    days = follow_ups["median_days"]
    if days is None:
        return words.text("follow_ups.intro_no_days", n=words.count(follow_ups["n"]), share=share)
    return words.text("follow_ups.intro", n=words.count(follow_ups["n"]), share=share, days=f"{days:.0f}")


def _row(row: dict[str, Any], axis: charts.Axis, words: Words, names: Names) -> View:
    name = names.aspect(row["aspect"])
    return {
        "name": name,
        "plot": charts.whisker(
            row["share"], row["low"], row["high"], axis, title=f"{name}: {words.share(row['share'])}"
        ),
        "share": words.share(row["share"]),
        "interval": words.between(row["low"], row["high"], "share"),
        "of": f"{words.count(row['turned'])} / {words.count(row['of'])}",
    }


def _table_row(row: dict[str, Any], words: Words, names: Names) -> tuple[str, ...]:
    counts = (words.count(row[key]) for key in ("n", "turned", "recovered", "both"))
    return (names.aspect(row["aspect"]), *counts)


def _delay(row: dict[str, Any], largest: int, words: Words) -> View:
    return {
        "name": _days(row),
        "plot": charts.bar(row["n"], largest, title=f"{_days(row)}: {row['n']}"),
        "n": words.count(row["n"]),
        "negative": f"{words.text('follow_ups.negative')} {words.count(row['negative'])}",
    }


def _days(row: dict[str, Any]) -> str:
    return f"≥ {row['from_days']}" if row["to_days"] is None else f"{row['from_days']}–{row['to_days']}"
