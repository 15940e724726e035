"""Whole-word masking: pieces of the corpus to batches whose words are hidden (Cui et al. 2021, over jieba words)."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from review_mining.encoder.batching import padded
from review_mining.encoder.corpus import NO_WORD

IGNORED = -100
"""Label of a token that is not to be predicted."""


@dataclass(frozen=True)
class WholeWordMasker:
    """Pads pieces and draws the words to hide; a data collator.

    What is hidden depends on the batch and the seed alone: a resumed run hides the same words, and so do worker
    processes, however far ahead they fetch.

    Attributes:
        share: of words, in expectation.
        pad_token_id: filler of shorter pieces.
        seed: of the draws.
    """

    share: float
    pad_token_id: int
    seed: int = 0

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        """Batch pieces.

        Returns:
            ``input_ids`` (unchanged), ``attention_mask`` and ``labels`` (the id where the token is to be hidden, else
            ``IGNORED``), each int64 of shape (pieces, longest).
        """
        ids, mask = padded([row["input_ids"] for row in rows], self.pad_token_id)
        input_ids = torch.from_numpy(ids)
        words = torch.from_numpy(padded([row["words"] for row in rows], NO_WORD)[0])
        source = torch.Generator().manual_seed(zlib.crc32(ids.tobytes(), self.seed))
        drawn = torch.rand(len(rows), NO_WORD + 1, generator=source) < self.share
        drawn[:, NO_WORD] = False
        hidden = drawn.gather(1, words)
        return {
            "input_ids": input_ids,
            "attention_mask": torch.from_numpy(mask),
            "labels": torch.where(hidden, input_ids, IGNORED),
        }
