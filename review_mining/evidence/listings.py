"""The shop's own listing pictures: sent as evidence, they prove nothing; sent by two buyers, they accuse nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from review_mining.errors import InputError
from review_mining.evidence.cases import cases_of_pictures
from review_mining.evidence.config import Copies, Limits
from review_mining.evidence.copies import find_copies
from review_mining.evidence.drawing import drawn
from review_mining.evidence.fingerprint import DRAWN_SIDE, Fingerprint, View
from review_mining.evidence.intake import Picture, take_in
from review_mining.evidence.neighbours import Neighbours
from review_mining.evidence.perceptual_hash import HASHES_KEPT
from review_mining.evidence.signs import Sign


class Listings:
    """Listing pictures in memory, as hashes and fingerprints.

    Args:
        pictures: the listing pictures; one that cannot be opened is known by its bytes only.
    """

    def __init__(self, pictures: Iterable[Picture]) -> None:
        self._names: dict[str, str] = {}
        self._kept: list[tuple[str, Fingerprint]] = []
        self._neighbours = Neighbours(HASHES_KEPT)
        for picture in pictures:
            if picture.sha256 is not None and self._names.setdefault(picture.sha256, picture.name) == picture.name:
                self._add(picture)

    @classmethod
    def in_folder(cls, folder: Path, limits: Limits) -> Listings:
        """Read all pictures below a folder, by name.

        Args:
            folder: the shop's listing pictures.
            limits: what a picture may cost.

        Raises:
            InputError: the folder cannot be read, or holds no picture.
        """
        if not folder.is_dir():
            raise InputError("is no folder", path=folder, hint="Name the folder of the shop's own listing pictures.")
        return cls(_pictures(folder, limits))

    def sign(self, sha256: str, view: View | None, rules: Copies) -> Sign | None:
        """Whether a picture is one of the shop's own.

        Args:
            sha256: hex digest of the original bytes.
            view: the picture, None when it cannot be drawn.
            rules: what makes a copy.
        """
        if sha256 in self._names:
            return Sign("verified_reuse", "moderate", "listing.same", {"listing": self._names[sha256]})
        if view is None:
            return None
        copy = next(find_copies(view, self._neighbours, lambda number: self._kept[number][1], rules), None)
        if copy is None:
            return None
        facts = {"listing": self._kept[copy.number][0], **copy.facts}
        return Sign("verified_reuse", "moderate", f"listing.{copy.how}", facts)

    def _add(self, picture: Picture) -> None:
        pixels = drawn(picture, DRAWN_SIDE)
        view = None if pixels is None else View.of(pixels)
        if view is not None and view.fingerprint is not None:
            self._neighbours.add([len(self._kept)], view.kept_hashes)
            self._kept.append((picture.name, view.fingerprint))


def _pictures(folder: Path, limits: Limits) -> Iterator[Picture]:
    for case in cases_of_pictures(folder):
        yield take_in(folder, case.images[0], limits)
