"""Whether one picture is a copy of another: how it lies in it, and whether the content agrees everywhere.

Two honest photos of one product share many local features too, so features alone are not enough. The map between the
pictures may only scale, shift and turn by quarters (RANSAC: Fischler and Bolles, 1981), as a copy does and a second
exposure from another place hardly ever does; then the whole area that both show must agree, background included, in
outlines and in tint.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from review_mining.evidence.config import Copies
from review_mining.evidence.fingerprint import (
    SIDE,
    SKETCH_SIDE,
    TINT_SIDE,
    Fingerprint,
    Floats,
    View,
    sketch_of,
    tints_of,
)

_FARTHEST = 64
"""Bits of 256 in which two descriptors of one place may differ."""
_SLACK = 3.0
"""Pixels by which a feature may miss its place."""
_LEAST_INLIERS = 8
"""A map through fewer features is chance."""
_SCALES = (0.15, 6.0)
_TURN = 1.5
"""Degrees off a quarter turn. Nobody holds a camera twice alike: most second exposures of a thing are turned more."""
_BLOCK, _EDGE = 12, 3
_TONE = 5
"""Neighbouring grey levels that make one tone, for compression smears it."""


@dataclass(frozen=True)
class Match:
    """How a picture agrees with a kept one.

    Attributes:
        inliers: local features that lie where the map puts them.
        scale: size of the kept picture's content relative to the picture's, at the size of comparison.
        covers: part of the picture that the kept one shows too, 0–1.
        covered: part of the kept picture that the picture shows too, 0–1.
        agreement: part of the area of both, where it is not plain, in which the outlines agree, 0–1.
        tint: median distance of the colours there, in units of CIE Lab.
        blocks: how many places were compared.
        one_tone: part of the area of both in its most frequent tone, 0–1; high in screens, pages and pictures on white.
    """

    inliers: int
    scale: float
    covers: float
    covered: float
    agreement: float
    tint: float
    blocks: int
    one_tone: float

    def verified(self, rules: Copies) -> bool:
        """Whether the figures reach what the settings ask for."""
        return (
            self.inliers >= rules.inliers
            and max(self.covers, self.covered) >= rules.covered
            and self.blocks >= rules.blocks
            and self.agreement >= rules.agreement
            and self.tint <= rules.tint
        )


def compare(view: View, kept: Fingerprint) -> Match | None:
    """Lay a picture over a kept one.

    Args:
        view: the picture.
        kept: fingerprint of another.

    Returns:
        how far they agree, or None when no map between them is found.
    """
    own = view.fingerprint
    if own is None:
        return None
    found = _map(own, kept)
    if found is None:
        return None
    to_kept, inliers = found
    scale = float(np.hypot(to_kept[0, 0], to_kept[1, 0]))
    turn = float(np.degrees(np.arctan2(to_kept[1, 0], to_kept[0, 0]))) % 90
    if not _SCALES[0] <= scale <= _SCALES[1] or min(turn, 90 - turn) > _TURN:
        return None
    covers, covered = _overlap(own.frame, kept.frame, to_kept)
    agreement, blocks = _agreement(view, kept, to_kept)
    tint = _tint(view, kept, to_kept)
    return Match(inliers, scale, covers, covered, agreement, tint, blocks, _one_tone(view, kept, to_kept))


def _map(own: Fingerprint, kept: Fingerprint) -> tuple[Floats, int] | None:
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(own.descriptors, kept.descriptors)
    near = [(pair.queryIdx, pair.trainIdx) for pair in pairs if pair.distance <= _FARTHEST]
    if len(near) < _LEAST_INLIERS:
        return None
    ours, theirs = (np.array(side) for side in zip(*near, strict=True))
    cv2.setRNGSeed(0)
    found, inliers = cv2.estimateAffinePartial2D(
        own.points[ours], kept.points[theirs], method=cv2.RANSAC, ransacReprojThreshold=_SLACK, maxIters=2000
    )
    if found is None or not np.isfinite(found).all():
        return None
    agreeing = int(inliers.sum())
    return (np.asarray(found, np.float32), agreeing) if agreeing >= _LEAST_INLIERS else None


def _overlap(own: tuple[int, int], kept: tuple[int, int], to_kept: Floats) -> tuple[float, float]:
    """Parts of both frames that lie in the other."""
    laid = (_corners(own) @ to_kept[:, :2].T + to_kept[:, 2]).astype(np.float32)
    area = float(cv2.intersectConvexConvex(laid, _corners(kept))[0])
    return area / max(1.0, float(cv2.contourArea(laid))), area / (kept[0] * kept[1])


def _corners(frame: tuple[int, int]) -> Floats:
    width, height = frame
    return np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)


def _onto(to_kept: Floats, side: int) -> Floats:
    """The map to a coarser grid of the kept picture, whose points are the middles of cells, as pixels are."""
    factor = side / SIDE
    onto = to_kept * factor
    onto[:, 2] += 0.5 * factor - 0.5
    return np.asarray(onto, np.float32)


def _laid(pixels: npt.NDArray[np.uint8], to_kept: Floats, shape: tuple[int, ...], side: int) -> npt.NDArray[np.uint8]:
    """Pixels of a picture on a grid of the kept one's, averaged rather than picked where the grid is coarser."""
    onto = _onto(to_kept, side)
    shrink = float(np.hypot(onto[0, 0], onto[1, 0]))
    if shrink < 0.75:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.3 / shrink), np.uint8)
    size = (shape[1], shape[0])
    laid = cv2.warpAffine(pixels, onto, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(laid, np.uint8)


def _shared(view: View, to_kept: Floats, shape: tuple[int, ...], side: int, edge: int) -> npt.NDArray[np.bool_]:
    """Points of the kept picture's grid that the picture shows too, away from its edges."""
    inside = np.full(view.grey.shape, 255, np.uint8)
    size = (shape[1], shape[0])
    laid = cv2.warpAffine(inside, _onto(to_kept, side), size, flags=cv2.INTER_NEAREST)
    return np.asarray(cv2.erode(laid, np.ones((2 * edge + 1, 2 * edge + 1), np.uint8)) > 0)


def _agreement(view: View, kept: Fingerprint, to_kept: Floats) -> tuple[float, int]:
    """Part of the places, not plain in either picture, in which the outlines agree; and how many places there are."""
    shape = kept.sketch.shape
    ours = sketch_of(_laid(view.grey, to_kept, shape, SKETCH_SIDE)).astype(np.float32)
    theirs = kept.sketch.astype(np.float32)
    shared = _shared(view, to_kept, shape, SKETCH_SIDE, _EDGE).astype(np.float32)
    both, one, other = ours * theirs * shared, ours * ours * shared, theirs * theirs * shared
    product, own_power, kept_power, area = (_block_sums(values) for values in (both, one, other, shared))
    drawn = np.maximum(own_power, kept_power) >= 0.15 * np.maximum(area, 1)
    counted = drawn & (area >= 0.5 * _BLOCK * _BLOCK)
    if not counted.any():
        return 0.0, 0
    likeness = product[counted] / np.sqrt(np.maximum(own_power * kept_power, 1.0))[counted]
    return float((likeness >= 0.5).mean()), int(counted.sum())


def _block_sums(values: Floats) -> Floats:
    rows, columns = (length // _BLOCK for length in values.shape)
    cut = values[: rows * _BLOCK, : columns * _BLOCK]
    return np.asarray(cut.reshape(rows, _BLOCK, columns, _BLOCK).sum(axis=(1, 3)))


def _tint(view: View, kept: Fingerprint, to_kept: Floats) -> float:
    shape = kept.tints.shape
    ours = tints_of(_laid(view.colours, to_kept, shape, TINT_SIDE)).astype(np.float32)
    shared = _shared(view, to_kept, shape, TINT_SIDE, 0)
    if not shared.any():
        return 255.0
    return float(np.median(np.linalg.norm(ours - kept.tints, axis=2)[shared]))


def _one_tone(view: View, kept: Fingerprint, to_kept: Floats) -> float:
    shape = kept.sketch.shape
    levels = _laid(view.grey, to_kept, shape, SKETCH_SIDE)[_shared(view, to_kept, shape, SKETCH_SIDE, 0)]
    tones = np.bincount(levels, minlength=256)
    return float(np.convolve(tones, np.ones(_TONE)).max() / max(1, levels.size))
