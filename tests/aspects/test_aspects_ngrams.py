from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from review_mining.aspects.ngrams import Vocabulary, frequent_ngrams, inverse_document_frequency, lay_out, weigh
from review_mining.errors import ModelError

_TEXTS = st.lists(st.text(alphabet="好坏快慢a,。😀", max_size=12), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(_TEXTS)
def test_rows_equal_those_of_scikit_learn(texts: list[str]) -> None:
    grams = frequent_ngrams(texts, min_texts=1)
    if not grams:
        return
    vocabulary, characters = Vocabulary(grams), lay_out(texts)
    hits = vocabulary.find(characters)
    idf = inverse_document_frequency(hits, characters, len(vocabulary))
    rows = weigh(hits, characters.bounds[:-1], characters.bounds[1:], idf)
    reference = TfidfVectorizer(
        analyzer="char", ngram_range=(1, 4), sublinear_tf=True, vocabulary=grams, lowercase=False, preprocessor=str
    )
    np.testing.assert_allclose(rows.toarray(), reference.fit_transform(texts).toarray(), atol=1e-12)


def test_a_rare_ngram_stays_out_and_copies_count_once() -> None:
    assert frequent_ngrams(["屏幕好", "屏幕坏", "电池好", "电池好"], min_texts=2) == ["好", "屏", "幕", "屏幕"]


def test_digits_are_one_symbol() -> None:
    assert frequent_ngrams(["机12", "机98"], min_texts=2) == ["0", "机", "00", "机0", "机00"]


def test_segments_keep_ngrams_inside() -> None:
    vocabulary, characters = Vocabulary(["好", "好快"]), lay_out(["太好快"])
    hits = vocabulary.find(characters)
    rows = weigh(hits, np.asarray([0, 2]), np.asarray([2, 3]), np.ones(2)).toarray()
    assert rows.tolist() == [[1.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize("ngrams", [["好", "好"], [""], ["五个字太长"]])
def test_an_impossible_vocabulary_is_refused(ngrams: list[str]) -> None:
    with pytest.raises(ModelError):
        Vocabulary(ngrams)
