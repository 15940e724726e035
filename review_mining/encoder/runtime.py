"""The encoder at work: ONNX Runtime and a tokenizer, without torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import import_module, resources
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt

from review_mining.encoder.batching import batches_of, padded, shortened
from review_mining.errors import MissingExtraError, ModelError
from review_mining.text import normalise_all

Vectors = npt.NDArray[np.float32]

DEFAULT_MODEL = "encoder"
_FILES = {"int8": "model.onnx", "fp32": "model_fp32.onnx"}
_TOKEN_BUDGET, _MAX_ROWS = 2048, 256


class Encoder:
    """Vectors of Chinese reviews.

    In int8 activations are scaled by batch: a text's vector may differ a little with the texts beside it. In fp32 it
    does not, up to rounding.

    Args:
        session: of ONNX Runtime, with inputs ``input_ids`` and ``attention_mask``.
        tokenizer: of the ``tokenizers`` library.
        max_tokens: longer texts keep their beginning and their end.

    Example:
        >>> Encoder.from_pretrained().encode(["物流很快", "掉色"]).shape
        (2, 256)
    """

    def __init__(self, session: Any, tokenizer: Any, max_tokens: int) -> None:  # noqa: ANN401
        self._session = session
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens
        self._special = [tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]", "[PAD]")]
        self._widths = {output.name: output.shape[-1] for output in session.get_outputs()}

    @classmethod
    def from_pretrained(
        cls,
        directory: str | Path | None = None,
        *,
        precision: Literal["int8", "fp32"] = "int8",
        max_tokens: int = 128,
        threads: int | None = None,
    ) -> Self:
        """Load a directory that ``scripts/export_encoder.py`` wrote; by default the bundled one.

        Args:
            directory: of the model.
            precision: which of ``model.onnx`` (int8) and ``model_fp32.onnx``.
            max_tokens: longer texts keep their beginning and their end.
            threads: processor threads; by default all cores.

        Raises:
            MissingExtraError: ``onnxruntime`` or ``tokenizers`` is not installed.
            ModelError: a file is missing or damaged.
        """
        folder = (
            Path(directory) if directory else Path(str(resources.files("review_mining"))) / "models" / DEFAULT_MODEL
        )
        names = ("config.json", "tokenizer.json", _FILES[precision])
        if missing := [name for name in names if not (folder / name).is_file()]:
            raise ModelError(f"{folder} is not a complete encoder: {', '.join(missing)} missing.")
        try:
            positions = int(json.loads((folder / "config.json").read_text("utf-8"))["max_position_embeddings"])
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{folder / 'config.json'}: is damaged: {error}") from error
        tokenizer = _open_tokenizer(folder / "tokenizer.json")
        return cls(_open_session(folder / _FILES[precision], threads), tokenizer, min(max_tokens, positions))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Mean-pooled states, shape (texts, hidden)."""
        return self._vectors(texts, "pooled")

    def sentence_vectors(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors in which texts that mean the same lie close together, shape (texts, sentence size).

        Raises:
            ModelError: the model has no sentence vectors.
        """
        if "sentence" not in self._widths:
            raise ModelError("This encoder was exported without sentence vectors.\n  Set sentences in its settings.")
        return self._vectors(texts, "sentence")

    def _vectors(self, texts: Sequence[str], output: str) -> Vectors:
        first, last, filler = self._special
        encoded = self._tokenizer.encode_batch(normalise_all(texts), add_special_tokens=False)
        rows = [[first, *shortened(one.ids, self._max_tokens - 2), last] for one in encoded]
        found = np.zeros((len(rows), self._widths[output]), dtype=np.float32)
        for batch in batches_of([len(row) for row in rows], token_budget=_TOKEN_BUDGET, max_rows=_MAX_ROWS):
            ids, mask = padded([rows[row] for row in batch], filler)
            found[batch] = self._session.run([output], {"input_ids": ids, "attention_mask": mask})[0]
        return found


def _open_tokenizer(path: Path) -> Any:  # noqa: ANN401
    try:
        return import_module("tokenizers").Tokenizer.from_file(str(path))
    except ImportError as error:
        raise MissingExtraError("tokenizers", "encoder") from error
    # The library raises Exception itself for a damaged file.
    except Exception as error:
        raise ModelError(f"{path}: is damaged: {error}") from error


def _open_session(path: Path, threads: int | None) -> Any:  # noqa: ANN401
    try:
        runtime = import_module("onnxruntime")
    except ImportError as error:
        raise MissingExtraError("onnxruntime", "encoder") from error
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads or 0
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    options.log_severity_level = 3
    try:
        return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    # The library's errors share no base class but Exception.
    except Exception as error:
        raise ModelError(f"{path}: is damaged: {error}") from error
