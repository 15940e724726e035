"""The bundled encoder on the bundled, invented reviews."""

from __future__ import annotations

import csv
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from review_mining.encoder.export import export_model
from review_mining.encoder.labelled import prepared
from review_mining.encoder.pretraining import load_backbone
from review_mining.encoder.runtime import Encoder
from review_mining.encoder.torch_features import TorchFeatures

_PACKAGE = Path(str(resources.files("review_mining")))
_MODEL = _PACKAGE / "models" / "encoder"


@pytest.fixture(scope="module")
def texts() -> list[str]:
    with (_PACKAGE / "sample" / "reviews.csv").open(encoding="utf-8-sig", newline="") as file:
        return prepared([row["评价内容"] for row in csv.DictReader(file)])


@pytest.fixture(scope="module")
def reference(texts: list[str]) -> np.ndarray:
    return TorchFeatures.from_pretrained(_MODEL)(texts)


def test_full_precision_equals_torch_and_eight_bits_give_the_same_labels(
    texts: list[str], reference: np.ndarray, tmp_path: Path
) -> None:
    for name in ("config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes((_MODEL / name).read_bytes())
    export_model(load_backbone(str(_MODEL)), tmp_path / "model_fp32.onnx", "fp32")
    whole = Encoder.from_pretrained(tmp_path, precision="fp32").encode(texts)
    assert np.abs(whole - reference).max() < 1e-3
    # A label that the texts' own directions define: on which side of the main axes of the sample a text lies.
    centred = reference - reference.mean(0)
    labels = centred @ np.linalg.svd(centred, full_matrices=False)[2][:4].T > 0
    small = Encoder.from_pretrained(_MODEL).encode(texts)
    for axis in range(4):
        model = LogisticRegression(C=0.1, max_iter=500).fit(reference, labels[:, axis])
        assert (model.predict(small) == model.predict(reference)).mean() >= 0.995


def test_it_tells_praise_from_complaint_and_finds_what_means_the_same() -> None:
    encoder = Encoder.from_pretrained(_MODEL)
    known = ["质量很好，很喜欢", "物流很快，包装完好", "客服很耐心", "太差了，用两天就坏", "发货太慢", "客服态度恶劣"]
    model = LogisticRegression(C=1.0).fit(encoder.encode(known), [1, 1, 1, 0, 0, 0])
    asked = ["手感不错，值得购买", "做工精致，孩子爱不释手", "一洗就掉色，后悔买了", "联系客服没人理"]
    assert model.predict(encoder.encode(asked)).tolist() == [1, 1, 0, 0]
    vectors = encoder.sentence_vectors(["发货速度太慢了", "等了一个星期才发货", "颜色和图片不一样"])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_the_files_are_small() -> None:
    assert (_MODEL / "model.onnx").stat().st_size <= 12_000_000
    assert (_MODEL / "model.safetensors").stat().st_size <= 20_000_000
