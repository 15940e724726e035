"""The radar: planted cells are found with their onset, confounded and ordinary ones are not."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from review_mining.insight.breakdown import Dimension, Incidence
from review_mining.insight.observations import NO_DAY, Texts
from review_mining.insight.onset import UNKNOWN, Weeks, onset, spans
from review_mining.insight.radar import radar
from review_mining.insight.shrinkage import Prior, fit_prior, shrink, tail

MONDAY = 20_150  # 2025-03-03
WEEKS = 20
PRIOR = Prior(ordinary=0.95, evenness=25.0, shape=2.0, rate=1.0)


def shop(columns, rates, *, week=None, seed=0):
    """Texts with these codes, and themes that occur at these rates, float, (texts, themes)."""
    n, themes = rates.shape
    rng = np.random.default_rng(seed)
    theme, slot = np.nonzero((rng.random((n, themes)) < rates).T)
    absent = np.full(n, -1)
    day = np.full(n, NO_DAY) if week is None else MONDAY + 7 * week
    texts = Texts(
        np.zeros((1, 2 * n), dtype=np.int8),
        np.arange(2 * n) < n,
        np.concatenate([day, np.full(n, NO_DAY)]).astype(np.int32),
    )
    dimensions = [
        Dimension(name, [f"{name}{v}" for v in range(code.max() + 1)], np.concatenate([code, absent]).astype(np.int32))
        for name, code in columns.items()
    ]
    return dimensions, texts, Incidence([f"t{t}" for t in range(themes)], theme, slot)


def found(dimensions, texts, incidence):
    return radar(dimensions, texts, incidence, min_support=5, rate=0.05)


def places(findings):
    return {(one["theme_id"], one["value"]) for one in findings}


@pytest.fixture(scope="module")
def codes():
    """Two products with four SKUs each, five couriers, twenty weeks."""
    rng = np.random.default_rng(1)
    sku = rng.integers(0, 8, 6000)
    return {"product_id": sku // 4, "sku": sku, "courier": rng.integers(0, 5, 6000)}, rng.integers(0, WEEKS, 6000)


def test_a_sku_that_goes_wrong_from_a_week_on_is_found_with_that_week(codes):
    columns, week = codes
    rates = np.full((6000, 10), 0.03)
    rates[(columns["sku"] == 3) & (week >= 7), 4] = 0.15
    dimensions, texts, incidence = shop(columns, rates, week=week)
    finding = next(one for one in found(dimensions, texts, incidence) if one["dimension"] == "sku")
    assert (finding["theme_id"], finding["value"], finding["within"]) == ("t4", "sku3", "product_id")
    began = finding["since_week"] - 1
    assert abs(began - 7) <= 1
    assert finding["since"] == (date(2025, 3, 3) + timedelta(weeks=began)).isoformat()
    later = np.flatnonzero((columns["sku"] == 3) & (week >= began))
    assert finding["n"] == np.isin(incidence.slot[incidence.theme == 4], later).sum()
    assert 1 < finding["ratio_low"] < finding["ratio"] < finding["ratio_high"]
    assert finding["ratio"] <= finding["n"] / finding["expected"]


def test_what_is_not_raised_on_the_whole_is_found_since_it_rose(codes):
    columns, week = codes
    rates = np.full((6000, 10), 0.06)
    bad = columns["sku"] == 3
    rates[bad, 4] = np.where(week[bad] >= 15, 0.24, 0.0)
    dimensions, texts, incidence = shop(columns, rates, week=week)
    mine = bad[incidence.slot[incidence.theme == 4]].sum()
    assert mine < 1.1 * bad.sum() * (incidence.theme == 4).sum() / 6000
    finding = next(one for one in found(dimensions, texts, incidence) if one["value"] == "sku3")
    assert (finding["theme_id"], finding["since_week"]) == ("t4", 16)
    assert finding["n"] > 2 * finding["expected"]


def test_without_dates_the_whole_time_is_judged(codes):
    columns, _ = codes
    rates = np.full((6000, 10), 0.03)
    rates[columns["sku"] == 3, 4] = 0.10
    findings = found(*shop(columns, rates))
    assert ("t4", "sku3") in places(findings)
    assert {(one["since"], one["since_week"]) for one in findings} == {(None, None)}


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_found_when_the_values_are_shuffled(codes, seed):
    columns, week = codes
    rng = np.random.default_rng(seed)
    rates = np.outer(np.ones(6000), rng.dirichlet(np.ones(20)))
    rates[(columns["sku"] == 3), 4] *= 4
    shuffled = {name: rng.permutation(code) for name, code in columns.items()}
    assert found(*shop(shuffled, rates, week=week, seed=seed)) == []


def test_values_that_differ_as_values_do_are_not_claimed():
    rng = np.random.default_rng(2)
    false = 0
    for seed in range(8):
        sku = rng.integers(0, 40, 20_000)
        rates = 0.03 * rng.gamma(16, 1 / 16, (40, 20))[sku]
        false += bool(found(*shop({"sku": sku}, rates, seed=seed)))
    assert false <= 1


def test_a_courier_is_not_blamed_for_the_product_it_carries():
    rng = np.random.default_rng(3)
    product = rng.integers(0, 4, 8000)
    courier = np.where(rng.random(8000) < 0.8, product, rng.integers(0, 4, 8000))
    rates = np.full((8000, 10), 0.03)
    rates[product == 2, 5] = 0.15
    dimensions, texts, incidence = shop({"product_id": product, "courier": courier}, rates)
    assert ("t5", "product_id2") in places(found(dimensions, texts, incidence))
    assert ("t5", "courier2") not in places(found(dimensions, texts, incidence))
    assert ("t5", "courier2") in places(found(dimensions[1:], texts, incidence))


def test_a_courier_that_is_slow_for_every_product_is_found():
    rng = np.random.default_rng(4)
    product, courier = rng.integers(0, 4, 8000), rng.integers(0, 4, 8000)
    rates = np.full((8000, 10), 0.03)
    rates[courier == 1, 5] = 0.08
    assert ("t5", "courier1") in places(found(*shop({"product_id": product, "courier": courier}, rates)))


@pytest.fixture(scope="module")
def alone_at_first():
    """Courier 0 alone on product 0 for twenty weeks, on product 1 beside others from week 11; all at constant rates."""
    week = np.concatenate([np.arange(4000) % WEEKS, 10 + np.arange(6000) % (WEEKS - 10)])
    product = (np.arange(10_000) >= 4000).astype(int)
    courier = np.where(product == 0, 0, np.arange(10_000) // 10 % 3)
    rates = np.full((10_000, 10), 0.03)
    rates[courier == 0, 5] = 0.12
    return {"product_id": product, "courier": courier}, rates, week


def test_who_gets_peers_later_did_not_get_worse_then(alone_at_first):
    columns, rates, week = alone_at_first
    finding = next(one for one in found(*shop(columns, rates, week=week)) if one["dimension"] == "courier")
    assert (finding["theme_id"], finding["value"], finding["within"]) == ("t5", "courier0", "product_id")
    assert finding["since_week"] is None


def test_what_is_expected_in_the_shop_is_expected_of_the_same_texts(alone_at_first):
    columns, rates, week = alone_at_first
    dimensions, texts, incidence = shop(columns, rates, week=week)
    finding = next(one for one in found(dimensions, texts, incidence) if one["dimension"] == "courier")
    with_peers = np.flatnonzero(columns["product_id"] == 1)
    n = np.isin(incidence.slot[incidence.theme == 5], with_peers).sum()
    assert finding["expected_in_shop"] == pytest.approx(n * (columns["courier"][with_peers] == 0).mean())


def test_the_only_value_stands_out_from_nothing():
    assert found(*shop({"sku": np.zeros(500, dtype=int)}, np.full((500, 3), 0.2))) == []
    assert radar([], *shop({"sku": np.zeros(5, dtype=int)}, np.zeros((5, 1)))[1:], min_support=5, rate=0.05) == []


def test_findings_are_the_same_whatever_the_order_of_the_rows(codes):
    columns, week = codes
    rates = np.full((6000, 10), 0.03)
    rates[(columns["sku"] == 3) & (week >= 7), 4] = 0.15
    dimensions, texts, incidence = shop(columns, rates, week=week)
    order = np.random.default_rng(5).permutation(6000)
    place = np.concatenate([np.argsort(order), np.arange(6000, 12_000)])
    whole = np.concatenate([order, np.arange(6000, 12_000)])
    pairs = np.unique(incidence.theme * 12_000 + place[incidence.slot])
    again = radar(
        [Dimension(one.name, one.values, one.of_slot[whole]) for one in dimensions],
        Texts(texts.labels, texts.counted, texts.day[whole]),
        Incidence(incidence.theme_ids, pairs // 12_000, pairs % 12_000),
        min_support=5,
        rate=0.05,
    )
    assert again == found(dimensions, texts, incidence)


COUNTS = st.lists(st.tuples(st.integers(0, 200), st.floats(0.01, 100), st.floats(0.001, 0.9)), min_size=1, max_size=20)


@given(COUNTS)
def test_shrinkage_never_makes_a_ratio_larger_and_keeps_it_in_its_interval(cells):
    n, expected, share = (np.array(values) for values in zip(*cells, strict=True))
    found = shrink(n, expected / share, expected, PRIOR)
    assert (found.ratio <= n / expected + 1e-12).all()
    assert (found.low <= found.ratio).all()
    assert (found.ratio <= found.high).all()


def test_large_counts_keep_their_ratio_and_small_ones_do_not():
    found = shrink(np.array([3, 3000]), np.array([1e3, 1e6]), np.array([1.0, 1000.0]), PRIOR)
    assert found.ratio[0] < 2
    assert found.ratio[1] == pytest.approx(3, abs=0.05)
    assert found.high[0] - found.low[0] > 5 * (found.high[1] - found.low[1])


@given(st.integers(5, 60), st.integers(0, 200), st.floats(0.01, 0.3))
def test_the_tail_among_equal_values_is_binomial_and_grows_as_they_differ(n, more, share):
    trials = np.array([float(n + more)])
    among = [tail(np.array([n]), trials, trials * share, evenness)[0] for evenness in (np.inf, 1000.0, 10.0)]
    exact = binom.sf(n - 1, n + more, share)
    assert among[0] == pytest.approx(exact, rel=1e-9)
    assert among[1] == pytest.approx(exact, rel=0.6, abs=1e-4)
    if exact < 0.05:
        assert among[0] <= among[1] <= among[2]


@pytest.mark.parametrize(("variation", "low", "high"), [(0.25, 10, 26), (0.4, 4, 10)])
def test_how_far_values_differ_is_found_again_beside_planted_cells(variation, low, high):
    rng = np.random.default_rng(6)
    expected = rng.uniform(1, 60, 3000)
    relative = rng.gamma(variation**-2, variation**2, 3000)
    relative[:60] *= 4
    prior = fit_prior(rng.poisson(expected * relative), np.full(3000, 1e5), expected)
    assert low < prior.evenness < high
    assert prior.ordinary > 0.8


def test_alike_values_are_found_to_be_alike():
    rng = np.random.default_rng(7)
    expected = rng.uniform(1, 60, 3000)
    assert fit_prior(rng.poisson(expected), np.full(3000, 1e5), expected).evenness > 100


def test_the_onset_is_the_week_of_the_step_and_not_of_more_reviews():
    volume = np.full(20, 50)
    step = np.r_[np.full(12, 1), np.full(8, 7)]
    assert onset(step, volume, min_support=5, level=0.05) == 12
    assert onset(np.full(20, 2), volume, min_support=5, level=0.05) == UNKNOWN
    assert onset(step, step * 20, min_support=5, level=0.05) == UNKNOWN
    assert onset(step[::-1], volume, min_support=5, level=0.05) == UNKNOWN
    assert onset(np.zeros(20, dtype=int), volume, min_support=5, level=0.05) == UNKNOWN


def test_an_onset_is_seldom_seen_where_there_is_none():
    rng = np.random.default_rng(8)
    volume = rng.integers(10, 60, 26)
    seen = sum(
        onset(np.bincount(rng.choice(26, 40, p=volume / volume.sum()), minlength=26), volume, min_support=5, level=0.05)
        != UNKNOWN
        for _ in range(400)
    )
    assert seen <= 20


def test_every_span_is_a_good_part_shorter_than_the_one_before():
    texts = Texts(np.zeros((1, 5000), dtype=np.int8), np.ones(5000, dtype=bool), MONDAY + np.arange(5000) // 10)
    weeks = Weeks.of(texts)
    left = [int(weeks.since(week).sum()) for week in spans(weeks)]
    assert left[0] <= 5000 / 2**0.5
    assert all(later <= before / 2**0.5 for before, later in zip(left, left[1:], strict=False))
    assert left[-1] >= 100
