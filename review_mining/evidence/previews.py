"""Previews that may leave the shop: small, drawn from the pixels alone, and veiled where they might show a face.

No face detector comes with the libraries in use, and one that misses a face would promise too much. So every place
whose colour could be skin is shown as a coarse mosaic, faces, hands and cardboard alike; the original bytes are what
proves anything. A picture without colour is veiled as a whole, since skin cannot be told from it.

Source of the colour range: Chai and Ngan (1999), "Face segmentation using skin-color map in videophone applications".
"""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageFilter, ImageStat

from review_mining.evidence.drawing import thumbnail
from review_mining.evidence.intake import Picture

_BLOCKS = 14
"""Blocks of the mosaic along the longer side: a face that fills the picture is no more than a few dots."""
_CB, _CR = (77, 123), (136, 173)
_SKIN_OF_BLOCK = 0.15
_LEAST_COLOUR = 2.5
"""Spread of the colour channels below which a picture counts as one without colour."""


def preview(picture: Picture, side: int, quality: int) -> bytes | None:
    """A small JPEG without metadata, veiled where it might show skin.

    Args:
        picture: a picture with its bytes.
        side: longest side in pixels.
        quality: JPEG quality.

    Returns:
        JPEG bytes, or None for a picture that cannot be opened.
    """
    drawn = thumbnail(picture, side, quality)
    if drawn is None:
        return None
    with Image.open(io.BytesIO(drawn), formats=("JPEG",)) as small:
        shown = veiled(small.convert("RGB"))
    out = io.BytesIO()
    shown.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def veiled(image: Image.Image) -> Image.Image:
    """The picture with a mosaic wherever its colour could be skin.

    Args:
        image: RGB.
    """
    block = max(1, round(max(image.size) / _BLOCKS))
    blocks = (max(1, round(image.width / block)), max(1, round(image.height / block)))
    mosaic = image.resize(blocks, Image.Resampling.BOX).resize(image.size, Image.Resampling.NEAREST)
    veil = veil_of(image).resize(blocks, Image.Resampling.BOX)
    veil = veil.point(lambda share: 255 if share >= 255 * _SKIN_OF_BLOCK else 0)
    # The blocks around too: eyes, brows and hair lie beside skin.
    veil = veil.filter(ImageFilter.MaxFilter(3)).resize(image.size, Image.Resampling.NEAREST)
    return Image.composite(mosaic, image, veil)


def veil_of(image: Image.Image) -> Image.Image:
    """Mask of the pixels whose colour could be skin, all of them in a picture without colour.

    Args:
        image: RGB.
    """
    _, blue, red = image.convert("YCbCr").split()
    if max(
        ImageStat.Stat(channel).stddev[0] + abs(ImageStat.Stat(channel).mean[0] - 128) for channel in (blue, red)
    ) < (_LEAST_COLOUR):
        return Image.new("L", image.size, 255)
    inside = (_within(blue, *_CB), _within(red, *_CR))
    return ImageChops.darker(*inside)


def _within(channel: Image.Image, low: int, high: int) -> Image.Image:
    return channel.point(lambda value: 255 if low <= value <= high else 0)
