"""Delimited and plain text files, through the public door."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review_mining.errors import InputError
from review_mining.ingest import read
from review_mining.ingest.cleaning import clean
from review_mining.ingest.masking import mask
from review_mining.ingest.values import as_text


def rows_of(source, **options):
    reading = read(source, **options)
    return [row for batch in reading for row in batch.to_pylist()], reading.notes


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiter_is_found_by_content(tmp_path, delimiter):
    lines = [["评价内容", "评分", "店铺"], ["很好，值得", "5", "甲店"], ["一般,般", "3", "乙店"], ["差", "1", "丙店"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(lines)
    rows, notes = rows_of(write(tmp_path / "export.dat", text.getvalue()))
    assert [(row["text"], row["rating"], row["shop"]) for row in rows] == [
        ("很好，值得", 5.0, "甲店"),
        ("一般,般", 3.0, "乙店"),
        ("差", 1.0, "丙店"),
    ]
    assert notes.sources[0].delimiter == delimiter


def test_quoted_line_breaks_stay_in_one_row(tmp_path):
    rows, _ = rows_of(write(tmp_path / "a.csv", '评价内容,评分\r\n"第一行\r\n第二行, 还有",4\r\n好,5\r\n'))
    assert [row["text"] for row in rows] == ["第一行\n第二行, 还有", "好"]


def test_blank_rows_keep_their_number_and_trailing_ones_do_not_count(tmp_path):
    rows, notes = rows_of(write(tmp_path / "a.csv", "评价内容,评分\n好,5\n\n,\n差,1\n\n\n"))
    assert [(row["review_id"], row["text"]) for row in rows] == [("0", "好"), ("1", ""), ("2", ""), ("3", "差")]
    assert notes.rows == 4


def test_rows_that_do_not_fit_the_header_are_reported(tmp_path):
    rows, notes = rows_of(write(tmp_path / "a.csv", "评价内容,评分\n好,5\n不错\n多了,4,一格\n行,3\n可以,4\n"))
    assert [row["rating"] for row in rows] == [5.0, None, 4.0, 3.0, 4.0]
    assert any("fewer cells" in line and "row 1" in line for line in notes.sources[0].warnings)
    assert any("more cells" in line and "row 2" in line for line in notes.sources[0].warnings)


def test_plain_lines_are_one_review_each(tmp_path):
    rows, notes = rows_of(
        write(tmp_path / "reviews.txt", "东西收到了,很喜欢。\n物流太慢了！\n客服态度好,快递也快,推荐。\n")
    )
    assert [row["text"] for row in rows] == ["东西收到了,很喜欢。", "物流太慢了！", "客服态度好,快递也快,推荐。"]
    assert notes.sources[0].format == "text"


def test_title_above_the_header_is_skipped(tmp_path):
    rows, notes = rows_of(write(tmp_path / "a.csv", "某某旗舰店,\n导出时间 三月,\n评价内容,评分\n好,5\n"))
    assert [row["text"] for row in rows] == ["好"]
    assert "skipped" in notes.sources[0].warnings[0]


def test_single_quoted_column(tmp_path):
    rows, notes = rows_of(write(tmp_path / "a.csv", '评价内容\n"好,真好"\n"说""好"""\n'))
    assert [row["text"] for row in rows] == ["好,真好", '说"好"']
    assert notes.sources[0].delimiter == ","


def test_unclosed_quote_names_file_and_row(tmp_path):
    path = write(tmp_path / "a.csv", '评价内容,评分\n好,5\n"没有结束' + "很长的内容\n" * 300_000)
    with pytest.raises(InputError, match="quotation mark") as caught:
        rows_of(path)
    assert caught.value.row == 1
    assert str(path) in str(caught.value)


def test_ten_thousand_columns(tmp_path):
    header = ",".join(["评价内容", *(f"c{index}" for index in range(9_999))])
    line = ",".join(["东西很好", *("1" for _ in range(9_999))])
    rows, notes = rows_of(write(tmp_path / "wide.csv", "\n".join([header, *([line] * 450)])))
    assert len(rows) == 450
    assert len(notes.sources[0].ignored_columns) == 9_999


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.tuples(texts, texts), min_size=1, max_size=20))
def test_what_csv_writes_is_read_back(tmp_path, cells):
    path = tmp_path / "round.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows([("评价内容", "追评内容"), *cells])
    if "\0" in path.read_text(encoding="utf-8")[:5000]:
        return  # a file with NUL bytes is refused as binary; see the tests of hostile files
    controls = sum(char < " " and char not in "\t\n\v\f\r" for text, more in cells for char in text + more)
    if controls:
        return
    rows, _ = rows_of(path)
    assert [row["text"] for row in rows] == [mask(clean(as_text(text) or ""))[0] for text, _ in cells]
