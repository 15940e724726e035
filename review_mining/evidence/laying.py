"""How one picture lies in another: the map between them, and pixels laid through it.

A copy is its source scaled, shifted and turned by quarters, each exactly. So the map is found by matched features
(RANSAC: Fischler and Bolles, 1981) and then freed of any other turn: what a hand-held second exposure needs beyond
that is left over for the comparison to see.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from review_mining.evidence.fingerprint import SIDE, SKETCH_SIDE, Fingerprint, Floats
from review_mining.evidence.perceptual_hash import Bytes

_FARTHEST = 64
"""Bits of 256 in which two descriptors of one place may differ."""
_SLACK = 3.0
"""Pixels by which a feature may miss its place."""
_LEAST_INLIERS = 8
"""A map through fewer features is chance."""
_SCALES = (0.15, 6.0)
_TURN = 1.5
"""Degrees by which features may misjudge a quarter turn."""
CELL = SIDE / SKETCH_SIDE
"""Pixels, at the size of comparison, between two points of a sketch."""


@dataclass(frozen=True)
class Laying:
    """A map from a picture onto a kept one.

    Attributes:
        to_kept: affine map in pixels at the size of comparison, shape ``(2, 3)``; no turn but by quarters.
        inliers: local features that lie where the map puts them.
    """

    to_kept: Floats
    inliers: int

    @property
    def scale(self) -> float:
        """Size of the kept picture's content relative to the picture's."""
        return float(np.hypot(self.to_kept[0, 0], self.to_kept[1, 0]))

    @property
    def stretch(self) -> float:
        """How much more it scales along one side of the kept picture than along the other, 0 for alike."""
        across, down = np.linalg.norm(self.to_kept[:, :2], axis=1)
        return float(abs(across / down - 1))

    def moved(self, factors: tuple[float, float], offsets: tuple[float, float]) -> Laying:
        """The map followed by a scaling and a shift along each axis of the kept picture, x first.

        Args:
            factors: of scaling.
            offsets: in pixels at the size of comparison.
        """
        then = np.diag(factors).astype(np.float32)
        to_kept = then @ self.to_kept
        to_kept[:, 2] += np.asarray(offsets, np.float32)
        return Laying(np.asarray(to_kept, np.float32), self.inliers)

    def overlap(self, own: tuple[int, int], kept: tuple[int, int]) -> tuple[float, float]:
        """Parts of the picture's frame and of the kept one's that lie in the other."""
        laid = (_corners(own) @ self.to_kept[:, :2].T + self.to_kept[:, 2]).astype(np.float32)
        area = float(cv2.intersectConvexConvex(laid, _corners(kept))[0])
        return area / max(1.0, float(cv2.contourArea(laid))), area / (kept[0] * kept[1])

    def laid(self, pixels: Bytes, shape: tuple[int, ...]) -> Bytes:
        """Pixels of the picture on the grid of the kept one's sketch, averaged rather than picked where it is coarser.

        Args:
            pixels: shape ``(height, width)`` or ``(height, width, 3)``.
            shape: the sketch's.
        """
        onto = self._onto_sketch
        shrink = float(np.hypot(onto[0, 0], onto[1, 0]))
        if shrink < 0.75:
            pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.3 / shrink), np.uint8)
        size = (shape[1], shape[0])
        laid = cv2.warpAffine(pixels, onto, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(laid, np.uint8)

    def shared(self, own: tuple[int, ...], shape: tuple[int, ...], edge: int) -> npt.NDArray[np.bool_]:
        """Points of the kept picture's sketch that the picture shows too, away from its edges.

        Args:
            own: shape of the picture's pixels.
            shape: the sketch's.
            edge: points by which to stay away.
        """
        inside = np.full(own[:2], 255, np.uint8)
        laid = cv2.warpAffine(inside, self._onto_sketch, (shape[1], shape[0]), flags=cv2.INTER_NEAREST)
        return np.asarray(cv2.erode(laid, np.ones((2 * edge + 1, 2 * edge + 1), np.uint8)) > 0)

    @property
    def _onto_sketch(self) -> Floats:
        """The map to the sketch's grid, whose points are the middles of cells, as pixels are."""
        onto = self.to_kept / CELL
        onto[:, 2] += 0.5 / CELL - 0.5
        return np.asarray(onto, np.float32)


def find_laying(own: Fingerprint, kept: Fingerprint) -> Laying | None:
    """The map under which most local features meet, or None when there is none that a copy could have.

    Args:
        own: of the picture.
        kept: of the other.
    """
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(own.descriptors, kept.descriptors)
    near = [(pair.queryIdx, pair.trainIdx) for pair in pairs if pair.distance <= _FARTHEST]
    if len(near) < _LEAST_INLIERS:
        return None
    ours, theirs = (np.array(side) for side in zip(*near, strict=True))
    own_points, kept_points = own.points[ours], kept.points[theirs]
    cv2.setRNGSeed(0)
    found, marks = cv2.estimateAffinePartial2D(
        own_points, kept_points, method=cv2.RANSAC, ransacReprojThreshold=_SLACK, maxIters=2000
    )
    if found is None or not np.isfinite(found).all():
        return None
    inliers = marks.ravel() > 0
    turn = float(np.degrees(np.arctan2(found[1, 0], found[0, 0])))
    quarters = round(turn / 90)
    if inliers.sum() < _LEAST_INLIERS or abs(turn - 90 * quarters) > _TURN:
        return None
    laying = _upright(own_points[inliers], kept_points[inliers], quarters)
    return laying if _SCALES[0] <= laying.scale <= _SCALES[1] else None


def _upright(own: Floats, kept: Floats, quarters: int) -> Laying:
    """The map of least squares that turns by quarters and no more."""
    cosine, sine = ((1, 0), (0, 1), (-1, 0), (0, -1))[quarters % 4]
    turn = np.array([(cosine, -sine), (sine, cosine)], np.float32)
    turned = own @ turn.T
    own_middle, kept_middle = turned.mean(axis=0), kept.mean(axis=0)
    spread = turned - own_middle
    scale = float((spread * (kept - kept_middle)).sum() / max(float((spread * spread).sum()), 1.0))
    to_kept = np.column_stack([scale * turn, kept_middle - scale * own_middle])
    return Laying(np.asarray(to_kept, np.float32), len(own))


def _corners(frame: tuple[int, int]) -> Floats:
    width, height = frame
    return np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
