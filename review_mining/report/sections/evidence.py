"""The section on after-sales evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words


def view(content: Content, words: Words, names: Names) -> View:
    """Values for ``evidence.html.j2``."""
    evidence = content["evidence"] or {}
    return {
        "evidence_tables": [
            (
                words.text(f"evidence.{table}"),
                [(words.named("outcome", row["outcome"]), words.count(row["n"])) for row in evidence[key]],
            )
            for table, key in (("cases", "cases"), ("files", "verdicts"))
            if key in evidence
        ],
        "evidence_themes": _themes(content, evidence.get("themes", []), words),
    }


def _themes(content: Content, rows: list[Mapping[str, Any]], words: Words) -> list[tuple[str, ...]]:
    """Cases and amounts per theme, under the names that the rest of the page uses."""
    known = {theme["theme_id"]: f"{theme['priority']}. {theme['name']}" for theme in content["themes"]}
    return [
        (
            known.get(row["theme_id"], row["theme_id"]) if row["theme_id"] else words.text("evidence.no_theme"),
            words.count(row["n"]),
            words.score(row["amount"]),
            words.count(row["n_in_doubt"]),
            words.score(row["amount_in_doubt"]),
        )
        for row in rows
    ]
