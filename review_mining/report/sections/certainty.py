"""The section on how sure the report is."""

from __future__ import annotations

import json
from typing import Any

from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words


def view(content: Content, words: Words, names: Names) -> View:
    """Values for ``certainty.html.j2``."""
    model = content["run"]["model"]
    settings = content["run"]["settings"]
    limits = ("voice", "irony", "cause", "support", "official")
    return {
        "calibration_rows": [_row(aspect, model["calibration"], words, names) for aspect in model["aspects"]],
        "limits": [words.text(f"certainty.limit.{limit}", n=settings["insight"]["min_support"]) for limit in limits],
        "file_rows": [
            (f"{name}.parquet", words.count(table["rows"]), table["sha256"])
            for name, table in sorted(content["tables"].items())
        ],
        "settings": json.dumps(settings, ensure_ascii=False, sort_keys=True),
    }


def _row(aspect: str, calibration: dict[str, Any], words: Words, names: Names) -> tuple[str, ...]:
    counts = calibration["confusion"][aspect]
    negative = calibration["labels"].index("negative")
    right, predicted, labelled = counts[negative][negative], sum(row[negative] for row in counts), sum(counts[negative])
    return (
        names.aspect(aspect),
        words.share(right / predicted if predicted else None),
        words.share(right / labelled if labelled else None),
        words.count(labelled),
        f"{words.count(calibration['abstained'][aspect])} / {words.count(calibration['reviews'])}",
    )
