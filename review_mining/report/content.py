"""The content of ``report.json``: the one function from tables to claims, used for writing and for verifying.

The structure is documented in ``docs/report_json.md`` and ``schema.json``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from review_mining.report.agenda import agenda
from review_mining.report.dangers import read_dangers
from review_mining.report.digests import digest_table
from review_mining.report.evidence import read_evidence
from review_mining.report.figures import Figures, compute, read_themes
from review_mining.report.quotes import read_quotes
from review_mining.report.reach import codes, reach
from review_mining.report.reading import summarise_reading
from review_mining.report.words import Words
from review_mining.taxonomy import Language

SCHEMA: Final = "review_mining.report/1"
TABLES: Final = (
    "reviews",
    "judged",
    "opinions",
    "review_aspects",
    "themes",
    "score",
    "verdicts",
    "cases",
    "case_themes",
)

_NOWHERE: Final[dict[str, list[Any]]] = {"products": [], "over_time": []}


def build(out: Path, run: Mapping[str, Any], figures: Figures | None = None) -> dict[str, Any]:
    """Build the content from the tables of a report's directory.

    Args:
        out: directory with all tables, ``themes`` and ``score`` included.
        run: what the tables do not hold: settings, notes of reading, model, taxonomy, comparison.
        figures: what ``figures.compute`` gave for these tables, when it is at hand; it is computed otherwise.

    Returns:
        Plain lists, dicts, strings and finite numbers. The same tables and run give the same content.

    Raises:
        ReviewMiningError: the tables do not belong together, or not to this run.
    """
    figures = figures or compute(out, run, read_themes(out))
    insight, settings = figures.insight, run["settings"]
    reading = summarise_reading(out, figures.facts, count_duplicates=settings["count_duplicates"])
    themes = _themes(figures, settings["report"]["quotes_per_theme"], set(run["themes_named_by_endpoint"]))
    score, sheets = insight.score.to_pylist(), agenda(out, figures)
    return {
        "schema": SCHEMA,
        "run": dict(run),
        "summary": {lang: _summary(lang, reading, score, themes, settings) for lang in ("zh", "en")},
        "read": reading,
        "score": score,
        "themes": themes,
        "insight": insight.details,
        "products": _product_names(figures.facts),
        "meeting": sheets,
        "quotes": read_quotes(out, _quoted(themes, sheets)),
        "dangers": read_dangers(out, figures.facts),
        "evidence": read_evidence(out),
        "tables": {name: digest_table(out / f"{name}.parquet") for name in TABLES if _has(out, name)},
    }


def _quoted(themes: list[dict[str, Any]], sheets: list[dict[str, Any]]) -> Iterator[str]:
    """The opinions that the page or a meeting sheet quotes."""
    for part in (themes, *(sheet["themes"] for sheet in sheets)):
        for theme in part:
            yield from theme["quotes"]


def _has(out: Path, table: str) -> bool:
    return (out / f"{table}.parquet").is_file()


def _themes(figures: Figures, quotes: int, by_endpoint: Set[str]) -> list[dict[str, Any]]:
    """Rows of ``themes`` with what ``insight`` says of each, in order of priority."""
    details = {entry["theme_id"]: entry for entry in figures.insight.details["themes"]}
    periods = figures.insight.details["over_time"]["periods"]
    reached = reach(figures.facts, figures.mentions, periods)
    rows = []
    for row in figures.insight.themes.to_pylist():
        theme_id = row["theme_id"]
        affected = [finding for finding in figures.insight.details["affected"] if finding["theme_id"] == theme_id]
        fixes = [fix for fix in figures.insight.details["fixes"] if fix["theme_id"] == theme_id]
        rows.append(
            {
                **row,
                **details[theme_id],
                **reached.get(theme_id, _NOWHERE),
                "affected": affected,
                "fixes": fixes,
                "named_by": "endpoint" if theme_id in by_endpoint else None,
                "quotes": row["quotes"][:quotes],
            }
        )
    return rows


def _product_names(facts: pa.Table) -> dict[str, str | None]:
    """Product id → the name that its reviews give most often."""
    ids, id_names = codes(facts["product_id"])
    titles, title_names = codes(facts["product_name"])
    known, width = ids >= 0, len(title_names) + 1
    pairs, counts = np.unique(ids[known] * width + titles[known] + 1, return_counts=True)
    found = [
        (id_names[pair // width], title_names[pair % width - 1] if pair % width else None, n)
        for pair, n in zip(pairs.tolist(), counts.tolist(), strict=True)
    ]
    names: dict[str, str | None] = {}
    for product, title, _ in sorted(found, key=lambda f: (f[0], f[1] is None, -f[2], f[1] or "")):
        names.setdefault(product, title)
    return names


def _summary(
    lang: Language,
    reading: Mapping[str, Any],
    score: list[dict[str, Any]],
    themes: list[dict[str, Any]],
    settings: Mapping[str, Any],
) -> str:
    """The report in one sentence."""
    words = Words(lang)
    total = next(row for row in score if row["aspect"] == "total")
    counted = words.count(reading["counted"])
    if total["n"] < settings["insight"]["min_support"]:
        return words.text("summary.no_index", n=counted) + words.text("summary.end")
    interval = words.between(total["low"], total["high"])
    sentence = words.text("summary.index", n=counted, score=words.score(total["score"]), interval=interval)
    first = next((theme for theme in themes if theme["impact"] is not None), None)
    if first is None:
        return sentence + words.text("summary.none") + words.text("summary.end")
    points = words.score(first["impact"])
    return sentence + words.text("summary.first", name=first["name"], points=points) + words.text("summary.end")
