"""Generation settings hidden in the lowest bits of a picture's pixels ("stealth PNG info").

NovelAI and a Stable Diffusion web UI extension write a signature, a length in bits and a text there, column by column,
into the alpha channel or into red, green and blue. Lossy compression destroys them, so only PNG files are looked at.
Source: the format as NovelAI publishes it in its metadata reader.
"""

from __future__ import annotations

import zlib

import numpy as np
from PIL import Image

from review_mining.evidence.blocks import MAX_BLOCK

_SIGNATURES = {
    b"stealth_pnginfo": False,
    b"stealth_pngcomp": True,
    b"stealth_rgbinfo": False,
    b"stealth_rgbcomp": True,
}
_SIGNATURE_BYTES = 15
_HEAD_BYTES = _SIGNATURE_BYTES + 4


def read_stealth_text(image: Image.Image) -> str | None:
    """The hidden text of a picture.

    Args:
        image: a loaded picture; modes other than RGB and RGBA hold none.

    Returns:
        the text, or None where there is none or it is damaged.
    """
    channels = {"RGB": ("RGB",), "RGBA": ("A", "RGB")}.get(image.mode, ())
    for channel in channels:
        head = _hidden_bytes(image, channel, 0, _HEAD_BYTES)
        deflated = _SIGNATURES.get(head[:_SIGNATURE_BYTES])
        if deflated is not None:
            length = int.from_bytes(head[_SIGNATURE_BYTES:], "big") // 8
            return _text(_hidden_bytes(image, channel, _HEAD_BYTES, min(length, MAX_BLOCK)), deflated=deflated)
    return None


def _text(body: bytes, *, deflated: bool) -> str | None:
    if deflated:
        stream = zlib.decompressobj(wbits=31)
        try:
            body = stream.decompress(body, MAX_BLOCK)
        except zlib.error:
            return None
    return body.decode("utf-8", errors="replace")


def _hidden_bytes(image: Image.Image, channel: str, start: int, length: int) -> bytes:
    """Bytes made of the lowest bits of the pixels, down each column, the columns from left to right.

    Only the columns that hold them are looked at.

    Args:
        image: the picture.
        channel: ``A``, or ``RGB`` for three bits a pixel.
        start: of the first byte.
        length: in bytes; fewer are returned where the picture ends.
    """
    per_column = image.height * len(channel)
    first, last = 8 * start, 8 * (start + length)
    left, right = first // per_column, min(last // per_column + 1, image.width)
    if left >= right:
        return b""
    strip = image.crop((left, 0, right, image.height))
    values = np.asarray(strip.getchannel("A") if channel == "A" else strip.convert("RGB"))
    bits = values.reshape(image.height, right - left, len(channel)).transpose(1, 0, 2).reshape(-1) & 1
    return np.packbits(bits[first - left * per_column : last - left * per_column]).tobytes()
