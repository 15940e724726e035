"""Where a picture's content lies when something plain is around it: margins, letterboxes, the bars of a screenshot."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_PLAIN = 6.0
"""Standard deviation in grey levels up to which a row or column counts as plain; a status bar is mostly plain."""
_LEAST = 0.15
"""Smallest side of the content, as a part of the picture's; less is a word or a symbol."""

Box = tuple[float, float, float, float]


def content_box(grey: npt.NDArray[np.uint8]) -> Box:
    """The largest block of rows that are not plain, and the columns that are not plain within it.

    Args:
        grey: pixels, shape ``(height, width)``.

    Returns:
        left, top, right, bottom as parts of the sides; the whole picture where no such block stands out.
    """
    top, bottom = _longest_run(_spread(grey, axis=1))
    left, right = _longest_run(_spread(grey[top:bottom], axis=0))
    height, width = grey.shape
    if bottom - top < _LEAST * height or right - left < _LEAST * width:
        return 0.0, 0.0, 1.0, 1.0
    return left / width, top / height, right / width, bottom / height


def _spread(grey: npt.NDArray[np.uint8], axis: int) -> npt.NDArray[np.bool_]:
    return np.asarray(grey.std(axis=axis, dtype=np.float32) > _PLAIN)


def _longest_run(busy: npt.NDArray[np.bool_]) -> tuple[int, int]:
    edges = np.flatnonzero(np.diff(busy.astype(np.int8), prepend=0, append=0))
    starts, ends = edges[::2], edges[1::2]
    if not len(starts):
        return 0, len(busy)
    longest = int(np.argmax(ends - starts))
    return int(starts[longest]), int(ends[longest])
