"""What the page marks as urgent, and the reviews that it quotes whatever their theme."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from review_mining.facts import build_facts
from review_mining.report.dangers import SHOWN, read_dangers
from review_mining.report.sections import urgency
from review_mining.report.words import Words

COMPLAINING = {"n": 200, "safety": 2, "return": 20, "dispute": 10}
ASPECTS = ("quality", "logistics", "service", "price")


def marks(n, **severity):
    theme = {"n": n, "severity": {"safety": 0, "return": 0, "dispute": 0} | severity}
    return [mark["text"] for mark in urgency.badges(theme, COMPLAINING, Words("zh"))]


@pytest.mark.parametrize(
    ("n", "severity", "expected"),
    [
        (50, {}, []),
        (50, {"safety": 1}, ["涉及安全 1 条"]),
        (15, {"return": 3}, ["要退换 3 条"]),
        (16, {"return": 3}, []),
        (2, {"return": 2}, []),
        (30, {"dispute": 3}, ["投诉维权 3 条"]),
        (5, {"dispute": 3, "safety": 2, "return": 3}, ["涉及安全 2 条", "要退换 3 条", "投诉维权 3 条"]),
    ],
)
def test_danger_marks_at_once_and_the_others_where_they_are_twice_as_common(n, severity, expected):
    assert marks(n, **severity) == expected


def dangers(out: Path, changes: dict[int, dict[str, str]]):
    table = pq.read_table(out / "reviews.parquet")
    rows = [row | changes.get(i, {}) for i, row in enumerate(table.to_pylist())]
    pq.write_table(pa.Table.from_pylist(rows, table.schema), out / "reviews.parquet")
    facts, _ = build_facts(out, ASPECTS, count_duplicates=False)
    return read_dangers(out, facts)


def test_dangerous_reviews_are_quoted_latest_first_and_only_if_they_count(tables: Path):
    found = dangers(
        tables,
        {
            5: {"text": "颜色可以，插头冒烟了，不敢用"},
            9: {"follow_up": "昨天漏电"},
            20: {"text": "没有过敏，很好"},
            100: {"text": "着火了"},
        },
    )
    assert [(quote["review_id"], quote["field"], quote["text"]) for quote in found] == [
        ("r009", "follow_up", "昨天漏电"),
        ("r005", "text", "插头冒烟了"),
    ]
    assert (found[1]["start"], found[1]["end"], found[1]["before"]) == (5, 10, "颜色可以，")


def test_no_more_are_quoted_than_can_be_read(tables: Path):
    found = dangers(tables, {i: {"text": f"第{i}次漏电"} for i in range(60)})
    assert len(found) == SHOWN
    assert found[0]["review_id"] == "r059"


def test_without_danger_nothing_is_quoted(tables: Path):
    assert dangers(tables, {}) == []
