"""Cells as typed values."""

import math
from datetime import date, datetime

import pytest

from review_mining.ingest.values import as_count, as_presence, as_rating, as_text, as_time


@pytest.mark.parametrize(
    ("cell", "rating"),
    [(5, 5.0), ("5.0", 5.0), ("star5", 5.0), ("五星", 5.0), ("5星", 5.0), ("４分", 4.0), ("4/5", 4.0), ("★★★☆☆", 3.0)]
    + [
        ("好评", 5.0),
        ("中评", 3.0),
        ("差评", 1.0),
        ("非常不满意", 1.0),
        (4.5, 4.5),
        ("五星好评", 5.0),
        ("5 stars", 5.0),
    ]
    + [("", None), (None, None), (math.nan, None), ("-", None), ("NaN", None)],
)
def test_ratings(cell, rating):
    assert as_rating(cell) == rating


@pytest.mark.parametrize("cell", [0, 6, 40, "40", "好", "五", [], object()])
def test_no_ratings(cell):
    if cell == []:
        assert as_rating(cell) is None
        return
    with pytest.raises((ValueError, TypeError)):
        as_rating(cell)


MOMENT = datetime(2025, 2, 5, 12, 3)


@pytest.mark.parametrize(
    "cell",
    ["2025-02-05 12:03", "2025-02-05T12:03:00", "2025/2/5 12:03", "2025年2月5日 12:03", "2025年02月05日12时03分"]
    + ["2025.2.5 12:03:00", "2025-02-05T04:03:00Z", "2025-02-05T12:03:00+08:00", "2025/2/5 下午12:03", 1738728180]
    + ["1738728180000", 45693.50208333, MOMENT, "２０２５年２月５日 12：03", "20250205120300"],
)
def test_times(cell):
    assert as_time(cell) == MOMENT


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2025年2月5日已购：黑色", datetime(2025, 2, 5)),
        (date(2025, 2, 5), datetime(2025, 2, 5)),
        (20250205, datetime(2025, 2, 5)),
        ("2025/2/5 8:00 PM", datetime(2025, 2, 5, 20)),
        ("NaT", None),
        (math.nan, None),
        ("", None),
    ],
)
def test_more_times(cell, moment):
    assert as_time(cell) == moment


@pytest.mark.parametrize("cell", ["20211-08-21", "2021-13-01", "2021-02-30", "3天前", 7, 1e30, math.inf, "0001-01-01"])
def test_no_times(cell):
    with pytest.raises((ValueError, OverflowError)):
        as_time(cell)


@pytest.mark.parametrize(
    ("cell", "count"), [(3, 3), ("1,234", 1234), ("1.2万", 12_000), ("99+", 99), (2.0, 2), ("", None), (["a", "b"], 2)]
)
def test_counts(cell, count):
    assert as_count(cell) == count


@pytest.mark.parametrize("cell", ["-3", "很多", -1, "9" * 40])
def test_no_counts(cell):
    with pytest.raises(ValueError, match=".*"):
        as_count(cell)


@pytest.mark.parametrize(
    ("cell", "presence"),
    [(True, True), ("否", False), ("有图", True), ("[]", False), ([], False), (["u"], True), ("http://a/b.jpg", True)]
    + [(0, False), (3, True), ("", None), (None, None)],
)
def test_presence(cell, presence):
    assert as_presence(cell) is presence


def test_text_of_other_types():
    assert as_text(1.0e13) == "10000000000000"
    assert as_text(["一", "二"]) == "一\n二"
    assert as_text(math.nan) is None
    assert as_text("null") is None
    assert as_text("-") == "-"
