"""After-sales cases beside reviews: which themes of a report their statements belong to.

What passes from the evidence part is its output: the tables ``cases`` and ``verdicts``, and the statements and amounts
of ``evidence.json``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from review_mining.aspects import AspectTagger
from review_mining.errors import InputError
from review_mining.tables import CASE_THEMES, CASES, VERDICTS
from review_mining.themes import ThemeModel

_HINT = "Give --evidence the output of the evidence command."


@dataclass(frozen=True)
class _Stated:
    """What a case says, masked, and what is at stake in yuan."""

    statement: str = ""
    amount: float | None = None


def join_cases(evidence: Path, out: Path, tagger: AspectTagger, themes: ThemeModel, *, batch_rows: int) -> None:
    """Copy the evidence tables into a report's directory, and write ``case_themes`` beside them.

    Args:
        evidence: directory written by the evidence command.
        out: the report's directory.
        tagger: reads the statements as it reads reviews.
        themes: the report's themes.
        batch_rows: statements that are read at once.

    Raises:
        InputError: a file of the evidence command is missing or not understood.
    """
    for name, schema in (("verdicts", VERDICTS), ("cases", CASES)):
        pq.write_table(_read(evidence / f"{name}.parquet", schema), out / f"{name}.parquet", compression="zstd")
    case_ids = pq.read_table(out / "cases.parquet", columns=["case_id"])["case_id"].to_pylist()
    stated = _read_stated(evidence / "evidence.json")
    with pq.ParquetWriter(out / "case_themes.parquet", CASE_THEMES, compression="zstd") as writer:
        for first in range(0, len(case_ids), batch_rows):
            batch = case_ids[first : first + batch_rows]
            cases = {case_id: stated.get(case_id, _Stated()) for case_id in batch}
            writer.write_table(_themes_of(cases, tagger, themes))


def _themes_of(cases: Mapping[str, _Stated], tagger: AspectTagger, themes: ThemeModel) -> pa.Table:
    """One row per case and theme, with the first words that belong to it; a case without a theme has one row."""
    texts = [stated.statement for stated in cases.values()]
    opinions, _ = tagger.tag(texts, review_ids=list(cases))
    assigned = themes.assign(opinions).to_pylist()
    found: dict[str, dict[str, str]] = {case_id: {} for case_id in cases}
    columns = (opinions.column(name).to_pylist() for name in ("review_id", "span"))
    for case_id, span, theme_id in zip(*columns, assigned, strict=True):
        if theme_id is not None:
            found[case_id].setdefault(theme_id, span)
    rows = [
        {"case_id": case_id, "amount": cases[case_id].amount, "theme_id": theme_id, "span": span}
        for case_id, spans in found.items()
        for theme_id, span in (spans.items() or [(None, None)])
    ]
    return pa.Table.from_pylist(rows, CASE_THEMES)


def _read(path: Path, schema: pa.Schema) -> pa.Table:
    try:
        return pq.read_table(path).cast(schema)
    except (OSError, pa.ArrowException, ValueError) as error:
        raise InputError(f"cannot be read: {error}", path=path, hint=_HINT) from error


def _read_stated(path: Path) -> dict[str, _Stated]:
    """Statement and amount by case."""
    try:
        cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
        return {str(case["case_id"]): _stated(case) for case in _checked(cases)}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"cannot be read: {error}", path=path, hint=_HINT) from error


def _checked(cases: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
    if not isinstance(cases, list) or not all(isinstance(case, dict) for case in cases):
        raise TypeError("its cases are no list of objects")
    return cases


def _stated(case: Mapping[str, Any]) -> _Stated:
    """Output of an earlier version holds neither; such a case has no theme."""
    statement, amount = case.get("statement"), case.get("amount")
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not 0 <= amount < math.inf:
        amount = None
    return _Stated(statement if isinstance(statement, str) else "", amount)
