from __future__ import annotations

import math

import pyarrow as pa
import pytest

from review_mining.text import Segmenter
from review_mining.themes.name_quality import NameQuality, name_quality


def _judged(rows: list[tuple[str, str, str, list[str]]], complaints: list[tuple[str, str | None]]) -> NameQuality:
    columns = ("theme_id", "sub_aspect", "name", "keywords")
    themes = pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows])
    spans, ids = zip(*complaints, strict=True)
    return name_quality(themes, spans, ids, Segmenter())


def test_figures_are_those_of_their_definitions() -> None:
    found = _judged(
        [
            ("a", "q.x", "拉链卡顿", ["拉链", "卡顿"]),
            ("b", "q.x", "拉链断裂", ["拉链", "断裂"]),
            ("c", "q.x", "掉色", ["掉色", "衣服"]),
            ("d", "q.y", "拉链短", ["拉链"]),
        ],
        [
            ("拉链卡顿", "a"),
            ("很卡顿", "a"),
            ("不好用", "a"),
            ("拉不上", "a"),
            ("拉链断裂", "b"),
            ("一洗就掉色", "c"),
            ("衣服褪色", "c"),
            ("拉链短", "d"),
        ],
    )
    assert found.distinctness == pytest.approx(2 / 4)
    assert found.head_share == pytest.approx((2 / 4 + 1 + 1 / 2 + 1) / 4)
    half = math.log((1 / 8) / (3 / 8 * 2 / 8)) / math.log(8)
    whole = math.log((1 / 8) / (3 / 8 * 1 / 8)) / math.log(8)
    assert found.npmi == pytest.approx((half + whole - 1) / 3)


def test_equal_names_are_not_distinct() -> None:
    found = _judged([("a", "q.x", "漏水", []), ("b", "q.x", "漏水", [])], [("漏水", "a"), ("漏水", "b")])
    assert found.distinctness == 0.0
    assert found.head_share == 1.0
    assert math.isnan(found.npmi)


def test_words_that_always_come_together_count_one() -> None:
    found = _judged([("a", "q.x", "拉链卡顿", ["拉链", "卡顿"])], [("拉链卡顿", "a"), ("拉链又卡顿", "a")])
    assert found.npmi == pytest.approx(1.0)


def test_nothing_to_judge_is_no_number() -> None:
    found = _judged([("a", "q.x", "漏水", ["漏水"])], [("喜欢", None)])
    assert math.isnan(found.head_share)
