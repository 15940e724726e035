"""Where two sketches laid over one another agree, place by place, and where one would have to be moved to agree.

Through the right map a copy agrees with its source as it lies. A second exposure agrees better when its parts are moved
a little, each another way: nearer things by more than farther ones (parallax). So every place is compared in 25
positions, and neighbouring places are read together, for one alone may hold a single straight edge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import uniform_filter
from scipy.stats import siegelslopes

from review_mining.evidence.fingerprint import Floats

_BLOCK = 12
_REACH = 2
"""Points of the sketch by which a place is moved, to either side."""
EDGE = _REACH + 1
"""Points to stay away from the edge of what both show, so that moving brings nothing in from outside."""
_DRAWN = 0.15
"""Part of a place that must be outline in either sketch; less is plain."""
_ALIKE = 0.65
"""Correlation of two sketches from which a place agrees."""
_NEIGHBOURS = 4
"""Places, of three by three, that must be comparable to read them together."""
_SHARP = 0.1
"""Loss of correlation by one point of moving, from which a direction can be told; less lies along an edge."""
_FOUND, _GAIN = 0.3, 0.1
_SPREAD = 3 * _BLOCK
"""Points over which shifts must spread to tell a scale from a shift."""


@dataclass(frozen=True)
class Places:
    """Agreement of two sketches.

    Attributes:
        likeness: correlation by position and place, shape ``(5, 5, rows, columns)``, moved down first; the middle
            position is the sketch as it lies.
        counted: places that both show and that are not plain, shape ``(rows, columns)``.
    """

    likeness: Floats
    counted: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return int(self.counted.sum())

    @property
    def agreement(self) -> float:
        """Part of the places that agree as they lie, 0–1."""
        return float((self._still >= _ALIKE).mean()) if len(self) else 0.0

    @property
    def closeness(self) -> float:
        """Mean correlation of the places as they lie, -1–1."""
        return float(self._still.mean()) if len(self) else 0.0

    @property
    def faintest(self) -> float:
        """Correlation that all but a twentieth of the places reach as they lie, -1–1."""
        return float(np.quantile(self._still, 0.05)) if len(self) else 0.0

    @property
    def drift(self) -> float:
        """Shift within which 95 % of the places agree best, in points of the sketch; infinite if none tells."""
        shifts, told = self._shifts
        return float(np.quantile(np.abs(shifts[told]), 0.95)) if told.any() else float("inf")

    @property
    def correction(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Factors and offsets, in points and x first, of the scaling and shift that most places would move by."""
        shifts, told = self._shifts
        middles = [(np.arange(length) + 0.5) * _BLOCK - 0.5 for length in self.counted.shape]
        rows, columns = np.meshgrid(*middles, indexing="ij")
        across, down = _line(columns[told[1]], shifts[1][told[1]]), _line(rows[told[0]], shifts[0][told[0]])
        return (1 + across[0], 1 + down[0]), (across[1], down[1])

    @property
    def _still(self) -> Floats:
        return np.asarray(self.likeness[_REACH, _REACH][self.counted], np.float32)

    @property
    def _shifts(self) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """Shifts down and across of places read with their neighbours, and whether they can be told."""
        known = uniform_filter(self.counted.astype(np.float32), 3, mode="constant")
        summed = uniform_filter(np.where(self.counted, self.likeness, 0), (1, 1, 3, 3), mode="constant")
        together = summed / np.maximum(known, 1 / 9)
        best = together.max(axis=(0, 1))
        readable = (9 * known >= _NEIGHBOURS - 0.5) & (best >= _FOUND)
        gains = best - together[_REACH, _REACH] >= _GAIN
        peak = np.stack(np.unravel_index(together.reshape(-1, *best.shape).argmax(axis=0), together.shape[:2]))
        down, across = (_peaks(together, peak, axis, gains) for axis in (0, 1))
        return np.stack([down[0], across[0]]), readable & np.stack([down[1], across[1]])


def compare_places(ours: npt.NDArray[np.int8], kept: npt.NDArray[np.int8], shared: npt.NDArray[np.bool_]) -> Places:
    """Compare two sketches on one grid.

    Args:
        ours: shape ``(rows, columns)``.
        kept: of the same shape.
        shared: points that both show, :data:`EDGE` away from the edges.
    """
    own, other, both = (values.astype(np.float32) for values in (ours, kept, shared))
    area, kept_power = _block_sums(both), _block_sums(other * other * both)
    positions = range(-_REACH, _REACH + 1)
    likeness = np.empty((len(positions), len(positions), *area.shape), np.float32)
    for row, down in enumerate(positions):
        for column, across in enumerate(positions):
            moved = np.roll(own, (down, across), (0, 1)) * both
            powers = _block_sums(moved * moved) * kept_power
            likeness[row, column] = _block_sums(moved * other) / np.sqrt(np.maximum(powers, 1))
    drawn = np.maximum(_block_sums(own * own * both), kept_power) >= _DRAWN * np.maximum(area, 1)
    return Places(likeness, drawn & (area >= 0.5 * _BLOCK * _BLOCK))


def _peaks(
    together: Floats, peak: npt.NDArray[np.int64], axis: int, gains: npt.NDArray[np.bool_]
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Shifts along one axis to a fraction of a point, by a parabola through the best position and the two beside it.

    A peak at the end of the reach is taken as it is, where being moved gains enough.
    """
    inner = np.clip(peak, 1, 2 * _REACH - 1)
    step = np.eye(2, dtype=int)[axis]
    rows, columns = np.indices(gains.shape)
    low, middle, high = (
        together[inner[0] + side * step[0], inner[1] + side * step[1], rows, columns] for side in (-1, 0, 1)
    )
    sharp = middle - (low + high) / 2
    beyond = np.clip((high - low) / (4 * np.maximum(sharp, 1e-6)), -1, 1)
    outside = peak[axis] != inner[axis]
    shifts = np.where(outside, peak[axis], inner[axis] + beyond) - _REACH
    return np.asarray(shifts, np.float32), np.where(outside, gains, sharp >= _SHARP)


def _block_sums(values: Floats) -> Floats:
    rows, columns = (length // _BLOCK for length in values.shape)
    cut = values[: rows * _BLOCK, : columns * _BLOCK]
    return np.asarray(cut.reshape(rows, _BLOCK, columns, _BLOCK).sum(axis=(1, 3)))


def _line(positions: Floats, shifts: Floats) -> tuple[float, float]:
    """Slope and intercept of shifts over positions that outliers do not bend (repeated medians: Siegel, 1982)."""
    if not len(positions):
        return 0.0, 0.0
    if np.ptp(positions) < _SPREAD:
        return 0.0, float(np.median(shifts))
    slope, intercept = siegelslopes(shifts, positions)
    return float(slope), float(intercept)
