"""Trends: exact tests, false-discovery control, and the choice of periods."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, false_discovery_control

from review_mining.errors import UsageError
from review_mining.insight.observations import NO_DAY
from review_mining.insight.periods import choose_periods
from review_mining.insight.priority import ranks
from review_mining.insight.trend import false_discovery_rates, lower_tail, rate_change, trends, upper_tail

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@given(P_VALUES)
def test_adjusted_values_equal_the_reference(p_values):
    values = np.array(p_values)
    assert np.allclose(false_discovery_rates(values), false_discovery_control(values))


@given(P_VALUES)
def test_adjusted_values_keep_the_order_and_never_shrink(p_values):
    values = np.array(p_values)
    adjusted = false_discovery_rates(values)
    assert (adjusted >= values - 1e-12).all()
    assert (np.diff(adjusted[np.argsort(values, kind="stable")]) >= 0).all()
    assert (false_discovery_rates(values, tests=100) >= adjusted - 1e-12).all()


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 500), st.integers(1, 500))
def test_tails_equal_the_reference(now, before, texts_now, texts_before):
    if now + before == 0:
        return
    rate = texts_now / (texts_now + texts_before)
    both = now + before
    args = np.array([now]), np.array([both]), np.array([rate])
    assert upper_tail(*args)[0] == pytest.approx(binomtest(now, both, rate, "greater").pvalue, abs=1e-9)
    assert lower_tail(*args)[0] == pytest.approx(binomtest(now, both, rate, "less").pvalue, abs=1e-9)


def test_each_trend_has_its_name():
    now, before = np.array([40, 0, 40, 20, 2]), np.array([0, 40, 10, 20, 1])
    names, q = trends(now, before, 500, 500, min_support=5, rate=0.05)
    assert names == ["new", "falling", "rising", "steady", "unknown"]
    assert np.isnan(q[4])
    assert (q[:3] < 0.001).all()


def test_volume_is_not_mistaken_for_a_trend():
    names, _ = trends(np.array([100]), np.array([10]), 5000, 500, min_support=5, rate=0.05)
    assert names == ["steady"]


def test_among_many_themes_without_change_hardly_any_is_claimed():
    rng = np.random.default_rng(3)
    claims = sum(
        name != "steady"
        for _ in range(20)
        for name in trends(rng.poisson(20, 100), rng.poisson(20, 100), 1000, 1000, min_support=5, rate=0.05)[0]
    )
    assert claims <= 10


def test_a_doubled_rate_is_found_in_the_direction_it_went():
    p = rate_change(np.array([60, 30]), np.array([30, 60]), 1000, 1000)
    assert (p < 0.01).all()
    assert p[0] == pytest.approx(p[1])


def days(*values):
    return np.array(values, dtype=np.int32)


def test_long_histories_compare_four_weeks_with_four():
    found = choose_periods(days(0, 99))
    assert (found.now.first, found.now.last) == (72, 99)
    assert (found.before.first, found.before.last) == (44, 71)
    assert found.rule == "four_weeks"


def test_short_histories_compare_their_halves():
    found = choose_periods(days(10, 15, 20, NO_DAY), "previous")
    assert (found.now.first, found.now.last, found.before.first, found.before.last) == (16, 20, 11, 15)
    assert found.rule == "halves"


@pytest.mark.parametrize("known", [days(), days(NO_DAY, NO_DAY), days(7), days(7, 7)])
def test_without_two_days_nothing_is_compared(known):
    assert choose_periods(known) is None


def test_a_given_span_is_compared_with_what_follows():
    epoch = date(1970, 1, 1)
    first = (date(2025, 1, 1) - epoch).days
    found = choose_periods(days(first, first + 60), "2025-01-01..2025-01-31")
    assert found.before.as_json() == {"from": "2025-01-01", "to": "2025-01-31"}
    assert found.now.as_json() == {"from": "2025-02-01", "to": "2025-03-02"}


@pytest.mark.parametrize(
    ("given_span", "message"),
    [
        ("last week", "not understood"),
        ("2025-02-01..2025-01-01", "before the first"),
        ("2025-02-30..2025-03-01", "not understood"),
        ("2025-01-01..2025-01-02..2025-01-03", "not understood"),
        ("2999-01-01..2999-02-01", "no counted review is later"),
    ],
)
def test_a_span_that_cannot_be_is_refused(given_span, message):
    with pytest.raises(UsageError, match=message):
        choose_periods(days(20000, 20050), given_span)


def test_priority_is_by_what_is_certain_then_expected_then_frequent():
    low, expected = np.array([0.1, 0.2, 0.1, np.nan, 0.1]), np.array([0.3, 0.2, 0.3, np.nan, 0.4])
    reviews, ids, named = np.array([5, 5, 9, 99, 5]), ["a", "b", "c", "d", "e"], np.zeros(5, dtype=bool)
    assert ranks(low, expected, reviews, ids, named) == [4, 1, 3, 5, 2]
    assert ranks(low, expected, reviews, ids, np.array([False, True, False, False, False])) == [3, 5, 2, 4, 1]
