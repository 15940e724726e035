"""How neighbouring residuals occur together: what is left of a picture when its content is predicted away.

Sources: Pevný, Bas and Fridrich 2010 (subtractive pixel adjacency) and Fridrich and Kodovský 2012 (rich models), of
which a few residuals of first to third order are kept, truncated at ±2, in triples along rows and columns, with
mirrored and negated triples counted as one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Planes = npt.NDArray[np.int16]
"""One channel of some crops, shape (crops, side, side)."""
Table = npt.NDArray[np.float32]

_REACH = 2
_LEVELS = 2 * _REACH + 1


def _classes() -> npt.NDArray[np.int64]:
    """Class of every triple under reversal and negation, shape (125,)."""
    triples = [(a, b, c) for a in range(_LEVELS) for b in range(_LEVELS) for c in range(_LEVELS)]
    top = _LEVELS - 1
    names = [min((a, b, c), (c, b, a), (top - a, top - b, top - c), (top - c, top - b, top - a)) for a, b, c in triples]
    order = sorted(set(names))
    return np.asarray([order.index(name) for name in names])


_FOLD = np.eye(_classes().max() + 1)[_classes()]
"""Adds up the counts of triples that count as one, shape (125, classes)."""


def _first(planes: Planes) -> Planes:
    return planes[:, :, 1:] - planes[:, :, :-1]


def _second(planes: Planes) -> Planes:
    return planes[:, :, 2:] - 2 * planes[:, :, 1:-1] + planes[:, :, :-2]


def _third(planes: Planes) -> Planes:
    return planes[:, :, 3:] - 3 * planes[:, :, 2:-1] + 3 * planes[:, :, 1:-2] - planes[:, :, :-3]


def _square(planes: Planes) -> Planes:
    """The 3×3 predictor of Ker and Böhme, which looks at all eight neighbours."""
    sides = planes[:, :-2, 1:-1] + planes[:, 2:, 1:-1] + planes[:, 1:-1, :-2] + planes[:, 1:-1, 2:]
    corners = planes[:, :-2, :-2] + planes[:, :-2, 2:] + planes[:, 2:, :-2] + planes[:, 2:, 2:]
    return 2 * sides - corners - 4 * planes[:, 1:-1, 1:-1]


_LARGEST = 8 * 255
_RESIDUALS: tuple[tuple[Callable[[Planes], Planes], int], ...] = ((_first, 1), (_second, 2), (_third, 3), (_square, 4))
"""A residual and the step that it is divided by before rounding."""


def triples(planes: Planes, residuals: int = len(_RESIDUALS)) -> Table:
    """Shares of triples of neighbouring residuals.

    Args:
        planes: one channel of some crops, differences of channels included, shape (crops, side, side).
        residuals: how many of the four residuals are taken, simplest first.

    Returns:
        Shape (crops, residuals × classes).
    """
    turned = planes.transpose(0, 2, 1)
    counts = [_counts(find(planes), step) + _counts(find(turned), step) for find, step in _RESIDUALS[:residuals]]
    shares = [one / one.sum(axis=1, keepdims=True) for one in counts]
    return np.concatenate(shares, axis=1).astype(np.float32)


def _counts(found: Planes, step: int) -> npt.NDArray[np.float64]:
    """Counts of triples along rows, shape (crops, classes)."""
    every = np.arange(-_LARGEST, _LARGEST + 1)
    level = np.clip(np.rint(every / step) + _REACH, 0, 2 * _REACH).astype(np.uint8)
    levels = level[np.clip(found, -_LARGEST, _LARGEST) + _LARGEST]
    codes = (levels[:, :, :-2] * _LEVELS + levels[:, :, 1:-1]) * _LEVELS + levels[:, :, 2:]
    counts = np.stack([np.bincount(crop.ravel(), minlength=_LEVELS**3) for crop in codes])
    return np.asarray(counts @ _FOLD)
