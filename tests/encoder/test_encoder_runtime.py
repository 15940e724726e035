from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_texts import REVIEWS

from review_mining.encoder.batching import batches_of, framed, padded
from review_mining.encoder.configuration import ReviewEncoderConfig
from review_mining.encoder.export import export_encoder
from review_mining.encoder.modeling import ReviewEncoderModel
from review_mining.encoder.runtime import Encoder
from review_mining.encoder.tokenizer import train_tokenizer

_TEXTS = [review.text for review in REVIEWS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source, out = tmp_path_factory.mktemp("small"), tmp_path_factory.mktemp("runtime") / "model"
    tokenizer = train_tokenizer(_TEXTS, vocab_size=300, min_frequency=1)
    torch.manual_seed(0)
    config = ReviewEncoderConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64
    )
    ReviewEncoderModel(config).save_pretrained(source)
    tokenizer.save_pretrained(source)
    export_encoder(source, out, precisions=("int8", "fp32"))
    return out


def test_a_batch_equals_single_texts(folder: Path) -> None:
    encoder = Encoder.from_pretrained(folder, precision="fp32")
    together = encoder.encode(_TEXTS)
    assert np.abs(together - np.concatenate([encoder.encode([text]) for text in _TEXTS])).max() < 1e-4


@pytest.mark.parametrize("text", ["", "😊", "好" * 5000, "\ud800 坏", "ＡＢＣ　１２"])
def test_odd_texts_have_vectors(folder: Path, text: str) -> None:
    found = Encoder.from_pretrained(folder).encode([text.encode("utf-8", "replace").decode(), "物流快"])
    assert found.shape == (2, 32)
    assert np.isfinite(found).all()


def test_no_texts_have_no_vectors(folder: Path) -> None:
    assert Encoder.from_pretrained(folder).encode([]).shape == (0, 32)


def test_spelling_variants_are_one_text(folder: Path) -> None:
    one, other = Encoder.from_pretrained(folder, precision="fp32").encode(["質量很好，APP快", "质量很好,app快"])
    assert np.array_equal(one, other)


def test_a_model_without_a_projection_gives_unit_vectors(folder: Path) -> None:
    found = Encoder.from_pretrained(folder).sentence_vectors(_TEXTS)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_inference_needs_no_torch(folder: Path) -> None:
    code = (
        "import sys\n"
        "from review_mining.encoder.runtime import Encoder\n"
        f"Encoder.from_pretrained({str(folder)!r}).encode(['好'])\n"
        "sys.exit(', '.join({'torch', 'transformers', 'datasets'} & set(sys.modules)) or 0)"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(1, 90), max_size=60), st.integers(1, 200), st.integers(1, 9))
def test_batches_hold_each_row_once_within_the_budget(lengths: list[int], budget: int, most: int) -> None:
    batches = list(batches_of(lengths, token_budget=budget, max_rows=most))
    assert sorted(row for batch in batches for row in batch.tolist()) == list(range(len(lengths)))
    for batch in batches:
        longest = max(lengths[row] for row in batch)
        assert len(batch) == 1 or (len(batch) <= most and len(batch) * longest <= budget)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.integers(1, 9), max_size=7), min_size=1, max_size=8))
def test_padding_keeps_rows(rows: list[list[int]]) -> None:
    ids, mask = padded(rows, 0)
    assert [ids[row][mask[row] == 1].tolist() for row in range(len(rows))] == rows


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(), max_size=40), st.integers(4, 30))
def test_long_texts_keep_both_ends(ids: list[int], room: int) -> None:
    found = framed(ids, -1, -2, room + 2)
    assert len(found) == min(len(ids), room) + 2
    assert (found[0], found[-1]) == (-1, -2)
    if ids:
        assert (found[1], found[-2]) == (ids[0], ids[-1])
