"""The section on after-sales evidence."""

from __future__ import annotations

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
        ]
    }
