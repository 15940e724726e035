"""Where a picture may have been edited locally: a heat map from three classical traces, a hint and no more.

* noise: the level of the finest detail, compared between blocks of like brightness; a spliced, blurred or painted
  region can be smoother or grainier than its surroundings (Mahdian and Saic, 2009; Immerkaer, 1996).
* ghosts: a region that was once compressed at a lower quality changes least when compressed at that quality again
  (Farid, “Exposing digital forgeries from JPEG ghosts”, 2009). Only where the two block grids agree.
* copies: keypoints that repeat elsewhere in the picture under one rotation, scale and shift (ORB and RANSAC).

All three see pasted, copied or smeared regions. A picture that a generator drew anew as a whole, as today's instruction
editors do, has one history everywhere: nothing here can locate such an edit. Sharp focus beside blur, flat walls and
repeated patterns light up in honest photos.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from review_mining.errors import MissingExtraError

try:
    import cv2
except ImportError as error:
    raise MissingExtraError("cv2", "evidence") from error

BLOCK = 16
"""Side in pixels of the square that one value of a map stands for."""
MIN_SIDE = 160
MAX_PIXELS = 16_000_000
"""Pictures outside these are not looked at: too few blocks to compare, or too long to wait for."""
_MAX_SIDE = 65_500
_QUALITIES = (55, 65, 75, 85)
_KEYPOINTS, _DISTANCE, _APART, _INLIERS = 3000, 24, 48.0, 14
_FULL = 6.0

Map = NDArray[np.float32]


@dataclass(frozen=True)
class HeatMap:
    """How unlike the rest of the picture each block is, 0–1, by trace.

    Attributes:
        noise: float32, height/16 × width/16.
        ghosts: likewise.
        copies: likewise, 1 in regions that repeat elsewhere.
    """

    noise: Map
    ghosts: Map
    copies: Map

    @property
    def heat(self) -> Map:
        """The strongest trace of each block."""
        strongest: Map = np.maximum(np.maximum(self.noise, self.ghosts), self.copies)
        return strongest


def heat_map(pixels: NDArray[np.uint8]) -> HeatMap | None:
    """Look for local edits.

    Args:
        pixels: height × width × 3, RGB, at the size of the file; a scaled picture has lost its traces.

    Returns:
        the maps, or None for a picture too small or too large.
    """
    height, width = pixels.shape[:2]
    if min(height, width) < MIN_SIDE or max(height, width) > _MAX_SIDE or height * width > MAX_PIXELS:
        return None
    whole = pixels[: height // BLOCK * BLOCK, : width // BLOCK * BLOCK]
    grey: NDArray[np.uint8] = np.asarray(cv2.cvtColor(whole, cv2.COLOR_RGB2GRAY), np.uint8)
    return HeatMap(noise=_noise(grey), ghosts=_ghosts(grey), copies=_copies(grey))


def overlay(pixels: NDArray[np.uint8], found: Map, side: int) -> bytes:
    """Draw a map over its picture.

    Args:
        pixels: height × width × 3, RGB.
        found: a map of it.
        side: longest side of the drawing in pixels.

    Returns:
        PNG bytes without metadata: the picture in grey, warmer where the map is higher.
    """
    height, width = pixels.shape[:2]
    scale = min(1.0, side / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    grey = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), size, interpolation=cv2.INTER_AREA)
    heat = np.clip(cv2.resize(found, size, interpolation=cv2.INTER_LINEAR), 0.0, 1.0)
    ground = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR).astype(np.float32)
    warm = cv2.applyColorMap((heat * 255).astype(np.uint8), cv2.COLORMAP_INFERNO).astype(np.float32)
    share = (0.75 * heat)[:, :, None]
    drawn = (ground * (1 - share) + warm * share).astype(np.uint8)
    return bytes(cv2.imencode(".png", drawn)[1])


def _noise(grey: NDArray[np.uint8]) -> Map:
    """Departure of a block's noise level from that of blocks of like brightness."""
    smooth = cv2.medianBlur(grey, 3)
    residual = np.abs(grey.astype(np.float32) - smooth)
    # The calmest quarter of a block tells its noise; edges and texture fill the rest.
    quiet = _blocks(residual, 4).mean(axis=2)
    level = np.log(np.percentile(_blocks(quiet, BLOCK // 4), 25, axis=2) + 0.05).astype(np.float32)
    brightness = _blocks(grey.astype(np.float32), BLOCK).mean(axis=2)
    usable = (brightness > 8) & (brightness < 247)
    return _steady(_unlike(level, brightness, usable))


def _ghosts(grey: NDArray[np.uint8]) -> Map:
    """Blocks that change less than others when compressed once more at one of a few lower qualities."""
    changes = []
    for quality in _QUALITIES:
        coded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        again = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.float32)
        changes.append(_blocks((grey - again) ** 2, BLOCK).mean(axis=2))
    stack = np.stack(changes)
    shares = np.log((stack + 0.05) / (stack.mean(axis=0) + 0.05)).astype(np.float32)
    texture = np.log(stack.mean(axis=0) + 0.05)
    usable = np.ones(texture.shape, dtype=bool)
    found = [np.where(share < np.median(share), _unlike(share, texture, usable), 0.0) for share in shares]
    return _steady(np.max(np.stack(found), axis=0).astype(np.float32))


def _copies(grey: NDArray[np.uint8]) -> Map:
    """Regions whose keypoints recur elsewhere under one similarity."""
    found = np.zeros((grey.shape[0] // BLOCK, grey.shape[1] // BLOCK), dtype=np.float32)
    keypoints, descriptors = cv2.ORB.create(_KEYPOINTS, fastThreshold=8).detectAndCompute(grey, None)
    if descriptors is None or len(keypoints) < 2 * _INLIERS:
        return found
    places = np.array([keypoint.pt for keypoint in keypoints], dtype=np.float32)
    here, there = _twins(places, np.asarray(descriptors, np.uint8))
    if len(here) < _INLIERS:
        return found
    cv2.setRNGSeed(0)
    _, inliers = cv2.estimateAffinePartial2D(here, there, method=cv2.RANSAC, ransacReprojThreshold=2.0)
    agreed = np.zeros(len(here), dtype=bool) if inliers is None else inliers.ravel().astype(bool)
    if agreed.sum() < _INLIERS:
        return found
    for points in (here[agreed], there[agreed]):
        hull = cv2.convexHull(points / BLOCK).astype(np.int32)
        cv2.fillConvexPoly(found, hull, 1.0)
    return found


def _twins(
    places: NDArray[np.float32], descriptors: NDArray[np.uint8]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Pairs of far-apart keypoints that look alike, each pair once, those with several look-alikes left out."""
    matches = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(descriptors, descriptors, k=4)
    pairs = []
    for candidates in matches:
        far = [
            match
            for match in candidates
            if match.distance <= _DISTANCE and np.linalg.norm(places[match.queryIdx] - places[match.trainIdx]) >= _APART
        ]
        if len(far) == 1 and far[0].queryIdx < far[0].trainIdx:
            pairs.append((far[0].queryIdx, far[0].trainIdx))
    chosen = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return places[chosen[:, 0]], places[chosen[:, 1]]


def _blocks(values: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Height × width → height/side × width/side × side²."""
    rows, columns = values.shape[0] // side, values.shape[1] // side
    split = values.reshape(rows, side, columns, side).swapaxes(1, 2)
    return split.reshape(rows, columns, side * side)


def _unlike(values: NDArray[np.float32], like: NDArray[np.float32], usable: NDArray[np.bool_]) -> Map:
    """How many robust deviations a value lies from the middle of its peers, on a scale where 1 is six of them.

    Args:
        values: of the blocks.
        like: blocks are compared within a quarter of the picture by this.
        usable: blocks that can be judged at all; others get 0.
    """
    found = np.zeros(values.shape, dtype=np.float32)
    if not usable.any():
        return found
    bounds = np.quantile(like[usable], (0.25, 0.5, 0.75))
    group = np.digitize(like, bounds)
    for number in range(4):
        peers = usable & (group == number)
        if peers.any():
            middle = np.median(values[peers])
            spread = 1.4826 * np.median(np.abs(values[peers] - middle)) + 0.05
            found[peers] = np.abs(values[peers] - middle) / (_FULL * spread)
    return np.minimum(found, 1.0)


def _steady(values: Map) -> Map:
    """A region counts, a single block does not."""
    return np.asarray(cv2.medianBlur(values, 5), np.float32)
