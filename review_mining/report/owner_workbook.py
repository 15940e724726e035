"""``briefs/<owner>.xlsx``: an owner's tasks with columns to fill in, which a later report reads with ``--actions``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from review_mining.actions import ANY, STATUSES
from review_mining.report.cells import safe_text
from review_mining.report.words import Words

FILLED: Final = ("status", "owner", "fix_date", "scope", "note")
"""Columns for a person to fill in, after those of the task."""

_WIDTHS: Final = {"summary": 28, "owner": 12, "priority": 8, "description": 60, "labels": 24, "theme_id": 16}
_FILLED_WIDTHS: Final = {"status": 10, "owner": 12, "fix_date": 14, "scope": 28, "note": 36}
_SPARE_ROWS: Final = 200
"""Rows below the tasks in which the status can still be chosen from the list, for a second fix of a theme."""


def write(
    path: Path, head: Sequence[str], tasks: Sequence[tuple[Sequence[str], Sequence[dict[str, Any]]]], words: Words
) -> None:
    """Write one workbook.

    Args:
        path: the workbook to write.
        head: names of the task's columns (``briefs.<name>`` in the strings).
        tasks: per theme the values of those columns, and the fixes listed so far, as ``run.actions`` holds them; a
            theme with several has a row for each.
        words: language of the heads and of the statuses.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        sheet = book.add_worksheet()
        _write_head(book, sheet, head, words)
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        rows = [(task, action) for task, actions in tasks for action in (*actions, None)[: max(1, len(actions))]]
        for row, (task, action) in enumerate(rows, start=1):
            for column, value in enumerate([*task, *_filled(action, words)]):
                # An empty cell keeps the format of its column, by which Excel tells a day that is typed in.
                if value:
                    sheet.write_string(row, column, safe_text(value)[0], wrapped)
        status = len(head) + FILLED.index("status")
        choice = {"validate": "list", "source": [words.named("status", name) for name in STATUSES]}
        sheet.data_validation(1, status, len(rows) + _SPARE_ROWS, status, choice)


def _write_head(book: Any, sheet: Any, head: Sequence[str], words: Words) -> None:  # noqa: ANN401  (xlsxwriter is untyped)
    plain = book.add_format({"bold": True, "bg_color": "#E8EEF2", "bottom": 1})
    asked = book.add_format({"bold": True, "bg_color": "#FFE9A8", "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
    for column, name in enumerate(head):
        sheet.set_column(column, column, _WIDTHS[name])
        sheet.write_string(0, column, words.text(f"briefs.{name}"), plain)
    for column, name in enumerate(FILLED, start=len(head)):
        sheet.set_column(column, column, _FILLED_WIDTHS[name], day if name == "fix_date" else None)
        sheet.write_string(0, column, words.text(f"actions.{name}"), asked)
    sheet.freeze_panes(1, 1)


def _filled(action: dict[str, Any] | None, words: Words) -> list[str]:
    if action is None:
        return [""] * len(FILLED)
    scope = ";".join(
        value if column == ANY else f"{column}={value}"
        for column, values in action["scope"].items()
        for value in values
    )
    shown = {**action, "status": words.named("status", action["status"]), "scope": scope}
    return [shown[name] or "" for name in FILLED]
