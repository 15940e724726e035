"""The hint that follows from a heat map of local edits: weak, off by default, and honest about how often it errs."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from review_mining.evidence.config import LocalEdit
from review_mining.evidence.drawing import upright
from review_mining.evidence.intake import Picture
from review_mining.evidence.local_edit import BLOCK, MAX_PIXELS, HeatMap, heat_map, overlay
from review_mining.evidence.signs import Fact, Sign

_WARM = 0.5
_NATIVE = 65_500
"""A side in pixels that no picture looked at exceeds: nothing is scaled."""


def local_edit_signs(picture: Picture, settings: LocalEdit) -> list[Sign]:
    """The hint for a picture of a case; none when the settings leave it out.

    Args:
        picture: as it was taken in.
        settings: whether to look, and how large a region must be.
    """
    pixels = _native(picture) if settings.enabled else None
    found = None if pixels is None else heat_map(pixels)
    sign = None if found is None else local_edit_hint(found, settings)
    return [] if sign is None else [sign]


def drawn_heat(picture: Picture, side: int) -> bytes | None:
    """The heat map drawn over a picture.

    Args:
        picture: as it was taken in.
        side: longest side of the drawing in pixels.

    Returns:
        PNG bytes without metadata, or None for a picture that is not looked at.
    """
    pixels = _native(picture)
    found = None if pixels is None else heat_map(pixels)
    return None if pixels is None or found is None else overlay(pixels, found.heat, side)


def local_edit_hint(found: HeatMap, settings: LocalEdit) -> Sign | None:
    """The hint, when a connected region large enough stands out.

    Args:
        found: the maps of a picture.
        settings: how large a region must be.

    Returns:
        a weak sign whose facts name the region in pixels and the trace that stands out in it, or None.
    """
    warm = (found.heat >= _WARM).astype(np.uint8)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(warm, connectivity=8)
    if count < 2:
        return None
    largest = 1 + int(boxes[1:, cv2.CC_STAT_AREA].argmax())
    share = float(boxes[largest, cv2.CC_STAT_AREA]) / warm.size
    if share < settings.region:
        return None
    inside = labels == largest
    traces = {name: float(getattr(found, name)[inside].mean()) for name in ("noise", "ghosts", "copies")}
    left, top, across, down = (int(value) * BLOCK for value in boxes[largest, :4])
    facts: dict[str, Fact] = {
        "trace": max(traces, key=lambda name: traces[name]),
        "left": left,
        "top": top,
        "right": left + across,
        "bottom": top + down,
        "share": round(share, 3),
    }
    return Sign("local_edit_hint", "weak", f"edit.{facts['trace']}", facts)


def _native(picture: Picture) -> NDArray[np.uint8] | None:
    """The pixels at the size of the file, None where they would be too many or cannot be had."""
    if (picture.width or 0) * (picture.height or 0) > MAX_PIXELS:
        return None
    image = upright(picture, _NATIVE)
    return None if image is None else np.asarray(image)
