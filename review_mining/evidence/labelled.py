"""Labelled statements: what a reader of statements learns from and is measured on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from review_mining.errors import InputError
from review_mining.evidence.statement import StatementKind

_KINDS = frozenset(get_args(StatementKind))
_FIELDS = {"text", "kind", "fake", "part"}


@dataclass(frozen=True)
class LabelledStatement:
    """A statement with its answers.

    Attributes:
        text: as written.
        kind: what is claimed.
        fake: whether the writer says that the evidence is made up.
        part: which part of the collection it belongs to; parts were written independently of one another.
    """

    text: str
    kind: StatementKind
    fake: bool
    part: str


def load_statements(path: Path) -> list[LabelledStatement]:
    """Read JSON Lines with the keys ``text``, ``kind``, ``fake`` (0 or 1) and ``part``.

    Raises:
        InputError: the file cannot be read, or a line is no labelled statement.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", path=path) from error
    return [_statement(line, path, row) for row, line in enumerate(lines)]


def near_duplicates(first: Sequence[str], second: Sequence[str], *, limit: float) -> list[tuple[int, int]]:
    """Pairs of a text of each list that are equal or share too many character trigrams.

    Args:
        first: texts.
        second: other texts.
        limit: Jaccard similarity of the trigram sets from which a pair counts.

    Returns:
        Places in ``first`` and ``second``.
    """
    others = [_trigrams(text) for text in second]
    found = []
    for place, text in enumerate(first):
        own = _trigrams(text)
        found += [(place, other) for other, grams in enumerate(others) if _jaccard(own, grams) >= limit]
    return found


def _statement(line: str, path: Path, row: int) -> LabelledStatement:
    try:
        content = json.loads(line)
    except ValueError as error:
        raise InputError(f"is no JSON: {error}", path=path, row=row) from error
    if not isinstance(content, dict) or set(content) != _FIELDS:
        raise InputError(f"should have exactly the keys {', '.join(sorted(_FIELDS))}", path=path, row=row)
    text, kind, fake, part = (content[name] for name in ("text", "kind", "fake", "part"))
    if not isinstance(text, str) or not text.strip():
        raise InputError("is blank", path=path, row=row, column="text")
    if kind not in _KINDS:
        raise InputError(f"{kind!r} is none of {', '.join(sorted(_KINDS))}", path=path, row=row, column="kind")
    if fake not in (0, 1):
        raise InputError(f"{fake!r} is neither 0 nor 1", path=path, row=row, column="fake")
    return LabelledStatement(text, cast(StatementKind, kind), bool(fake), str(part))


def _trigrams(text: str) -> frozenset[str]:
    """Of a text between two marks, so that texts of one or two characters have some as well."""
    framed = f"\x02{text}\x03"
    return frozenset(framed[start : start + 3] for start in range(len(framed) - 2))


def _jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    shared = len(first & second)
    return shared / (len(first) + len(second) - shared)
