"""Settings of the linear model's training (``configs/train/baseline.yaml``), and what all models share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from review_mining.config import Share, Strict


class OperatingConfig(Strict):
    """How probabilities are fitted and operating points chosen.

    Attributes:
        complaint_weight: how much a review of negative attitude counts beside others when probabilities are fitted;
            below 1 because half of the annotated reviews are negative and few of a shop's are.
        clause_thresholds: a clause whose opinions of one sign reach this sum shows the most probable, where its review
            does not show it elsewhere; higher for complaints, which are rare in a shop's own reviews.
        abstain_share: largest share of labels that may be left open.
        negative_precision: smallest precision of complaints, by clause, that their threshold must reach out of fold.
        folds: parts of the reviews; a part's probabilities are fitted on the others.
    """

    complaint_weight: float = Field(1.0, gt=0)
    clause_thresholds: dict[Literal["positive", "negative"], Annotated[float, Field(gt=0.0)]] = {
        "positive": 0.3,
        "negative": 0.5,
    }
    abstain_share: float = Field(0.02, ge=0.0, lt=0.5)
    negative_precision: Share = 0.6
    folds: int = Field(5, ge=2)


class BaselineConfig(OperatingConfig):
    """What is trained on what, and how strongly it is held back.

    Attributes:
        train: files of annotated reviews to learn from.
        dev: file of annotated reviews that are held out.
        reviews: Parquet file with the texts of annotated reviews that are stored by key.
        min_reviews: an n-gram enters the vocabulary when this many different texts hold it.
        min_examples: a pair of sub-aspect and polarity gets a head when this many reviews hold it.
        review_strength, clause_strength: inverse regularisation (C) of the logistic heads.
        polar: Parquet file of reviews with a polarity or stars, which teach the mood of a text; none when left out.
        polar_min_texts, polar_strength: least texts of an n-gram and inverse regularisation of that layer.
    """

    train: tuple[Path, ...]
    dev: Path
    reviews: Path | None = None
    polar: Path | None = None
    version: str
    min_reviews: int = Field(5, ge=2)
    min_examples: int = Field(8, ge=2)
    review_strength: float = Field(30.0, gt=0)
    clause_strength: float = Field(10.0, gt=0)
    polar_min_texts: int = Field(20, ge=2)
    polar_strength: float = Field(3.0, gt=0)
    seed: int = 0
