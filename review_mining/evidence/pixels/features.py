"""Crops to numbers: residual co-occurrences, spectra and the noise of the colour channels.

The default :class:`CropFeatures`; ``probe.py`` holds another, the vectors of a vision backbone.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from review_mining.evidence.pixels.cooccurrence import triples
from review_mining.evidence.pixels.crops import Pixels
from review_mining.evidence.pixels.spectrum import autocorrelation, block_dct, grid_peaks, radial, residual

Table = npt.NDArray[np.float32]

_TINY = 1e-3


class CropFeatures(Protocol):
    """What turns crops into numbers.

    Attributes:
        method: name that a stored detector must agree with.
        side: of the crops that it takes, in pixels.
    """

    method: str
    side: int

    def __call__(self, crops: Pixels) -> Table:
        """Features of crops, shape (crops, side, side, 3) to (crops, columns)."""
        ...


class ResidualFeatures:
    """Features written by hand, for crops of 128 pixels; no resizing, no learnt part."""

    method = "residuals-1"
    side = 128

    def __call__(self, crops: Pixels) -> Table:
        """Features of crops, shape (crops, 128, 128, 3) to (crops, columns)."""
        whole = crops.astype(np.int16)
        red, green, blue = whole[..., 0], whole[..., 1], whole[..., 2]
        luma = (red + 2 * green + blue + 2) >> 2
        planes = luma.astype(np.float32)
        noise = residual(planes)
        colour = (red - blue).astype(np.float32)
        return np.concatenate(
            [
                triples(luma),
                triples(red - green, residuals=2),
                triples(blue - green, residuals=2),
                radial(planes),
                radial(colour),
                grid_peaks(planes),
                grid_peaks(colour),
                block_dct(planes),
                block_dct(colour),
                autocorrelation(noise),
                _moments(noise, planes),
                _between_channels(crops.astype(np.float32)),
            ],
            axis=1,
        )


def _moments(noise: Table, planes: Table) -> Table:
    """Log variance and kurtosis of the noise, and how its size goes with brightness; shape (crops, 3)."""
    centred = noise - noise.mean(axis=(1, 2), keepdims=True)
    variance = (centred**2).mean(axis=(1, 2))
    kurtosis = (centred**4).mean(axis=(1, 2)) / (variance**2 + _TINY)
    dependence = _correlation(np.abs(centred), planes[:, 1:-1, 1:-1])
    return np.stack([np.log(variance + _TINY), np.log(kurtosis + _TINY), dependence], axis=1).astype(np.float32)


def _between_channels(crops: Table) -> Table:
    """Correlations of the noise of red, green and blue, and its log ratios; shape (crops, 5)."""
    red, green, blue = (residual(crops[..., channel]) for channel in range(3))
    size = [np.log(one.var(axis=(1, 2)) + _TINY) for one in (red, green, blue)]
    columns = [
        _correlation(red, green),
        _correlation(green, blue),
        _correlation(red, blue),
        size[0] - size[1],
        size[2] - size[1],
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _correlation(one: Table, other: Table) -> Table:
    first = one - one.mean(axis=(1, 2), keepdims=True)
    second = other - other.mean(axis=(1, 2), keepdims=True)
    product = (first * second).mean(axis=(1, 2))
    return np.asarray(product / (np.sqrt((first**2).mean(axis=(1, 2)) * (second**2).mean(axis=(1, 2))) + _TINY))
