from __future__ import annotations

import invented_texts
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from transformers import BertConfig, BertModel

from review_mining.encoder.masking import IGNORED
from review_mining.encoder.objectives import MaskedWords, ReplacedTokens, objective_of
from review_mining.encoder.training_config import PretrainingConfig
from review_mining.errors import ConfigError

_MASK = 4
_KINDS = ("replaced_tokens", "masked_words")


def _objective(kind: str) -> MaskedWords | ReplacedTokens:
    settings = PretrainingConfig(objective=kind, generator_size=16)
    encoder = invented_texts.teach_ngrams(invented_texts.encoder(), _batch()[0].tolist())
    return objective_of(settings, encoder, _MASK)


def _batch(seed: int = 0, hidden: float = 0.4) -> tuple[Tensor, Tensor, Tensor]:
    """Two pieces, the second one padded; tokens to hide drawn among the others."""
    torch.manual_seed(seed)
    ids = torch.randint(5, 300, (2, 12))
    ids[:, 0], ids[0, -1] = 2, 3
    ids[1, 8], ids[1, 9:] = 3, 0
    mask = (ids != 0).long()
    chosen = (torch.rand(ids.shape) < hidden) & (ids >= 5)
    chosen[:, 1] = True
    return ids, mask, torch.where(chosen, ids, IGNORED)


@pytest.mark.parametrize("kind", _KINDS)
def test_the_loss_reaches_every_weight_of_the_encoder(kind: str) -> None:
    objective = _objective(kind).train()
    outputs = objective(*_batch())
    assert all(torch.isfinite(value) for value in outputs.values())
    outputs["loss"].backward()
    for name, weight in objective.named_parameters():
        assert weight.grad is not None, name
        assert torch.isfinite(weight.grad).all(), name
        assert weight.grad.abs().sum() > 0, name


@pytest.mark.parametrize("kind", _KINDS)
def test_a_batch_in_which_nothing_is_hidden_has_a_finite_loss(kind: str) -> None:
    ids, mask, _ = _batch()
    assert torch.isfinite(_objective(kind)(ids, mask, torch.full_like(ids, IGNORED))["loss"])


@pytest.mark.parametrize("kind", _KINDS)
def test_the_loss_falls_on_a_batch_learnt_by_heart(kind: str) -> None:
    objective, batch = _objective(kind).train(), _batch()
    optimizer = torch.optim.AdamW(objective.parameters(), lr=5e-3)
    losses = []
    for step in range(40):
        torch.manual_seed(step % 2)
        loss = objective(*batch)["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert sum(losses[-4:]) < 0.5 * sum(losses[:4])


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_a_token_counts_as_replaced_only_where_it_has_changed(seed: int) -> None:
    ids, mask, labels = _batch(seed)
    objective = _objective("replaced_tokens").eval()
    with torch.no_grad():
        batch = objective.corrupt(ids, mask, labels)
        _, answers = objective.predict(batch.input_ids, mask, batch.asked)
    assert torch.equal(batch.input_ids[labels == IGNORED], ids[labels == IGNORED])
    assert torch.equal(batch.asked, (ids >= 5) & mask.bool())
    assert torch.equal(batch.targets.bool(), (batch.input_ids != ids)[batch.asked])
    assert answers.shape == batch.targets.shape


def test_a_generator_that_guesses_right_replaces_nothing() -> None:
    ids, mask, labels = _batch()
    ids = torch.where(ids >= 5, 77, ids)
    labels = torch.where(labels == IGNORED, IGNORED, 77)
    objective = _objective("replaced_tokens").eval()
    with torch.no_grad():
        objective.head.bias[77] = 1e4
        batch = objective.corrupt(ids, mask, labels)
    assert torch.equal(batch.input_ids, ids)
    assert not batch.targets.any()
    assert batch.generation.item() == pytest.approx(0, abs=1e-3)


def test_hidden_words_are_masked_replaced_or_kept_by_eight_one_and_one() -> None:
    torch.manual_seed(0)
    ids = torch.randint(5, 300, (100, 60))
    hidden = torch.rand(ids.shape) < 0.5
    batch = _objective("masked_words").corrupt(ids, torch.ones_like(ids), torch.where(hidden, ids, IGNORED))
    assert torch.equal(batch.input_ids[~hidden], ids[~hidden])
    assert torch.equal(batch.targets, ids[hidden])
    assert torch.equal(batch.asked, hidden)
    shown = batch.input_ids[hidden]
    masked, kept = (shown == _MASK).float().mean().item(), (shown == ids[hidden]).float().mean().item()
    assert masked == pytest.approx(0.8, abs=0.02)
    assert kept == pytest.approx(0.1, abs=0.02)
    assert shown[shown != _MASK].min() >= 5


def test_replaced_tokens_needs_the_projects_own_tables() -> None:
    shape = BertConfig(vocab_size=300, hidden_size=16, num_hidden_layers=1, num_attention_heads=1, intermediate_size=16)
    with pytest.raises(ConfigError, match="masked_words"):
        objective_of(PretrainingConfig(objective="replaced_tokens"), BertModel(shape), _MASK)
    objective = objective_of(PretrainingConfig(objective="masked_words"), BertModel(shape), _MASK)
    assert torch.isfinite(objective(*_batch())["loss"])
