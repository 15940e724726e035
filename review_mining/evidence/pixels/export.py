"""A fitted classifier of crops as an ONNX graph, written node by node: ``features`` in, ``log_odds`` out.

scikit-learn decides ``value <= threshold`` in double precision, ONNX in single. Features are single precision, so
thresholds are rounded down: what was left stays left, what was right stays right.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier

from review_mining.errors import MissingExtraError
from review_mining.evidence.pixels.linear import LinearProbe
from review_mining.evidence.pixels.storage import FORMAT, KIND

try:
    import onnx
    from onnx import TensorProto, helper, numpy_helper
except ImportError as error:
    raise MissingExtraError("onnx", "train") from error

_LEARNING = "ai.onnx.ml"
_OPSETS = {"": 17, _LEARNING: 3}
_IR_VERSION = 8


def export_classifier(model: HistGradientBoostingClassifier | LinearProbe, columns: int, path: Path) -> None:
    """Write a classifier of two classes.

    Args:
        model: fitted on single-precision features without missing or categorical values.
        columns: of the features.
        path: the ONNX file.
    """
    node, constants = _linear(model) if isinstance(model, LinearProbe) else (_trees(model), [])
    graph = helper.make_graph(
        [node],
        "pixels",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["crops", columns])],
        [helper.make_tensor_value_info("log_odds", TensorProto.FLOAT, ["crops", 1])],
        constants,
    )
    opsets = [helper.make_opsetid(domain, version) for domain, version in _OPSETS.items()]
    file = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="review_mining")
    helper.set_model_props(file, {"kind": KIND, "format": str(FORMAT)})
    onnx.checker.check_model(file)
    onnx.save(file, str(path))


def _linear(model: LinearProbe) -> tuple[onnx.NodeProto, list[onnx.TensorProto]]:
    weights = numpy_helper.from_array(model.weights.astype(np.float32)[:, None], "weights")
    bias = numpy_helper.from_array(np.asarray([model.bias], dtype=np.float32), "bias")
    return helper.make_node("Gemm", ["features", "weights", "bias"], ["log_odds"]), [weights, bias]


def _trees(model: HistGradientBoostingClassifier) -> onnx.NodeProto:
    # scikit-learn keeps the trees in attributes that it does not document; no public way leads to them.
    trees: list[npt.NDArray[Any]] = [stage[0].nodes for stage in model._predictors]
    nodes = np.concatenate(trees)
    tree = np.repeat(np.arange(len(trees)), [len(one) for one in trees])
    number = np.concatenate([np.arange(len(one)) for one in trees])
    leaf = nodes["is_leaf"].astype(bool)
    return helper.make_node(
        "TreeEnsembleRegressor",
        ["features"],
        ["log_odds"],
        domain=_LEARNING,
        n_targets=1,
        base_values=[float(np.ravel(model._baseline_prediction)[0])],
        nodes_treeids=tree.tolist(),
        nodes_nodeids=number.tolist(),
        nodes_modes=np.where(leaf, "LEAF", "BRANCH_LEQ").tolist(),
        nodes_featureids=nodes["feature_idx"].tolist(),
        nodes_values=_rounded_down(nodes["num_threshold"]).tolist(),
        nodes_truenodeids=nodes["left"].tolist(),
        nodes_falsenodeids=nodes["right"].tolist(),
        target_treeids=tree[leaf].tolist(),
        target_nodeids=number[leaf].tolist(),
        target_ids=[0] * int(leaf.sum()),
        target_weights=nodes["value"][leaf].astype(np.float32).tolist(),
    )


def _rounded_down(thresholds: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    single = thresholds.astype(np.float32)
    return np.where(single > thresholds, np.nextafter(single, np.float32(-np.inf)), single)
