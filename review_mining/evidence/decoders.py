"""The one decoder that fits a picture format: Pillow, and for HEIC libheif where the extra ``heic`` is installed.

``pi-heif`` brings libheif and libde265 (LGPL) and no encoder; Pillow itself decodes AVIF.
"""

from __future__ import annotations

import io
import warnings

from review_mining.errors import MissingExtraError

try:
    from PIL import Image
except ImportError as error:
    raise MissingExtraError("pillow", "evidence") from error

try:
    from pi_heif import HeifImageFile
except ImportError:  # a HEIC file then keeps its declared size and has no preview
    HeifImageFile = None

_PILLOW_NAMES = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "tiff": "TIFF", "avif": "AVIF"}


def can_open(picture_format: str | None) -> bool:
    """Whether pictures of a format can be decoded here."""
    return picture_format in _PILLOW_NAMES or (picture_format == "heic" and HeifImageFile is not None)


def open_picture(data: bytes, picture_format: str) -> Image.Image:
    """Open a picture with the decoder of its format and no other, Pillow's bomb warning raised as an error.

    Args:
        data: the whole file.
        picture_format: one that :func:`can_open` accepts.

    Raises:
        Exception: whatever a decoder makes of hostile bytes.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        warnings.simplefilter("ignore", UserWarning)
        if picture_format == "heic":
            heic: Image.Image = HeifImageFile(io.BytesIO(data))
            return heic
        return Image.open(io.BytesIO(data), formats=(_PILLOW_NAMES[picture_format],))
