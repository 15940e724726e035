"""``report.xlsx``: every table on a sheet of its own, streamed, behind a sheet that says what is where.

All text is written as plain strings that no spreadsheet program takes for a formula or a link (see ``cells``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from review_mining.report.cells import LIMIT, safe_text
from review_mining.report.words import load_strings

SHEETS = ("score", "themes", "reviews", "judged", "opinions", "review_aspects", "verdicts", "cases", "case_themes")
"""Tables that get a sheet when their Parquet file is there, in the order of the sheets."""

ABOUT = "说明 About"

_BATCH = 8192
_WIDTHS = {"text": 60, "follow_up": 40, "reply": 40, "reason": 40, "name": 28, "span": 28, "keywords": 36, "quotes": 36}
_WIDTHS |= {"opinion_id": 36, "review_id": 18, "product_name": 28, "signs": 60, "created_at": 19, "follow_up_at": 19}
_EPOCH = datetime(1900, 3, 1)
"""The first day on which Excel's calendar and the real one agree."""

Writer = Callable[[int, int, Any], None]


@dataclass(frozen=True)
class SheetNotes:
    """What became of one table.

    Attributes:
        name: table and sheet.
        rows: rows of the table.
        written: rows on the sheet.
        cut: cells whose text was too long for Excel.
    """

    name: str
    rows: int
    written: int
    cut: int


def write(out: Path, path: Path, max_rows: int) -> list[SheetNotes]:
    """Write the tables of a report's directory as one workbook.

    Args:
        out: directory with the Parquet tables.
        path: the workbook to write.
        max_rows: data rows per sheet; the first sheet states what is beyond.

    Returns:
        One entry per sheet.
    """
    tables = [name for name in SHEETS if (out / f"{name}.parquet").is_file()]
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        about = book.add_worksheet(ABOUT)
        notes = [_write_table(book, name, out / f"{name}.parquet", max_rows) for name in tables]
        _write_about(book, about, notes)
    return notes


def _write_table(book: Any, name: str, path: Path, max_rows: int) -> SheetNotes:  # noqa: ANN401  (xlsxwriter is untyped)
    sheet = book.add_worksheet(name)
    header = book.add_format({"bold": True, "bg_color": "#E8EEF2", "bottom": 1})
    with pq.ParquetFile(path) as file:
        schema, rows = file.schema_arrow, file.metadata.num_rows
        written = min(rows, max_rows)
        for column, field in enumerate(schema):
            sheet.set_column(column, column, _WIDTHS.get(field.name, 14))
            sheet.write_string(0, column, field.name, header)
        sheet.freeze_panes(1, 1)
        if written:
            sheet.autofilter(0, 0, written, len(schema) - 1)
        writers = _Writers(sheet, book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}))
        for_columns = [writers.of(field.type) for field in schema]
        for row, values in enumerate(_rows(file, written), start=1):
            for column, (value, writer) in enumerate(zip(values, for_columns, strict=True)):
                if value is not None:
                    writer(row, column, value)
    return SheetNotes(name, rows, written, writers.cut)


def _rows(file: pq.ParquetFile, limit: int) -> Iterator[tuple[Any, ...]]:
    for batch in file.iter_batches(batch_size=_BATCH):
        part = batch.slice(0, limit)
        limit -= part.num_rows
        yield from zip(*(column.to_pylist() for column in part.columns), strict=True)
        if not limit:
            return


class _Writers:
    """How a value of each type is written to one sheet."""

    def __init__(self, sheet: Any, time_format: Any) -> None:  # noqa: ANN401  (xlsxwriter is untyped)
        self._sheet, self._time_format = sheet, time_format
        self.cut = 0

    def of(self, kind: pa.DataType) -> Writer:
        """The function that writes a value of an Arrow type to a row and a column."""
        if pa.types.is_timestamp(kind):
            return self._time
        if pa.types.is_boolean(kind):
            return self._sheet.write_boolean  # type: ignore[no-any-return]
        if pa.types.is_integer(kind) or pa.types.is_floating(kind):
            return self._number
        return self._list if pa.types.is_list(kind) else self._text

    def _text(self, row: int, column: int, value: str) -> None:
        text, cut = safe_text(value)
        self.cut += cut
        if text:
            self._sheet.write_string(row, column, text)

    def _list(self, row: int, column: int, value: Sequence[str]) -> None:
        self._text(row, column, json.dumps(value, ensure_ascii=False))

    def _number(self, row: int, column: int, value: float) -> None:
        if abs(value) < float("inf"):
            self._sheet.write_number(row, column, value)
        else:
            self._sheet.write_string(row, column, str(value))

    def _time(self, row: int, column: int, value: datetime) -> None:
        if value >= _EPOCH:
            self._sheet.write_datetime(row, column, value, self._time_format)
        else:
            self._sheet.write_string(row, column, value.isoformat(sep=" "))


def _write_about(book: Any, sheet: Any, notes: Sequence[SheetNotes]) -> None:  # noqa: ANN401  (xlsxwriter is untyped)
    zh, en = load_strings("zh"), load_strings("en")
    bold = book.add_format({"bold": True, "font_size": 14})
    header = book.add_format({"bold": True, "bg_color": "#E8EEF2", "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for column, width in enumerate((20, 12, 12, 60, 60)):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, f"{zh['workbook.title']} · {en['workbook.title']}", bold)
    row = 1
    for rule in ("text", "offsets", "masking"):
        sheet.write_string(row, 0, zh[f"workbook.{rule}"].format(limit=LIMIT))
        sheet.write_string(row + 1, 0, en[f"workbook.{rule}"].format(limit=LIMIT))
        row += 2
    row += 1
    heads = ("sheet", "rows", "written", "what", "what")
    for column, head in enumerate(heads):
        words = zh if column < 4 else en
        sheet.write_string(row, column, words[f"workbook.{head}"], header)
    for note in notes:
        row += 1
        sheet.write_url(row, 0, f"internal:'{note.name}'!A1", string=note.name)
        sheet.write_number(row, 1, note.rows)
        sheet.write_number(row, 2, note.written)
        sheet.write_string(row, 3, _described(zh, note), wrapped)
        sheet.write_string(row, 4, _described(en, note), wrapped)


def _described(words: dict[str, str], note: SheetNotes) -> str:
    parts = [words[f"workbook.tables.{note.name}"]]
    if note.written < note.rows:
        parts.append(words["workbook.beyond"].format(left=note.rows - note.written, name=note.name))
    if note.cut:
        parts.append(words["workbook.cut"].format(cut=note.cut, limit=LIMIT, name=note.name))
    return " ".join(parts)
