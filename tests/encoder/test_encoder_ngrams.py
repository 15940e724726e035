from __future__ import annotations

import invented_texts
import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from review_mining.encoder.modeling import ReviewEncoderModel
from review_mining.encoder.ngram_index import NO_CODE, UNKNOWN, codes_of, fill_buckets, moduli, window

_VOCABULARY = 30
_PIECES = st.lists(st.integers(0, _VOCABULARY - 1), min_size=1, max_size=12)
_NGRAMS = st.lists(st.lists(st.integers(5, _VOCABULARY - 1), min_size=2, max_size=3), max_size=60, unique_by=tuple)


@pytest.mark.parametrize(("order", "places"), [(1, [0]), (2, [-1, 0]), (3, [-1, 0, 1])])
def test_a_bigram_looks_back_and_a_trigram_to_both_sides(order: int, places: list[int]) -> None:
    assert list(window(order)) == places


def test_no_two_ngrams_have_the_same_code() -> None:
    tokens = np.arange(_VOCABULARY)
    pairs = np.stack(np.meshgrid(tokens, tokens), axis=-1).reshape(-1, 2)
    triples = np.stack(np.meshgrid(tokens, tokens, tokens), axis=-1).reshape(-1, 3)
    codes = np.concatenate([codes_of(pairs, _VOCABULARY), codes_of(triples, _VOCABULARY)])
    assert len(np.unique(codes)) == len(pairs) + len(triples)


def _knowing(ngrams: list[list[int]]) -> tuple[ReviewEncoderModel, dict[tuple[int, ...], int]]:
    """An encoder that knows as many of the n-grams as find a bucket, and their rows."""
    model = invented_texts.encoder(vocab_size=_VOCABULARY, ngram_rows=61, ngram_buckets=97)
    codes = np.array([codes_of(np.array([one]), _VOCABULARY)[0] for one in ngrams], dtype=np.int64)
    index, known, places = fill_buckets(codes, 61, 97)
    model.embeddings.know(torch.from_numpy(index), torch.from_numpy(known))
    return model, {tuple(ngrams[place]): row for row, place in enumerate(places.tolist(), start=1)}


@given(_PIECES, _NGRAMS)
@settings(max_examples=50, deadline=None)
def test_known_ngrams_get_their_rows_and_all_others_nothing(ids: list[int], ngrams: list[list[int]]) -> None:
    model, rows = _knowing(ngrams)
    with torch.inference_mode():
        found = model.embeddings.look_up(torch.tensor([ids]))[0].numpy()
    table: npt.NDArray[np.float32] = model.embeddings.ngrams.weight.detach().numpy()
    wanted = [model.embeddings.characters.weight[ids].detach().numpy()]
    for order in (2, 3):
        ends = [0] * order + ids + [0] * order
        around = [tuple(ends[order + place + offset] for offset in window(order)) for place in range(len(ids))]
        wanted.append(table[[rows.get(ngram, UNKNOWN) for ngram in around]])
    np.testing.assert_array_equal(found, np.concatenate(wanted, axis=1))
    assert not table[UNKNOWN].any()


def test_nearly_all_ngrams_find_a_bucket_and_the_most_important_do() -> None:
    rng = np.random.default_rng(0)
    codes = rng.choice(10**12, 5000, replace=False)
    index, known, places = fill_buckets(codes, 5001, 10_000)
    assert len(places) > 4800
    assert places[:500].tolist() == list(range(500))
    assert sorted(known[1 : len(places) + 1].tolist()) == sorted(codes[places].tolist())
    assert (known[len(places) + 1 :] == NO_CODE).all()
    assert np.unique(index[index != UNKNOWN]).tolist() == list(range(1, len(places) + 1))


def test_a_full_table_takes_no_more() -> None:
    _, known, places = fill_buckets(np.arange(100, 200), 11, 1000)
    assert places.tolist() == list(range(10))
    assert known.tolist() == [NO_CODE, *range(100, 110)]


def test_buckets_are_chosen_by_primes() -> None:
    assert moduli(100) == (97, 89, 83)
    with pytest.raises(ValueError, match="too few"):
        moduli(4)
