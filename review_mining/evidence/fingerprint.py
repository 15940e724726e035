"""What is kept of a picture so that a later one can be compared with it, without keeping the picture.

Local features (ORB: Rublee et al., ICCV 2011) say how one picture lies in another. A sketch, the sign of the grey
levels against their surroundings on a grid of at most 128 points a side, and the mean tint of larger cells say whether
the content agrees everywhere once it has been laid over. A sketch shows outlines, so the index is kept as safely as the
pictures.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load, save

from review_mining.errors import MissingExtraError
from review_mining.evidence.framing import content_box
from review_mining.evidence.perceptual_hash import Bytes, asked_hashes, kept_hashes

try:
    import cv2
except ImportError as error:
    raise MissingExtraError("opencv-python-headless", "evidence") from error

SIDE = 480
"""Longest side, in pixels, at which pictures are compared; smaller ones are enlarged to it, so that scales meet."""
DRAWN_SIDE = 2 * SIDE
"""Longest side at which a picture is decoded, so that what a screenshot shows is still large enough."""
SKETCH_SIDE = 128
_TINT = 4
"""Points of a sketch along a side of a cell whose tint is kept."""
_FEATURES = 300
_LEAST_FEATURES = 16
_LEAST_SIDE = 48
_MARGINS = 0.8
"""Part of the picture up to which what lies within the margins is compared by itself."""
_FINE, _COARSE, _ENERGY = 1.0, 2.5, 6.0
_FLAT, _DEAD = 2.0, 0.5

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Fingerprint:
    """What is kept of a picture.

    Attributes:
        frame: width and height in pixels at the size of comparison.
        points: where its local features are, shape ``(features, 2)``, x and y in pixels of ``frame``.
        descriptors: what they look like, shape ``(features, 32)``.
        sketch: shape ``(rows, columns)``: 1 brighter than the surroundings, -1 darker, 0 plain.
        tints: mean CIE Lab of larger cells, shape ``(rows, columns, 3)``.
    """

    frame: tuple[int, int]
    points: Floats
    descriptors: Bytes
    sketch: npt.NDArray[np.int8]
    tints: Bytes

    def to_bytes(self) -> bytes:
        """The fingerprint as safetensors; about 17 KB."""
        return save(
            {
                "frame": np.array([*self.frame, *self.sketch.shape], np.uint16),
                "points": np.round(self.points * 64).astype(np.uint16),
                "descriptors": self.descriptors,
                "brighter": np.packbits(self.sketch > 0),
                "darker": np.packbits(self.sketch < 0),
                "tints": self.tints,
            }
        )

    @staticmethod
    def from_bytes(data: bytes) -> Fingerprint:
        """Read what :meth:`to_bytes` wrote."""
        kept = load(data)
        width, height, rows, columns = (int(value) for value in kept["frame"])
        brighter, darker = (np.unpackbits(kept[name], count=rows * columns) for name in ("brighter", "darker"))
        return Fingerprint(
            frame=(width, height),
            points=np.asarray(kept["points"] / 64, np.float32),
            descriptors=kept["descriptors"],
            sketch=(brighter.astype(np.int8) - darker.astype(np.int8)).reshape(rows, columns),
            tints=kept["tints"],
        )


@dataclass(frozen=True)
class View:
    """A picture's pixels at the size of comparison, and what follows from them.

    Args:
        colours: RGB pixels, shape ``(height, width, 3)``, longest side :data:`SIDE`.
        inner: what lies within plain margins or the bars of a screenshot, drawn from the larger pixels; None without
            such margins.
    """

    colours: Bytes = field(repr=False)
    inner: View | None = field(default=None, repr=False)

    @staticmethod
    def of(pixels: Bytes) -> View:
        """Bring RGB pixels of any size, shape ``(height, width, 3)``, to the size of comparison."""
        colours = _sized(pixels)
        left, top, right, bottom = content_box(np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY)))
        if (right - left) * (bottom - top) > _MARGINS:
            return View(colours)
        height, width = pixels.shape[:2]
        rows = slice(round(top * height), max(round(bottom * height), round(top * height) + 1))
        columns = slice(round(left * width), max(round(right * width), round(left * width) + 1))
        return View(colours, View(_sized(pixels[rows, columns])))

    @cached_property
    def grey(self) -> Bytes:
        """Grey levels, shape ``(height, width)``."""
        return np.asarray(cv2.cvtColor(self.colours, cv2.COLOR_RGB2GRAY))

    @cached_property
    def mirrored(self) -> View:
        """The same picture seen in a mirror."""
        inner = None if self.inner is None else self.inner.mirrored
        return View(np.ascontiguousarray(self.colours[:, ::-1]), inner)

    @cached_property
    def kept_hashes(self) -> Bytes:
        """Hashes under which it is kept."""
        return kept_hashes(self.grey)

    @cached_property
    def asked_hashes(self) -> Bytes:
        """Hashes under which it is looked up."""
        return asked_hashes(self.grey)

    @cached_property
    def fingerprint(self) -> Fingerprint | None:
        """What is kept of it; None for a picture with too little in it to tell it from others."""
        if min(self.grey.shape) < _LEAST_SIDE:
            return None
        found, descriptors = cv2.ORB.create(_FEATURES, fastThreshold=8).detectAndCompute(self.grey, None)
        if descriptors is None or len(found) < _LEAST_FEATURES:
            return None
        height, width = self.grey.shape
        size = (max(1, width * SKETCH_SIDE // SIDE), max(1, height * SKETCH_SIDE // SIDE))
        return Fingerprint(
            frame=(width, height),
            points=np.array([feature.pt for feature in found[:_FEATURES]], np.float32),
            descriptors=np.asarray(descriptors[:_FEATURES], np.uint8),
            sketch=sketch_of(np.asarray(cv2.resize(self.grey, size, interpolation=cv2.INTER_AREA))),
            tints=tints_of(np.asarray(cv2.resize(self.colours, size, interpolation=cv2.INTER_AREA))),
        )


def _sized(pixels: Bytes) -> Bytes:
    height, width = pixels.shape[:2]
    factor = SIDE / max(height, width)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    interpolation = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=interpolation), np.uint8)


def sketch_of(grey: Bytes) -> npt.NDArray[np.int8]:
    """Signs of the grey levels against their surroundings, relative to the contrast there.

    Args:
        grey: pixels on the sketch's grid, shape ``(rows, columns)``.

    Returns:
        1, -1 or 0 per point, the same for a brighter or duller exposure.
    """
    levels = grey.astype(np.float32)
    detail = cv2.GaussianBlur(levels, (0, 0), _FINE) - cv2.GaussianBlur(levels, (0, 0), _COARSE)
    contrast = np.sqrt(cv2.GaussianBlur(detail * detail, (0, 0), _ENERGY))
    relative = detail / (contrast + _FLAT)
    return np.asarray((relative > _DEAD).astype(np.int8) - (relative < -_DEAD).astype(np.int8))


def tints_of(colours: Bytes) -> Bytes:
    """Mean tints of cells.

    Args:
        colours: RGB pixels on the sketch's grid, shape ``(rows, columns, 3)``.

    Returns:
        CIE Lab in units of a byte, shape ``(rows // 4, columns // 4, 3)``, at least one cell a side.
    """
    height, width = colours.shape[:2]
    cells = (max(1, width // _TINT), max(1, height // _TINT))
    means = np.asarray(cv2.resize(colours, cells, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.cvtColor(means, cv2.COLOR_RGB2LAB), np.uint8)
