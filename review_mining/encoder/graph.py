"""The review encoder as an ONNX graph, written node by node.

Exporters break attention into a dozen nodes, and the optimiser of ONNX Runtime does not recognise it in a pre-norm
encoder. The shape is known here, so the graph is written with the fused nodes that the runtime has: ``Attention`` and
``Gelu``, ``QAttention`` and ``DynamicQuantizeMatMul`` for 8 bits. Residual sums stay apart from normalisations, for
``SkipLayerNormalization`` is seven times as slow on processors as ``Add`` and ``LayerNormalization``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from review_mining.encoder.configuration import ReviewEncoderConfig
from review_mining.encoder.modeling import TYPICAL_TOKENS, ReviewEncoderModel
from review_mining.encoder.ngram_index import UNKNOWN, moduli, window
from review_mining.encoder.rounding import rounded_columns, rounded_rows

Array = npt.NDArray[Any]

_MICROSOFT = "com.microsoft"
_OPSETS = {"": 17, _MICROSOFT: 1}
_IR_VERSION = 8


class _Graph:
    """Nodes and constants in single precision.

    Args:
        weights: of the model, by name.
        config: of the model.
    """

    def __init__(self, weights: dict[str, Array], config: ReviewEncoderConfig) -> None:
        self.weights, self.config = weights, config
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def add(self, kind: str, *inputs: str, name: str = "", **attributes: Any) -> str:  # noqa: ANN401
        """Add a node of the standard operators; gives the name of its output."""
        return self.add_many(kind, inputs, [name or f"{kind}_{len(self.nodes)}"], **attributes)[0]

    def add_many(self, kind: str, inputs: Sequence[str], names: Sequence[str], **attributes: Any) -> Sequence[str]:  # noqa: ANN401
        """Add a node with several outputs."""
        self.nodes.append(helper.make_node(kind, inputs, names, **attributes))
        return names

    def constant(self, name: str, array: Array) -> str:
        """Keep an array under a name."""
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def whole(self, *numbers: int) -> str:
        """Whole numbers as a constant of one dimension, kept once."""
        return self.constant("_".join(["whole", *map(str, numbers)]), np.asarray(numbers, dtype=np.int64))

    def table(self, name: str) -> str:
        """Keep the table of this name for ``rows``."""
        return self.constant(name, self.weights[name])

    def rows(self, table: str, places: str) -> str:
        """Look up rows of a table of shape (rows, width)."""
        return self.add("Gather", table, places)

    def matrix(self, name: str, array: Array) -> str:
        """A matrix that takes part in exact products."""
        return self.constant(name, array)

    def exact(self, values: str, name: str) -> str:
        """The linear module of this name, never with rounded activations."""
        product = self.add("MatMul", values, self.matrix(f"{name}.weight", self.weights[f"{name}.weight"].T))
        bias = self.weights.get(f"{name}.bias")
        return product if bias is None else self.add("Add", product, self.constant(f"{name}.bias", bias))

    def linear(self, values: str, name: str) -> str:
        """The linear module of this name."""
        return self.exact(values, name)

    def attention(self, values: str, mask: str, name: str) -> str:
        """Self-attention with the inner projections of the linear module of this name; mask int32 (batch, tokens)."""
        weight = self.constant(f"{name}.weight", self.weights[f"{name}.weight"].T)
        bias = self.constant(f"{name}.bias", self.weights[f"{name}.bias"])
        return self.add("Attention", values, weight, bias, mask, domain=_MICROSOFT, num_heads=self._heads)

    def normalised(self, values: str, module: str, name: str = "") -> str:
        """The layer normalisation ``module``."""
        scale, shift = (
            self.constant(f"{module}.{part}", self.weights[f"{module}.{part}"]) for part in ("weight", "bias")
        )
        epsilon = self.config.layer_norm_eps
        return self.add("LayerNormalization", values, scale, shift, name=name, axis=-1, epsilon=epsilon)

    @property
    def _heads(self) -> int:
        return int(self.config.num_attention_heads)


class _Int8Graph(_Graph):
    """Weights in 8 bits; products of the layers also, with activations scaled batch by batch.

    The products with what tables give stay exact: they are few, and an error there is felt in every layer.
    """

    def table(self, name: str) -> str:
        numbers, scales = rounded_rows(self.weights[name])
        self.constant(f"{name}.scale", scales)
        return self.constant(name, numbers)

    def rows(self, table: str, places: str) -> str:
        return self._scaled(self.add("Gather", table, places), self.add("Gather", f"{table}.scale", places))

    def matrix(self, name: str, array: Array) -> str:
        # ONNX Runtime computes this once, when it loads the file.
        numbers, scales = rounded_columns(array)
        return self._scaled(self.constant(name, numbers), self.constant(f"{name}.scale", scales))

    def linear(self, values: str, name: str) -> str:
        numbers, scales = self._rounded(name)
        bias = self.constant(f"{name}.bias", self.weights[f"{name}.bias"])
        return self.add("DynamicQuantizeMatMul", values, numbers, scales, "", bias, domain=_MICROSOFT)

    def attention(self, values: str, mask: str, name: str) -> str:
        parts = [f"{name}.input{part}" for part in ("", ".scale", ".zero")]
        whole, scale, zero = self.add_many("DynamicQuantizeLinear", [values], parts)
        numbers, scales = self._rounded(name)
        bias = self.constant(f"{name}.bias", self.weights[f"{name}.bias"])
        inputs = (whole, numbers, bias, scale, scales, mask, zero)
        return self.add("QAttention", *inputs, domain=_MICROSOFT, num_heads=self._heads)

    def _rounded(self, name: str) -> tuple[str, str]:
        numbers, scales = rounded_columns(self.weights[f"{name}.weight"].T)
        return self.constant(f"{name}.weight", numbers), self.constant(f"{name}.weight.scale", scales)

    def _scaled(self, numbers: str, scales: str) -> str:
        return self.add("Mul", self.add("Cast", numbers, to=TensorProto.FLOAT), scales)


def encoder_graph(model: ReviewEncoderModel, *, int8: bool) -> onnx.ModelProto:
    """The model as a graph.

    Args:
        model: what is written down.
        int8: weights in 8 bits instead of single precision.

    Returns:
        A graph of ``input_ids`` and ``attention_mask``, int64 of shape (batch, tokens), to ``last_hidden_state``
        (batch, tokens, hidden), ``pooled`` (batch, hidden) and, if the model has a projection, ``sentence`` (batch,
        sentence size), rows of unit length.
    """
    config = cast(ReviewEncoderConfig, model.config)
    weights = {name: value.detach().float().cpu().numpy() for name, value in model.named_parameters()}
    weights |= {name: value.cpu().numpy() for name, value in model.named_buffers()}
    graph = (_Int8Graph if int8 else _Graph)(weights, config)
    tokens = graph.add("Gather", graph.add("Shape", "input_ids"), graph.whole(1))
    rows = _ngram_rows(graph, tokens)
    positions = graph.matrix("embeddings.positions.weight", weights["embeddings.positions.weight"])
    positions = graph.add("Slice", positions, graph.whole(0), tokens, graph.whole(0))
    mixed = graph.add("Add", graph.exact(_look_up(graph, rows), "embeddings.mix"), positions)
    states = graph.normalised(mixed, "embeddings.norm")
    mask = graph.add("Cast", "attention_mask", to=TensorProto.INT32)
    for layer in range(config.num_hidden_layers):
        states = _layer(graph, states, mask, f"layers.{layer}")
    name = "last_hidden_state"
    if config.evidence_size:
        states = graph.add("Add", graph.normalised(states, "norm"), _evidence(graph, rows), name=name)
    else:
        states = graph.normalised(states, "norm", name=name)
    outputs = {"last_hidden_state": ["batch", "tokens", config.hidden_size], "pooled": ["batch", config.hidden_size]}
    _mean(graph, states)
    if config.sentence_size:
        _unit_projection(graph)
        outputs["sentence"] = ["batch", config.sentence_size]
    return _assembled(graph, outputs)


def _ngram_rows(graph: _Graph, tokens: str) -> list[str]:
    """Row of the n-gram of each order at every position, as ``ReviewEmbeddings.rows``."""
    if not graph.config.ngram_orders:
        return []
    index = graph.constant("embeddings.row_of_bucket", graph.weights["embeddings.row_of_bucket"])
    codes = graph.constant("embeddings.code_of_row", graph.weights["embeddings.code_of_row"])
    return [_rows(graph, _code(graph, order, tokens), index, codes) for order in graph.config.ngram_orders]


def _look_up(graph: _Graph, rows: Sequence[str]) -> str:
    """Vectors of tokens and n-grams, as ``ReviewEmbeddings.look_up``."""
    table = graph.table("embeddings.characters.weight")
    found = [graph.rows(table, "input_ids")]
    if rows:
        table = graph.table("embeddings.ngrams.weight")
        found += [graph.rows(table, places) for places in rows]
    return graph.add("Concat", *found, axis=2)


def _evidence(graph: _Graph, rows: Sequence[str]) -> str:
    """Part of the last states, as ``Evidence``."""
    found = graph.rows(graph.table("evidence.of_token"), "input_ids")
    if rows:
        table = graph.table("evidence.of_ngram")
        for places in rows:
            found = graph.add("Add", found, graph.rows(table, places))
    typical = graph.constant("typical", np.asarray(TYPICAL_TOKENS, dtype=np.float32))
    growth = graph.add("Sqrt", graph.add("Div", _count(graph), typical))
    growth = graph.add("Unsqueeze", growth, graph.whole(2))
    return graph.add("Mul", graph.exact(found, "evidence.widen"), growth)


def _code(graph: _Graph, order: int, tokens: str) -> str:
    """Code of the n-gram at each position, as ``ngram_index.codes_of``; token 0 stands beyond the ends."""
    offsets, base = window(order), graph.whole(graph.config.vocab_size)
    wide = graph.add("Pad", "input_ids", graph.whole(0, -offsets[0], 0, offsets[-1]))
    found = graph.whole(order)
    for place in range(order):
        end = graph.add("Add", tokens, graph.whole(place))
        neighbour = graph.add("Slice", wide, graph.whole(place), end, graph.whole(1))
        found = graph.add("Add", graph.add("Mul", found, base), neighbour)
    return found


def _rows(graph: _Graph, code: str, index: str, codes: str) -> str:
    """Row of each n-gram, as ``ReviewEmbeddings``."""
    found = ""
    for prime in moduli(graph.config.ngram_buckets):
        row = graph.add("Gather", index, graph.add("Mod", code, graph.whole(prime)))
        right = graph.add("Equal", graph.add("Gather", codes, row), code)
        found = graph.add("Where", right, row, found or graph.constant("unknown", np.asarray(UNKNOWN, dtype=np.int32)))
    return found


def _layer(graph: _Graph, states: str, mask: str, name: str) -> str:
    """One layer, as ``ReviewLayer``."""
    attended = graph.attention(graph.normalised(states, f"{name}.attention_norm"), mask, f"{name}.attention_input")
    states = graph.add("Add", states, graph.linear(attended, f"{name}.attention_output"))
    inner = graph.linear(graph.normalised(states, f"{name}.norm"), f"{name}.intermediate")
    active = graph.add("Gelu", inner, domain=_MICROSOFT)
    return graph.add("Add", states, graph.linear(active, f"{name}.output"))


def _count(graph: _Graph) -> str:
    """Tokens of each text, at least 1; shape (batch, 1)."""
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    one = graph.constant("one", np.asarray(1, dtype=np.float32))
    return graph.add("Max", graph.add("ReduceSum", mask, graph.whole(1), keepdims=1), one)


def _mean(graph: _Graph, states: str) -> None:
    """Add ``pooled``, the mean over real tokens."""
    mask, axis = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT), graph.whole(1)
    total = graph.add("Squeeze", graph.add("MatMul", graph.add("Unsqueeze", mask, axis), states), axis)
    graph.add("Div", total, _count(graph), name="pooled")


def _unit_projection(graph: _Graph) -> None:
    """Add ``sentence``, the projection of ``pooled`` at unit length."""
    projected = graph.exact("pooled", "sentence")
    tiny = graph.constant("tiny", np.asarray(1e-12, dtype=np.float32))
    length = graph.add("Max", graph.add("ReduceL2", projected, axes=[1], keepdims=1), tiny)
    graph.add("Div", projected, length, name="sentence")


def _assembled(graph: _Graph, outputs: dict[str, list[Any]]) -> onnx.ModelProto:
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    results = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()]
    body = helper.make_graph(graph.nodes, "review_encoder", inputs, results, list(graph.constants.values()))
    opsets = [helper.make_opsetid(domain, version) for domain, version in _OPSETS.items()]
    return helper.make_model(body, opset_imports=opsets, ir_version=_IR_VERSION)
