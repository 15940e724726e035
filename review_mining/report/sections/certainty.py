"""The section on how sure the report is."""

from __future__ import annotations

import json
from typing import Any

from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words


def view(content: Content, words: Words, names: Names) -> View:
    """Values for ``certainty.html.j2``."""
    settings = content["run"]["settings"]
    limits = ("voice", "irony", "cause", "support", "official")
    return {
        "calibration_rows": [_row(row, words, names) for row in content["certainty"]["aspects"]],
        "limits": [words.text(f"certainty.limit.{limit}", n=settings["insight"]["min_support"]) for limit in limits],
        "file_rows": [
            (f"{name}.parquet", words.count(table["rows"]), table["sha256"])
            for name, table in sorted(content["tables"].items())
        ],
        "settings": json.dumps(settings, ensure_ascii=False, sort_keys=True),
    }


def _row(row: dict[str, Any], words: Words, names: Names) -> tuple[str, ...]:
    return (
        names.aspect(row["aspect"]),
        words.share(row["precision"]),
        words.share(row["recall"]),
        words.count(row["labelled"]),
        f"{words.count(row['abstained'])} / {words.count(row['of'])}",
    )
