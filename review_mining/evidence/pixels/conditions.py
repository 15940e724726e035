"""What happens to a picture on its way to a shop, one thing at a time."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import partial

from PIL import Image

from review_mining.evidence.pixels.degrade import Codec, encode

_SCREEN = 1080
"""Pixels across the screen of a common phone."""


def conditions() -> Mapping[str, Callable[[Image.Image], bytes]]:
    """Name of a condition → the file that an RGB picture becomes. Without one, a picture is stored without loss."""
    jpegs = {f"JPEG {quality}": partial(_compressed, "JPEG", quality) for quality in (50, 70, 85, 95)}
    resized = {f"resized {factor}, JPEG 90": partial(_resized, factor) for factor in (0.5, 0.75, 1.5, 2.0)}
    return {
        "as it is": _lossless,
        **jpegs,
        "WebP 75": partial(_compressed, "WEBP", 75),
        **resized,
        "cropped to 60 %, JPEG 90": _cropped,
        "screenshot": _screenshot,
    }


def _lossless(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _compressed(codec: Codec, quality: int, image: Image.Image) -> bytes:
    return encode(image, codec, quality)


def _resized(factor: float, image: Image.Image) -> bytes:
    size = (round(image.width * factor), round(image.height * factor))
    return encode(image.resize(size, Image.Resampling.BICUBIC), "JPEG", 90)


def _cropped(image: Image.Image) -> bytes:
    width, height = round(image.width * 0.6), round(image.height * 0.6)
    left, top = (image.width - width) // 2 + 3, (image.height - height) // 2 + 3
    return encode(image.crop((left, top, left + width, top + height)), "JPEG", 90)


def _screenshot(image: Image.Image) -> bytes:
    """As wide as the screen, and saved without loss."""
    height = round(image.height * _SCREEN / image.width)
    return _lossless(image.resize((_SCREEN, height), Image.Resampling.BILINEAR))
