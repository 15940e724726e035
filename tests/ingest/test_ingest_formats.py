"""Workbooks, JSON, Parquet, standard input and in-memory tables, through the public door."""

import dataclasses
import io
import json
import sys
from datetime import datetime
from pathlib import Path

import datasets
import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from review_mining.errors import InputError, UsageError
from review_mining.ingest import read
from review_mining.tables import REVIEWS


def rows_of(source, **options):
    reading = read(source, **options)
    rows = []
    for batch in reading:
        batch.validate(full=True)
        assert batch.schema == REVIEWS
        rows += batch.to_pylist()
    json.dumps(dataclasses.asdict(reading.notes), ensure_ascii=False)
    return rows, reading.notes


def workbook(path, sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_xlsx_with_star_ratings_dates_and_follow_up(tmp_path):
    sheet = [
        ["评价内容", "星级", "评价时间", "追评内容", "商品ID", "点赞数"],
        ["包装_x000D_\n结实", "star5", datetime(2024, 3, 5, 9, 30), "用了一月<br>还行", 10000123456789, 3],
        [],
        ["=1+1", "star1", 45357.5, None, "P2", "2"],
    ]
    rows, notes = rows_of(workbook(tmp_path / "a.xlsx", {"空": [], "评价": sheet}))
    assert rows[0]["text"] == "包装\n结实"
    assert rows[0]["rating"] == 5.0
    assert rows[0]["created_at"] == datetime(2024, 3, 5, 9, 30)
    assert rows[0]["follow_up"] == "用了一月\n还行"
    assert rows[0]["product_id"] == "10000123456789"
    assert (rows[1]["review_id"], rows[1]["text"]) == ("1", "")
    assert rows[2]["created_at"] == datetime(2024, 3, 6, 12)
    assert notes.sources[0].format == "xlsx"


def test_sheets_with_the_same_header_are_one_table(tmp_path):
    head = ["评价内容", "评分"]
    path = workbook(tmp_path / "a.xlsx", {"一月": [head, ["好", 5]], "说明": [["导出说明"]], "二月": [head, ["差", 1]]})
    rows, notes = rows_of(path)
    assert [(row["review_id"], row["text"]) for row in rows] == [("0", "好"), ("1", "差")]
    assert "说明" in notes.sources[0].warnings[0]


def test_old_xls():
    rows, notes = rows_of(Path(__file__).parent / "tiny.xls")
    assert notes.sources[0].format == "xls"
    assert [row["rating"] for row in rows] == [5.0, 2.0]
    assert [row["created_at"] for row in rows] == [datetime(2024, 3, 5, 9, 30), datetime(2024, 3, 6, 12)]
    assert rows[1]["follow_up"] == "一个月后掉色了"


PAGES = {
    "productCommentSummary": {"goodRate": 0.9},
    "comments": [
        {"id": 1, "content": "好用", "score": 5, "creationTime": "2024-01-02 03:04:05", "referenceName": "手机壳"},
        {"id": 2, "content": "一般", "score": 3, "afterUserComment": {"content": "后来坏了", "created": "2024-02-02"}},
    ],
}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([PAGES], ensure_ascii=False),
        json.dumps(PAGES, ensure_ascii=False, indent=2),
        json.dumps(PAGES) + "\n" + json.dumps({"comments": []}),
        json.dumps({"data": PAGES}),
        json.dumps(PAGES["comments"], indent=1),
        "\n".join(json.dumps(comment) for comment in PAGES["comments"]) + "\n\n",
    ],
)
def test_json_shapes(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    rows, _ = rows_of(path)
    assert [(row["review_id"], row["text"], row["rating"]) for row in rows] == [("1", "好用", 5.0), ("2", "一般", 3.0)]
    assert rows[0]["created_at"] == datetime(2024, 1, 2, 3, 4, 5)
    assert rows[1]["follow_up"] == "后来坏了"
    assert rows[1]["follow_up_at"] == datetime(2024, 2, 2)


def test_long_json_values_cross_blocks(tmp_path):
    records = [{"content": f"{number}" + "长" * 700_000} for number in range(6)]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    rows, _ = rows_of(path)
    assert [row["text"] for row in rows] == [record["content"] for record in records]


def test_columns_that_appear_late_in_json_lines(tmp_path):
    lines = [json.dumps({"content": "好"})] * 30 + [json.dumps({"content": "好", "score": 4, "other": 1})]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    rows, notes = rows_of(path, batch_rows=8)
    assert rows[-1]["rating"] == 4.0
    assert notes.sources[0].columns == {"content": "text", "score": "rating"}
    assert notes.sources[0].ignored_columns == ["other"]


def test_parquet_with_structs_and_small_batches(tmp_path):
    table = pa.table(
        {
            "review": ["一", "二", None],
            "score": pa.array([5, 4, None], pa.int8()),
            "date": pa.array([datetime(2024, 1, 1, 1, 1, 1)] * 3, pa.timestamp("ns")),
            "product": pa.array([{"id": 1}, {"id": 2}, None]),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    reading = read(tmp_path / "a.parquet", batch_rows=2)
    batches = list(reading)
    assert [batch.num_rows for batch in batches] == [2, 1]
    rows = [row for batch in batches for row in batch.to_pylist()]
    assert [row["text"] for row in rows] == ["一", "二", ""]
    assert rows[0]["created_at"] == datetime(2024, 1, 1, 1, 1, 1)


FRAME = {"评价内容": ["好", "差", None], "评分": [5.0, 1.0, None]}


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame(FRAME),
        pd.DataFrame(FRAME).iloc[[0, 1, 2]].set_axis([7, 7, 9]),
        pl.DataFrame(FRAME),
        pa.table(FRAME),
        pa.record_batch(pa.table(FRAME).to_batches()[0].columns, names=list(FRAME)),
        pa.RecordBatchReader.from_batches(pa.table(FRAME).schema, pa.table(FRAME).to_batches()),
        datasets.Dataset.from_dict(FRAME),
        datasets.Dataset.from_dict({key: [*reversed(values)] for key, values in FRAME.items()}).select([2, 1, 0]),
        [{"评价内容": "好", "评分": 5}, {"评价内容": "差", "评分": "1"}, {"评价内容": None}],
    ],
    ids=lambda table: type(table).__name__,
)
def test_tables_in_memory(table):
    rows, notes = rows_of(table)
    assert [(row["review_id"], row["text"], row["rating"]) for row in rows] == [
        ("0", "好", 5.0),
        ("1", "差", 1.0),
        ("2", "", None),
    ]
    assert notes.sources[0].format == "memory"


@pytest.mark.parametrize(
    "texts",
    [
        ["好", "差"],
        ("好", "差"),
        pd.Series(["好", "差"]),
        pl.Series(["好", "差"]),
        pa.array(["好", "差"]),
        np.array(["好", "差"]),
    ],
    ids=lambda texts: type(texts).__name__,
)
def test_lists_of_texts(texts):
    assert [row["text"] for row in rows_of(texts)[0]] == ["好", "差"]


@pytest.mark.parametrize("thing", [3, None, {"text": ["好"]}])
def test_what_is_no_table(thing):
    with pytest.raises(UsageError, match="not a table"):
        rows_of(thing)


def test_a_list_with_a_number_in_it():
    with pytest.raises(InputError, match="row 1"):
        rows_of(["好", 3])


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("评价内容,评分\n好,5\n".encode("gbk"))))
    rows, notes = rows_of("-")
    assert [row["text"] for row in rows] == ["好"]
    assert notes.sources[0].name == "<stdin>"
