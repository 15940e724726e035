"""Trends: tests that know of bursts, false-discovery control, and the choice of periods."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_days import make_chronicle, spread
from scipy.stats import binomtest, false_discovery_control

from review_mining.errors import UsageError
from review_mining.insight.contrast import Contrast
from review_mining.insight.dispersion import Dispersion
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


def against(now, before, texts_now=1000, texts_before=1000):
    """Counts of some themes in two periods."""
    now, before = np.asarray(now), np.asarray(before)
    return Contrast(now, before, np.full(len(now), texts_now), np.full(len(now), texts_before))


@settings(deadline=None)
@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 500), st.integers(1, 500))
def test_without_over_dispersion_the_test_is_the_exact_one(now, before, texts_now, texts_before):
    if now + before == 0:
        return
    rate = texts_now / (texts_now + texts_before)
    smaller = min(binomtest(now, now + before, rate, side).pvalue for side in ("greater", "less"))
    p = rate_change(against([now], [before], texts_now, texts_before))
    assert p[0] == pytest.approx(min(1.0, 2 * smaller), abs=1e-9)


def test_over_dispersion_and_doubt_about_it_both_weaken_the_evidence():
    sides = against([60], [30])
    plain, doubled, doubtful = (rate_change(sides, *how)[0] for how in ((1.0,), (2.0,), (2.0, 6.0)))
    assert plain < doubled < doubtful


def test_p_values_of_many_texts_are_uniform_without_change():
    rng = np.random.default_rng(5)
    p = rate_change(against(rng.poisson(9000, 4000), rng.poisson(9000, 4000), 200_000, 200_000))
    for level in (0.05, 0.2, 0.5, 0.8):
        assert np.mean(p <= level) == pytest.approx(level, abs=0.03)


def test_p_values_hold_their_level_when_counts_come_in_bursts():
    rng = np.random.default_rng(6)
    volume = np.full(112, 200)
    counts = rng.poisson(4.0 * rng.gamma(1.0, 1.0, (1500, 112)))
    dispersion = Dispersion.measured(make_chronicle(counts, volume))
    sides = against(counts[:, 84:].sum(axis=1), counts[:, 56:84].sum(axis=1), 5600, 5600)
    p = dispersion.average(lambda factor, freedom: rate_change(sides, factor, freedom))
    assert np.mean(rate_change(sides) <= 0.05) > 0.2
    for level in (0.05, 0.2):
        assert np.mean(p <= level) == pytest.approx(level, abs=0.03)


LONG, PERIOD = 112, 28


def name_trends(counts, volume=None, min_support=5):
    """Trends of the last four weeks against the four before, out of sixteen weeks."""
    whole = make_chronicle(counts, np.full(LONG, 20) if volume is None else volume)
    compared = whole.during(whole.day > whole.day[-1] - 2 * PERIOD)
    now = compared.day > whole.day[-1] - PERIOD
    return trends(compared, now, Dispersion.measured(whole), min_support=min_support, rate=0.05)


def by_period(long_ago, before, now):
    return np.concatenate([spread(long_ago, LONG - 2 * PERIOD), spread(before, PERIOD), spread(now, PERIOD)])


def test_each_trend_has_its_name():
    rows = [by_period(0, 0, 40), by_period(80, 40, 0), by_period(20, 10, 40), by_period(40, 20, 20), by_period(2, 1, 2)]
    names, q = name_trends(rows)
    assert names == ["new", "falling", "rising", "steady", "unknown"]
    assert np.isnan(q[4])
    assert (q[:3] < 0.01).all()


def test_volume_is_not_mistaken_for_a_trend():
    volume = np.repeat([20, 20, 20, 200], PERIOD)
    names, _ = name_trends([np.repeat([1, 1, 1, 10], PERIOD)], volume)
    assert names == ["steady"]


def test_nothing_rises_on_three_mentions():
    rows = [by_period(0, 0, 3), by_period(30, 0, 3), by_period(3, 3, 0)] + [by_period(40, 20, 20)] * 5
    names, _ = name_trends(rows, min_support=1)
    assert set(names) == {"steady"}
    assert name_trends([by_period(0, 0, 3)], min_support=1)[0] == ["steady"]


def test_among_many_themes_without_change_hardly_any_is_claimed():
    rng = np.random.default_rng(3)
    shops = (name_trends(rng.poisson(0.7, (100, LONG))) for _ in range(20))
    assert sum(name != "steady" for names, _ in shops for name in names) <= 10


def test_one_burst_is_no_trend_however_many_texts_it_has():
    calm = [by_period(60, 30, 30)] * 20
    burst = by_period(60, 30, 30)
    burst[100:103] += 15
    lasting = by_period(60, 30, 75)
    names, _ = name_trends([burst, lasting, *calm])
    assert names == ["steady", "rising", *["steady"] * 20]


def test_a_shop_whose_themes_all_come_in_bursts_has_hardly_a_trend():
    rng = np.random.default_rng(8)
    claims = 0
    for _ in range(20):
        started = rng.random((60, LONG)) < 1 / PERIOD
        names, _ = name_trends(rng.poisson(0.5 + 8.0 * started), np.full(LONG, 100))
        claims += sum(name != "steady" for name in names)
    assert claims <= 10


def test_a_doubled_rate_is_found_in_the_direction_it_went():
    p = rate_change(against([60, 30], [30, 60]))
    assert (p < 0.01).all()
    assert p[0] == pytest.approx(p[1])
    names, _ = name_trends([by_period(400, 200, 400), by_period(800, 400, 200)])
    assert names == ["rising", "falling"]


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
