"""The aspect network as an ONNX graph: the encoder's graph with the heads written behind it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from review_mining.aspects.network.modeling import ANSWERS, AspectNetwork
from review_mining.encoder.export import graph_of
from review_mining.encoder.runtime import Precision

_NEVER = -1e9
_AXES_AS_INPUT = 18
"""Version of the standard operators from which reductions take their axes as an input."""


def network_graph(network: AspectNetwork, precision: Precision) -> onnx.ModelProto:
    """Write the network down; the heads stay in single precision, for they are small.

    Returns:
        A graph of ``input_ids`` and ``attention_mask``, int64 of shape (batch, tokens), to ``tokens`` (batch, tokens,
        pairs) and ``questions`` (batch, questions, 4), the log odds of ``network.Answers``.
    """
    model = graph_of(network.encoder, precision)
    heads = _Heads(model)
    states = "last_hidden_state"
    tokens = heads.linear(states, network.tokens, name="tokens")
    mask = heads.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    absent = heads.add("Mul", heads.add("Sub", mask, heads.keep(1.0)), heads.keep(-_NEVER))
    absent = heads.add("Unsqueeze", absent, heads.whole(2))
    weights = heads.add("Softmax", heads.add("Add", heads.linear(states, network.attention), absent), axis=1)
    pooled = heads.add("MatMul", heads.add("Transpose", weights, perm=[0, 2, 1]), states)
    strongest = heads.add("Sigmoid", heads.largest(heads.add("Add", tokens, absent)))
    by_states = heads.add("MatMul", heads.add("Unsqueeze", pooled, heads.whole(2)), heads.weight(network.by_states))
    by_tokens = heads.add(
        "MatMul", heads.add("Unsqueeze", strongest, heads.whole(1, 2)), heads.weight(network.by_tokens)
    )
    answers = heads.add("Add", heads.add("Add", by_states, by_tokens), heads.weight(network.bias))
    heads.add("Squeeze", answers, heads.whole(2), name="questions")
    config = network.config
    del model.graph.output[:]
    model.graph.output.extend(
        [
            helper.make_tensor_value_info("tokens", TensorProto.FLOAT, ["batch", "tokens", config.pairs]),
            helper.make_tensor_value_info("questions", TensorProto.FLOAT, ["batch", config.questions, ANSWERS]),
        ]
    )
    return model


class _Heads:
    """Appends nodes and constants to a model."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self._graph = model.graph
        versions = {one.domain: one.version for one in model.opset_import}
        self._axes_as_input = versions[""] >= _AXES_AS_INPUT

    def add(self, kind: str, *inputs: str, name: str = "", **attributes: Any) -> str:  # noqa: ANN401
        """Add a node; gives the name of its output."""
        name = name or f"heads.{len(self._graph.node)}"
        self._graph.node.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def keep(self, value: npt.ArrayLike, dtype: npt.DTypeLike = np.float32) -> str:
        """Add a constant; gives its name."""
        name = f"heads.constant{len(self._graph.initializer)}"
        self._graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(value, dtype=dtype), name))
        return name

    def whole(self, *numbers: int) -> str:
        """Add whole numbers."""
        return self.keep(numbers, np.int64)

    def weight(self, weight: Any) -> str:  # noqa: ANN401
        """Add a parameter of the network."""
        return self.keep(weight.detach().float().cpu().numpy())

    def linear(self, values: str, module: Any, name: str = "") -> str:  # noqa: ANN401
        """Add a linear module."""
        product = self.add("MatMul", values, self.weight(module.weight.T))
        return self.add("Add", product, self.weight(module.bias), name=name)

    def largest(self, values: str) -> str:
        """The largest value over tokens: (batch, tokens, pairs) to (batch, pairs)."""
        if self._axes_as_input:
            return self.add("ReduceMax", values, self.whole(1), keepdims=0)
        return self.add("ReduceMax", values, axes=[1], keepdims=0)
