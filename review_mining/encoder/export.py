"""The encoder as ONNX: fused attention, full precision or 8 bits, for inference without torch.

The project's own encoder is written node by node, for its graph is known and exporters do not find the fused attention
in it; any other encoder goes through torch's exporter and ONNX Runtime's dynamic quantisation.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from transformers import AutoTokenizer, PreTrainedModel

from review_mining.encoder.graph import CONTRIB, GraphBuilder, Reals
from review_mining.encoder.hashing import MULTIPLIERS, window
from review_mining.encoder.modeling import ReviewEncoderModel, mean_of_tokens
from review_mining.encoder.pretraining import load_backbone
from review_mining.staging import staged_directory, staged_file

INPUTS = ("input_ids", "attention_mask")
INT8, FP32 = "model.onnx", "model_fp32.onnx"
_OPSET = 18

Weights = dict[str, Reals]


def export(source: Path, folder: Path, *, fp32: bool, force: bool) -> None:
    """Write an inference directory: ``model.onnx`` (int8), weights in half precision, configuration, tokenizer.

    Args:
        source: Hugging Face directory.
        folder: what to write, all or nothing.
        fp32: also write ``model_fp32.onnx``.
        force: replace an existing folder.

    Raises:
        ConfigError: the source cannot be loaded.
        UsageError: the folder exists and ``force`` is false.
    """
    model, tokenizer = load_backbone(str(source)).eval(), AutoTokenizer.from_pretrained(source)
    with staged_directory(folder, force=force) as staged:
        for name, int8 in ((INT8, True), (FP32, False)):
            if int8 or fp32:
                export_graph(model, staged / name, int8=int8)
        model.half().save_pretrained(staged)
        tokenizer.save_pretrained(staged)


def export_graph(model: PreTrainedModel, path: Path, *, int8: bool) -> None:
    """Write one ONNX file with outputs ``last_hidden_state``, ``pooled`` and, where the model has it, ``sentence``."""
    with staged_file(path) as staged:
        if isinstance(model, ReviewEncoderModel):
            staged.write_bytes(_own_graph(model, int8=int8).SerializeToString(deterministic=True))
        else:
            _exported(model, staged, int8=int8)


def _own_graph(model: ReviewEncoderModel, *, int8: bool) -> onnx.ModelProto:
    graph = GraphBuilder(int8=int8)
    weights = {name: value.detach().float().numpy() for name, value in model.named_parameters()}
    config = model.config
    states, wide = _first_states(graph, weights, config)
    mask = graph.node("Cast", "attention_mask", to=TensorProto.INT32)
    for layer in range(config.num_hidden_layers):
        states = _layer(graph, weights, f"layers.{layer}", states, mask, config)
    last = graph.node("Add", _normalised(graph, weights, "norm", states, config), wide)
    graph.rename(last, "last_hidden_state")
    pooled = _mean(graph, last)
    graph.rename(pooled, "pooled")
    hidden = config.hidden_size
    outputs: dict[str, tuple[str | int, ...]] = {
        "last_hidden_state": ("batch", "tokens", hidden),
        "pooled": ("batch", hidden),
    }
    if config.sentence_size:
        projected = graph.node("MatMul", pooled, graph.constant("sentence", weights["sentence.weight"].T))
        unit = graph.node("LpNormalization", projected, axis=-1, p=2)
        graph.rename(unit, "sentence")
        outputs["sentence"] = ("batch", config.sentence_size)
    return graph.model(INPUTS, outputs)


def _first_states(graph: GraphBuilder, weights: Weights, config: Any) -> tuple[str, str]:  # noqa: ANN401
    """States before the first layer, and what the wide path adds after the last."""
    characters = graph.look_up("input_ids", "characters", weights["embeddings.characters.weight"])
    tokens = graph.node("Gather", graph.node("Shape", "input_ids"), graph.integers(1))
    buckets = _buckets(graph, tokens, config)
    tables = len(config.ngram_orders) * config.ngram_hashes
    joint = np.concatenate([weights[f"embeddings.ngrams.{table}.weight"] for table in range(tables)])
    ngrams = graph.look_up(graph.node("Concat", *buckets, axis=2), "ngrams", joint)
    flat = graph.node("Reshape", ngrams, graph.integers(0, 0, tables * config.ngram_size))
    looked_up = graph.node("Concat", characters, flat, axis=2)
    # One product serves both paths. Its inputs are table rows, too few and too coarse for 8-bit activations.
    both = graph.linear(
        looked_up,
        "mix_and_wide",
        np.concatenate([weights["embeddings.mix.weight"], weights["wide.weight"]]).T,
        np.concatenate([weights["embeddings.mix.bias"], weights["wide.bias"]]),
        exact=True,
    )
    sizes = graph.integers(config.hidden_size, config.hidden_size)
    mixed, wide = graph.nodes("Split", (both, sizes), 2, axis=2)
    table = graph.stored("positions", weights["embeddings.positions.weight"])
    positions = graph.node("Slice", table, graph.integers(0), tokens, graph.integers(0))
    states = graph.node("Add", mixed, positions)
    return _normalised(graph, weights, "embeddings.norm", states, config), wide


def _buckets(graph: GraphBuilder, tokens: str, config: Any) -> list[str]:  # noqa: ANN401
    """Row of the joint table for each order and hash function, each of shape (batch, tokens, 1); see ``hashing``."""
    found = []
    modulus = graph.integers(config.ngram_buckets)
    for order in config.ngram_orders:
        offsets = window(order)
        padded = graph.node("Pad", "input_ids", graph.integers(0, -offsets[0], 0, offsets[-1]))
        neighbours = []
        for place in range(order):
            start = graph.integers(place)
            neighbours.append(graph.node("Slice", padded, start, graph.node("Add", tokens, start), graph.integers(1)))
        for function in range(config.ngram_hashes):
            bucket = graph.node("Mod", neighbours[0], modulus)
            for neighbour in neighbours[1:]:
                product = graph.node("Mul", bucket, graph.integers(MULTIPLIERS[function]))
                bucket = graph.node("Mod", graph.node("Add", product, neighbour), modulus)
            first_row = graph.integers(len(found) * config.ngram_buckets)
            found.append(graph.node("Unsqueeze", graph.node("Add", bucket, first_row), graph.integers(2)))
    return found


def _layer(graph: GraphBuilder, weights: Weights, name: str, states: str, mask: str, config: Any) -> str:  # noqa: ANN401
    def linear(inputs: str, part: str) -> str:
        return graph.linear(
            inputs, f"{name}.{part}", weights[f"{name}.{part}.weight"].T, weights[f"{name}.{part}.bias"]
        )

    normed = _normalised(graph, weights, f"{name}.attention_norm", states, config)
    joint = linear(normed, "attention_input")
    size = config.hidden_size
    query, key, value = graph.nodes("Split", (joint, graph.integers(size, size, size)), 3, axis=2)
    # The bias stands in the product already; the empty name leaves the operator's own out.
    attended = graph.node(
        "MultiHeadAttention", query, key, value, "", mask, domain=CONTRIB, num_heads=config.num_attention_heads
    )
    states = graph.node("Add", states, linear(attended, "attention_output"))
    normed = _normalised(graph, weights, f"{name}.norm", states, config)
    inner = graph.node("Gelu", linear(normed, "intermediate"), domain=CONTRIB)
    return graph.node("Add", states, linear(inner, "output"))


def _normalised(graph: GraphBuilder, weights: Weights, name: str, states: str, config: Any) -> str:  # noqa: ANN401
    return graph.normalise(states, name, weights[f"{name}.weight"], weights[f"{name}.bias"], config.layer_norm_eps)


def _mean(graph: GraphBuilder, states: str) -> str:
    mask = graph.node("Cast", "attention_mask", to=TensorProto.FLOAT)
    total = graph.node("MatMul", graph.node("Unsqueeze", mask, graph.integers(1)), states)
    counts = graph.node("ReduceSum", mask, graph.integers(1), keepdims=1)
    one = graph.constant("one", np.ones(1, dtype=np.float32))
    return graph.node("Div", graph.node("Squeeze", total, graph.integers(1)), graph.node("Max", counts, one))


class _Pooled(nn.Module):
    """Any encoder with the outputs of ours."""

    def __init__(self, encoder: PreTrainedModel) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return states, mean_of_tokens(states, attention_mask)


def _exported(model: PreTrainedModel, path: Path, *, int8: bool) -> None:
    example = torch.ones(2, 8, dtype=torch.int64)
    axes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens")}
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / FP32
        torch.onnx.export(
            _Pooled(model),
            (example, example),
            str(whole),
            input_names=list(INPUTS),
            output_names=["last_hidden_state", "pooled"],
            dynamic_shapes=(axes, axes),
            opset_version=_OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
        if int8:
            quantize_dynamic(whole, path, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
        else:
            path.write_bytes(whole.read_bytes())
