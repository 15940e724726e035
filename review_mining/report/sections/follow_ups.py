"""The section that holds follow-up reviews against first reviews."""

from __future__ import annotations

from typing import Any

from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words


def view(content: Content, words: Words, names: Names) -> View:
    """Values for ``follow_ups.html.j2``."""
    follow_ups = content["insight"]["follow_up"]
    if not follow_ups or not follow_ups["n"]:
        return {"follow_up_intro": words.text("follow_ups.none"), "follow_up_table": [], "later_rows": []}
    themes = {theme["theme_id"]: theme["name"] for theme in content["themes"]}
    later = [row for row in follow_ups["themes"] if row["in_follow_up"]]
    return {
        "follow_up_intro": _intro(content, words),
        "follow_up_table": [_table_row(row, words, names) for row in follow_ups["aspects"]],
        "later_rows": [
            _later_row(row, themes[row["theme_id"]], words)
            for row in sorted(later, key=lambda row: -row["in_follow_up"])
        ],
    }


def _later_row(row: dict[str, Any], name: str, words: Words) -> tuple[str, ...]:
    return (name, words.count(row["in_first"]), words.count(row["in_follow_up"]), _days(row["median_days"]))


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
