import csv
import io
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_mining.report import workbook
from review_mining.report.cells import LIMIT, MARK, safe_text
from review_mining.tables import REVIEWS

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def write_reviews(out, texts, **columns):
    rows = [{"review_id": f"r{i}", "text": text, **columns} for i, text in enumerate(texts)]
    pq.write_table(pa.Table.from_pylist(rows, REVIEWS), out / "reviews.parquet")


def read_column(path, sheet, column):
    book = openpyxl.load_workbook(path)
    rows = list(book[sheet].iter_rows(values_only=True))
    place = rows[0].index(column)
    return [row[place] for row in rows[1:]]


def test_every_table_has_a_sheet_with_all_its_rows(tables, tmp_path):
    notes = workbook.write(tables, tmp_path / "report.xlsx", 1000)
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert book.sheetnames == [workbook.ABOUT, "reviews", "judged", "opinions", "review_aspects"]
    assert {note.name: note.written for note in notes} == {name: book[name].max_row - 1 for name in book.sheetnames[1:]}
    assert book["reviews"].freeze_panes == "B2"


def test_dates_are_dates_and_numbers_are_numbers(tables, tmp_path):
    workbook.write(tables, tmp_path / "report.xlsx", 1000)
    assert read_column(tmp_path / "report.xlsx", "reviews", "created_at")[0] == datetime(2026, 1, 5, 9, 30)
    assert read_column(tmp_path / "report.xlsx", "reviews", "rating")[0] == 5
    assert read_column(tmp_path / "report.xlsx", "reviews", "has_image")[0] is True


@pytest.mark.parametrize("text", ["=1+1", "+86", "-好", "@x", "\t=1", " =1", "＝1", '=HYPERLINK("http://a")'])
def test_text_that_looks_like_a_formula_stays_text_even_as_csv(tmp_path, text):
    write_reviews(tmp_path, [text])
    workbook.write(tmp_path, tmp_path / "report.xlsx", 10)
    cell = openpyxl.load_workbook(tmp_path / "report.xlsx")["reviews"]["B2"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    written = io.StringIO()
    csv.writer(written).writerow([cell.value])
    assert not next(csv.reader(io.StringIO(written.getvalue())))[0].startswith(DANGEROUS)


def test_links_stay_text(tmp_path):
    write_reviews(tmp_path, ["http://example.com/evil", "internal:Sheet1!A1"])
    workbook.write(tmp_path, tmp_path / "report.xlsx", 10)
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx")["reviews"]
    assert sheet["B2"].value == "http://example.com/evil"
    assert sheet["B2"].hyperlink is None


def test_text_comes_back_as_it_was(tmp_path):
    texts = ["好\n第二行", "a & b < c", "😀 表情", "  前后空格  "]
    write_reviews(tmp_path, texts)
    workbook.write(tmp_path, tmp_path / "report.xlsx", 10)
    assert read_column(tmp_path / "report.xlsx", "reviews", "text") == texts


def test_what_looks_like_an_escape_is_escaped_once(tmp_path: Path):
    write_reviews(tmp_path, ["_x000D_ 原样"])
    workbook.write(tmp_path, tmp_path / "report.xlsx", 10)
    with zipfile.ZipFile(tmp_path / "report.xlsx") as parts:
        sheets = "".join(parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name)
    assert "_x005F_x000D_ 原样" in sheets
    assert "_x005F_x005F_" not in sheets


def test_rows_beyond_the_limit_are_stated(tmp_path):
    write_reviews(tmp_path, ["好"] * 7)
    notes = workbook.write(tmp_path, tmp_path / "report.xlsx", 3)
    assert (notes[0].rows, notes[0].written) == (7, 3)
    about = openpyxl.load_workbook(tmp_path / "report.xlsx")[workbook.ABOUT]
    said = " ".join(str(cell) for row in about.iter_rows(values_only=True) for cell in row if cell)
    assert "另有 4 行没有写入" in said
    assert "4 more rows" in said
    assert len(read_column(tmp_path / "report.xlsx", "reviews", "text")) == 3


def test_a_cell_too_long_for_excel_is_cut_and_stated(tmp_path):
    write_reviews(tmp_path, ["长" * 40_000, "😀" * 20_000, "短"])
    notes = workbook.write(tmp_path, tmp_path / "report.xlsx", 10)
    assert notes[0].cut == 2
    assert read_column(tmp_path / "report.xlsx", "reviews", "text")[0].endswith(MARK)


def test_dates_before_excels_calendar_are_written_as_text(tmp_path):
    write_reviews(tmp_path, ["好"], created_at=datetime(1850, 1, 1))
    workbook.write(tmp_path, tmp_path / "report.xlsx", 10)
    assert read_column(tmp_path / "report.xlsx", "reviews", "created_at") == ["1850-01-01 00:00:00"]


def test_the_same_tables_give_the_same_bytes(tables, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        workbook.write(tables, tmp_path / name, 1000)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_becomes_a_safe_cell(text):
    cell, cut = safe_text(text)
    assert not cell.startswith(DANGEROUS)
    assert not cut
    assert all(character in "\t\n\r" or ord(character) >= 32 for character in cell)
    cell.encode("utf-8")


@given(st.integers(LIMIT - 3, LIMIT + 3), st.sampled_from(["长", "😀", "=长"]))
def test_no_cell_exceeds_excels_limit(length, unit):
    cell, cut = safe_text(unit * length)
    assert len(cell.encode("utf-16-le")) // 2 <= LIMIT
    assert cut == (MARK in cell)
