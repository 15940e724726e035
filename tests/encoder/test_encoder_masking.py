from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from review_mining.encoder.corpus import NO_WORD
from review_mining.encoder.masking import IGNORED, WholeWordMasker

_PAD, _CLS, _SEP = 0, 2, 3
_WORD_LENGTHS = st.lists(st.integers(1, 4), min_size=1, max_size=10)


def _row(lengths: list[int]) -> dict[str, list[int]]:
    words = [number for number, length in enumerate(lengths) for _ in range(length)]
    ids = [10 + (7 * place) % 50 for place in range(len(words))]
    return {"input_ids": [_CLS, *ids, _SEP], "words": [NO_WORD, *words, NO_WORD]}


@given(st.lists(_WORD_LENGTHS, min_size=1, max_size=5), st.floats(0.05, 0.95), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_words_are_hidden_whole(lengths: list[list[int]], share: float, seed: int) -> None:
    rows = [_row(one) for one in lengths]
    torch.manual_seed(seed)
    batch = WholeWordMasker(share, _PAD)(rows)
    longest = max(len(row["input_ids"]) for row in rows)
    assert {name: tuple(part.shape) for name, part in batch.items()} == dict.fromkeys(
        ("input_ids", "attention_mask", "labels"), (len(rows), longest)
    )
    for place, row in enumerate(rows):
        size = len(row["input_ids"])
        ids, labels = batch["input_ids"][place].tolist(), batch["labels"][place].tolist()
        assert ids == row["input_ids"] + [_PAD] * (longest - size)
        assert batch["attention_mask"][place].tolist() == [1] * size + [0] * (longest - size)
        assert labels[0] == labels[size - 1] == IGNORED
        assert set(labels[size:]) <= {IGNORED}
        fates: dict[int, set[bool]] = {}
        for token, label, word in zip(row["input_ids"], labels, row["words"], strict=False):
            assert label in (IGNORED, token)
            fates.setdefault(word, set()).add(label != IGNORED)
        assert all(len(fate) == 1 for fate in fates.values())


@pytest.mark.parametrize("share", [0.15, 0.5])
def test_the_share_of_hidden_words_is_that_of_the_settings(share: float) -> None:
    torch.manual_seed(0)
    labels = WholeWordMasker(share, _PAD)([_row([1] * 40)] * 200)["labels"]
    found = (labels[:, 1:-1] != IGNORED).float().mean().item()
    assert found == pytest.approx(share, abs=0.02)


def test_the_same_word_number_in_two_pieces_is_drawn_twice() -> None:
    torch.manual_seed(0)
    labels = WholeWordMasker(0.5, _PAD)([_row([2] * 10)] * 20)["labels"]
    assert len({tuple(row) for row in labels.tolist()}) > 10
