"""Annotated reviews: the training and test material, read from JSON Lines through the ``datasets`` library."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from review_mining.errors import InputError, MissingExtraError
from review_mining.ingest.masking import mask
from review_mining.tables import OVERALL, POLARITIES

_SHOWN = str.maketrans("\r\n\t", "   ")


@dataclass(frozen=True)
class AnnotatedOpinion:
    """One opinion as annotated; ``start`` and ``end`` are code points of the text, half-open."""

    code: str
    polarity: str
    start: int
    end: int


@dataclass(frozen=True)
class AnnotatedReview:
    """One review with its overall attitude and its opinions; personal data in the text is masked."""

    text: str
    overall: str
    opinions: tuple[AnnotatedOpinion, ...]
    source: str = ""
    key: str = ""

    def label(self, letter: str) -> str:
        """Label of the aspect whose codes begin with ``letter``.

        Positive or negative when only that sign occurs (neutral ones aside), ``mixed`` for every other combination.
        """
        signs = {opinion.polarity for opinion in self.opinions if opinion.code.startswith(f"{letter}.")}
        if not signs:
            return "none"
        decided = signs - {"neutral"}
        return decided.pop() if len(decided) == 1 else "mixed"


def shown(text: str) -> str:
    """The text as annotators see it: each line break or tab is one space, so offsets stay what they are."""
    return text.translate(_SHOWN)


def load_annotated(path: Path, reviews: Path | None = None) -> list[AnnotatedReview]:
    """Read a JSON Lines file of annotated reviews (``overall``, ``opinions``, and ``text`` or ``key``).

    Args:
        path: the file; a row may also have ``source``.
        reviews: Parquet file with ``key``, ``text`` and ``source``, for rows that have no text; those whose key it
            lacks are left out.

    Raises:
        InputError: a file cannot be read, or a row does not fit (its number is given).
        MissingExtraError: the ``datasets`` library is not installed.
    """
    try:
        import datasets
    except ImportError as error:
        raise MissingExtraError("datasets", "train") from error
    if not path.is_file():
        raise InputError("there is no such file", path=path)
    datasets.disable_progress_bars()
    try:
        rows = datasets.Dataset.from_json(str(path), keep_in_memory=True)
    except (datasets.exceptions.DatasetsError, ValueError) as error:
        raise InputError("is not JSON Lines of annotated reviews", path=path, hint=str(error)) from error
    if "text" in rows.column_names:
        return [_review(row, number, path) for number, row in enumerate(rows)]
    if reviews is None or "key" not in rows.column_names:
        raise InputError("has no texts", path=path, hint="Name the file of reviews that its keys belong to.")
    known = {row["key"]: row for row in read_reviews(reviews)}
    joined = ((number, {**row, **known[row["key"]]}) for number, row in enumerate(rows) if row["key"] in known)
    return [_review(row, number, path) for number, row in joined]


def read_reviews(path: Path) -> list[dict[str, str]]:
    """Rows with ``key``, ``text`` and ``source``.

    Raises:
        InputError: the file cannot be read or lacks a column.
    """
    try:
        rows: list[dict[str, str]] = pq.read_table(path, columns=["key", "text", "source"]).to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"cannot be read: {error}", path=path, hint="It needs key, text and source.") from error
    return rows


def json_rows(path: Path) -> list[dict[str, Any]]:
    """Rows of a JSON Lines file.

    Raises:
        InputError: the file cannot be read or a line is not JSON.
    """
    try:
        # Not splitlines: a text may hold other line separators than the file's own.
        return [json.loads(line) for line in path.read_text(encoding="utf-8-sig").split("\n") if line.strip()]
    except (OSError, ValueError) as error:
        raise InputError(f"is not JSON Lines: {error}", path=path) from error


def _review(row: Mapping[str, Any], number: int, path: Path) -> AnnotatedReview:
    try:
        text = shown(row["text"])
        opinions = tuple(_opinion(item, text) for item in row["opinions"])
        if row["overall"] not in OVERALL:
            raise ValueError(f"overall is {row['overall']!r}, not one of {', '.join(OVERALL)}")
        return AnnotatedReview(mask(text)[0], row["overall"], opinions, row.get("source") or "", row.get("key") or "")
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        hint = "A row needs text, overall and opinions with code, polarity, start and end."
        raise InputError(f"not an annotated review: {error}", path=path, row=number, hint=hint) from error


def _opinion(item: Mapping[str, Any], text: str) -> AnnotatedOpinion:
    if item["polarity"] not in POLARITIES:
        raise ValueError(f"polarity is {item['polarity']!r}, not one of {', '.join(POLARITIES)}")
    if not 0 <= item["start"] < item["end"] <= len(text):
        raise ValueError(f"the span {item['start']}:{item['end']} does not lie in the text")
    return AnnotatedOpinion(item["code"], item["polarity"], item["start"], item["end"])


def texts_of(reviews: Sequence[AnnotatedReview]) -> list[str]:
    """The texts, in order."""
    return [review.text for review in reviews]
