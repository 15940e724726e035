"""Words of danger, return and dispute: what makes a complaint urgent whatever its number.

The words and what they mean elsewhere are in ``data/severity.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Final, Literal, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import RootModel, field_validator, model_validator

from review_mining.config import Strict, load

Kind = Literal["safety", "return", "dispute"]
KINDS: Final[tuple[Kind, ...]] = ("safety", "return", "dispute")

_MAX_CHARACTERS: Final = 5000
_REACH: Final = 20
_CLAUSE_END: Final = re.compile(r"[，。！？；、,.!?;~～…\s]")


class Words(Strict):
    """Expressions of one kind, as ``data/severity.yaml`` explains them."""

    words: tuple[str, ...]
    unless: tuple[str, ...]
    denied: tuple[str, ...]

    @field_validator("words", "unless", "denied")
    @classmethod
    def _compiles(cls, expressions: tuple[str, ...]) -> tuple[str, ...]:
        for expression in expressions:
            try:
                re.compile(expression)
            except re.error as error:
                raise ValueError(f"{expression!r} is no regular expression: {error}") from error
        return expressions

    @cached_property
    def any_word(self) -> str:
        """One expression for all words, for RE2 and Python alike."""
        return _either(self.words)

    @cached_property
    def compiled(self) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
        """Words, what they are part of elsewhere, and what denies them when it stands right before."""
        return re.compile(self.any_word), re.compile(_either(self.unless)), re.compile(f"(?:{_either(self.denied)})$")

    def found_in(self, text: str) -> Iterator[tuple[int, int]]:
        """Spans of the words that are meant as they stand."""
        words, unless, denied = self.compiled
        elsewhere = [match.span() for match in unless.finditer(text)]
        for match in words.finditer(text):
            start, end = match.span()
            if any(first <= start < last for first, last in elsewhere):
                continue
            if not denied.search(_CLAUSE_END.split(text[max(start - _REACH, 0) : start])[-1]):
                yield start, end


class _File(RootModel[dict[Kind, Words]]):
    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [kind for kind in KINDS if kind not in self.root]
        if missing:
            raise ValueError(f"the kinds {missing} are missing")
        return self


@dataclass(frozen=True)
class Hits:
    """Where the words stand, as parallel arrays sorted by text.

    Attributes:
        text: int64, (k,): position of the text among those searched.
        kind: int64, (k,): index into ``KINDS``.
        start, end: int64, (k,): the word with its clause, in code points, at most twenty characters to either side.
    """

    text: np.ndarray[tuple[int], np.dtype[np.int64]]
    kind: np.ndarray[tuple[int], np.dtype[np.int64]]
    start: np.ndarray[tuple[int], np.dtype[np.int64]]
    end: np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True)
class SeverityWords:
    """The words of all kinds, looked for in many texts at a time.

    RE2 decides which texts hold a word at all, in time linear in their length; Python's engine then tells where, and
    whether it is denied, for those few alone.

    Attributes:
        kinds: the expressions of each of ``KINDS``.
    """

    kinds: dict[Kind, Words]

    @classmethod
    def bundled(cls) -> Self:
        """The words that come with the package."""
        return cls.read(Path(str(resources.files("review_mining.text"))) / "data" / "severity.yaml")

    @classmethod
    def read(cls, path: Path) -> Self:
        """The words of a file like ``data/severity.yaml``.

        Raises:
            ConfigError: a kind is missing or unknown, or an expression is not valid.
        """
        return cls(load(path, _File).root)

    def find(self, texts: pa.Array) -> Hits:
        """Every word that is meant as it stands.

        Only the first five thousand characters of a text are looked at.

        Args:
            texts: strings, nulls allowed.
        """
        rows = [
            (text, number, *_reach(whole, start, end))
            for number, kind in enumerate(KINDS)
            for text, whole in self._holding(texts, self.kinds[kind])
            for start, end in self.kinds[kind].found_in(whole)
        ]
        columns = np.array(sorted(rows), dtype=np.int64).reshape(-1, 4).T
        return Hits(*columns)

    def _holding(self, texts: pa.Array, words: Words) -> Iterator[tuple[int, str]]:
        """Positions and beginnings of the texts that hold a word."""
        holds = pc.match_substring_regex(texts, words.any_word).fill_null(False).to_numpy(zero_copy_only=False)
        for position in np.flatnonzero(holds).tolist():
            yield position, texts[position].as_py()[:_MAX_CHARACTERS]


def _either(expressions: tuple[str, ...]) -> str:
    return "|".join(f"(?:{expression})" for expression in expressions)


def _reach(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause around a word, at most ``_REACH`` characters to either side."""
    first, last = max(start - _REACH, 0), min(end + _REACH, len(text))
    before = [mark.end() for mark in _CLAUSE_END.finditer(text, first, start)]
    after = _CLAUSE_END.search(text, end, last)
    return (before[-1] if before else first), (after.start() if after else last)
