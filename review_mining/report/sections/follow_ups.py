"""The section that holds follow-up reviews against first reviews."""

from __future__ import annotations

from typing import Any

from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words


def view(content: Content, words: Words, names: Names) -> View:
    """Values for ``follow_ups.html.j2``."""
    follow_ups = content["insight"]["follow_up"]
    themes = {theme["theme_id"]: theme["name"] for theme in content["themes"]}
    failures = _failures(follow_ups["time_to_failure"], themes, words)
    if not follow_ups["n"]:
        return {"follow_up_intro": words.text("follow_ups.none"), "follow_up_table": [], "later_rows": [], **failures}
    return {
        "follow_up_intro": _intro(content, words),
        "follow_up_table": [_table_row(row, words, names) for row in follow_ups["aspects"]],
        "later_rows": [_later_row(row, themes[row["theme_id"]], words) for row in follow_ups["themes"]],
        **failures,
    }


def _later_row(row: dict[str, Any], name: str, words: Words) -> tuple[str, ...]:
    q = "—" if row["q"] is None else f"{row['q']:.3f}"
    return (
        words.text("follow_ups.comes_later", name=name) if row["comes_later"] else name,
        words.count(row["in_first"]),
        words.count(row["in_follow_up"]),
        words.count(row["first_alone"]),
        words.count(row["follow_up_alone"]),
        q,
        _spread(row, words),
    )


def _spread(row: dict[str, Any], words: Words) -> str:
    if row["median_days"] is None:
        return "—"
    low, median, high = (f"{row[key]:.0f}" for key in ("days_low", "median_days", "days_high"))
    return median + words.text("format.interval", low=low, high=high)


def _failures(found: dict[str, Any], themes: dict[str, str], words: Words) -> View:
    """Complaints by days since the order, or why there is nothing to show."""
    if found["reason"]:
        return {"failure_note": words.text(f"follow_ups.{found['reason']}"), "failure_heads": [], "failure_rows": []}
    marks = sorted({point["days"] for theme in found["themes"] for point in theme["curve"]})
    note = words.text("follow_ups.failures", n=words.count(found["orders"]), silent=words.count(found["silent"]))
    return {
        "failure_note": note,
        "failure_heads": [words.text("follow_ups.within", days=days) for days in marks],
        "failure_rows": [
            (themes[theme["theme_id"]], words.count(theme["n"]), *_failure_cells(theme, marks, words))
            for theme in found["themes"]
        ],
    }


def _failure_cells(theme: dict[str, Any], marks: list[int], words: Words) -> list[str]:
    points = {point["days"]: point for point in theme["curve"]}
    return [
        words.share(points[days]["share"]) + words.between(points[days]["low"], points[days]["high"], "share")
        if days in points
        else "—"
        for days in marks
    ]


def _intro(content: Content, words: Words) -> str:
    follow_ups, counted = content["insight"]["follow_up"], content["read"]["counted"]
    share = words.share(follow_ups["n"] / counted if counted else None)
    days = follow_ups["median_days"]
    if days is None:
        return words.text("follow_ups.intro_no_days", n=words.count(follow_ups["n"]), share=share)
    return words.text("follow_ups.intro", n=words.count(follow_ups["n"]), share=share, days=f"{days:.0f}")


def _table_row(row: dict[str, Any], words: Words, names: Names) -> tuple[str, ...]:
    worsened, improved = words.count(row["worsened"]), words.count(row["improved"])
    return (names.aspect(row["aspect"]), worsened, improved, _days(row["worsened_median_days"]))


def _days(median: float | None) -> str:
    return "—" if median is None else f"{median:.0f}"
