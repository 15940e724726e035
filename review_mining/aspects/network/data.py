"""Lessons as batches of the aspect network: token ids, opinions over tokens, answers to the questions.

A lesson is a review with what is to be learnt from it: what an annotator found, or what teachers think likely.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import datasets
import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from review_mining.annotated import AnnotatedOpinion, AnnotatedReview
from review_mining.aspects.heads import Heads
from review_mining.aspects.network.windows import Window, windows_of
from review_mining.aspects.ngrams import Ints
from review_mining.aspects.segments import segment
from review_mining.encoder.batching import padded
from review_mining.encoder.onnx_session import Framing
from review_mining.tables import LABELS, OVERALL


@dataclass(frozen=True)
class Lesson:
    """What is to be learnt from a review.

    Attributes:
        text: the review, personal data masked.
        opinions: opinions with their words.
        strengths: how likely each of them is, 0 to 1.
        overall: how likely each attitude is, over ``tables.OVERALL``.
        aspects: how likely each label is, over ``tables.LABELS``, by name of the aspect.
        key: of the review.
    """

    text: str
    opinions: tuple[AnnotatedOpinion, ...]
    strengths: tuple[float, ...]
    overall: tuple[float, ...]
    aspects: Mapping[str, tuple[float, ...]]
    key: str = ""


def lesson_of(review: AnnotatedReview, heads: Heads) -> Lesson:
    """What an annotator found is certain."""
    labels = {name: review.label(aspect.letter) for name, aspect in heads.taxonomy.aspects.items()}
    return Lesson(
        review.text,
        review.opinions,
        (1.0,) * len(review.opinions),
        tuple(float(name == review.overall) for name in OVERALL),
        {name: tuple(float(one == label) for one in LABELS) for name, label in labels.items()},
        review.key,
    )


def rows_of(lessons: Sequence[Lesson], heads: Heads, tokenizer: Tokenizer, framing: Framing) -> datasets.Dataset:
    """One row a window.

    Returns:
        ``input_ids``, ``length``, ``opinions`` (first token, end, pair), their ``strengths``, and ``answers``: four
        shares a question, one question after another, zeros where the window is not the whole review.
    """
    segments = segment([one.text for one in lessons])
    windows = windows_of(segments, tokenizer, framing)
    counts = np.bincount([one.review for one in windows], minlength=len(lessons))

    def row(window: Window) -> dict[str, Any]:
        lesson = lessons[window.review]
        answers = [*lesson.overall, *(share for name in heads.aspects for share in lesson.aspects[name])]
        offsets = segments.normalised[window.review].offsets.astype(np.int64)
        opinions, strengths = _opinions(window, lesson, offsets, heads)
        return {
            "input_ids": list(window.ids),
            "length": len(window.ids),
            "opinions": opinions,
            "strengths": strengths,
            "answers": answers if counts[window.review] == 1 else [0.0] * len(answers),
        }

    return datasets.Dataset.from_list([row(window) for window in windows], features=_FEATURES)


_FEATURES = datasets.Features(
    {
        "input_ids": datasets.Sequence(datasets.Value("int32")),
        "length": datasets.Value("int32"),
        "opinions": datasets.Sequence(datasets.Sequence(datasets.Value("int32"))),
        "strengths": datasets.Sequence(datasets.Value("float32")),
        "answers": datasets.Sequence(datasets.Value("float32")),
    }
)


def _opinions(window: Window, lesson: Lesson, offsets: Ints, heads: Heads) -> tuple[list[list[int]], list[float]]:
    """First token, end and pair of each opinion that has words in the window; the first special token is counted."""
    pairs = {pair: place for place, pair in enumerate(heads.pairs)}
    found, strengths = [], []
    for opinion, strength in zip(lesson.opinions, lesson.strengths, strict=True):
        start = int(np.searchsorted(offsets, opinion.start, side="right")) - 1
        end = int(np.searchsorted(offsets, opinion.end, side="left"))
        held = np.flatnonzero((window.starts < end) & (window.ends > start))
        pair = pairs.get((opinion.code, opinion.polarity))
        if len(held) and pair is not None:
            found.append([int(held[0]) + 1, int(held[-1]) + 2, pair])
            strengths.append(strength)
    return found, strengths


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
            for (start, end, pair), strength in zip(row["opinions"], row["strengths"], strict=True):
                truth[place, start:end, pair] = truth[place, start:end, pair].clamp_min(strength)
        return {
            "input_ids": torch.from_numpy(input_ids),
            "attention_mask": torch.from_numpy(mask),
            "truth": truth,
            "answers": torch.tensor([row["answers"] for row in rows]).unflatten(1, (-1, len(LABELS))),
        }
