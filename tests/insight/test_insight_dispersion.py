"""Dispersion: 1 for Poisson counts, more for bursts, told apart over themes."""

import numpy as np
import pytest
from invented_days import make_chronicle

from review_mining.insight.dispersion import Dispersion

DAYS = 112


def measure(counts, volume=None):
    return Dispersion.measured(make_chronicle(counts, np.full(DAYS, 100) if volume is None else volume))


def certainty(dispersion):
    """Expected reciprocal of the degrees of freedom, by theme."""
    return dispersion.weight @ (1.0 / dispersion.freedom)


def test_poisson_counts_are_known_to_be_poisson():
    found = measure(np.random.default_rng(1).poisson(2.0, (200, DAYS)))
    assert found.weight.sum() == pytest.approx(1.0)
    assert (found.factor >= 1.0).all()
    assert found.mean.max() < 1.15
    assert certainty(found).max() < 0.02


def test_the_dispersion_of_bursts_is_recovered():
    rng = np.random.default_rng(2)
    weekly = np.repeat(rng.gamma(4.0, 0.25, (300, DAYS // 7)), 7, axis=1)
    found = measure(rng.poisson(2.0 * weekly))
    # A week has 14 texts on average, and their rate a variance of a quarter.
    assert np.median(found.mean) == pytest.approx(1.0 + 14 / 4, rel=0.25)


def test_where_few_themes_burst_they_are_told_from_the_calm_ones():
    rng = np.random.default_rng(3)
    mean = np.full((100, DAYS), 2.0)
    mean[:10] *= np.repeat(rng.gamma(1.0, 1.0, (10, DAYS // 7)), 7, axis=1)
    found = measure(rng.poisson(mean)).mean
    assert found[:10].min() > 2.0 * np.median(found[10:])


def test_a_lasting_change_is_not_taken_for_bursts():
    rng = np.random.default_rng(4)
    slow = measure(rng.poisson(np.linspace(1.0, 4.0, DAYS), (100, DAYS)))
    assert slow.mean.max() < 1.3


def test_uneven_volume_is_not_dispersion():
    rng = np.random.default_rng(5)
    volume = rng.integers(0, 400, DAYS)
    assert measure(rng.poisson(0.02 * volume, (100, DAYS)), volume).mean.max() < 1.2


def test_what_changes_while_there_are_no_texts_is_no_burst():
    rng = np.random.default_rng(6)
    day = np.arange(DAYS)
    volume = np.where((day >= 42) & (day < 70), 0, 100)
    rate = np.where(day < 56, 1.0, 8.0)
    assert measure(rng.poisson(rate, (100, DAYS)) * (volume > 0), volume).mean.max() < 1.3


def test_bursts_are_seen_even_where_every_other_week_is_without_texts():
    rng = np.random.default_rng(7)
    weekly = np.repeat(rng.gamma(1.0, 1.0, (100, DAYS // 7)), 7, axis=1)
    volume = np.where(np.arange(DAYS) // 7 % 2, 0, 100)
    assert np.median(measure(rng.poisson(2.0 * weekly) * (volume > 0), volume).mean) > 3.0


@pytest.mark.parametrize("counts", [np.zeros((3, DAYS)), np.zeros((0, DAYS))])
def test_without_any_text_nothing_is_known_and_nothing_fails(counts):
    found = measure(counts)
    assert found.mean == pytest.approx(np.ones(len(counts)))
    assert np.isfinite(found.freedom).all()
