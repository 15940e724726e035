"""Settings of the aspect network's training (``configs/train/aspects.yaml``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from review_mining.aspects.training_config import OperatingConfig


class AspectsConfig(OperatingConfig):
    """What the network is trained on, and how.

    Attributes:
        version: name that the model card and the export carry.
        encoder: Hugging Face directory or hub name of any encoder to start from.
        train: files of annotated reviews to learn from.
        leave_out: sources whose annotated reviews are not learnt from, to see what the network is worth where it has
            learnt nothing; not together with ``taught``, for teachers know them.
        taught: files of reviews with soft labels (``scripts/distil_aspects.py``) to learn from as well.
        repeats: how often an annotated review stands in a pass; a taught one stands there once.
        held_out: files of annotated reviews for scaling, operating points and confusion counts alone.
        natural: those files of ``held_out`` whose reviews were drawn without regard to what they say; shops are more
            like them than like chosen reviews.
        reviews: Parquet file with the texts of annotated reviews that are stored by key.
        min_examples: a pair of sub-aspect and polarity gets a head when this many reviews hold it.
        max_tokens: longer reviews are read in several windows.
        masked_share: share of tokens that are hidden while learning.
        tokens_weight, pairs_weight: of the losses of tokens and of a review's pairs beside that of the questions.
        patience: stop when the loss on a twentieth of the annotated reviews, which is then not learnt from, has not
            fallen for so many checkpoints, and keep the best; never by default.
        trainer: further arguments of ``transformers.TrainingArguments``.
    """

    version: str
    encoder: str
    train: tuple[Path, ...]
    leave_out: tuple[str, ...] = ()
    taught: tuple[Path, ...] = ()
    repeats: int = Field(1, ge=1)
    held_out: tuple[Path, ...]
    natural: tuple[Path, ...] = ()
    reviews: Path | None = None
    min_examples: int = Field(8, ge=2)
    max_tokens: int = Field(256, ge=8)
    masked_share: float = Field(0.1, ge=0, lt=1)
    tokens_weight: float = Field(1.0, gt=0)
    pairs_weight: float = Field(0.5, gt=0)
    patience: int | None = Field(None, ge=1)
    trainer: dict[str, Any] = {}
    seed: int = 0

    @model_validator(mode="after")
    def _natural_is_held_out(self) -> Self:
        strangers = sorted(str(path) for path in set(self.natural) - set(self.held_out))
        if strangers:
            raise ValueError(f"natural names files that held_out does not: {', '.join(strangers)}")
        return self

    @model_validator(mode="after")
    def _nothing_by_the_back_door(self) -> Self:
        if self.leave_out and self.taught:
            raise ValueError("leave_out and taught exclude each other: teachers have seen what is left out")
        return self
