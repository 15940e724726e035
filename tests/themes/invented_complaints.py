"""Invented complaints with the issue each is about."""

from pathlib import Path

import pyarrow as pa

from review_mining.tables import OPINIONS


def opinions(rows, polarity="negative"):
    """A table of (aspect, sub_aspect, span) rows, one review each."""
    listed = [
        {
            "opinion_id": f"{number}/text/0-{len(span or '')}/{code}",
            "review_id": str(number),
            "field": "text",
            "aspect": aspect,
            "sub_aspect": code,
            "polarity": polarity,
            "confidence": 0.9,
            "start": 0,
            "end": len(span or ""),
            "span": span,
            "theme_id": None,
        }
        for number, (aspect, code, span) in enumerate(rows)
    ]
    return pa.Table.from_pylist(listed, schema=OPINIONS)


def complaints():
    """(aspect, sub_aspect, span) of every invented complaint, and the issue of each."""
    lines = Path(__file__).with_suffix(".tsv").read_text(encoding="utf-8").splitlines()
    fields = [line.split("\t") for line in lines]
    return [(aspect, code, span) for aspect, code, _, span in fields], [issue for _, _, issue, _ in fields]
