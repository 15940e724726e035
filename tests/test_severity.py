"""Severity of stored texts, and of the opinions that stand beside the words."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_mining.severity import Severity, read_severity
from review_mining.tables import REVIEWS
from review_mining.text.severity import Hits

SAFETY, RETURN, DISPUTE = 1, 2, 4
ROWS = [
    {"text": "插头冒烟了，要退货。快递慢", "follow_up": None},
    {"text": "很好", "follow_up": "三天后漏电，已经投诉"},
    {"text": "", "follow_up": None},
]


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    rows = [{"review_id": str(i), **row} for i, row in enumerate(ROWS)]
    pq.write_table(pa.Table.from_pylist(rows, REVIEWS), tmp_path / "reviews.parquet", row_group_size=2)
    return tmp_path / "reviews.parquet"


def test_each_text_has_its_kinds(stored: Path):
    columns = read_severity(stored).columns()
    assert columns["severity"].to_pylist() == [SAFETY | RETURN, 0, 0]
    assert columns["follow_up_severity"].to_pylist() == [0, SAFETY | DISPUTE, 0]


def test_an_opinion_has_what_is_said_in_its_clause(stored: Path):
    severity = read_severity(stored)
    text, start = np.array([0, 0, 0, 4, 4, 1, 5]), np.array([0, 6, 10, 0, 6, 0, 0])
    assert severity.of_opinions(text, start, start + 3).tolist() == [SAFETY, RETURN, 0, SAFETY, DISPUTE, 0, 0]


def test_an_opinion_over_several_clauses_has_what_any_of_them_says(stored: Path):
    severity = read_severity(stored)
    assert severity.of_opinions(np.array([0]), np.array([0]), np.array([10])).tolist() == [SAFETY | RETURN]


def test_no_reviews_are_no_error(tmp_path: Path):
    pq.write_table(REVIEWS.empty_table(), tmp_path / "reviews.parquet")
    severity = read_severity(tmp_path / "reviews.parquet")
    nothing = np.zeros(0, dtype=np.int64)
    assert len(severity.masks) == len(severity.of_opinions(nothing, nothing, nothing)) == 0


places = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 30), st.integers(1, 20)), max_size=12)


@given(places, places)
def test_beside_is_what_a_look_at_every_pair_gives(hits: list, opinions: list):
    found = Hits(*np.array(sorted(hits), dtype=np.int64).reshape(-1, 4).T)
    found = Hits(found.text, found.kind, found.start, found.start + found.end)
    text, _, start, length = np.array(opinions, dtype=np.int64).reshape(-1, 4).T
    masks = Severity(np.zeros(12, dtype=np.int8), found).of_opinions(text, start, start + length)
    expected = [
        sum({1 << kind for where, kind, first, size in hits if where == t and first < s + n and first + size > s})
        for t, _, s, n in opinions
    ]
    assert masks.tolist() == expected
