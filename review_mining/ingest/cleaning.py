"""Text as it is stored: line ends, escapes and invisible characters of export formats undone."""

from __future__ import annotations

import html
import re
from html.entities import html5

_LINE = "\n"
_EXCEL = re.compile(r"_x00([01][0-9A-Fa-f])_")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BREAK = re.compile(r"< */? *br */? *>", re.IGNORECASE)
_INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
)
_REMOVED = re.compile(f"[{_INVISIBLE}]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile("[\t\xa0]")
_NEEDS_WORK = re.compile(f"[{_INVISIBLE}\r\x0b\x0c\x85\u2028\u2029\t\xa0\ud800-\udfff&<]|_x00")


def clean(text: str) -> str:
    r"""Undo what export formats do to a text.

    Excel's ``_x000D_`` escapes and HTML entities are decoded once, ``<br>`` and every kind of line end become ``\n``,
    tabs and no-break spaces become spaces, zero-width and control characters go, and lone surrogates become U+FFFD.
    Other tags stay as they are: they are text. A text of white space alone becomes empty.
    """
    if not _NEEDS_WORK.search(text):
        return text if text and not text.isspace() else ""
    text = _REMOVED.sub("", text)
    if "_x00" in text:
        text = _EXCEL.sub(lambda found: chr(int(found[1], 16)), text)
    if "&" in text:
        text = _ENTITY.sub(_decoded, text)
    if "<" in text:
        text = _BREAK.sub(_LINE, text)
    text = _REMOVED.sub("", _LINE_ENDS.sub(_LINE, text))
    text = _SURROGATE.sub("\ufffd", _SPACES.sub(" ", text))
    return "" if text.isspace() else text


def _decoded(entity: re.Match[str]) -> str:
    known = entity[0][1] == "#" or entity[0][1:] in html5
    return html.unescape(entity[0]) if known else entity[0]
