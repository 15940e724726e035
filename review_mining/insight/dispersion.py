"""How much more unevenly themes are mentioned than by chance, from stretch to stretch of days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import betaln

from review_mining.insight.chronicle import Chronicle
from review_mining.insight.observations import Flags, Ints, Reals

_CERTAIN: Final = 1e6
"""Degrees of freedom that stand for a dispersion known exactly."""

_STRETCHES: Final = 104
"""How far back is looked: two years of weeks."""
_MIN_TEXTS: Final = 10
"""Themes in fewer texts say too little to take part in what is assumed of all."""
_EXCESS: Final = np.concatenate([[0.0], np.geomspace(0.005, 5.0, 14)])
_PRIOR_FREEDOM: Final = np.array([4.0, 8.0, 16.0, 32.0, _CERTAIN])
_NEGLIGIBLE: Final = 1e-3
_SMALLEST: Final = 0.05


@dataclass(frozen=True)
class Dispersion:
    """Variance of each theme's counts relative to Poisson's, for every plausible setting of what themes share.

    Attributes:
        weight: float, (settings,): probability of each setting; their sum is 1.
        factor: float, (settings, themes): quasi-Poisson dispersion, at least 1.
        freedom: float, (settings, themes): degrees of freedom that it rests on.
    """

    weight: Reals
    factor: Reals
    freedom: Reals

    @classmethod
    def measured(cls, chronicle: Chronicle) -> Dispersion:
        """From the differences between successive stretches, shrunken over themes.

        Two stretches next to each other share a theme's texts, if its rate is the same in both, as their volumes are;
        the squared departures, summed over all pairs, over their binomial variances estimate the dispersion φ. Only
        neighbours are compared, without a gap between them, so that a slow change of the rate is not taken for bursts
        (von Neumann 1941).

        A single theme's φ is vague. As in quasi-likelihood with shrunken dispersions (Lund, Nettleton, McCarthy and
        Smyth 2012), it is drawn to 1 + a·m, where m is half its mean count in a stretch, with the weight of d
        degrees of freedom. Then φ over 1 + a·m is distributed as F, and that gives each pair of a and d on a grid its
        probability; tests are averaged over the pairs (``average``). Where nothing comes in bursts, a is 0, d large,
        and counts are Poisson's.
        """
        raw, freedom, size = _by_theme(chronicle)
        telling = (chronicle.counts.sum(axis=1) >= _MIN_TEXTS) & (freedom > 0)
        prior = (1.0 + _EXCESS[:, None] * size)[:, None, :]
        held = _PRIOR_FREEDOM[None, :, None]
        fit = _log_density(raw[telling], prior[..., telling], freedom[telling], held).sum(axis=2).ravel()
        weight = np.exp(fit - fit.max())
        kept = weight > _NEGLIGIBLE * weight.sum()
        shrunken = (held * prior + freedom * raw) / (held + freedom)
        both = np.broadcast_to(held + freedom, shrunken.shape)
        settings = len(_EXCESS) * len(_PRIOR_FREEDOM)
        return cls(
            weight[kept] / weight[kept].sum(),
            np.maximum(shrunken, 1.0).reshape(settings, -1)[kept],
            both.reshape(settings, -1)[kept],
        )

    @property
    def mean(self) -> Reals:
        """Expected dispersion of each theme. Float, (themes,)."""
        return np.asarray(self.weight @ self.factor)

    def average(self, test: Callable[[Reals, Reals], Reals]) -> Reals:
        """A p-value averaged over the settings.

        Args:
            test: p-values, float, (themes,), for a dispersion and its degrees of freedom, both float, (themes,).
        """
        tests = (test(factor, freedom) for factor, freedom in zip(self.factor, self.freedom, strict=True))
        return np.asarray(sum(weight * p for weight, p in zip(self.weight, tests, strict=True)))


def _by_theme(chronicle: Chronicle) -> tuple[Reals, Reals, Reals]:
    """Each theme's own dispersion, its degrees of freedom and half its mean count in a stretch; float, (themes,)."""
    starts = chronicle.stretch_starts
    recent = slice(-_STRETCHES, None)
    near = _neighbours(chronicle.stretch[starts][recent])
    counts: Ints = np.add.reduceat(chronicle.counts, starts, axis=1)[:, recent]
    volume: Ints = np.add.reduceat(chronicle.volume, starts)[recent]
    first, second = counts[:, :-1][:, near], counts[:, 1:][:, near]
    part = (volume[:-1] / (volume[:-1] + volume[1:]))[near]
    both = first + second
    departure = ((first - both * part) ** 2).sum(axis=1)
    variances = both * part * (1.0 - part)
    variance, squares = variances.sum(axis=1), (variances**2).sum(axis=1)
    seen = variance > 0
    raw = np.divide(departure, variance, out=np.ones_like(variance), where=seen)
    # Successive differences overlap: k of them are worth two thirds of k independent ones.
    freedom = 2.0 / 3.0 * np.divide(variance**2, squares, out=np.zeros_like(variance), where=seen)
    return raw, freedom, np.divide(squares, variance, out=np.zeros_like(variance), where=seen)


def _neighbours(stretch: Ints) -> Flags:
    """Which stretches have the next one right after them, without a gap. Bool, (stretches - 1,)."""
    near = np.diff(stretch) == 1
    # Where texts never come in two stretches in a row, slow changes cannot be told from bursts.
    return np.asarray(near if near.any() else np.ones_like(near))


def _log_density(raw: Reals, prior: Reals, freedom: Reals, held: Reals) -> Reals:
    """Log density of dispersions whose ratio to the prior is F(freedom, held). Float, (excess, held, themes)."""
    # Few texts can fall so evenly that the density of F would be 0.
    ratio = np.maximum(raw, _SMALLEST) / prior
    return np.asarray(
        0.5 * freedom * np.log(freedom / held)
        + (0.5 * freedom - 1.0) * np.log(ratio)
        - 0.5 * (freedom + held) * np.log1p(freedom * ratio / held)
        - betaln(0.5 * freedom, 0.5 * held)
        - np.log(prior)
    )
