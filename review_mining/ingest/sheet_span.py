"""How large a rectangle a sheet spans, told from its XML before a reader lays the rectangle out in memory."""

from __future__ import annotations

import re
from functools import lru_cache

_TAG = re.compile(rb"""<(?:\w+:)?(row|c)(?=[\s/>])(?:[^<>]*?\sr\s*=\s*["']\s*([A-Za-z]{0,7})(\d{1,9}))?""")
_LONGEST_TAG = 1 << 10


class SheetSpan:
    """The rectangle from A1 that holds every cell of a sheet.

    A sheet of two cells, one of them in the last row and column that a workbook may have, is a few hundred bytes of XML
    and 17 thousand million cells. Cells and rows without a reference follow the one before them (ECMA-376 part 1,
    18.3.1.4 and 18.3.1.73).
    """

    def __init__(self) -> None:
        self._carried = b""
        self._row = self._column = 0
        self._rows = self._columns = 0

    def add(self, piece: bytes) -> None:
        """Take in the next piece of the sheet's XML."""
        text = self._carried + piece
        # A tag that the pieces cut in two is read with the next one.
        cut = text.rfind(b"<", -_LONGEST_TAG)
        self._carried = text[cut:] if cut >= 0 else b""
        self._scan(text[:cut] if cut >= 0 else text)

    @property
    def cells(self) -> int:
        """Rows times columns."""
        self._scan(self._carried)
        self._carried = b""
        return self._columns * self._rows

    @property
    def last(self) -> str:
        """The corner opposite A1, such as ``D12``."""
        letters, number = "", self._columns
        while number:
            number, digit = divmod(number - 1, 26)
            letters = chr(65 + digit) + letters
        return f"{letters}{self._rows}"

    def _scan(self, text: bytes) -> None:
        for tag, letters, digits in _TAG.findall(text):
            if tag == b"row":
                self._row, self._column = int(digits) if digits else self._row + 1, 0
                continue
            self._column = _column_number(letters) if letters else self._column + 1
            if digits:
                self._row = int(digits)
            self._columns = max(self._columns, self._column)
            self._rows = max(self._rows, self._row)


@lru_cache(maxsize=20_000)
def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
