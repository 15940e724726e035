"""Hostile and broken input: a clear error or a correct reading, never a crash."""

import gzip
import io
import json
import struct
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from review_mining.errors import InputError
from review_mining.ingest import read


def rows_of(source, **options):
    reading = read(source, **options)
    return [row for batch in reading for row in batch.to_pylist()], reading.notes


def xlsx_bytes(rows=(("评价内容",), ("好",))):
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(buffer)
    return buffer.getvalue()


def bomb():
    buffer = io.BytesIO(xlsx_bytes())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b"0" * (40 << 20))
    return buffer.getvalue()


def lying_bomb():
    """A part that declares 100 bytes and unpacks to 40 MiB."""
    content = bytearray(bomb())
    honest, lie = struct.pack("<I", 40 << 20), struct.pack("<I", 100)
    assert honest in content
    return bytes(content).replace(honest, lie)


SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{}</sheetData></worksheet>"
)


def sheet_of(rows, part="xl/worksheets/sheet1.xml"):
    """A workbook whose only sheet has these rows of XML, in a part of any name."""
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    del parts["xl/worksheets/sheet1.xml"]
    links = parts["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = links.replace(b"/xl/worksheets/sheet1.xml", b"/" + part.encode())
    parts[part] = SHEET.format(rows).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def cell(text):
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


HEADER_ROW = f"<row>{cell('评价内容')}</row><row>{cell('好')}</row>"
FAR_CELL = f'{HEADER_ROW}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
FAR_ROW = f'{HEADER_ROW}<row r="1048576">{cell("x") * 40}</row>'


def open_document():
    buffer = io.BytesIO(xlsx_bytes())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("content.xml", b"<x/>")
    return buffer.getvalue()


def repeated_text(characters, rows):
    """Parquet that holds one text once and refers to it from every row."""
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), ["长" * characters])
    buffer = io.BytesIO()
    pq.write_table(pa.table({"content": texts}), buffer)
    return buffer.getvalue()


REFUSED = {
    "empty": (b"", "empty"),
    "header only": ("评价内容,评分\n".encode(), "no rows"),
    "blank lines only": (b"\n\n\n", "no rows"),
    "byte order mark only": (b"\xef\xbb\xbf", "no rows"),
    "binary": (bytes(range(256)) * 40, "binary"),
    "elf": (b"\x7fELF\x02\x01\x01\x00" + b"\0" * 100, "binary"),
    "gzip": (gzip.compress(b"a,b\n", mtime=0), "gzip"),
    "pdf": (b"%PDF-1.7\n...", "PDF"),
    "html": ("<html><table><tr><td>评价内容</td></tr></table></html>".encode(), "HTML"),
    "truncated xlsx": (xlsx_bytes()[:2000], "damaged"),
    "zip that is no workbook": (b"PK\x03\x04" + b"\0" * 50, "damaged"),
    "zip bomb": (bomb(), "zip bomb"),
    "zip bomb that lies": (lying_bomb(), "damaged|zip bomb"),
    "zip bomb by another name": (bomb().replace(b"sheet2.xml", b"sheet2.jpg"), "zip bomb"),
    "cell in the last corner": (sheet_of(FAR_CELL), "XFD1048576"),
    "cell in the last corner of a part with an odd name": (sheet_of(FAR_CELL, "xl/media/a.jpg"), "XFD1048576"),
    "long row far down without references": (sheet_of(FAR_ROW), "AN1048576"),
    "open document": (open_document(), "not an XLSX"),
    "empty workbook": (xlsx_bytes(()), "no rows"),
    "workbook of a header": (xlsx_bytes((("评价内容",),)), "no rows"),
    "encrypted xlsx": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 400,
        "password",
    ),
    "damaged xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "workbook"),
    "truncated parquet": (b"PAR1" + b"\x15" * 40, "Parquet"),
    "parquet that unpacks to gigabytes": (repeated_text(900_000, 4000), "unpacks to"),
    "json number too long": (b'[{"content": "a", "likes": ' + b"9" * 5000 + b"}]", "too many digits"),
    "json cut short": (b'[{"content": "a"}, {"content": "b', "not valid JSON"),
    "json too deep": (b"[" * 200_000, "deeply|not valid JSON"),
    "json of numbers": (b"[1, 2, 3]", "where a review should be"),
    "json empty array": (b"[]", "no rows"),
    "no text column": (b"a,b\n1,2\n3,4\n", "--map text=COLUMN"),
    "huge cell": ("评价内容,评分\n".encode() + b'"' + "长".encode() * 17_000_000 + b'",5\n', "longer than"),
    "huge line": (b"x" * 70_000_000, "a line of more than"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_file_and_reason(tmp_path, name):
    content, reason = REFUSED[name]
    path = tmp_path / ("input.json" if name.startswith("json") else "input.csv")
    path.write_bytes(content)
    with pytest.raises(InputError, match=reason) as caught:
        rows_of(path)
    assert str(path) in str(caught.value)


def test_huge_json_cell_names_row_and_column(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"content": "短"}) + "\n" + json.dumps({"content": "x" * 1_000_001}), encoding="utf-8")
    with pytest.raises(InputError, match="1,000,001 characters") as caught:
        rows_of(path)
    assert (caught.value.row, caught.value.column) == (1, "content")


def test_dangling_link_and_directory_without_data(tmp_path):
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "nowhere.csv")
    with pytest.raises(InputError, match="cannot be read"):
        rows_of(link)
    with pytest.raises(InputError, match="no data file"):
        rows_of(tmp_path)


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("<script>alert(1)</script>好", "<script>alert(1)</script>好"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("好\\ud83d", "好\ufffd"),
        ("好\\u0000\\u202e", "好"),
        ("\\u200b\\ufeff", ""),
    ],
)
def test_hostile_texts_are_kept_as_text(tmp_path, raw, stored):
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"content": "{raw}"}}', encoding="utf-8")
    rows, _ = rows_of(path)
    assert rows[0]["text"] == stored


def test_an_empty_file_among_others_is_an_error_and_a_header_only_one_a_warning(tmp_path):
    (tmp_path / "a.csv").write_text("评价内容\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("评价内容\n好\n", encoding="utf-8")
    rows, notes = rows_of(tmp_path)
    assert len(rows) == 1
    assert notes.sources[0].warnings == ["It holds no rows."]


def test_nan_dates_and_ratings(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"content": "好", "score": NaN, "creationTime": "NaT"}', encoding="utf-8")
    rows, notes = rows_of(path)
    assert (rows[0]["rating"], rows[0]["created_at"]) == (None, None)
    assert notes.sources[0].warnings == []


def test_rows_and_cells_without_references_are_read(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(sheet_of(HEADER_ROW))
    rows, _ = rows_of(path)
    assert [row["text"] for row in rows] == ["好"]


def test_parquet_of_plain_bytes_and_of_times_beyond_the_calendar(tmp_path):
    path = tmp_path / "a.parquet"
    columns = {
        "content": pa.array(["好".encode(), b"\xff"], pa.binary()),
        "creationTime": pa.array([1 << 60, 1_767_225_600_000_000], pa.timestamp("us")),
    }
    pq.write_table(pa.table(columns), path)
    rows, notes = rows_of(path)
    assert [row["text"] for row in rows] == ["好", "\ufffd"]
    assert [row["created_at"] and row["created_at"].year for row in rows] == [None, 2026]
    assert "not understood as created_at: 1 (row 0" in notes.sources[0].warnings[0]


def test_parquet_of_repeated_texts_is_read(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_bytes(repeated_text(1000, 2000))
    rows, _ = rows_of(path)
    assert len({row["text"] for row in rows}) == 1
    assert len(rows) == 2000
