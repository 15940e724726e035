from __future__ import annotations

from pathlib import Path

import invented_texts
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoConfig, AutoModel

from review_mining.encoder.configuration import ReviewEncoderConfig
from review_mining.encoder.modeling import ReviewEncoderModel, mean_of_tokens

_PIECE = st.lists(st.integers(5, 299), min_size=1, max_size=14)


@given(_PIECE, st.integers(1, 12))
@settings(max_examples=25, deadline=None)
def test_padding_changes_nothing(ids: list[int], padding: int) -> None:
    model = invented_texts.encoder()
    piece = [2, *ids, 3]
    alone = torch.tensor([piece])
    beside = torch.tensor([piece + [0] * padding, [2] + [9] * (len(piece) + padding - 2) + [3]])
    mask = torch.ones_like(beside)
    mask[0, len(piece) :] = 0
    with torch.inference_mode():
        wanted, found = model(alone), model(beside, mask)
    torch.testing.assert_close(found.last_hidden_state[0, : len(piece)], wanted.last_hidden_state[0])
    torch.testing.assert_close(found.pooler_output[0], wanted.pooler_output[0])


def test_pooled_is_the_mean_of_the_real_tokens() -> None:
    model = invented_texts.encoder()
    ids, mask = torch.tensor([[2, 8, 9, 3, 0], [2, 7, 6, 5, 3]]), torch.tensor([[1, 1, 1, 1, 0], [1] * 5])
    with torch.inference_mode():
        out = model(ids, mask)
    torch.testing.assert_close(out.pooler_output[0], out.last_hidden_state[0, :4].mean(0))
    torch.testing.assert_close(out.pooler_output[1], out.last_hidden_state[1].mean(0))
    assert mean_of_tokens(torch.ones(1, 2, 3), torch.zeros(1, 2)).tolist() == [[0.0] * 3]


def test_shapes_and_the_states_between_layers() -> None:
    model = invented_texts.encoder(num_hidden_layers=3)
    with torch.inference_mode():
        out = model(torch.tensor([[2, 8, 9, 3]]), output_hidden_states=True)
    assert out.last_hidden_state.shape == (1, 4, 32)
    assert [tuple(states.shape) for states in out.hidden_states] == [(1, 4, 32)] * 4
    assert model(torch.tensor([[2, 3]])).hidden_states is None


def test_order_and_place_of_tokens_count() -> None:
    model = invented_texts.encoder()
    with torch.inference_mode():
        one, other = model(torch.tensor([[2, 8, 9, 3]])), model(torch.tensor([[2, 9, 8, 3]]))
    assert not torch.allclose(one.pooler_output, other.pooler_output, atol=1e-3)


def test_a_saved_encoder_is_the_same(tmp_path: Path) -> None:
    model = invented_texts.encoder(sentence_size=8, ngram_orders=(2,))
    model.save_pretrained(tmp_path)
    assert isinstance(AutoConfig.from_pretrained(tmp_path), ReviewEncoderConfig)
    ids = torch.tensor([[2, 8, 9, 3]])
    for again in (ReviewEncoderModel.from_pretrained(tmp_path), AutoModel.from_pretrained(tmp_path)):
        assert isinstance(again, ReviewEncoderModel)
        assert again.state_dict().keys() == model.state_dict().keys()
        for name, weight in model.state_dict().items():
            assert torch.equal(weight, again.state_dict()[name]), name
        assert torch.equal(model(ids).pooler_output, again.eval()(ids).pooler_output)


def test_half_precision_is_half_the_size(tmp_path: Path) -> None:
    model = invented_texts.encoder()
    ids = torch.tensor([[2, 8, 9, 3]])
    wanted = model(ids).pooler_output
    model.save_pretrained(tmp_path / "whole")
    model.half().save_pretrained(tmp_path / "half")
    whole, half = ((tmp_path / name / "model.safetensors").stat().st_size for name in ("whole", "half"))
    assert half < 0.6 * whole
    again = AutoModel.from_pretrained(tmp_path / "half", dtype=torch.float32).eval()
    torch.testing.assert_close(again(ids).pooler_output, wanted, atol=0.05, rtol=0.01)


@pytest.mark.parametrize("size", [0, 16])
def test_a_projection_only_where_it_is_wanted(size: int) -> None:
    model = invented_texts.encoder(sentence_size=size)
    assert hasattr(model, "sentence") == bool(size)
    if size:
        assert model.sentence(model(torch.tensor([[2, 8, 3]])).pooler_output).shape == (1, size)


def test_dropout_acts_only_while_training() -> None:
    model = invented_texts.encoder(dropout=0.5)
    ids = torch.tensor([[2, 8, 9, 3]])
    assert torch.equal(model(ids).pooler_output, model(ids).pooler_output)
    model.train()
    assert not torch.equal(model(ids).pooler_output, model(ids).pooler_output)
