"""What is known of a picture's earlier use: as a listing picture, in this shop's cases, in a pool of shops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from review_mining.evidence.cases import Case
from review_mining.evidence.config import EvidenceConfig
from review_mining.evidence.drawing import drawn
from review_mining.evidence.fingerprint import DRAWN_SIDE, View
from review_mining.evidence.intake import Picture
from review_mining.evidence.listings import Listings
from review_mining.evidence.pool import SharedPool
from review_mining.evidence.reuse import PictureIndex
from review_mining.evidence.signs import Sign


@dataclass(frozen=True)
class ReuseSearch:
    """Where earlier uses of a picture are looked for.

    Attributes:
        index: pictures of the shop's cases.
        listings: the shop's own listing pictures, or None.
        pool: hashes of several shops that have opted in, or None.
    """

    index: PictureIndex
    listings: Listings | None = None
    pool: SharedPool | None = None

    def signs(self, picture: Picture, case: Case, config: EvidenceConfig) -> Iterator[Sign]:
        """Signs of earlier use; the picture is remembered.

        A listing picture gives only that sign: that two buyers have it proves nothing about either.

        Args:
            picture: a picture without fault.
            case: that it was sent with.
            config: the settings.
        """
        if picture.sha256 is None:
            return
        pixels = drawn(picture, DRAWN_SIDE)
        view = None if pixels is None else View.of(pixels)
        if self.listings and (sign := self.listings.sign(picture.sha256, view, config.copies)):
            yield sign
            return
        exact = self.index.see(picture.sha256, case)
        if exact is not None:
            exact = _unless_blank(exact, view)
            yield exact
        if view is None:
            return
        if exact is not None and exact.strength == "strong":
            self.index.keep(view, picture.sha256)
        elif sign := self.index.see_copies(view, picture.sha256, case, config.copies):
            yield sign
        if self.pool and (sign := self.pool.see(view)):
            yield sign


def _unless_blank(exact: Sign, view: View | None) -> Sign:
    """Only a picture with something in it was taken once: two buyers may both have got a blank from a program."""
    if exact.strength != "strong" or view is None or view.fingerprint is not None:
        return exact
    return replace(exact, strength="moderate", message="reuse.blank")
