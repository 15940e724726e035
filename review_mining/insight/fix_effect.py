"""By what factor a fix changed the rate of its theme, from counts by week on either side of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator

from review_mining.insight.experience import INTERVAL
from review_mining.insight.observations import Ints, Reals

WEEKS: Final = 12
"""Weeks looked at on either side of a fix."""

_PSEUDO: Final = 0.5
"""Shape of Jeffreys' prior for a Poisson rate, added to each count."""


@dataclass(frozen=True)
class Group:
    """Texts around a fix by week, the weeks before it first; both int, (2 · WEEKS,).

    Attributes:
        theme: texts with the theme.
        texts: all texts.
    """

    theme: Ints
    texts: Ints

    @property
    def sides(self) -> tuple[Ints, Ints]:
        """Texts with the theme, and all texts; each int, (2,): before and after."""
        return self.theme.reshape(2, WEEKS).sum(axis=1), self.texts.reshape(2, WEEKS).sum(axis=1)

    def supports(self, minimum: int) -> bool:
        """Whether there are texts on both sides, and enough with the theme on both together."""
        theme, texts = self.sides
        return bool(texts.min() > 0 and theme.sum() >= minimum)

    def as_json(self) -> dict[str, int]:
        """The four counts."""
        theme, texts = (side.tolist() for side in self.sides)
        return {"n_before": theme[0], "n_after": theme[1], "texts_before": texts[0], "texts_after": texts[1]}


@dataclass(frozen=True)
class Effect:
    """The factor with its 95 % interval, and the spread of the weekly rates that widens it."""

    ratio: float
    low: float
    high: float
    spread: float


def effect(treated: Group, control: Group | None, draws: int, rng: Generator) -> Effect:
    """Ratio of the rates after and before the fix, divided by the same ratio where nothing was fixed.

    Counts by week are taken as negative binomial: Poisson about rates that vary between weeks by a factor with a common
    variance, which is estimated by moments over the weeks of all sides and drawn as a scaled inverse chi-square. Each
    side is then drawn from the posterior of a Poisson rate under Jeffreys' prior, counts and texts divided by its
    dispersion (quasi-likelihood: McCullagh and Nelder 1989, 6.2.3).

    Args:
        treated: texts within the scope of the fix; there must be some on both sides.
        control: texts that no fix touched, likewise; None compares before and after alone.
        draws: number of draws.
        rng: where the draws come from.
    """
    groups = [treated] if control is None else [treated, control]
    spread, freedom = _spread(groups)
    spreads = spread * freedom / rng.chisquare(freedom, draws) if spread else np.zeros(draws)
    point, drawn = 0.0, np.zeros(draws)
    for sign, group in zip((1.0, -1.0), groups, strict=False):
        theme, texts = group.sides
        rates = np.log((theme + _PSEUDO) / texts)
        dispersion = 1.0 + spreads[:, None] * _burst(group)
        gammas: Reals = rng.standard_gamma(theme / dispersion + _PSEUDO, size=(draws, 2))
        logs = np.log(np.maximum(gammas, np.finfo(np.float64).tiny) * dispersion / texts)
        point += sign * float(rates[1] - rates[0])
        drawn += sign * (logs[:, 1] - logs[:, 0])
    low, high = np.quantile(drawn, INTERVAL)
    return Effect(float(np.exp(point)), float(np.exp(min(low, point))), float(np.exp(max(high, point))), spread)


def _expected(group: Group) -> Reals:
    """Counts by week if the rate of each side did not vary. Float, (2, WEEKS)."""
    theme, texts = group.sides
    return np.asarray(group.texts.reshape(2, WEEKS) * (theme / np.maximum(texts, 1))[:, None])


def _spread(groups: Sequence[Group]) -> tuple[float, int]:
    """Variance of the weekly rates relative to their squared mean, beyond that of Poisson counts, and its freedom."""
    beyond, scale, freedom = 0.0, 0.0, 0
    for group in groups:
        expected, weeks = _expected(group), (group.texts.reshape(2, WEEKS) > 0).sum(axis=1)
        squares = ((group.theme.reshape(2, WEEKS) - expected) ** 2).sum(axis=1)
        told = (weeks > 1) & (expected.sum(axis=1) > 0)
        beyond += float((squares * weeks / np.maximum(weeks - 1, 1) - expected.sum(axis=1))[told].sum())
        scale += float((expected**2).sum(axis=1)[told].sum())
        freedom += int((weeks - 1)[told].sum())
    return (max(0.0, beyond / scale) if scale else 0.0), freedom


def _burst(group: Group) -> Reals:
    """What a unit of spread adds to the dispersion of each side's count: its mean week. Float, (2,)."""
    expected = _expected(group)
    total = expected.sum(axis=1)
    return np.asarray((expected**2).sum(axis=1) / np.where(total > 0, total, 1.0))
