"""The hint that follows from a heat map of local edits: weak, off by default, and honest about how often it errs."""

from __future__ import annotations

import cv2
import numpy as np

from review_mining.evidence.config import LocalEdit
from review_mining.evidence.intake import Picture, upright
from review_mining.evidence.local_edit import BLOCK, MAX_PIXELS, HeatMap, heat_map
from review_mining.evidence.signs import Fact, Sign

_WARM = 0.5
_NATIVE = 16_384
"""A side in pixels that no picture small enough to be looked at exceeds: nothing is scaled."""


def local_edit_signs(picture: Picture, settings: LocalEdit) -> list[Sign]:
    """The hint for a picture of a case; none when the settings leave it out.

    Args:
        picture: as it was taken in.
        settings: whether to look, and how large a region must be.
    """
    if not settings.enabled or (picture.width or 0) * (picture.height or 0) > MAX_PIXELS:
        return []
    image = upright(picture, _NATIVE)
    found = None if image is None else heat_map(np.asarray(image))
    sign = None if found is None else local_edit_hint(found, settings)
    return [] if sign is None else [sign]


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
