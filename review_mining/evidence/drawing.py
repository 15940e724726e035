"""Pictures drawn anew from their pixels alone: upright, on white, without EXIF, GPS or any other metadata."""

from __future__ import annotations

import io
import warnings

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from review_mining.evidence.decoders import can_open, open_picture
from review_mining.evidence.intake import Picture

_BAND = 512


def upright(picture: Picture, side: int) -> Image.Image | None:
    """The pixels of a picture as they are to be looked at: upright, in RGB, transparency over white.

    Args:
        picture: a picture with its bytes.
        side: longest side in pixels; a larger picture is reduced.

    Returns:
        an image without metadata, or None for a picture that cannot be opened.
    """
    if picture.fault is not None or picture.format is None or not can_open(picture.format):
        return None
    try:
        with warnings.catch_warnings(), open_picture(picture.data, picture.format) as image:
            warnings.simplefilter("ignore")  # of what is wrong in its metadata
            image.draft("RGB", (2 * side, 2 * side))
            small = _reduced(image, side)
            small.thumbnail((side, side))
            turned = _turned(small).convert("RGBA")
            plain = Image.new("RGB", turned.size, "white")
            plain.paste(turned, mask=turned.getchannel("A"))
            return plain
    except Exception:  # a decoder given hostile bytes may raise anything at all
        return None


def drawn(picture: Picture, side: int) -> npt.NDArray[np.uint8] | None:
    """Pixels of a picture, upright, on white, without the file's metadata.

    Args:
        picture: a picture with its bytes.
        side: longest side in pixels; a smaller picture keeps its size.

    Returns:
        RGB, shape ``(height, width, 3)``, or None for a picture that cannot be opened.
    """
    small = upright(picture, side)
    return None if small is None else np.asarray(small)


def thumbnail(picture: Picture, side: int, quality: int) -> bytes | None:
    """A small JPEG drawn from the pixels alone: no EXIF, no GPS, no other metadata.

    Args:
        picture: a picture with its bytes.
        side: longest side in pixels.
        quality: JPEG quality.

    Returns:
        JPEG bytes, or None for a picture that cannot be opened.
    """
    small = upright(picture, side)
    if small is None:
        return None
    written = io.BytesIO()
    small.save(written, "JPEG", quality=quality, optimize=True)
    return written.getvalue()


def _turned(image: Image.Image) -> Image.Image:
    """The picture as its EXIF block turns it; one that cannot be read turns nothing, and hides nothing either."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # Pillow raises whatever it stumbles over
        return image


def _reduced(image: Image.Image, side: int) -> Image.Image:
    """A large picture with transparency, brought down band by band: scaling one as a whole holds it twice."""
    factor = max(image.size) // (2 * side)
    if factor < 2 or image.mode not in ("LA", "RGBA"):
        return image
    width, height = image.size
    reduced = Image.new(image.mode, (-(-width // factor), -(-height // factor)))
    rows = max(_BAND // factor, 1) * factor
    for top in range(0, height, rows):
        band = image.crop((0, top, width, min(top + rows, height))).reduce(factor)
        reduced.paste(band, (0, top // factor))
    reduced.info.update(image.info)  # which way is up
    return reduced
