"""Change points: found where they are, and not where there is only noise, volume or a burst."""

import numpy as np
import pytest
from invented_days import make_chronicle

from review_mining.insight.change_point import change_points
from review_mining.insight.dispersion import Dispersion

DAYS, VOLUME = 112, 100


def find(chronicle, min_support=5):
    return change_points(chronicle, Dispersion.measured(chronicle), min_support=min_support, rate=0.05)


def draw(rng, rate, volume=VOLUME, themes=1):
    """Poisson counts; ``rate`` per text, by day or the same on all."""
    return rng.poisson(np.broadcast_to(rate, DAYS) * volume, (themes, DAYS))


@pytest.mark.parametrize(("before", "after"), [(0.03, 0.06), (0.06, 0.02), (0.0, 0.02)])
@pytest.mark.parametrize("changed", [28, 60, 91])
def test_a_planted_change_is_dated_within_a_week(before, after, changed):
    rng = np.random.default_rng([changed, int(100 * before)])
    rate = np.where(np.arange(DAYS) >= changed, after, before)
    volume = 2 * VOLUME
    counts = np.concatenate([draw(rng, rate, volume), draw(rng, 0.03, volume, themes=30)])
    chronicle = make_chronicle(counts, np.full(DAYS, volume))
    found = find(chronicle)[0]
    true_day = chronicle.day[0] + changed
    assert abs(found.day - true_day) <= 7
    assert found.low <= found.day <= found.high
    assert found.low - 1 <= true_day <= found.high + 1
    assert found.q <= 0.05
    assert found.before == pytest.approx(before, rel=0.25, abs=0.001)
    assert found.after == pytest.approx(after, rel=0.25, abs=0.001)


def test_hardly_any_change_is_claimed_where_there_is_none():
    rng = np.random.default_rng(1)
    shops = (find(make_chronicle(draw(rng, 0.01, themes=100), np.full(DAYS, VOLUME))) for _ in range(15))
    assert sum(change is not None for found in shops for change in found) <= 5


def test_a_campaign_is_not_a_change():
    rng = np.random.default_rng(2)
    volume = np.where(np.arange(DAYS) >= 80, 1000, 100)
    assert find(make_chronicle(draw(rng, 0.02, volume, themes=20), volume)) == [None] * 20


def test_what_buyers_say_in_one_campaign_is_hardly_ever_a_change():
    rng = np.random.default_rng(7)
    volume = np.full(DAYS, 200)
    volume[8:11] = 4000
    claims = 0
    for _ in range(10):
        counts = rng.poisson(0.02 * volume * rng.gamma(1.0, 1.0, (100, DAYS)))
        claims += sum(change is not None for change in find(make_chronicle(counts, volume)))
    assert claims <= 15


def test_one_burst_is_not_a_change():
    rng = np.random.default_rng(3)
    counts = draw(rng, 0.01, themes=40)
    counts[0, 90:93] += 20
    assert find(make_chronicle(counts, np.full(DAYS, VOLUME)))[0] is None


def test_shops_full_of_bursts_have_hardly_a_change():
    rng = np.random.default_rng(4)
    claims = 0
    for _ in range(15):
        started = rng.random((60, DAYS)) < 1 / 28
        counts = rng.poisson(0.5 + 8.0 * started)
        claims += sum(change is not None for change in find(make_chronicle(counts, np.full(DAYS, VOLUME))))
    assert claims <= 10


def test_few_texts_and_short_histories_claim_nothing():
    late = np.zeros(DAYS, dtype=np.int64)
    late[-9:] = 1
    assert find(make_chronicle([late], np.full(DAYS, VOLUME))) == [None]
    assert find(make_chronicle([np.repeat([0, 9], 6)], np.full(12, VOLUME))) == [None]
    assert find(make_chronicle(np.zeros((0, DAYS)), np.full(DAYS, VOLUME))) == []


def test_days_without_texts_change_nothing():
    rng = np.random.default_rng(5)
    open_days = rng.random(DAYS) < 0.6
    volume = np.where(open_days, VOLUME, 0)
    rate = np.where(np.arange(DAYS) >= 56, 0.08, 0.02)
    counts = draw(rng, rate, volume, themes=3)
    for found in find(make_chronicle(counts, volume)):
        assert abs(found.day - 20_056) <= 7


def test_the_order_of_themes_is_irrelevant():
    rng = np.random.default_rng(6)
    rate = np.where(np.arange(DAYS) >= 50, 0.05, 0.02)
    counts = np.concatenate([draw(rng, rate, themes=3), draw(rng, 0.02, themes=20)])
    order = rng.permutation(len(counts))
    found = find(make_chronicle(counts, np.full(DAYS, VOLUME)))
    again = find(make_chronicle(counts[order], np.full(DAYS, VOLUME)))
    assert any(change is not None for change in found)
    assert [change and change.day for change in again] == [found[i] and found[i].day for i in order]
