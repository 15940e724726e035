"""Annotations made elsewhere: a table of (text, aspect, polarity), or an export of Label Studio."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from review_mining.annotated import AnnotatedOpinion, shown
from review_mining.errors import InputError
from review_mining.staging import staged_file
from review_mining.tables import OVERALL, POLARITIES
from review_mining.taxonomy import Taxonomy

_ENCODING = "utf-8-sig"
_POLARITY_NAMES = {
    **{name: name for name in POLARITIES},
    **dict(zip(("正面", "负面", "中性"), ("positive", "negative", "neutral"), strict=True)),
    **dict(zip(("1", "-1", "0"), ("positive", "negative", "neutral"), strict=True)),
    **dict(zip("+-~", ("positive", "negative", "neutral"), strict=True)),
}
_MOST_CHARACTERS = 20_000
"""A longer text is no review."""

Row = dict[str, Any]


def import_annotations(path: Path, taxonomy: Taxonomy) -> list[Row]:
    """Read a file by its ending: ``.csv`` or Label Studio's ``.json``.

    A CSV file has the columns ``text``, ``aspect`` and ``polarity``, one opinion a row, and optionally ``span`` (words
    of the opinion; without them the whole text counts) and ``overall``. An aspect is a code of the taxonomy, or an
    aspect's name for its ``general`` code; a row without one only gives the text. Polarity is positive, negative,
    neutral, 正面, 负面, 中性, 1, -1 or 0.

    In Label Studio a label on a stretch of ``data.text`` is a code and a sign (``l.speed-``); a choice, if there is
    one, is the overall attitude.

    Returns:
        Rows for ``review_mining.annotated.load_annotated``: ``text``, ``overall``, ``opinions``.

    Raises:
        InputError: the file, a row or a value cannot be used.
    """
    readers = {".csv": _from_table, ".json": _from_label_studio}
    if path.suffix.lower() not in readers:
        raise InputError("is neither .csv nor .json", path=path)
    try:
        content = path.read_text(encoding=_ENCODING)
    except (OSError, UnicodeError) as error:
        raise InputError(f"cannot be read: {error}", path=path, hint="Save it in UTF-8.") from error
    return readers[path.suffix.lower()](content, path, taxonomy)


def write_annotations(rows: Iterable[Row], path: Path) -> None:
    """Write rows as JSON Lines, all or nothing."""
    with staged_file(path) as partial, partial.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _from_table(content: str, path: Path, taxonomy: Taxonomy) -> list[Row]:
    reader = csv.DictReader(content.splitlines(keepends=True))
    for column in ("text", "aspect", "polarity"):
        if column not in (reader.fieldnames or ()):
            raise InputError("there is no column of this name", path=path, column=column)
    opinions: dict[str, list[AnnotatedOpinion]] = {}
    attitudes: dict[str, str] = {}
    for number, row in enumerate(reader):
        try:
            text = _text(row["text"])
            found = opinions.setdefault(text, [])
            if row["aspect"]:
                code, polarity = _code(row["aspect"], taxonomy), _polarity(row["polarity"])
                found.append(AnnotatedOpinion(code, polarity, *_place(row.get("span") or text, text)))
            if row.get("overall"):
                attitudes[text] = _attitude(row["overall"])
        except ValueError as error:
            raise InputError(str(error), path=path, row=number) from error
    return [_row(text, found, attitudes.get(text)) for text, found in opinions.items()]


def _from_label_studio(content: str, path: Path, taxonomy: Taxonomy) -> list[Row]:
    try:
        tasks = json.loads(content)
    except ValueError as error:
        raise InputError(f"is not JSON: {error}", path=path) from error
    rows = []
    for number, task in enumerate(tasks if isinstance(tasks, list) else [tasks]):
        try:
            text = _text(task["data"]["text"])
            results = [result for one in task["annotations"][:1] for result in one["result"]]
            opinions = [
                _labelled(result["value"], label, text, taxonomy)
                for result in results
                for label in result["value"].get("labels", ())
            ]
            chosen = [choice for result in results for choice in result["value"].get("choices", ())]
            rows.append(_row(text, opinions, _attitude(chosen[0]) if chosen else None))
        except ValueError as error:
            raise InputError(str(error), path=path, row=number) from error
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            hint = "Export from Label Studio as JSON (not JSON-MIN), with the review in data.text."
            raise InputError(f"is not a task: {error!r}", path=path, row=number, hint=hint) from error
    return rows


def _labelled(value: Mapping[str, Any], label: str, text: str, taxonomy: Taxonomy) -> AnnotatedOpinion:
    code, polarity = _code(label[:-1], taxonomy), _polarity(label[-1:])
    start, end = int(value["start"]), int(value["end"])
    words = shown(str(value.get("text") or text[start:end]))
    # Browsers count in units of UTF-16; the words themselves settle where they stand.
    return AnnotatedOpinion(code, polarity, *_place(words, text, near=start))


def _row(text: str, opinions: Iterable[AnnotatedOpinion], overall: str | None) -> Row:
    found = list(opinions)
    signs = {one.polarity for one in found} - {"neutral"}
    attitude = overall or (signs.pop() if len(signs) == 1 else "neutral")
    return {"text": text, "overall": attitude, "opinions": [asdict(one) for one in found]}


def _text(text: object) -> str:
    if not isinstance(text, str) or not text.strip():
        raise ValueError("the text is empty")
    if len(text) > _MOST_CHARACTERS:
        raise ValueError(f"the text has more than {_MOST_CHARACTERS:,} characters")
    return shown(text)


def _code(name: str, taxonomy: Taxonomy) -> str:
    name = name.strip()
    if name in taxonomy.sub_aspects:
        return name
    general = f"{taxonomy.aspects[name].letter}.general" if name in taxonomy.aspects else ""
    if general not in taxonomy.sub_aspects:
        raise ValueError(f"{name!r} is neither a code of the taxonomy nor an aspect with a general code")
    return general


def _polarity(name: str) -> str:
    if (name or "").strip() not in _POLARITY_NAMES:
        raise ValueError(f"the polarity is {name!r}, not one of {', '.join(_POLARITY_NAMES)}")
    return _POLARITY_NAMES[name.strip()]


def _attitude(name: str) -> str:
    if name not in OVERALL:
        raise ValueError(f"overall is {name!r}, not one of {', '.join(OVERALL)}")
    return name


def _place(words: str, text: str, near: int = 0) -> tuple[int, int]:
    places = [start for start in range(len(text)) if text.startswith(words, start)] if words else []
    if not places:
        raise ValueError(f"the words {words!r} do not stand in the text")
    start = min(places, key=lambda place: abs(place - near))
    return start, start + len(words)
