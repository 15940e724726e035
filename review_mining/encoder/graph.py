"""Nodes and weights of an ONNX graph under construction, in full precision or with 8-bit weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Reals = npt.NDArray[np.float32]

CONTRIB = "com.microsoft"
_OPSET, _IR_VERSION = 17, 8
_TOP = 127
_PAIR_TOP = 127.5


class GraphBuilder:
    """Collects nodes and constants.

    8-bit weights are symmetric, one scale an output column. Where activations are 8-bit too, AVX2 adds products of
    neighbouring inputs in 16 bits; scales are chosen so that no such pair can overflow, which costs up to one bit of
    resolution in the worst column and far less in most.

    Args:
        int8: store weights in 8 bits and multiply in 8 bits.
    """

    def __init__(self, *, int8: bool) -> None:
        self.int8 = int8
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, values: npt.NDArray[Any]) -> str:
        """Add a constant; a name that is known stands for the same values."""
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def integers(self, *values: int) -> str:
        """Add an int64 vector."""
        return self.constant("i_" + "_".join(map(str, values)), np.asarray(values, dtype=np.int64))

    def node(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:  # noqa: ANN401
        """Add a node with one output and give the output's name."""
        return self.nodes(kind, inputs, 1, domain=domain, **attributes)[0]

    def nodes(
        self,
        kind: str,
        inputs: tuple[str, ...],
        outputs: int,
        *,
        domain: str = "",
        **attributes: Any,  # noqa: ANN401
    ) -> list[str]:
        """Add a node with several outputs and give their names."""
        names = [f"{kind}_{len(self._nodes)}_{output}" for output in range(outputs)]
        self._nodes.append(helper.make_node(kind, inputs, names, domain=domain, **attributes))
        return names

    def rename(self, name: str, output: str) -> None:
        """Let a value leave the graph as ``output``."""
        self._nodes.append(helper.make_node("Identity", [name], [output]))

    def linear(self, states: str, name: str, weight: Reals, bias: Reals, *, exact: bool = False) -> str:
        """States times weight (inputs, outputs) plus bias; ``exact`` keeps the activations in full precision."""
        if self.int8 and not exact:
            values, scales = quantised(weight)
            inputs = (
                states,
                self.constant(f"{name}.int8", values),
                self.constant(f"{name}.scale", scales),
                self.constant(f"{name}.zero", np.zeros(scales.shape, dtype=np.int8)),
                self.constant(f"{name}.bias", bias),
            )
            return self.node("DynamicQuantizeMatMul", *inputs, domain=CONTRIB)
        product = self.node("MatMul", states, self.stored(name, weight))
        return self.node("Add", product, self.constant(f"{name}.bias", bias))

    def stored(self, name: str, weight: Reals) -> str:
        """A weight in full precision, kept in 8 bits with a scale a column where the graph is 8-bit."""
        if not self.int8:
            return self.constant(name, weight)
        scales = _scales(np.abs(weight).max(axis=0))
        whole = self.node("Cast", self.constant(f"{name}.stored", _rounded(weight, scales)), to=TensorProto.FLOAT)
        return self.node("Mul", whole, self.constant(f"{name}.step", scales))

    def look_up(self, ids: str, name: str, table: Reals) -> str:
        """Rows of a table; in 8 bits every row has its scale."""
        if not self.int8:
            return self.node("Gather", self.constant(name, table), ids)
        scales = _scales(np.abs(table).max(axis=1, keepdims=True))
        rows = self.node("Gather", self.constant(f"{name}.int8", _rounded(table, scales)), ids)
        steps = self.node("Gather", self.constant(f"{name}.scale", scales), ids)
        return self.node("Mul", self.node("Cast", rows, to=TensorProto.FLOAT), steps)

    def normalise(self, states: str, name: str, weight: Reals, bias: Reals, epsilon: float) -> str:
        """Layer normalisation."""
        parts = (self.constant(f"{name}.weight", weight), self.constant(f"{name}.bias", bias))
        return self.node("LayerNormalization", states, *parts, axis=-1, epsilon=epsilon)

    def model(self, inputs: tuple[str, ...], outputs: dict[str, tuple[str | int, ...]]) -> onnx.ModelProto:
        """The finished model; inputs are int64 of shape (batch, tokens), outputs float32 of the shapes given."""
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in inputs],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)) for name, shape in outputs.items()],
            list(self._constants.values()),
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)


def quantised(weight: Reals) -> tuple[npt.NDArray[np.int8], Reals]:
    """8-bit weights and one scale a column, so that no pair of neighbouring inputs overflows 16 bits.

    Args:
        weight: shape (inputs, outputs).
    """
    even = np.pad(weight, ((0, len(weight) % 2), (0, 0)))
    pairs = even.reshape(-1, 2, weight.shape[1])
    reach = np.maximum(np.maximum(pairs, 0).sum(axis=1).max(axis=0), np.maximum(-pairs, 0).sum(axis=1).max(axis=0))
    scales = _scales(np.maximum(reach * _TOP / _PAIR_TOP, np.abs(weight).max(axis=0)))
    return _rounded(weight, scales), scales


def _scales(largest: Reals) -> Reals:
    return np.asarray(np.maximum(largest / _TOP, 1e-12), dtype=np.float32)


def _rounded(values: Reals, scales: Reals) -> npt.NDArray[np.int8]:
    return np.clip(np.rint(values / scales), -_TOP, _TOP).astype(np.int8)
