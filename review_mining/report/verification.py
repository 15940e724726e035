"""Does a report follow from its tables? Everything is computed again and compared."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from review_mining.errors import InputError
from review_mining.report.content import SCHEMA, build
from review_mining.report.figures import Figures, compute, read_themes
from review_mining.report.spans import wrong_spans
from review_mining.report.writing import read_json

_TOLERANCE = 1e-9
_KEYS = {"themes": "theme_id", "score": "aspect"}


@dataclass(frozen=True)
class Difference:
    """One place where the report and its tables disagree.

    Attributes:
        place: path in ``report.json`` such as ``themes[0].n``, or table, row and column.
        stored: what is written there.
        recomputed: what follows from the tables.
    """

    place: str
    stored: Any
    recomputed: Any

    def __str__(self) -> str:
        return f"{self.place}: stored {_shown(self.stored)}, recomputed {_shown(self.recomputed)}"


class _Missing:
    def __repr__(self) -> str:
        return "nothing"


_MISSING = _Missing()


def verify(out: Path) -> list[Difference]:
    """Recompute ``report.json`` from the tables beside it.

    Checked are: every figure (relative tolerance 1e-9), every quote letter by letter, the digest of every table, the
    tables ``themes`` and ``score`` against what ``insight`` computes, and for every opinion that its review is there,
    its span is the text at its offsets, and its id says the same.

    Args:
        out: a report's directory.

    Returns:
        The differences, none for a sound report.

    Raises:
        InputError: the directory is not a report, or a table cannot be read.
    """
    stored = read_json(out / "report.json")
    if stored.get("schema") != SCHEMA:
        raise InputError(
            f"has schema {stored.get('schema')!r}; this version reads {SCHEMA!r}", path=out / "report.json"
        )
    differences = [Difference(place, span, found) for place, span, found in wrong_spans(out)]
    try:
        figures = compute(out, stored["run"], read_themes(out))
        recomputed = build(out, stored["run"], figures)
    except (KeyError, TypeError, ValueError, OSError, pa.ArrowException) as error:
        raise InputError(f"cannot be recomputed: {error!r}", path=out / "report.json") from error
    return [*differences, *_tables(out, figures), *compare(stored, recomputed)]


def compare(stored: Any, recomputed: Any, place: str = "") -> Iterator[Difference]:  # noqa: ANN401
    """Differences between two JSON values, in order of place."""
    if isinstance(stored, Mapping) and isinstance(recomputed, Mapping):
        for key in sorted({*stored, *recomputed}):
            inner = f"{place}.{key}" if place else str(key)
            yield from compare(stored.get(key, _MISSING), recomputed.get(key, _MISSING), inner)
    elif _is_list(stored) and _is_list(recomputed):
        for i in range(max(len(stored), len(recomputed))):
            left, right = (values[i] if i < len(values) else _MISSING for values in (stored, recomputed))
            yield from compare(left, right, f"{place}[{i}]")
    elif not _equal(stored, recomputed):
        yield Difference(place, stored, recomputed)


def _is_list(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, Sequence) and not isinstance(value, str)


def _equal(stored: Any, recomputed: Any) -> bool:  # noqa: ANN401
    if isinstance(stored, bool) or isinstance(recomputed, bool):
        return stored is recomputed
    if isinstance(stored, int | float) and isinstance(recomputed, int | float):
        return math.isclose(stored, recomputed, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
    return type(stored) is type(recomputed) and stored == recomputed


def _tables(out: Path, figures: Figures) -> Iterator[Difference]:
    """Rows of ``themes`` and ``score`` that are not what insight computes."""
    for name, computed in (("themes", figures.insight.themes), ("score", figures.insight.score)):
        key = _KEYS[name]
        rows, again = (
            {row[key]: row for row in table.to_pylist()} for table in (pq.read_table(out / f"{name}.parquet"), computed)
        )
        yield from compare(rows, again, f"{name}.parquet")


def _shown(value: Any) -> str:  # noqa: ANN401
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}…"
