"""Annotated reviews: the training and test material, read from JSON Lines through the ``datasets`` library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from review_mining.errors import InputError, MissingExtraError
from review_mining.ingest.masking import mask
from review_mining.tables import OVERALL, POLARITIES


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

    def label(self, letter: str) -> str:
        """Label of the aspect whose codes begin with ``letter``.

        Positive or negative when only that sign occurs (neutral ones aside), ``mixed`` for every other combination.
        """
        signs = {opinion.polarity for opinion in self.opinions if opinion.code.startswith(f"{letter}.")}
        if not signs:
            return "none"
        decided = signs - {"neutral"}
        return decided.pop() if len(decided) == 1 else "mixed"


def load_annotated(path: Path) -> list[AnnotatedReview]:
    """Read a JSON Lines file of annotated reviews (``text``, ``overall``, ``opinions``, optionally ``source``).

    Raises:
        InputError: the file cannot be read, or a row does not fit (its number is given).
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
    return [_review(row, number, path) for number, row in enumerate(rows)]


def _review(row: Mapping[str, Any], number: int, path: Path) -> AnnotatedReview:
    try:
        opinions = tuple(_opinion(item, row["text"]) for item in row["opinions"])
        if row["overall"] not in OVERALL:
            raise ValueError(f"overall is {row['overall']!r}, not one of {', '.join(OVERALL)}")
        return AnnotatedReview(mask(row["text"])[0], row["overall"], opinions, row.get("source") or "")
    except (KeyError, TypeError, ValueError) as error:
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
