"""The one way that genuine and made pictures go before anything is learnt from them or measured on them.

Cropping, scaling, and one or two rounds of JPEG or WebP, all drawn from one distribution; the result carries no
metadata. The members of a pair share one draw.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image

Codec = Literal["JPEG", "WEBP"]

_FILTERS = (Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS, Image.Resampling.BOX)


@dataclass(frozen=True)
class Degradation:
    """One draw.

    Attributes:
        keep: share of each side that cropping keeps, 0–1.
        left, top: where the kept part lies in what is cut off, 0–1.
        scale: factor of the side lengths.
        filter: of scaling, one of Pillow's.
        rounds: codec and quality of each compression; the last one is what is stored.
    """

    keep: float
    left: float
    top: float
    scale: float
    filter: Image.Resampling
    rounds: tuple[tuple[Codec, int], ...]

    def apply(self, image: Image.Image, smallest: int) -> bytes:
        """The file that a picture becomes.

        Args:
            image: RGB.
            smallest: shorter side below which cropping and scaling do not go.
        """
        cut = self._crop(image, smallest)
        factor = max(self.scale, smallest / min(cut.size))
        size = (max(round(cut.width * factor), smallest), max(round(cut.height * factor), smallest))
        scaled = cut if self.scale == 1 and size == cut.size else cut.resize(size, self.filter)
        data = b""
        for codec, quality in self.rounds:
            data = encode(scaled, codec, quality)
            scaled = Image.open(io.BytesIO(data)).convert("RGB")
        return data

    def _crop(self, image: Image.Image, smallest: int) -> Image.Image:
        width, height = (min(side, max(smallest, round(side * self.keep))) for side in image.size)
        left, top = round(self.left * (image.width - width)), round(self.top * (image.height - height))
        return image.crop((left, top, left + width, top + height))


def draw_degradation(generator: np.random.Generator) -> Degradation:
    """Draw how a picture, or a pair of them, is degraded.

    Args:
        generator: the source of chance.
    """
    keep = float(generator.uniform(0.6, 1.0)) if generator.random() < 0.5 else 1.0
    scale = float(np.exp(generator.uniform(np.log(0.5), np.log(1.5)))) if generator.random() < 0.5 else 1.0
    return Degradation(
        keep=keep,
        left=float(generator.random()),
        top=float(generator.random()),
        scale=scale,
        filter=_FILTERS[int(generator.integers(len(_FILTERS)))],
        rounds=tuple(_draw_round(generator) for _ in range(1 if generator.random() < 0.7 else 2)),
    )


def encode(image: Image.Image, codec: Codec, quality: int) -> bytes:
    """Encode without metadata.

    Args:
        image: RGB.
        codec: of Pillow.
        quality: 1–100.
    """
    out = io.BytesIO()
    image.save(out, codec, quality=quality)
    return out.getvalue()


def _draw_round(generator: np.random.Generator) -> tuple[Codec, int]:
    codec: Codec = "JPEG" if generator.random() < 0.75 else "WEBP"
    return codec, int(generator.integers(50, 96))
