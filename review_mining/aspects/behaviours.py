"""Behaviour tests: short texts and the labels that they must get (Ribeiro et al., CheckList, ACL 2020).

``annotations/behaviours.csv`` holds a hundred invented ones. In ``wanted`` letters stand for aspects as in the taxonomy
(q quality, l logistics, s service, p price), signs for labels: + praise, - complaint, 0 nothing. An aspect that is not
named may have any label.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from review_mining.aspects.tagger import AspectTagger
from review_mining.errors import InputError
from review_mining.taxonomy import Taxonomy

_LABELS = {"+": "positive", "-": "negative", "0": "none"}

Change = Callable[[str], str]
IRRELEVANT: dict[str, Change] = {
    "a mark at the end": lambda text: text + "。",
    "white space around": lambda text: f"  {text}\n",
    "the day named": lambda text: "周三收到的。" + text,
    "a greeting": lambda text: "大家好，" + text,
    "narrow marks": lambda text: text.replace("，", ", "),
}
"""Changes that alter no label."""


@dataclass(frozen=True)
class Behaviour:
    """A text and what a reader must see in it, label by aspect name."""

    capability: str
    text: str
    wanted: dict[str, str]


def load_behaviours(path: Path, taxonomy: Taxonomy) -> list[Behaviour]:
    """Read a CSV file with ``capability``, ``text`` and ``wanted``.

    Raises:
        InputError: the file cannot be read or a row does not fit.
    """
    names = {aspect.letter: name for name, aspect in taxonomy.aspects.items()}
    found = []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file)):
                try:
                    wanted = {names[part[0]]: _LABELS[part[1]] for part in row["wanted"].split()}
                    found.append(Behaviour(row["capability"], row["text"], wanted))
                except (KeyError, IndexError) as error:
                    raise InputError(f"not a behaviour: {error!r}", path=path, row=number) from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error
    return found


def missed(tagger: AspectTagger, behaviours: Sequence[Behaviour]) -> list[Behaviour]:
    """The behaviours that a tagger does not show."""
    _, labels = tagger.tag([one.text for one in behaviours])
    rows = labels.to_pylist()
    return [
        one
        for one, row in zip(behaviours, rows, strict=True)
        if any(row[aspect] != label for aspect, label in one.wanted.items())
    ]


def altered(tagger: AspectTagger, texts: Sequence[str], change: Change) -> float:
    """Share of aspect labels that a change of the texts alters."""
    _, before = tagger.tag(texts)
    _, after = tagger.tag([change(text) for text in texts])
    pairs = [
        pair
        for aspect in tagger.taxonomy.aspects
        for pair in zip(before[aspect].to_pylist(), after[aspect].to_pylist(), strict=True)
    ]
    return float(np.mean([one != other for one, other in pairs])) if pairs else 0.0
