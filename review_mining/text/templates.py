"""Texts that a platform or a habit wrote, not a buyer: default texts, copied templates, filler for points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from review_mining.errors import ConfigError

Kind = Literal["default_text", "template", "filler"]
_KINDS: tuple[Kind, ...] = ("default_text", "template", "filler")
_FILLER_SHARE = 0.5
_MAX_CHARACTERS = 5000


@dataclass(frozen=True)
class Pattern:
    """One line of the pattern file.

    Attributes:
        kind: ``default_text`` must match the whole content; ``template`` decides wherever it matches; ``filler``
            decides when its matches make up at least half of the content.
        note: what the pattern recognises, in Chinese, for the reason shown to the reader.
        expression: a regular expression that RE2 and Python read alike, over the content of a text.
    """

    kind: Kind
    note: str
    expression: str


@dataclass(frozen=True)
class Templates:
    """The known patterns, matched many texts at a time.

    RE2 decides which texts match, in time linear in their length whatever they hold; Python's engine then tells which
    pattern it was, for those few alone.
    """

    patterns: tuple[Pattern, ...]

    @classmethod
    def bundled(cls) -> Self:
        """The patterns that come with the package (``data/templates.txt``)."""
        file = resources.files("review_mining.text") / "data" / "templates.txt"
        return cls.from_lines(file.read_text(encoding="utf-8"))

    @classmethod
    def from_lines(cls, lines: str) -> Self:
        """Read patterns, one a line: kind, note and expression with tabs between them.

        Raises:
            ConfigError: a line has another form, or its expression is not valid.
        """
        return cls(
            tuple(
                _read_line(number, line)
                for number, line in enumerate(lines.splitlines(), start=1)
                if line.strip() and not line.startswith("#")
            )
        )

    def notes(self, kind: Kind, contents: Sequence[str]) -> dict[int, str]:
        """Notes of the texts that a kind of pattern recognises, by their position in ``contents``.

        Only the first five thousand characters of a text are looked at.
        """
        expression, compiled = self._compiled[kind]
        array = pa.array([content[:_MAX_CHARACTERS] for content in contents], pa.large_string())
        hits: npt.NDArray[np.bool_] = np.asarray(pc.match_substring_regex(array, expression))
        found = {}
        for position in map(int, np.flatnonzero(hits)):
            content = contents[position][:_MAX_CHARACTERS]
            matches = [(note, match) for note, pattern in compiled for match in pattern.finditer(content)]
            if kind != "filler" or _covered([match.span() for _, match in matches]) >= _FILLER_SHARE * len(content):
                found[position] = matches[0][0]
        return found

    @cached_property
    def _compiled(self) -> dict[Kind, tuple[str, list[tuple[str, re.Pattern[str]]]]]:
        compiled: dict[Kind, tuple[str, list[tuple[str, re.Pattern[str]]]]] = {}
        for kind in _KINDS:
            chosen = [pattern for pattern in self.patterns if pattern.kind == kind]
            whole = kind == "default_text"
            forms = [f"^(?:{pattern.expression})$" if whole else f"(?:{pattern.expression})" for pattern in chosen]
            pairs = [(pattern.note, re.compile(form)) for pattern, form in zip(chosen, forms, strict=True)]
            compiled[kind] = ("|".join(forms) or "a^", pairs)
        return compiled


def _covered(spans: Sequence[tuple[int, int]]) -> int:
    """Characters that lie in at least one of the spans."""
    total = reached = 0
    for start, end in sorted(spans):
        total += max(end - max(start, reached), 0)
        reached = max(reached, end)
    return total


def _read_line(number: int, line: str) -> Pattern:
    parts = line.split("\t")
    if len(parts) != 3 or parts[0] not in _KINDS:
        raise ConfigError(
            f"Template patterns, line {number}: expected KIND<tab>NOTE<tab>EXPRESSION with KIND one of "
            f"{', '.join(_KINDS)}, found {line!r}."
        )
    try:
        re.compile(parts[2])
    except re.error as error:
        raise ConfigError(f"Template patterns, line {number}: the expression is not valid: {error}.") from error
    return Pattern(_KINDS[_KINDS.index(parts[0])], parts[1], parts[2])
