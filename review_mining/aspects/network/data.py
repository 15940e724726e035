"""Annotated reviews as batches of the aspect network: token ids, opinions over tokens, answers to the questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import datasets
import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from review_mining.annotated import AnnotatedReview
from review_mining.aspects.fitting import Examples, examples_of
from review_mining.aspects.heads import Heads
from review_mining.aspects.network.windows import Window, windows_of
from review_mining.aspects.ngrams import Ints
from review_mining.encoder.batching import padded
from review_mining.encoder.onnx_session import Framing

UNASKED = -100
"""Answer to a question that a window cannot be asked, for it is not the whole review."""


def rows_of(
    reviews: Sequence[AnnotatedReview], heads: Heads, tokenizer: Tokenizer, framing: Framing
) -> datasets.Dataset:
    """One row a window: ``input_ids``, ``length``, ``opinions`` (first token, end, pair) and ``answers``."""
    examples = examples_of(reviews, heads)
    windows = windows_of(examples.segments, tokenizer, framing)
    counts = np.bincount([one.review for one in windows], minlength=len(reviews))
    answers = np.concatenate([examples.overall()[:, None], examples.labels(heads)], axis=1)
    answers[counts > 1] = UNASKED
    return datasets.Dataset.from_list(
        [
            {
                "input_ids": list(window.ids),
                "length": len(window.ids),
                "opinions": _opinions(window, examples, heads),
                "answers": answers[window.review].tolist(),
            }
            for window in windows
        ],
        features=_FEATURES,
    )


_FEATURES = datasets.Features(
    {
        "input_ids": datasets.Sequence(datasets.Value("int32")),
        "length": datasets.Value("int32"),
        "opinions": datasets.Sequence(datasets.Sequence(datasets.Value("int32"))),
        "answers": datasets.Sequence(datasets.Value("int32")),
    }
)


def _opinions(window: Window, examples: Examples, heads: Heads) -> list[list[int]]:
    """First token, end and pair of each opinion that has words in the window; the first special token is counted."""
    pairs = {pair: place for place, pair in enumerate(heads.pairs)}
    offsets: Ints = examples.segments.normalised[window.review].offsets.astype(np.int64)
    found = []
    for opinion in examples.reviews[window.review].opinions:
        start = int(np.searchsorted(offsets, opinion.start, side="right")) - 1
        end = int(np.searchsorted(offsets, opinion.end, side="left"))
        held = np.flatnonzero((window.starts < end) & (window.ends > start))
        pair = pairs.get((opinion.code, opinion.polarity))
        if len(held) and pair is not None:
            found.append([int(held[0]) + 1, int(held[-1]) + 2, pair])
    return found


@dataclass(frozen=True)
class AspectCollator:
    """Pads rows into one batch.

    Attributes:
        filler: token that fills up shorter rows.
        pairs: number of (sub-aspect, polarity) pairs.
    """

    filler: int
    pairs: int

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        """Rows of ``rows_of`` to the arguments of ``AspectLearning``."""
        input_ids, mask = padded([row["input_ids"] for row in rows], self.filler)
        truth = torch.zeros(*input_ids.shape, self.pairs)
        for place, row in enumerate(rows):
            for start, end, pair in row["opinions"]:
                truth[place, start:end, pair] = 1.0
        return {
            "input_ids": torch.from_numpy(input_ids),
            "attention_mask": torch.from_numpy(mask),
            "truth": truth,
            "answers": torch.as_tensor([row["answers"] for row in rows]),
        }
