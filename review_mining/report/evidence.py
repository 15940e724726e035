"""What the evidence tables of a report's directory say: outcomes, and after-sales cases by theme."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

IN_DOUBT: Final = ("human_review", "strong_sign")
"""Outcomes of cases whose evidence a person still has to look at; they are no count of faults."""


def read_evidence(out: Path) -> dict[str, list[dict[str, Any]]] | None:
    """Outcomes of the evidence tables and cases by theme, when the tables are there.

    Args:
        out: a report's directory.
    """
    found = {name: _outcomes(out / f"{name}.parquet") for name in ("cases", "verdicts") if _has(out, name)}
    if _has(out, "cases") and _has(out, "case_themes"):
        found["themes"] = _by_theme(out)
    return found or None


def _has(out: Path, table: str) -> bool:
    return (out / f"{table}.parquet").is_file()


def _outcomes(path: Path) -> list[dict[str, Any]]:
    outcomes = Counter(pq.read_table(path, columns=["outcome"])["outcome"].to_pylist())
    return [{"outcome": outcome, "n": n} for outcome, n in sorted(outcomes.items())]


def _by_theme(out: Path) -> list[dict[str, Any]]:
    """Cases and yuan at stake per theme, those in doubt apart; last the cases whose statement fits no theme.

    A case whose statement speaks of two themes counts in both.
    """
    table = pq.read_table(out / "cases.parquet", columns=["case_id", "outcome"])
    outcomes = dict(zip(*(table[name].to_pylist() for name in table.column_names), strict=True))
    themes: dict[str | None, dict[str, Any]] = {}
    for row in pq.read_table(out / "case_themes.parquet").to_pylist():
        empty = {"theme_id": row["theme_id"], "n": 0, "amount": 0.0, "n_in_doubt": 0, "amount_in_doubt": 0.0}
        theme = themes.setdefault(row["theme_id"], empty)
        suffix = "_in_doubt" if outcomes[row["case_id"]] in IN_DOUBT else ""
        theme[f"n{suffix}"] += 1
        theme[f"amount{suffix}"] = round(theme[f"amount{suffix}"] + (row["amount"] or 0.0), 2)
    return sorted(themes.values(), key=_most_cases_first)


def _most_cases_first(theme: dict[str, Any]) -> tuple[bool, int, float, str]:
    return theme["theme_id"] is None, -theme["n"], -theme["amount"], theme["theme_id"] or ""
