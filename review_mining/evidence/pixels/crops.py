"""From a decoded picture to a few crops at its own resolution, at places that depend on its size alone.

Resizing would blur the traces that a detector looks at and add its own, so crops are taken as they lie. Places are
multiples of 8: a JPEG that was not cropped afterwards has its blocks there.
"""

from __future__ import annotations

import io
import warnings

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]
"""A picture, shape (height, width, 3), or crops, shape (crops, side, side, 3); RGB."""

_GRID = 8


def decode(data: bytes) -> Image.Image | None:
    """First frame of a picture as RGB, as stored (not turned upright); None where a decoder fails.

    Args:
        data: the file, its size and pixels already checked against the limits of intake.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data))
            image.load()
            return image if image.mode == "RGB" else image.convert("RGB")
    except Exception:  # a decoder given hostile bytes may raise anything at all
        return None


def take_crops(image: Image.Image, side: int, per_axis: int) -> Pixels | None:
    """Crops on an even grid from edge to edge.

    They are cut from the decoder's own memory: to copy twelve megapixels into an array takes as long as decoding them.

    Args:
        image: RGB.
        side: of a crop, in pixels.
        per_axis: at most so many crops along each axis; fewer where they would overlap by more than half.

    Returns:
        Shape (crops, side, side, 3), or None for a picture smaller than one crop.
    """
    if min(image.size) < side:
        return None
    tops, lefts = _starts(image.height, side, per_axis), _starts(image.width, side, per_axis)
    boxes = [(left, top, left + side, top + side) for top in tops for left in lefts]
    return np.stack([np.asarray(image.crop(box)) for box in boxes])


def _starts(length: int, side: int, most: int) -> list[int]:
    count = max(1, min(most, 2 * (length - side) // side + 1))
    if count == 1:
        return [(length - side) // 2 // _GRID * _GRID]
    return [place * (length - side) // (count - 1) // _GRID * _GRID for place in range(count)]
