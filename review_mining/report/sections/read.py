"""The section on what was read and what was left out."""

from __future__ import annotations

from collections import defaultdict

from review_mining.report import charts
from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words

_SOURCES = 20
_REASONS = 3


def view(content: Content, words: Words, names: Names) -> View:
    """Values for ``read.html.j2``."""
    read, notes = content["read"], content["run"]["input"]
    left_out = {reason: n for reason, n in content["run"]["left_out"].items() if n}
    sources = notes["sources"]
    return {
        "rows_given": read["rows"] + sum(left_out.values()),
        "verdict_bar": charts.stacked(
            [(f"v-{part['verdict']}", part["n"]) for part in read["verdicts"]], title=words.text("read.chart")
        ),
        "verdict_rows": _verdict_rows(content, left_out, words),
        **_both(content, words, names),
        "sources": sources[:_SOURCES],
        "more_sources": len(sources) - _SOURCES if len(sources) > _SOURCES else 0,
        "warnings": [*notes["warnings"], *(text for source in sources for text in source["warnings"])],
        "masked": sorted((kind, n) for kind, n in notes["masked"].items() if n),
        "duplicate_ids": notes["duplicate_ids"]["count"],
    }


def _verdict_rows(content: Content, left_out: dict[str, int], words: Words) -> list[tuple[str, ...]]:
    read = content["read"]
    reasons = defaultdict(list)
    for row in read["reasons"]:
        reasons[row["verdict"]].append(f"{row['reason']} ({words.count(row['n'])})")
    total = read["rows"] + sum(left_out.values())
    rows: list[tuple[str, ...]] = [
        (
            words.named("verdict", part["verdict"]),
            words.count(part["n"]),
            words.share(part["n"] / total if total else None),
            words.text("format.list").join(reasons[part["verdict"]][:_REASONS]),
        )
        for part in read["verdicts"]
    ]
    outside = words.text("read.selection")
    return rows + [
        (words.named("left_out", reason), words.count(n), words.share(n / total), outside)
        for reason, n in sorted(left_out.items())
    ]


def _both(content: Content, words: Words, names: Names) -> View:
    whole = content["insight"]["including_left_out"]
    rows = [
        (
            names.aspect(figure["aspect"]),
            words.score(figure["score"]) + words.between(figure["low"], figure["high"]),
            words.score(other["score"]) + words.between(other["low"], other["high"]),
        )
        for figure in content["score"]
        for other in (whole["scores"][figure["aspect"]],)
    ]
    heads = [
        words.text("index.aspect"),
        words.text("read.not_counting", n=words.count(content["read"]["counted"])),
        words.text("read.counting", n=words.count(whole["reviews"])),
    ]
    return {"both_heads": heads, "both_rows": rows}
