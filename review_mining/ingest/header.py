"""Where the header of a table is, when there is one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from review_mining.ingest.columns import known_name
from review_mining.ingest.notes import SourceLog

_SEARCHED = 10
_DATA_CELL = re.compile(r"[。！？!?，,；;]|^\s*-?\d[\d.:/\- ]*$")


def locate(rows: Sequence[Sequence[object]], log: SourceLog) -> int | None:
    """Find the header among the first rows.

    Exports may put a title or a shop's name above it, and some have no header at all.

    Args:
        rows: the first rows of the table, blank ones as empty sequences.
        log: told when rows are skipped or when there is no header.

    Returns:
        Index of the header row, or None when the first row that is not blank is already data.
    """
    filled = [index for index, row in enumerate(rows[:_SEARCHED]) if any(_text(cell) for cell in row)]
    if not filled:
        return None
    known = {index: sum(known_name(_text(cell)) for cell in rows[index]) for index in filled}
    first = filled[0]
    best = max(filled, key=lambda index: (known[index], -index))
    if known[best] >= 2 and known[first] < 2 and best != first:
        log.warn(f"The {best} line(s) above the header were skipped.")
        return best
    if known[first] == 0 and any(_looks_like_data(_text(cell)) for cell in rows[first]):
        log.warn("There is no header; the columns are named 'column 1', 'column 2'…")
        return None
    return first


def _looks_like_data(cell: str) -> bool:
    return len(cell) > 30 or bool(_DATA_CELL.search(cell))


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
