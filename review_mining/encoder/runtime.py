"""Vectors of texts from an exported encoder: ONNX Runtime and a tokenizer, neither torch nor transformers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from review_mining.encoder.batching import Ints, batches_of, framed, padded
from review_mining.encoder.onnx_session import Framing, framing_of, load_tokenizer, open_session
from review_mining.errors import ModelError
from review_mining.text import normalise_all

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Vectors = npt.NDArray[np.float32]
Precision = Literal["int8", "fp32"]

KIND, FORMAT = "review_mining.encoder", 1
FILES: dict[Precision, str] = {"int8": "model.onnx", "fp32": "model_fp32.onnx"}

_TOKEN_BUDGET, _MAX_ROWS = 1024, 128
"""Measured: larger batches no longer fit the processor's cache and hold more padding."""


class Encoder:
    """Texts to vectors.

    Vectors of the int8 file depend a little on which texts are asked for together, for activations are rounded by the
    largest value of a batch: seldom by more than a hundredth of their spread. The fp32 file gives each text the same
    vector in any company.

    Args:
        session: an exported encoder.
        tokenizer: of the encoder.
        framing: of its inputs.
        threads: batches that are worked on at once.

    Example:
        >>> encoder = Encoder.from_pretrained("review_mining/models/encoder")  # doctest: +SKIP
        >>> encoder.encode(["物流很快，包装完好"]).shape  # doctest: +SKIP
        (1, 256)
    """

    def __init__(self, session: InferenceSession, tokenizer: Tokenizer, framing: Framing, threads: int) -> None:
        self._session, self._tokenizer, self._framing, self._threads = session, tokenizer, framing, threads
        self._widths = {output.name: output.shape[-1] for output in session.get_outputs()}

    @classmethod
    def from_pretrained(
        cls,
        directory: str | Path,
        *,
        precision: Precision = "int8",
        threads: int | None = None,
        max_tokens: int = 256,
    ) -> Encoder:
        """Load a directory that ``scripts/export_encoder.py`` wrote.

        Args:
            directory: holds ``config.json``, ``tokenizer.json`` and the ONNX file.
            precision: ``int8`` for ``model.onnx``, ``fp32`` for ``model_fp32.onnx``.
            threads: processor threads; all cores by default.
            max_tokens: longer texts keep their beginning and their end.

        Raises:
            ModelError: a file is missing, damaged or of another format.
        """
        directory = Path(directory)
        names = ("config.json", "tokenizer.json", FILES[precision])
        missing = [name for name in names if not (directory / name).is_file()]
        if missing:
            raise ModelError(f"{directory} is not a complete encoder: {', '.join(missing)} missing.")
        tokenizer = load_tokenizer(directory / "tokenizer.json")
        framing = framing_of(directory / "config.json", tokenizer, max_tokens)
        return cls(
            open_session(directory / FILES[precision], KIND, FORMAT), tokenizer, framing, threads or os.cpu_count() or 1
        )

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """The same as ``encode``."""
        return self.encode(texts)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Mean of the last states of each text's tokens, shape (texts, hidden)."""
        return self._vectors(texts, "pooled")

    def sentence_vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length whose products tell how alike texts are.

        Returns:
            Array of shape (texts, sentence size), or (texts, hidden) where the model has no projection.
        """
        if "sentence" in self._widths:
            return self._vectors(texts, "sentence")
        pooled = self.encode(texts)
        lengths = np.linalg.norm(pooled, axis=1, keepdims=True)
        return np.asarray(pooled / np.maximum(lengths, 1e-12), dtype=np.float32)

    def _vectors(self, texts: Sequence[str], output: str) -> Vectors:
        rows = self._rows(texts)
        found = np.zeros((len(rows), self._widths[output]), dtype=np.float32)

        def run(batch: Ints) -> None:
            ids, mask = padded([rows[row] for row in batch], self._framing.filler)
            (found[batch],) = self._session.run([output], {"input_ids": ids, "attention_mask": mask})

        batches = list(batches_of([len(row) for row in rows], token_budget=_TOKEN_BUDGET, max_rows=_MAX_ROWS))
        # Whole batches to threads beat threads within a batch: nothing waits until the end. The longest go first.
        with ThreadPoolExecutor(self._threads) as pool:
            for _ in pool.map(run, reversed(batches)):
                pass
        return found

    def _rows(self, texts: Sequence[str]) -> list[list[int]]:
        frame = self._framing
        encoded = self._tokenizer.encode_batch_fast(normalise_all(texts), add_special_tokens=False)
        return [framed(one.ids, frame.first, frame.last, frame.max_tokens) for one in encoded]
