from __future__ import annotations

import invented_texts
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from review_mining.encoder.hashing import MULTIPLIERS, buckets_of, window

_ORDERS, _HASHES = (1, 2, 3), 2
_PIECES = st.lists(st.integers(0, 299), min_size=1, max_size=12)


@pytest.mark.parametrize(("order", "places"), [(1, [0]), (2, [-1, 0]), (3, [-1, 0, 1])])
def test_a_bigram_looks_back_and_a_trigram_to_both_sides(order: int, places: list[int]) -> None:
    assert list(window(order)) == places


@given(_PIECES)
@settings(max_examples=25, deadline=None)
def test_torch_looks_up_the_rows_that_numpy_computes(ids: list[int]) -> None:
    model = invented_texts.encoder(ngram_orders=_ORDERS, ngram_hashes=_HASHES)
    with torch.inference_mode():
        found = model.embeddings.look_up(torch.tensor([ids]))[0].numpy()
    wanted = [model.embeddings.characters.weight[ids].detach().numpy()]
    tables = iter(model.embeddings.ngrams)
    for order in _ORDERS:
        ends = np.pad(np.array(ids, dtype=np.int64), (order, order))
        ngrams = np.stack([ends[order + offset : order + offset + len(ids)] for offset in window(order)], axis=1)
        for function in range(_HASHES):
            rows = buckets_of(ngrams, function, model.config.ngram_buckets)
            wanted.append(next(tables).weight.detach().numpy()[rows])
    np.testing.assert_array_equal(found, np.concatenate(wanted, axis=1))


@given(
    st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=4),
    st.integers(0, len(MULTIPLIERS) - 1),
    st.integers(2, 2**21),
)
@settings(max_examples=100, deadline=None)
def test_buckets_are_those_of_exact_arithmetic(ngram: list[int], function: int, buckets: int) -> None:
    exact = 0
    for token in ngram:
        exact = (exact * MULTIPLIERS[function] + token) % buckets
    assert buckets_of(np.array([ngram]), function, buckets).tolist() == [exact]


def test_order_and_function_change_the_bucket() -> None:
    ngrams = np.array([[7, 8], [8, 7]])
    first, second = buckets_of(ngrams, 0, 32749), buckets_of(ngrams, 1, 32749)
    assert len({*first.tolist(), *second.tolist()}) == 4
