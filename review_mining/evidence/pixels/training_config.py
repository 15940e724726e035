"""The settings of ``configs/train/pixels.yaml`` as checked models."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from review_mining.config import Share, Strict

Upsampling = Literal["transposed", "nearest", "bilinear", "shuffle"]


class AutoencoderConfig(Strict):
    """One autoencoder that makes twins of photos.

    Attributes:
        name: by which its weights and figures go.
        upsampling: how its decoder enlarges.
        factor: by which its code is smaller than the photo along each side.
        channels: of the code.
        rounded: whether the code is rounded to a few values.
        sharpening: weight of the discriminator, 0 for none.
        steps: of training.
    """

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    upsampling: Upsampling
    factor: Literal[2, 4, 8] = 4
    channels: int = Field(8, ge=1)
    rounded: bool = False
    sharpening: float = Field(0.0, ge=0)
    steps: int = Field(600, ge=2)


class TreesConfig(Strict):
    """Gradient boosting.

    Attributes:
        count: of trees.
        leaves: of each.
        rate: of learning.
        smallest_leaf: crops that a leaf needs.
    """

    count: int = Field(200, ge=1)
    leaves: int = Field(15, ge=2)
    rate: float = Field(0.06, gt=0)
    smallest_leaf: int = Field(40, ge=1)


class PixelsTrainConfig(Strict):
    """How a pixel detector is trained. ``work`` is taken from the working directory, the photos from ``--shared``.

    Attributes:
        version: name that results carry.
        seed: of every draw.
        work: folder of intermediate results, reused by later runs with the same settings.
        real: folder of genuine photos, one folder per source.
        generated: folder of generated pictures, one folder per generator; never learnt from.
        backbone: directory of a vision model whose vectors are probed instead of the residual features.
        calibration_share: of the photos of each source that only set the threshold.
        false_alarm_rate: that the threshold keeps among genuine photos such as those.
        confidence: with which it does.
        pairs: of photo and twin, per photo that is learnt from.
        autoencoders: that make the twins.
        trees: the classifier of residual features.
        penalty: inverse regularisation of the linear probe of a backbone.
        resamples: of the bootstrap behind every interval.
    """

    version: str
    seed: int = 0
    work: Path
    real: Path
    generated: Path
    backbone: Path | None = None
    calibration_share: Share = 0.64
    false_alarm_rate: Share = 0.01
    confidence: Share = 0.95
    pairs: int = Field(2, ge=1)
    autoencoders: tuple[AutoencoderConfig, ...] = Field(min_length=1)
    trees: TreesConfig = TreesConfig()
    penalty: float = Field(0.01, gt=0)
    resamples: int = Field(500, ge=2)
