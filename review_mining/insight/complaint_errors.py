"""How many reviews truly complain of a sub-aspect for each that is said to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.random import Generator

from review_mining.held_out import KINDS, OUTCOMES, Ints
from review_mining.insight.observations import Reals
from review_mining.insight.shop_errors import ShopMix, worth_of_chosen
from review_mining.tables import LABELS

_KIN: Final = 3.0
"""What the other sub-aspects of an aspect are worth together, in complaints, where one has few of its own."""

_FOUND, _MISSED, _FALSE = (OUTCOMES.index(name) for name in ("found", "missed", "false"))


def complaint_ratios(
    counts: Mapping[str, Ints], mix: ShopMix, codes: Sequence[str], aspects: Ints, rng: Generator
) -> dict[str, Reals]:
    """Draws of the ratio of true to shown complaints, among reviews of the shop's mix of attitudes.

    A complaint that is read as one of another sub-aspect is missed there and false here.

    Args:
        counts: outcomes by sub-aspect, as in ``HeldOut.complaints`` or ``HeldOut.sole``.
        mix: what held-out reviews count in the shop.
        codes: sub-aspects to compare, of those that ``counts`` has.
        aspects: int, (codes,): their aspects.
        rng: seeded generator.

    Returns:
        By sub-aspect float, (draws,); without those of an aspect of which no held-out review complains, in truth or as
        shown: nothing is known of them.
    """
    aspects = np.asarray(aspects)
    complained = np.isin(aspects, [aspect for code, aspect in zip(codes, aspects, strict=True) if counts[code].any()])
    codes, aspects = [code for code, kept in zip(codes, complained, strict=True) if kept], aspects[complained]
    outcomes = np.array([counts[code] for code in codes]).reshape(len(codes), len(KINDS), len(LABELS), len(OUTCOMES))
    natural, chosen = outcomes[:, 0], outcomes[:, 1]
    own = natural + chosen * worth_of_chosen(chosen.sum(axis=(1, 2)))[:, None, None]
    drawn = np.zeros((len(mix.draws), len(codes), len(OUTCOMES)))
    for kind, part in enumerate(np.moveaxis(own + _kin(own, aspects), 1, 0)):
        drawn += mix.draws[:, kind, None, None] * rng.standard_gamma(part, size=drawn.shape)
    true, shown = (drawn[..., _FOUND] + drawn[..., other] for other in (_MISSED, _FALSE))
    ratios = true / np.maximum(shown, np.finfo(np.float64).tiny)
    return dict(zip(codes, ratios.T, strict=True))


def _kin(own: Reals, aspects: Ints) -> Reals:
    """Pseudo-complaints, spread as those of all sub-aspects of the aspect are. Float, of the shape of ``own``."""
    sums = np.array([own[aspects == aspect].sum(axis=0) for aspect in aspects]).reshape(own.shape)
    return np.asarray(_KIN * (sums + np.finfo(np.float64).tiny) / sums.sum(axis=(1, 2), keepdims=True))
