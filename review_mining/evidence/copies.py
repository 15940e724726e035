"""Copies of a picture among kept ones: near by hash first, then compared by geometry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from review_mining.evidence.config import Copies
from review_mining.evidence.fingerprint import Fingerprint, View
from review_mining.evidence.geometry import Match, compare
from review_mining.evidence.neighbours import Neighbours
from review_mining.evidence.signs import Fact

How = Literal["mirrored", "framed", "cropped", "resaved"]
_PART = 0.9
"""From this part of a picture on, the other is taken to show all of it."""


@dataclass(frozen=True)
class Copy:
    """A kept picture of which the one looked at is a copy.

    Attributes:
        number: the kept picture's.
        mirrored: whether the copy is turned round as in a mirror.
        framed: whether it was found within plain margins or the bars of a screenshot.
        doubt: why it may be no copy of another buyer's photo although it agrees: ``page``, mostly one tone, as what two
            people may each have saved; ``alike``, agrees as a second exposure from nearly one place may; None for none.
        match: how far they agree.
    """

    number: int
    mirrored: bool
    framed: bool
    doubt: Literal["page", "alike"] | None
    match: Match

    @property
    def how(self) -> How:
        """What was done to the picture, as far as geometry tells."""
        if self.mirrored:
            return "mirrored"
        if self.framed or self.match.covers < _PART:
            return "framed"
        return "cropped" if self.match.covered < _PART else "resaved"

    @property
    def facts(self) -> dict[str, Fact]:
        """What was measured, for the sign."""
        return {
            "mirrored": self.mirrored,
            "framed": self.framed,
            "inliers": self.match.inliers,
            "agreement": round(self.match.agreement, 3),
            "places": self.match.blocks,
            "drift": round(self.match.drift, 2),
            "tint": round(self.match.tint, 1),
            "one_tone": round(self.match.one_tone, 3),
            "scale": round(self.match.scale, 3),
            "part_of_this": round(min(1.0, self.match.covers), 3),
            "part_of_other": round(min(1.0, self.match.covered), 3),
        }


def find_copies(
    view: View, neighbours: Neighbours, kept: Callable[[int], Fingerprint | None], rules: Copies
) -> Iterator[Copy]:
    """Copies of a picture, the likest by hash first.

    Args:
        view: the picture.
        neighbours: hashes of the kept pictures.
        kept: gives the fingerprint of one by number, or None for one that is not to be compared.
        rules: what makes a copy.
    """
    if view.fingerprint is None:
        return
    found = [(distance, False, number) for distance, number in neighbours.near(view.asked_hashes)]
    found += [(distance, True, number) for distance, number in neighbours.near(view.mirrored.asked_hashes)]
    compared = 0
    for _, mirrored, number in sorted(found):
        other = kept(number)
        if other is None:
            continue
        turned = view.mirrored if mirrored else view
        for seen in (turned, turned.inner):
            match = None if seen is None else compare(seen, other)
            if match is not None and match.verified(rules):
                yield Copy(number, mirrored, seen is not turned, _doubt(match, rules), match)
                break
        compared += 1
        if compared == rules.candidates:
            return


def _doubt(match: Match, rules: Copies) -> Literal["page", "alike"] | None:
    if match.page(rules):
        return "page"
    return None if match.certain(rules) else "alike"
