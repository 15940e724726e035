"""Where the energy of a crop lies: radial and axial spectrum, grid frequencies, block DCT, autocorrelation.

Decoders that enlarge in steps leave peaks at fractions of the sampling rate and bend the fall of the spectrum (Durall
et al. 2020; Frank et al. 2020; Corvi et al. 2023); a camera's demosaicing leaves its own.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.fft import dctn, fft2, ifft2

Planes = npt.NDArray[np.float32]
"""One channel of some crops, shape (crops, side, side)."""
Table = npt.NDArray[np.float32]

_RINGS, _LAGS, _BLOCK = 32, 5, 8
_TINY = 1e-3


def residual(planes: Planes) -> Planes:
    """What a 3×3 mean does not explain, shape (crops, side − 2, side − 2)."""
    rows = planes[:, :-2] + planes[:, 1:-1] + planes[:, 2:]
    mean = (rows[:, :, :-2] + rows[:, :, 1:-1] + rows[:, :, 2:]) / 9
    return np.asarray(planes[:, 1:-1, 1:-1] - mean, dtype=np.float32)


def radial(planes: Planes) -> Table:
    """Log energy in rings, relative to all, then on the two axes relative to the ring.

    Returns:
        Shape (crops, 2 × 32).
    """
    power = _power(planes)
    side = planes.shape[1]
    frequency = np.abs(np.fft.fftfreq(side))
    ring = np.minimum((np.hypot(frequency[:, None], frequency[None]) * 2 * _RINGS).astype(int), _RINGS - 1)
    flat, counts = ring.ravel(), np.bincount(ring.ravel(), minlength=_RINGS)
    rings = np.stack([np.bincount(flat, weights=one.ravel(), minlength=_RINGS) for one in power]) / counts
    axes = (power[:, 0, : side // 2] + power[:, : side // 2, 0]) / 2
    axis = axes.reshape(len(planes), _RINGS, -1).mean(axis=2)
    relative = np.log(rings + _TINY) - np.log(rings.mean(axis=1, keepdims=True) + _TINY)
    return np.concatenate([relative, np.log(axis + _TINY) - np.log(rings + _TINY)], axis=1).astype(np.float32)


def grid_peaks(planes: Planes) -> Table:
    """Log energy at multiples of an eighth of the sampling rate, relative to the 5×5 neighbourhood.

    Returns:
        Shape (crops, 14): the unordered pairs of multiples 0–4, without the constant.
    """
    power = _power(planes)
    side = planes.shape[1]
    step = side // 8
    pairs = [(a * step, b * step) for a in range(5) for b in range(a, 5) if b]
    columns = [(_height(power, a, b) + _height(power, b, a)) / 2 for a, b in pairs]
    return np.stack(columns, axis=1).astype(np.float32)


def block_dct(planes: Planes) -> Table:
    """Log mean magnitude of the 8×8 DCT coefficients, those of (u, v) and (v, u) averaged, without the constant.

    Returns:
        Shape (crops, 35).
    """
    crops, side = len(planes), planes.shape[1] // _BLOCK * _BLOCK
    blocks = planes[:, :side, :side].reshape(crops, side // _BLOCK, _BLOCK, side // _BLOCK, _BLOCK)
    size = np.abs(dctn(blocks, axes=(2, 4), norm="ortho")).mean(axis=(1, 3))
    pairs = [(u, v) for u in range(_BLOCK) for v in range(u, _BLOCK) if v]
    return np.log(np.stack([(size[:, u, v] + size[:, v, u]) / 2 for u, v in pairs], axis=1) + _TINY).astype(np.float32)


def autocorrelation(planes: Planes) -> Table:
    """Autocorrelation of a residual at lags up to 5 in each direction, those of (y, x) and (x, y) averaged.

    Returns:
        Shape (crops, 20).
    """
    spectrum = np.abs(fft2(planes, axes=(1, 2))) ** 2
    whole = np.real(ifft2(spectrum, axes=(1, 2)))
    correlation = whole / (whole[:, :1, :1] + _TINY)
    pairs = [(y, x) for y in range(_LAGS + 1) for x in range(y, _LAGS + 1) if x]
    return np.stack([(correlation[:, y, x] + correlation[:, x, y]) / 2 for y, x in pairs], axis=1).astype(np.float32)


def _height(power: npt.NDArray[np.float64], row: int, column: int) -> npt.NDArray[np.float64]:
    """Log energy at a frequency relative to its 24 neighbours, shape (crops,)."""
    rows, columns = (np.arange(at - 2, at + 3) % power.shape[1] for at in (row, column))
    around = power[:, rows[:, None], columns].sum(axis=(1, 2)) - power[:, row, column]
    return np.asarray(np.log(power[:, row, column] + _TINY) - np.log(around / 24 + _TINY))


def _power(planes: Planes) -> npt.NDArray[np.float64]:
    """Power spectrum under a Hann window, mean removed, shape (crops, side, side)."""
    window = np.hanning(planes.shape[1]).astype(np.float32)
    centred = planes - planes.mean(axis=(1, 2), keepdims=True)
    return np.asarray(np.abs(fft2(centred * window[:, None] * window, axes=(1, 2))) ** 2, dtype=np.float64)
