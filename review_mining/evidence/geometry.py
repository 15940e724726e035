"""Whether one picture is a copy of another: how it lies in it, and whether the content agrees everywhere.

Two honest photos of one product share many local features too, so features alone are not enough. Through the map that
they give, the whole area that both pictures show must agree, background included: in outlines, in tint, and in place.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from review_mining.evidence.config import Copies
from review_mining.evidence.fingerprint import Fingerprint, View, sketch_of, tints_of
from review_mining.evidence.laying import CELL, Laying, find_laying
from review_mining.evidence.places import EDGE, Places, compare_places

_ROUNDS = 2
"""Of bringing the map nearer to where the content meets; a third changes nothing that counts."""
_STRETCH = 0.01
"""What rounding its sides to pixels can do to a small copy; more is nearer and farther things moving apart."""
_TINT_EDGE = 2
_GROUND = 6.0
"""Distance in CIE Lab from the middle colour of a picture, up to which a cell is taken for its ground."""
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
        faintest: correlation of the outlines that all but a twentieth of these places reach, -1–1.
        drift: shift within which the outlines of all but a twentieth of the places agree best, in pixels at the size
            of comparison; nothing but the error of measurement for a copy.
        tint: distance of the colours that all but a twentieth of what is not ground keeps within, in units of CIE Lab.
        blocks: how many places were compared.
        one_tone: part of the area of both in its most frequent tone, 0–1; high in screens, pages and pictures on white.
    """

    inliers: int
    scale: float
    covers: float
    covered: float
    agreement: float
    faintest: float
    drift: float
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
            and self.drift <= rules.drift
            and self.tint <= (rules.certain_tint if self.page(rules) else rules.tint)
            and (not self.page(rules) or self.faintest >= rules.page_faintest)
        )

    def page(self, rules: Copies) -> bool:
        """Whether it is mostly one tone, so that little of it tells one variant of a picture from another."""
        return self.one_tone > rules.one_tone

    def certain(self, rules: Copies) -> bool:
        """Whether the figures rule a second exposure from nearly one place out."""
        return self.agreement >= rules.certain and self.drift <= rules.certain_drift and self.tint <= rules.certain_tint


def compare(view: View, kept: Fingerprint) -> Match | None:
    """Lay a picture over a kept one.

    Args:
        view: the picture.
        kept: fingerprint of another.

    Returns:
        how far they agree, or None when no map between them is found that a copy could have.
    """
    own = view.fingerprint
    laying = None if own is None else find_laying(own, kept)
    if own is None or laying is None:
        return None
    laying, places = _settled(view, kept, laying)
    if laying.stretch > _STRETCH:
        return None
    covers, covered = laying.overlap(own.frame, kept.frame)
    return Match(
        inliers=laying.inliers,
        scale=laying.scale,
        covers=covers,
        covered=covered,
        agreement=places.agreement,
        faintest=places.faintest,
        drift=places.drift * CELL,
        tint=_tint(view, kept, laying),
        blocks=len(places),
        one_tone=_one_tone(view, kept, laying),
    )


def _settled(view: View, kept: Fingerprint, laying: Laying) -> tuple[Laying, Places]:
    """The map brought to where the content meets, as long as that brings it nearer; regular patterns mislead it."""
    places = _places(view, kept, laying)
    for _ in range(_ROUNDS):
        factors, offsets = places.correction
        next_laying = laying.moved(factors, _in_pixels(factors, offsets))
        next_places = _places(view, kept, next_laying)
        if next_places.closeness <= places.closeness:
            break
        laying, places = next_laying, next_places
    return laying, places


def _places(view: View, kept: Fingerprint, laying: Laying) -> Places:
    shape = kept.sketch.shape
    ours = sketch_of(laying.laid(view.grey, shape))
    return compare_places(ours, kept.sketch, laying.shared(view.grey.shape, shape, EDGE))


def _in_pixels(factors: tuple[float, float], offsets: tuple[float, float]) -> tuple[float, float]:
    """Offsets of a scaling about the first point of a sketch, as those of one about the first pixel."""
    across, down = (
        offset * CELL + (factor - 1) * (0.5 - 0.5 * CELL) for factor, offset in zip(factors, offsets, strict=True)
    )
    return across, down


def _tint(view: View, kept: Fingerprint, laying: Laying) -> float:
    shape = kept.sketch.shape
    ours = tints_of(laying.laid(view.colours, shape)).astype(np.float32)
    theirs = kept.tints.astype(np.float32)
    shown = laying.shared(view.grey.shape, shape, _TINT_EDGE).astype(np.uint8) * 255
    size = (theirs.shape[1], theirs.shape[0])
    shared = cv2.resize(shown, size, interpolation=cv2.INTER_AREA) == 255
    if not shared.any():
        return 255.0
    ours, theirs = ours[shared], theirs[shared]
    middle = np.median(theirs, axis=0)
    off_ground = np.maximum(*(np.linalg.norm(side - middle, axis=1) for side in (ours, theirs))) > _GROUND
    if not off_ground.any():
        off_ground[:] = True
    return float(np.quantile(np.linalg.norm(ours - theirs, axis=1)[off_ground], 0.95))


def _one_tone(view: View, kept: Fingerprint, laying: Laying) -> float:
    shape = kept.sketch.shape
    levels = laying.laid(view.grey, shape)[laying.shared(view.grey.shape, shape, 0)]
    tones = np.bincount(levels, minlength=256)
    return float(np.convolve(tones, np.ones(_TONE)).max() / max(1, levels.size))
