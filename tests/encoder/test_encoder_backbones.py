from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import (
    BertConfig,
    BertModel,
    ModernBertConfig,
    ModernBertModel,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaModel,
)

from review_mining.encoder.labelled import LabelledTexts
from review_mining.encoder.multitask import TaskCollator, TaskHeads, rows_of
from review_mining.encoder.pretraining import load_backbone
from review_mining.encoder.torch_features import TorchFeatures
from review_mining.encoder.training_config import TasksConfig
from review_mining.errors import ConfigError

_TEXTS = ["台灯光线柔和，很好看", "发货太慢", "", "客服耐心，教我装好滤芯" * 9]
_SHAPE = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 24}


def _bert(vocab_size: int) -> PreTrainedModel:
    return BertModel(BertConfig(vocab_size=vocab_size, max_position_embeddings=128, **_SHAPE))


def _roberta(vocab_size: int) -> PreTrainedModel:
    shape = RobertaConfig(vocab_size=vocab_size, max_position_embeddings=130, pad_token_id=0, **_SHAPE)
    return RobertaModel(shape)


def _modern(vocab_size: int) -> PreTrainedModel:
    special = {
        f"{name}_token_id": place for name, place in (("pad", 0), ("cls", 2), ("bos", 2), ("sep", 3), ("eos", 3))
    }
    return ModernBertModel(ModernBertConfig(vocab_size=vocab_size, **_SHAPE, **special))


@pytest.mark.parametrize("make", [_bert, _roberta, _modern])
def test_an_encoder_of_another_make_gives_features(
    tokenizer: PreTrainedTokenizerFast, tmp_path: Path, make: Callable[[int], PreTrainedModel]
) -> None:
    torch.manual_seed(0)
    model = make(len(tokenizer)).eval()
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    assert (tmp_path / "model.safetensors").is_file()
    assert type(load_backbone(str(tmp_path))) is type(model)
    features = TorchFeatures.from_pretrained(tmp_path, max_tokens=64)
    found = features(_TEXTS)
    assert found.shape == (4, 16)
    assert np.isfinite(found).all()
    ids = torch.tensor([tokenizer(_TEXTS[0])["input_ids"]])
    with torch.inference_mode():
        wanted = model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state[0].mean(0)
    np.testing.assert_allclose(found[0], wanted.numpy(), atol=1e-5)
    np.testing.assert_allclose(found, np.concatenate([features([text]) for text in _TEXTS]), atol=1e-5)
    np.testing.assert_array_equal(features.sentence_vectors(_TEXTS), found)


def test_weights_that_are_not_safetensors_are_refused(tokenizer: PreTrainedTokenizerFast, tmp_path: Path) -> None:
    model = _bert(len(tokenizer))
    model.save_pretrained(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    torch.save(model.state_dict(), tmp_path / "pytorch_model.bin")
    with pytest.raises(ConfigError, match="cannot be loaded"):
        load_backbone(str(tmp_path))


def test_a_directory_without_an_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=tmp_path.name):
        load_backbone(str(tmp_path))


@pytest.mark.parametrize("make", [_bert, _roberta, _modern])
def test_tasks_are_learnt_on_the_states_that_inference_averages(
    tokenizer: PreTrainedTokenizerFast, make: Callable[[int], PreTrainedModel]
) -> None:
    torch.manual_seed(0)
    encoder = make(len(tokenizer)).eval()
    labels = np.array([1.0, 0.0, 1.0, 0.0], dtype=np.float32)
    reserved = np.zeros(4, dtype=np.bool_)
    task = LabelledTexts("polarity", "binary", _TEXTS, labels, (), reserved, np.array(["invented"] * 4))
    rows = rows_of([task], tokenizer, TasksConfig(reviews=Path("none"), max_tokens=64))
    heads = TaskHeads(encoder, [task], mask_token_id=4, masked_share=0.0, dropout=0.0)
    found = heads(**TaskCollator(int(tokenizer.pad_token_id), 1)(list(rows)))["loss"]
    features = torch.from_numpy(TorchFeatures(encoder, tokenizer, max_tokens=64)(_TEXTS))
    with torch.inference_mode():
        odds = heads.heads[0](features)[:, 0]
        wanted = torch.nn.functional.binary_cross_entropy_with_logits(odds, torch.from_numpy(labels))
    assert found.item() == pytest.approx(wanted.item(), abs=1e-5)
