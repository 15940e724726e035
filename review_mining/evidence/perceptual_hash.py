"""Hashes that stay close when a picture is recompressed, scaled or cropped a little.

The hash is that of PDQ (Facebook, "The TMK+PDQF video-hashing algorithm and the PDQ image-hashing algorithm", 2019)
without its blur: signs of the 16 × 16 lowest non-constant frequencies of a small grey picture, against their median.
PDQ itself does not survive a crop; here every picture is hashed in many windows, so that one of them nearly meets the
frame of the crop.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from review_mining.errors import MissingExtraError
from review_mining.evidence.framing import Box, content_box

try:
    import cv2
except ImportError as error:
    raise MissingExtraError("opencv-python-headless", "evidence") from error

Bytes = npt.NDArray[np.uint8]

HASH_BYTES = 32
_SPANS = ((0.0, 1.0), (0.0, 0.9), (0.1, 1.0), (0.05, 0.95), (0.1, 0.9))
"""Parts of a side: an edge of a crop by up to a tenth on either end lies within a twentieth of one of these."""
_KEPT = tuple((left, top, right, bottom) for top, bottom in _SPANS for left, right in _SPANS)
_ASKED = ((0.0, 0.0, 1.0, 1.0), (0.05, 0.05, 0.95, 0.95), (0.1, 0.1, 0.9, 0.9))
HASHES_KEPT = len(_KEPT) + 1
"""Hashes of a picture in the index: of its windows, and of what is left without plain margins."""

_SIDE, _FREQUENCIES = 32, 16
_REDUCED = 96
_COSINES = np.cos(np.pi / _SIDE * np.outer(np.arange(1, _FREQUENCIES + 1), np.arange(_SIDE) + 0.5)).astype(np.float32)


def kept_hashes(grey: Bytes) -> Bytes:
    """Hashes under which a picture is kept.

    Args:
        grey: pixels, shape ``(height, width)``.

    Returns:
        shape ``(HASHES_KEPT, HASH_BYTES)``.
    """
    return _hashes(grey, _KEPT)


def asked_hashes(grey: Bytes) -> Bytes:
    """Hashes under which a picture is looked up: few, for each costs a pass over the index.

    Args:
        grey: pixels, shape ``(height, width)``.

    Returns:
        shape ``(windows, HASH_BYTES)``.
    """
    return _hashes(grey, _ASKED)


def whole_hashes(grey: Bytes) -> Bytes:
    """Hashes of the whole picture and of what is left without plain margins, shape ``(2, HASH_BYTES)``."""
    return _hashes(grey, _KEPT[:1])


def _hashes(grey: Bytes, windows: tuple[Box, ...]) -> Bytes:
    factor = min(1.0, _REDUCED / max(grey.shape))
    grey = np.asarray(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    small = np.stack([_cut(grey, window) for window in (*windows, content_box(grey))])
    waves = _COSINES @ small.astype(np.float32) @ _COSINES.T
    waves = waves.reshape(len(small), -1)
    return np.packbits(waves > np.median(waves, axis=1, keepdims=True), axis=1)


def _cut(grey: Bytes, window: Box) -> Bytes:
    height, width = grey.shape
    left, right = (round(part * width) for part in window[::2])
    top, bottom = (round(part * height) for part in window[1::2])
    cut = grey[top : max(bottom, top + 1), left : max(right, left + 1)]
    return np.asarray(cv2.resize(cut, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA), np.uint8)
