"""What may stand in a spreadsheet cell: no formula, no link, no forbidden character, no more than Excel holds."""

from __future__ import annotations

import re

LIMIT = 32_767
"""Characters (UTF-16 units) that one Excel cell holds (Microsoft, "Excel specifications and limits")."""

MARK = "…〔已截断 cut〕"
"""Ends a text that was cut."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def safe_text(text: str) -> tuple[str, bool]:
    """A text as it may be stored in a cell.

    A text that a spreadsheet could take for a formula gets an apostrophe in front (OWASP, "CSV Injection"). A
    quote-prefix format alone would protect the cell in Excel, but would be lost when the sheet is saved as CSV.

    Args:
        text: any text.

    Returns:
        The text for the cell, and whether it had to be cut.
    """
    clean = _FORBIDDEN.sub("", text)
    if clean.lstrip(" \n\u00a0\u3000").startswith(_STARTS_A_FORMULA):
        clean = "'" + clean
    if len(clean) * 2 <= LIMIT or len(clean.encode("utf-16-le")) // 2 <= LIMIT:
        return clean, False
    room = (LIMIT - len(MARK)) * 2
    return clean.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + MARK, True
