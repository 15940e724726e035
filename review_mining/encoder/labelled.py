"""Texts that carry a label of some task: polarity, stars, opinions by category, intents. Reserved rows are left out."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from review_mining.annotated import json_rows, load_annotated
from review_mining.encoder.training_config import TasksConfig
from review_mining.errors import InputError
from review_mining.ingest.cleaning import clean
from review_mining.ingest.masking import mask
from review_mining.text import normalise_all

Kind = Literal["binary", "ordinal", "labels", "classes"]
_ENCODING = "utf-8-sig"
STAR_STEPS = 4
MIN_EXAMPLES = 20
"""A category or class with fewer examples is left out."""
POLARITY = "polarity/"
"""What the names of polarity tasks begin with; the source follows."""


@dataclass(frozen=True, eq=False)
class LabelledTexts:
    """Texts of one task.

    Attributes:
        name: of the task.
        kind: ``binary`` (0 or 1), ``ordinal`` (stars 1 to 5), ``labels`` (several at once), ``classes`` (one of many).
        texts: normalised, personal data masked.
        targets: float32 of shape (texts,), for ``labels`` of shape (texts, labels).
        names: of labels or classes; empty for the other kinds.
        reserved: bool of shape (texts,): never to be learnt from.
        sources: corpus of each text.
    """

    name: str
    kind: Kind
    texts: Sequence[str]
    targets: npt.NDArray[np.float32]
    names: tuple[str, ...]
    reserved: npt.NDArray[np.bool_]
    sources: npt.NDArray[np.str_]

    def select(self, chosen: npt.NDArray[np.bool_]) -> LabelledTexts:
        """The chosen texts."""
        texts = [self.texts[place] for place in np.flatnonzero(chosen).tolist()]
        return LabelledTexts(
            self.name, self.kind, texts, self.targets[chosen], self.names, self.reserved[chosen], self.sources[chosen]
        )

    @property
    def outputs(self) -> int:
        """Width of a head for this task; stars are four questions: more than one, two, three, four?"""
        return STAR_STEPS if self.kind == "ordinal" else max(1, len(self.names))


def load_tasks(config: TasksConfig) -> list[LabelledTexts]:
    """Read all tasks, reserved rows included and marked; texts of the excluded files left out.

    Raises:
        InputError: a file is missing or lacks a column.
    """
    excluded = set().union(*(_keys(path) for path in config.exclude))
    rows = [row for row in _reviews(config.reviews) if row["key"] not in excluded]
    tasks = [*_polarity(rows), _stars(rows)]
    if config.annotated:
        tasks.append(_aspects(config, excluded))
    if config.opinions is not None:
        tasks.append(_opinions(config.opinions, {str(row["key"]): bool(row["reserved"]) for row in rows}))
    if config.intents is not None:
        tasks.append(_intents(config.intents))
    return [task for task in tasks if task.texts]


def prepared(texts: Sequence[str]) -> list[str]:
    """Texts in the form that the encoder is trained on."""
    return normalise_all(mask(clean(text))[0] for text in texts)


def _reviews(path: Path) -> list[dict[str, object]]:
    columns = ["text", "polarity", "rating", "key", "reserved", "source", "category"]
    try:
        rows: list[dict[str, object]] = pq.read_table(path, columns=columns).to_pylist()
    except (OSError, pa.ArrowException) as error:
        hint = f"The columns are {', '.join(columns)}."
        raise InputError(f"cannot be read: {error}", path=path, hint=hint) from error
    return rows


def _polarity(rows: Sequence[dict[str, object]]) -> list[LabelledTexts]:
    """One task a source, for each draws the line between praise and complaint elsewhere.

    A source that knows only one side teaches nothing but its style, and is left out.
    """
    known: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        if row["polarity"] is not None:
            known.setdefault(str(row["source"]), []).append(row)
    found = []
    for source, own in sorted(known.items()):
        targets = [float(str(row["polarity"])) for row in own]
        if MIN_EXAMPLES <= sum(targets) <= len(targets) - MIN_EXAMPLES:
            categories = [f"{source}/{row['category']}" for row in own]
            found.append(_task(f"{POLARITY}{source}", "binary", own, targets, categories))
    return found


def _stars(rows: Sequence[dict[str, object]]) -> LabelledTexts:
    known = [row for row in rows if row["rating"] in ("1", "2", "3", "4", "5")]
    return _task("stars", "ordinal", known, [float(str(row["rating"])) for row in known], None)


def _task(
    name: str, kind: Kind, rows: Sequence[dict[str, object]], targets: Sequence[float], sources: Sequence[str] | None
) -> LabelledTexts:
    return LabelledTexts(
        name,
        kind,
        prepared([str(row["text"]) for row in rows]),
        np.asarray(targets, dtype=np.float32),
        (),
        np.asarray([bool(row["reserved"]) for row in rows], dtype=np.bool_),
        np.asarray(sources or [str(row["source"]) for row in rows], dtype=np.str_),
    )


def _aspects(config: TasksConfig, excluded: set[str]) -> LabelledTexts:
    """Sub-aspects and signs of annotated reviews; none of them is reserved."""
    reviews = [
        review
        for path in config.annotated
        for review in load_annotated(path, config.reviews)
        if review.key not in excluded
    ]
    labels = [{f"{one.code}/{one.polarity}" for one in review.opinions} for review in reviews]
    counts = Counter(label for found in labels for label in found)
    names = tuple(sorted(label for label, count in counts.items() if count >= MIN_EXAMPLES))
    return LabelledTexts(
        "aspects",
        "labels",
        prepared([review.text for review in reviews]),
        np.asarray([[float(name in found) for name in names] for found in labels], dtype=np.float32),
        names,
        np.zeros(len(reviews), dtype=np.bool_),
        np.asarray([review.source for review in reviews], dtype=np.str_),
    )


def _opinions(folder: Path, reserved: dict[str, bool]) -> LabelledTexts:
    """Zhijiang Cup 2019: which categories a review praises, blames or mentions; only reviews known to ``reserved``."""
    labels: dict[str, set[str]] = {}
    for row in _csv_rows(folder / "Train_makeup_labels.csv", ("id", "Categories", "Polarities")):
        labels.setdefault(row["id"], set()).add(f"{row['Categories']}/{row['Polarities']}")
    counts: dict[str, int] = {}
    for found in labels.values():
        for label in found:
            counts[label] = counts.get(label, 0) + 1
    names = tuple(sorted(label for label, count in counts.items() if count >= MIN_EXAMPLES))
    texts, rows, held = [], [], []
    for row in _csv_rows(folder / "Train_makeup_reviews.csv", ("id", "Reviews")):
        key = hashlib.sha1(row["Reviews"].encode(), usedforsecurity=False).hexdigest()
        if key in reserved:
            found = labels.get(row["id"], set())
            texts.append(row["Reviews"])
            rows.append([float(name in found) for name in names])
            held.append(reserved[key])
    return LabelledTexts(
        "opinions",
        "labels",
        prepared(texts),
        np.asarray(rows, dtype=np.float32).reshape(len(rows), len(names)),
        names,
        np.asarray(held, dtype=np.bool_),
        np.full(len(rows), "zhijiang2019_makeup"),
    )


def _intents(folder: Path) -> LabelledTexts:
    """Buyers' sentences; those of ``dev.json`` count as reserved."""
    rows = [(row, False) for row in _sentences(folder / "train.json")]
    rows += [(row, True) for row in _sentences(folder / "dev.json")]
    names = tuple(sorted({row["label_des"] for row, _ in rows}))
    places = {name: place for place, name in enumerate(names)}
    return LabelledTexts(
        "intents",
        "classes",
        prepared([row["sentence"] for row, _ in rows]),
        np.asarray([places[row["label_des"]] for row, _ in rows], dtype=np.float32),
        names,
        np.asarray([held for _, held in rows], dtype=np.bool_),
        np.full(len(rows), "intents"),
    )


def _sentences(path: Path) -> list[dict[str, str]]:
    rows = json_rows(path)
    for number, row in enumerate(rows):
        for column in ("sentence", "label_des"):
            if column not in row:
                raise InputError("is missing", path=path, row=number, column=column)
    return rows


def _csv_rows(path: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding=_ENCODING, newline="") as file:
            reader = csv.DictReader(file)
            if missing := set(columns) - set(reader.fieldnames or ()):
                raise InputError("there is no column of this name", path=path, column=missing.pop())
            yield from reader
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error


def _keys(path: Path) -> set[str]:
    return {row["key"] for row in json_rows(path) if "key" in row}
