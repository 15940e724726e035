from __future__ import annotations

from pathlib import Path

import invented_texts
import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from invented_texts import REVIEWS
from transformers import BertConfig, BertModel, ModernBertConfig, ModernBertModel, RobertaConfig, RobertaModel

from review_mining.encoder.batching import padded
from review_mining.encoder.configuration import ReviewEncoderConfig
from review_mining.encoder.export import export_encoder, export_model
from review_mining.encoder.modeling import ReviewEncoderModel, mean_of_tokens
from review_mining.encoder.multitask import token_ids
from review_mining.encoder.rounding import rounded_columns
from review_mining.encoder.runtime import Encoder
from review_mining.encoder.tokenizer import train_tokenizer
from review_mining.encoder.torch_features import TorchFeatures
from review_mining.errors import ModelError

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

_TEXTS = [review.text for review in REVIEWS]
_SIZES = {"vocab_size": 300, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small untrained encoder whose layers matter, with sentence vectors."""
    folder = tmp_path_factory.mktemp("source")
    tokenizer = train_tokenizer(_TEXTS, vocab_size=300, min_frequency=1)
    torch.manual_seed(0)
    config = ReviewEncoderConfig(
        **{**_SIZES, "vocab_size": len(tokenizer)},
        character_size=16,
        ngram_rows=401,
        ngram_buckets=997,
        ngram_size=8,
        intermediate_size=64,
        max_position_embeddings=40,
        initializer_range=0.3,
        sentence_size=8,
    )
    model = ReviewEncoderModel(config)
    invented_texts.teach_ngrams(model, tokenizer(_TEXTS)["input_ids"]).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def exported(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "model"
    export_encoder(source, folder, precisions=("int8", "fp32"))
    return folder


def test_full_precision_equals_torch(source: Path, exported: Path) -> None:
    model = ReviewEncoderModel.from_pretrained(source).eval()
    features = TorchFeatures.from_pretrained(source, max_tokens=40)
    ids, mask = padded(token_ids(_TEXTS, features._tokenizer, 40), 0)
    with torch.inference_mode():
        wanted = model(torch.from_numpy(ids), torch.from_numpy(mask))
    session = onnxruntime.InferenceSession(str(exported / "model_fp32.onnx"))
    states, pooled, sentence = session.run(None, {"input_ids": ids, "attention_mask": mask})
    real = mask.astype(bool)
    assert np.abs(states - wanted.last_hidden_state.numpy())[real].max() < 1e-3
    assert np.abs(pooled - wanted.pooler_output.numpy()).max() < 1e-3
    assert np.allclose(np.linalg.norm(sentence, axis=1), 1, atol=1e-5)


def test_eight_bits_point_the_same_way(source: Path, exported: Path) -> None:
    wanted = TorchFeatures.from_pretrained(source, max_tokens=40)(_TEXTS)
    found = Encoder.from_pretrained(exported, max_tokens=40).encode(_TEXTS)
    wanted, found = wanted - wanted.mean(0), found - wanted.mean(0)
    cosines = (wanted * found).sum(1) / np.linalg.norm(wanted, axis=1) / np.linalg.norm(found, axis=1)
    assert cosines.min() > 0.98


def test_no_pair_of_8_bit_weights_overflows() -> None:
    weight = np.random.default_rng(0).standard_normal((33, 20)).astype(np.float32)
    values, scales = rounded_columns(weight)
    pairs = np.pad(values.astype(int), ((0, 1), (0, 0))).reshape(-1, 2, 20)
    # u8 times s8, two products in 16 bits; rounding may add half a step to each of the two.
    assert np.abs(np.maximum(pairs, 0).sum(1)).max() * 255 <= 2**15 + 255
    assert np.abs(values * scales - weight).max() <= scales.max()


def test_the_attention_is_fused_and_the_file_small(exported: Path) -> None:
    kinds = [node.op_type for node in onnx.load(exported / "model.onnx").graph.node]
    assert kinds.count("QAttention") == 2
    assert "Softmax" not in kinds
    assert (exported / "model.onnx").stat().st_size < (exported / "model_fp32.onnx").stat().st_size / 2


def test_two_exports_give_the_same_bytes(source: Path, exported: Path, tmp_path: Path) -> None:
    export_model(ReviewEncoderModel.from_pretrained(source), tmp_path / "model.onnx", "int8")
    assert (tmp_path / "model.onnx").read_bytes() == (exported / "model.onnx").read_bytes()


@pytest.mark.parametrize(
    "model",
    [
        lambda: BertModel(BertConfig(**_SIZES, intermediate_size=64)),
        lambda: RobertaModel(RobertaConfig(**_SIZES, intermediate_size=64, pad_token_id=0)),
        lambda: ModernBertModel(
            ModernBertConfig(**_SIZES, intermediate_size=64, pad_token_id=0, attn_implementation="eager")
        ),
    ],
    ids=["bert", "roberta", "modernbert"],
)
def test_other_encoders_export(model: object, tmp_path: Path) -> None:
    torch.manual_seed(0)
    encoder = model().eval()  # type: ignore[operator]
    ids, mask = padded([[2, 9, 17, 30, 3], [2, 8, 3]], 0)
    with torch.inference_mode():
        states = encoder(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).last_hidden_state
        wanted = mean_of_tokens(states, torch.from_numpy(mask)).numpy()
    for precision, tolerance in (("fp32", 1e-3), ("int8", 0.2)):
        path = tmp_path / f"{precision}.onnx"
        export_model(encoder, path, precision)
        session = onnxruntime.InferenceSession(str(path))
        (found,) = session.run(["pooled"], {"input_ids": ids, "attention_mask": mask})
        assert np.abs(found - wanted).max() < tolerance


def test_damaged_models_are_refused(exported: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="config.json, tokenizer.json, model.onnx missing"):
        Encoder.from_pretrained(tmp_path)
    for name in ("config.json", "tokenizer.json", "model.onnx"):
        copy = tmp_path / name.replace(".", "_")
        copy.mkdir()
        for file in ("config.json", "tokenizer.json", "model.onnx"):
            content = (exported / file).read_bytes()
            (copy / file).write_bytes(content[: len(content) // 3] if file == name else content)
        with pytest.raises(ModelError, match=name):
            Encoder.from_pretrained(copy)
