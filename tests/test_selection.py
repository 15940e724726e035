from collections import Counter
from datetime import date, datetime

import pyarrow as pa

from review_mining.selection import Selection
from review_mining.tables import REVIEWS


def batch(*rows: tuple[str, datetime | None, str | None]) -> pa.RecordBatch:
    records = [{"review_id": i, "text": "", "created_at": when, "product_id": product} for i, when, product in rows]
    return pa.RecordBatch.from_pylist(records, REVIEWS)


REVIEWS_OF_MARCH = batch(
    ("eve", datetime(2026, 2, 28, 23, 59, 59), "A"),
    ("first", datetime(2026, 3, 1), "A"),
    ("last", datetime(2026, 3, 31, 23, 59, 59), "B"),
    ("after", datetime(2026, 4, 1), "A"),
    ("undated", None, "A"),
)


def test_both_days_are_inside_and_the_rest_is_counted():
    left_out: Counter[str] = Counter()
    selection = Selection(since=date(2026, 3, 1), until=date(2026, 3, 31))
    inside = selection.apply(REVIEWS_OF_MARCH, left_out)
    assert inside.column("review_id").to_pylist() == ["first", "last"]
    assert +left_out == {"before_since": 1, "after_until": 1, "without_date": 1}


def test_a_product_alone_needs_no_dates():
    left_out: Counter[str] = Counter()
    inside = Selection(product="A").apply(REVIEWS_OF_MARCH, left_out)
    assert inside.column("review_id").to_pylist() == ["eve", "first", "after", "undated"]
    assert +left_out == {"other_product": 1}


def test_a_review_without_product_is_not_of_the_product():
    left_out: Counter[str] = Counter()
    assert Selection(product="A").apply(batch(("x", None, None)), left_out).num_rows == 0
    assert +left_out == {"other_product": 1}


def test_no_bounds_keep_everything():
    left_out: Counter[str] = Counter()
    assert Selection().apply(REVIEWS_OF_MARCH, left_out).num_rows == 5
    assert not +left_out


def test_the_last_day_of_the_calendar_is_no_bound():
    left_out: Counter[str] = Counter()
    assert Selection(until=date.max).apply(REVIEWS_OF_MARCH, left_out).num_rows == 4
    assert +left_out == {"without_date": 1}
