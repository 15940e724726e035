"""Features of texts from a Hugging Face directory through torch: what evaluation asks of any encoder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from transformers import AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from review_mining.encoder.batching import batches_of, padded
from review_mining.encoder.modeling import mean_of_tokens
from review_mining.encoder.multitask import token_ids
from review_mining.encoder.pretraining import load_backbone

_TOKEN_BUDGET, _MAX_ROWS = 4096, 256


class TorchFeatures:
    """Mean-pooled last states of an encoder.

    Args:
        encoder: any Hugging Face encoder.
        tokenizer: its tokenizer.
        max_tokens: longer texts keep their beginning and their end.
    """

    def __init__(self, encoder: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, max_tokens: int = 256) -> None:
        self._encoder = encoder.eval()
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens

    @classmethod
    def from_pretrained(cls, folder: str | Path, max_tokens: int = 256) -> TorchFeatures:
        """Load a directory or a hub name.

        Raises:
            ConfigError: there is none of this name, or it has no safetensors.
        """
        return cls(load_backbone(str(folder)), AutoTokenizer.from_pretrained(folder), max_tokens)

    @torch.inference_mode()
    def __call__(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Texts, in prepared form, to an array of shape (texts, hidden)."""
        rows = token_ids(texts, self._tokenizer, self._max_tokens)
        found = np.zeros((len(rows), self._encoder.config.hidden_size), dtype=np.float32)
        for batch in batches_of([len(row) for row in rows], token_budget=_TOKEN_BUDGET, max_rows=_MAX_ROWS):
            ids, mask = (
                torch.from_numpy(array) for array in padded([rows[row] for row in batch], _pad(self._tokenizer))
            )
            states = self._encoder(input_ids=ids, attention_mask=mask).last_hidden_state
            found[batch] = mean_of_tokens(states, mask).numpy()
        return found

    def sentence_vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Projected vectors of shape (texts, sentence size); the pooled states where the model has no projection."""
        pooled = self(texts)
        projection = getattr(self._encoder, "sentence", None)
        if projection is None:
            return pooled
        with torch.inference_mode():
            found: npt.NDArray[np.float32] = projection(torch.from_numpy(pooled)).numpy()
        return found


def _pad(tokenizer: PreTrainedTokenizerBase) -> int:
    return int(tokenizer.pad_token_id or 0)
