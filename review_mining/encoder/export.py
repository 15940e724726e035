"""Encoders to ONNX files: the project's own node by node, any other Hugging Face encoder through torch."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from transformers import AutoTokenizer, PreTrainedModel

from review_mining.encoder.graph import encoder_graph
from review_mining.encoder.modeling import ReviewEncoderModel, mean_of_tokens
from review_mining.encoder.pretraining import load_backbone
from review_mining.encoder.runtime import FILES, FORMAT, KIND, Precision
from review_mining.errors import ModelError
from review_mining.staging import staged_file

_OPSET = 18


def export_encoder(source: str | Path, out: Path, *, precisions: tuple[Precision, ...] = ("int8",)) -> list[Path]:
    """Write an encoder as a directory that ``runtime.Encoder`` loads.

    Args:
        source: Hugging Face directory or hub name of any encoder.
        out: directory, made if need be; receives configuration, tokenizer, one ONNX file a precision, and, if it is not
            the source itself, the weights in half precision for fine-tuning.
        precisions: which files to write.

    Returns:
        The ONNX files.

    Raises:
        ConfigError: there is no encoder of this name, or it has no safetensors.
    """
    model = load_backbone(str(source)).eval()
    tokenizer = AutoTokenizer.from_pretrained(source)
    out.mkdir(parents=True, exist_ok=True)
    model.config.save_pretrained(out)
    tokenizer.save_pretrained(out)
    files = [export_model(model, out / FILES[precision], precision) for precision in precisions]
    if out.resolve() != Path(source).resolve():
        model.half().save_pretrained(out)
    return files


def export_model(model: PreTrainedModel, path: Path, precision: Precision) -> Path:
    """Write one ONNX file, all or nothing.

    Its inputs are ``input_ids`` and ``attention_mask``, int64 of shape (batch, tokens); its outputs
    ``last_hidden_state`` (batch, tokens, hidden), ``pooled`` (batch, hidden), the mean over tokens, and where the model
    has a projection ``sentence`` (batch, sentence size), rows of unit length. Its metadata say what it is.

    Args:
        model: any encoder that takes ``input_ids`` and ``attention_mask``; others of its inputs keep their defaults.
        path: the file.
        precision: ``int8`` keeps weights in 8 bits and multiplies in 8 bits.
    """
    write_graph(graph_of(model, precision), path, {"kind": KIND, "format": str(FORMAT), "precision": precision})
    return path


def graph_of(model: PreTrainedModel, precision: Precision) -> onnx.ModelProto:
    """An encoder as a graph, with the inputs and outputs of ``export_model``."""
    if isinstance(model, ReviewEncoderModel):
        return encoder_graph(model, int8=precision == "int8")
    graph = _traced(model)
    return _rounded(graph) if precision == "int8" else graph


def write_graph(graph: onnx.ModelProto, path: Path, described: dict[str, str]) -> None:
    """Write a graph and what it is, all or nothing; the same graph gives the same bytes."""
    outputs = json.dumps([output.name for output in graph.graph.output])
    onnx.helper.set_model_props(graph, {**described, "outputs": outputs})
    with staged_file(path) as partial:
        partial.write_bytes(graph.SerializeToString(deterministic=True))


class _Pooled(nn.Module):
    """An encoder with the outputs that an ONNX file shall have."""

    def __init__(self, encoder: PreTrainedModel) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return states, mean_of_tokens(states, attention_mask)


def _traced(model: PreTrainedModel) -> onnx.ModelProto:
    ids = torch.ones(2, 8, dtype=torch.int64)
    # A mask without padding would be traced as no mask at all.
    mask = ids.clone()
    mask[1, 4:] = 0
    axes = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    program = torch.onnx.export(
        _Pooled(model).eval(),
        (ids, mask),
        input_names=["input_ids", "attention_mask"],
        output_names=["last_hidden_state", "pooled"],
        dynamic_shapes=(axes, axes),
        opset_version=_OPSET,
        dynamo=True,
        verbose=False,
    )
    if program is None:
        raise ModelError("The exporter of torch gave no program for this encoder.")
    return program.model_proto


def _rounded(graph: onnx.ModelProto) -> onnx.ModelProto:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rounded.onnx"
        # 7-bit weights: on AVX2 sums of 8-bit products overflow 16 bits.
        quantize_dynamic(graph, path, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
        return onnx.load(path)
