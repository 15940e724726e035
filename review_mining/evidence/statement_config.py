"""The settings of ``configs/train/statements.yaml`` as a checked model."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from review_mining.config import Share, Strict


class StatementsConfig(Strict):
    """How a statement model is trained. Paths are taken from the working directory.

    Attributes:
        train: labelled statements.
        reviews: Parquet file with key, text, polarity and reserved; some of its complaints are learnt as no report of
            fake evidence, and nothing else of them.
        encoder: directory of the encoder.
        version: name that results carry.
        longest_ngram: characters.
        margin_strength: inverse regularisation of the large-margin classifier of n-grams.
        bayes_smoothing: pseudo-weight of every n-gram in naive Bayes.
        cue_strength, vector_strength: inverse regularisation of the logistic regressions.
        fake_precision: that reports of fake evidence must have on statements of unseen parts.
        cues: groups of words.
    """

    train: Path
    reviews: Path
    encoder: Path
    version: str
    longest_ngram: int = Field(2, ge=1, le=4)
    margin_strength: float = Field(1.0, gt=0)
    bayes_smoothing: float = Field(0.1, gt=0)
    cue_strength: float = Field(0.1, gt=0)
    vector_strength: float = Field(0.001, gt=0)
    fake_precision: Share = 0.98
    cues: dict[str, tuple[str, ...]]
