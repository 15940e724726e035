from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_mining.encoder.sampling import LengthGroups


def _order(lengths: list[int], batch_rows: int, seed: int = 0, epoch: int = 0) -> list[int]:
    groups = LengthGroups(lengths, batch_rows, seed)
    groups.set_epoch(epoch)
    return list(groups)


@given(
    st.lists(st.integers(1, 64), min_size=1, max_size=200),
    st.integers(1, 17),
    st.integers(0, 5),
    st.integers(0, 5),
)
@settings(max_examples=60, deadline=None)
def test_each_row_comes_once_and_again_in_the_same_order(
    lengths: list[int], batch_rows: int, seed: int, epoch: int
) -> None:
    order = _order(lengths, batch_rows, seed, epoch)
    assert sorted(order) == list(range(len(lengths)))
    assert order == _order(lengths, batch_rows, seed, epoch)
    assert len(LengthGroups(lengths, batch_rows, seed)) == len(lengths)


def test_epochs_and_seeds_differ() -> None:
    lengths = np.random.default_rng(0).integers(4, 64, 500).tolist()
    orders = [_order(lengths, 8, seed, epoch) for seed in (0, 1) for epoch in (0, 1)]
    assert len({tuple(order) for order in orders}) == 4


def test_the_order_does_not_hang_on_what_was_iterated_before() -> None:
    lengths = np.random.default_rng(0).integers(4, 64, 100).tolist()
    groups = LengthGroups(lengths, 8, 0)
    for epoch in (0, 1, 2):
        groups.set_epoch(epoch)
        last = list(groups)
    assert last == _order(lengths, 8, 0, 2)


@pytest.mark.parametrize("rows", [1600, 1603])
def test_a_batch_holds_rows_of_similar_length(rows: int) -> None:
    lengths = np.random.default_rng(0).integers(4, 64, rows)
    order = _order(lengths.tolist(), 16)
    batches = lengths[np.array(order[: rows // 16 * 16])].reshape(-1, 16)
    assert np.ptp(batches, axis=1).mean() < 5
    means = batches.mean(axis=1)
    assert abs(np.corrcoef(means[:-1], means[1:])[0, 1]) < 0.4
