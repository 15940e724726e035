"""Contrasts: both sides counted, and the stretch that speaks loudest taken away from the right one."""

import numpy as np
import pytest
from invented_days import make_chronicle

from review_mining.insight.contrast import Contrast, confirmed

VOLUME = np.repeat([10, 20, 10, 10], 7)


def weekly(*counts):
    """Texts with a theme in four weeks, all on the first day of the week."""
    days = np.zeros(28, dtype=np.int64)
    days[::7] = counts
    return days


def contrast(*themes):
    chronicle = make_chronicle([weekly(*counts) for counts in themes], VOLUME)
    late = np.broadcast_to(np.arange(28) >= 14, chronicle.counts.shape)
    whole = Contrast.of(chronicle, late)
    return whole, whole.without_loudest(chronicle, late)


def sides(found, theme=0):
    return tuple(int(part[theme]) for part in (found.now, found.before, found.texts_now, found.texts_before))


def test_both_sides_are_counted_with_their_volume():
    whole, _ = contrast((1, 2, 3, 4))
    assert sides(whole) == (7, 3, 140, 210)
    assert whole.grew.tolist() == [True]


@pytest.mark.parametrize(
    ("counts", "left"),
    [
        ((3, 6, 3, 30), (3, 9, 70, 210)),
        ((30, 6, 3, 3), (6, 6, 140, 140)),
        ((10, 0, 9, 8), (17, 10, 140, 70)),
    ],
    ids=["a burst now", "a burst before", "a week before in which nobody complained"],
)
def test_the_loudest_stretch_is_taken_away_with_its_volume(counts, left):
    _, rest = contrast(counts)
    assert sides(rest) == left


def test_each_theme_has_its_own_loudest_stretch():
    _, rest = contrast((3, 6, 3, 30), (30, 6, 3, 3))
    assert sides(rest, 0) == (3, 9, 70, 210)
    assert sides(rest, 1) == (6, 6, 140, 140)


def test_p_values_stand_only_where_the_rest_still_tells():
    p = confirmed(np.array([0.001, 0.001, 0.3]), np.array([0.02, 0.4, 0.1]))
    assert p.tolist() == [0.001, 0.4, 0.3]
