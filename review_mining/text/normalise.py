"""One written form for what means the same, with the way back to the original characters.

The steps, in order:

1. Character by character: full-width ASCII and the ideographic space become half-width (as in NFKC, so ``，`` and ``,``
   are one mark; ``。、《》…“”`` have no ASCII twin and stay), traditional characters simplified, letters lower-cased.
   Every step maps one character to one character. The table of simplified forms is read from OpenCC (``t2s``) one
   character at a time: phrase rules could change lengths, and what they would add concerns a handful of names (乾隆).
2. Runs: four or more of one letter or Han character become three (``哈哈哈哈哈`` to ``哈哈哈``), likewise four or more
   of one emoji; one punctuation mark stands for its run; white space becomes one space, or one line feed where the run
   holds one. Digits, ``★`` and ``☆`` are left alone, for their number carries meaning.
   Emoji and kaomoji are kept whole.

Step 2 is repeated until nothing changes, which makes normalisation idempotent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from opencc import OpenCC

from review_mining.text.symbols import EMOJI, KAOMOJI

_PLAIN = (
    r"(?P<line>[^\S\n]*\n\s*)|(?P<space>\s{2,}|[^\S\n ])|(?P<letter>[^\W\d_])(?P=letter){3,}"
    r"|(?P<mark>[^\w\s★☆]|_)(?P=mark)+"
)
_PLAIN_RUN = re.compile(_PLAIN)
_RUN = re.compile(rf"(?P<emoji>{EMOJI})(?P=emoji){{3,}}|(?P<kept>{KAOMOJI}|{EMOJI})|{_PLAIN}")
_MAYBE_DRAWN = re.compile(r"[^\w\s,.!?;:\"'、。《》“”…·~%/+*&@#)【】—\[\]-]|[_ωзд]")
_REPETITION = re.compile(
    r"([^\d★☆])\1|[^\S\n]\n|\n[^\S\n]|[^\S\n ]|[\ufe0e\ufe0f\u200d\u20e3\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]"
)
"""A cheap test that holds wherever ``_RUN`` would change something."""
_CONTENT_FREE = re.compile(r"[\W_]+")


@dataclass(frozen=True, eq=False)
class Normalised:
    """A normalised text and where each of its characters comes from.

    Attributes:
        text: the normalised text.
        offsets: int32 array of shape (len(text) + 1,). Entry i is the code point of the original at which normalised
            character i begins; the last entry is the length of the original.
    """

    text: str
    offsets: npt.NDArray[np.int32]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Half-open span of the original that the half-open normalised span ``start:end`` stands for.

        Raises:
            IndexError: the span does not lie in the normalised text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise IndexError(f"The span {start}:{end} does not lie in a text of {len(self.text)} characters.")
        return int(self.offsets[start]), int(self.offsets[end])


def normalise(text: str) -> Normalised:
    """Normalise one text and keep the map back to its code points."""
    current = text.translate(_table())
    offsets = np.arange(len(text) + 1, dtype=np.int32)
    while _REPETITION.search(current):
        shorter, starts = _collapse_with_starts(current)
        if shorter == current:
            break
        current, offsets = shorter, offsets[starts]
    return Normalised(current, offsets)


def normalise_all(texts: Iterable[str]) -> list[str]:
    """Normalise many texts without the maps: the same texts as ``normalise``, faster."""
    table = _table()
    return [_collapse(text.translate(table)) for text in texts]


def content_of(text: str) -> str:
    """The letters, digits and Han characters of a text, without marks, symbols and white space."""
    return _CONTENT_FREE.sub("", text)


def _collapse(text: str) -> str:
    while _REPETITION.search(text):
        shorter = _runs(text).sub(_replacement, text)
        if shorter == text:
            break
        text = shorter
    return text


def _collapse_with_starts(text: str) -> tuple[str, npt.NDArray[np.int64]]:
    pieces: list[str] = []
    starts: list[int] = []
    position = 0
    for run in _runs(text).finditer(text):
        pieces.append(text[position : run.start()])
        starts.extend(range(position, run.start()))
        short = _replacement(run)
        pieces.append(short)
        starts.extend(range(run.start(), run.start() + len(short)))
        position = run.end()
    pieces.append(text[position:])
    starts.extend(range(position, len(text) + 1))
    return "".join(pieces), np.asarray(starts, dtype=np.int64)


def _runs(text: str) -> re.Pattern[str]:
    """The expression of runs; texts that hold nothing drawn are spared the long one."""
    return _RUN if _MAYBE_DRAWN.search(text) else _PLAIN_RUN


def _replacement(run: re.Match[str]) -> str:
    kind = run.lastgroup
    if kind == "kept":
        return run.group()
    if kind == "line":
        return "\n"
    if kind == "space":
        return " "
    return run.group(kind) * (1 if kind == "mark" else 3) if kind else run.group()


@cache
def _table() -> dict[int, int]:
    """The character table of step 1: code point to code point, no entry leading to another entry."""
    blocks = ((0x2E80, 0xD7FF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
    han = [chr(code) for first, last in blocks for code in range(first, last + 1)]
    simplified = OpenCC("t2s").convert("\n".join(han)).split("\n")
    table = {ord(old): ord(new) for old, new in zip(han, simplified, strict=True) if old != new and len(new) == 1}
    table.update({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})
    table.update({0x3000: 0x20, 0xA0: 0x20, 0xFF61: ord("。"), 0xFF62: ord("「"), 0xFF63: ord("」"), 0xFF64: ord("、")})
    for code in range(0x110000):
        letter = chr(table.get(code, code))
        if letter.isupper() and len(letter.lower()) == 1:
            table[code] = ord(letter.lower())
    return {code: _follow(table, code) for code in table}


def _follow(table: dict[int, int], code: int) -> int:
    seen = {code}
    while code in table and table[code] not in seen:
        code = table[code]
        seen.add(code)
    return code
