"""Annotation rounds: what annotators write, checked and kept as labels with offsets and without the text.

A batch holds numbered reviews, an answer file one line a review: number, overall sign, opinions as
``code sign | span`` joined by ``;`` (the format of ``../shared/annotation/GUIDE.md``). Labels are stored by the
review's key, so that they can be joined with any copy of the texts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from review_mining.annotated import AnnotatedOpinion, json_rows, shown
from review_mining.errors import InputError
from review_mining.staging import staged_file
from review_mining.tables import OVERALL
from review_mining.taxonomy import Taxonomy

_SIGNS = {"+": "positive", "-": "negative", "~": "neutral"}
_OVERALL = dict(zip("+-~x", OVERALL, strict=True))
_LONGEST_SPAN = 20


@dataclass(frozen=True)
class Labels:
    """What an annotator found in a review; offsets are code points of the text that the key belongs to."""

    key: str
    overall: str
    opinions: tuple[AnnotatedOpinion, ...]


def read_round(
    batches: Path, answers: Path, texts: Mapping[str, str], taxonomy: Taxonomy
) -> tuple[list[Labels], list[InputError]]:
    """Read all answers of a round.

    Args:
        batches: directory with ``keys.jsonl`` of ``scripts/select_for_annotation.py``.
        answers: directory with one ``batch_NNN.tsv`` for each batch that has been read.
        texts: reviews by key.
        taxonomy: the codes that may be used.

    Returns:
        Labels in the order of the numbers, and an error for every line that breaks the format.

    Raises:
        InputError: the directory of batches is not complete.
    """
    keys = dict(_keys(batches / "keys.jsonl"))
    found: dict[int, Labels] = {}
    faults: list[InputError] = []
    for path in sorted(answers.glob("batch_*.tsv")):
        for row, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            try:
                number, labels = _answer(line, keys, texts, taxonomy)
                if number in found:
                    raise ValueError(f"review {number} has been answered before")
                found[number] = labels
            except ValueError as error:
                faults.append(InputError(str(error), path=path, row=row, hint="See annotation/GUIDE.md."))
    return [found[number] for number in sorted(found)], faults


def write_labels(labels: Iterable[Labels], path: Path) -> None:
    """Write labels as JSON Lines, all or nothing."""
    with staged_file(path) as partial, partial.open("w", encoding="utf-8") as file:
        for one in labels:
            row = {"key": one.key, "overall": one.overall, "opinions": [asdict(opinion) for opinion in one.opinions]}
            file.write(json.dumps(row, separators=(",", ":")) + "\n")


def read_labels(path: Path) -> list[Labels]:
    """Read what ``write_labels`` wrote.

    Raises:
        InputError: the file cannot be read or a row does not fit.
    """
    found = []
    for number, row in enumerate(json_rows(path)):
        try:
            opinions = tuple(AnnotatedOpinion(**opinion) for opinion in row["opinions"])
            found.append(Labels(row["key"], row["overall"], opinions))
        except (KeyError, TypeError) as error:
            raise InputError(f"not a row of labels: {error!r}", path=path, row=number) from error
    return found


def _answer(line: str, keys: Mapping[int, str], texts: Mapping[str, str], taxonomy: Taxonomy) -> tuple[int, Labels]:
    fields = line.split("\t")
    if len(fields) == 2:
        fields.append("")
    if len(fields) != 3 or not fields[0].isdigit() or int(fields[0]) not in keys:
        raise ValueError("needs the number of a review, a sign and opinions, separated by tabs")
    number, sign, items = int(fields[0]), fields[1], fields[2]
    if sign not in _OVERALL or (sign == "x" and items):
        raise ValueError(f"the overall sign is {sign!r}; x goes without opinions")
    key = keys[number]
    return number, Labels(key, _OVERALL[sign], _opinions(items, shown(texts[key]), taxonomy))


def _opinions(items: str, text: str, taxonomy: Taxonomy) -> tuple[AnnotatedOpinion, ...]:
    found: list[AnnotatedOpinion] = []
    for item in filter(None, items.split(";")):
        head, _, span = item.partition("|")
        code, sign = head[:-1], head[-1:]
        if code not in taxonomy.sub_aspects or sign not in _SIGNS:
            raise ValueError(f"{head!r} is not a code and a sign")
        if not 0 < len(span) <= _LONGEST_SPAN:
            raise ValueError(f"the span {span!r} is empty or longer than {_LONGEST_SPAN} characters")
        start = _place(span, text, {one.start for one in found})
        found.append(AnnotatedOpinion(code, _SIGNS[sign], start, start + len(span)))
    return tuple(found)


def _place(span: str, text: str, taken: set[int]) -> int:
    """The first place of the words where no other opinion begins, or else the first."""
    first = place = text.find(span)
    if first < 0:
        raise ValueError(f"the words {span!r} do not stand in the review")
    while place in taken:
        place = text.find(span, place + 1)
    return place if place >= 0 else first


def _keys(path: Path) -> Iterator[tuple[int, str]]:
    for number, row in enumerate(json_rows(path)):
        try:
            yield int(row["number"]), str(row["key"])
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"needs number and key: {error!r}", path=path, row=number) from error
