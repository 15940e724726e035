"""Splitting a normalised review into clauses, the units that carry one opinion each.

A clause ends at punctuation, at white space beside a Chinese character, and before a conjunction that turns or adds
(但是, 而且). Digits keep their points and commas, Latin words their spaces.
"""

from __future__ import annotations

import re

_HAN = r"\u3400-\u9fff"
_MARKS = r"。!?;…~、～\n\r\t|/\\()\[\]{}<>《》【】「」『』“”\"‘’^_=+#&@•·★☆❤️—"
_BREAK = re.compile(
    rf"[{_MARKS}]+"
    r"|(?<!\d)[.,:]+|[.,:]+(?!\d)"
    rf"|(?<=[{_HAN}*0-9]) +|(?<![ ]) +(?=[{_HAN}])"
    r"|(?<![0-9a-z])-+|-+(?![0-9a-z])"
    r"|[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]+"
)
_TURN = re.compile(
    r"(?<=..)(?:但是|(?<!不)(?<!非)但(?!愿|凡)|不过(?!如此|分|关|瘾|来|去)|可是|然而|(?<!不)只是|而且|并且|另外|还有|虽然|尽管"
    r"|(?<!不)就是(?!说|了)|所以|因为|结果(?!是|就)|希望|建议)"
)


def split_clauses(text: str) -> list[tuple[int, int]]:
    """Half-open spans of the clauses of a normalised text, in order, without the marks between them.

    No span is empty, none overlaps another, and a text of marks alone has none.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for mark in _BREAK.finditer(text):
        _add_parts(text, start, mark.start(), spans)
        start = mark.end()
    _add_parts(text, start, len(text), spans)
    return spans


def _add_parts(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    if start >= end:
        return
    piece = text[start:end]
    cuts = [start, *(start + turn.start() for turn in _TURN.finditer(piece)), end]
    for first, last in zip(cuts, cuts[1:], strict=False):
        stripped = text[first:last].strip()
        if stripped:
            offset = first + text[first:last].index(stripped)
            spans.append((offset, offset + len(stripped)))
