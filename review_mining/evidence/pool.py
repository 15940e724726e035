"""Pictures across shops that have opted in: hashes are shared, and neither pictures nor anything to rebuild them from.

A local feature or a sketch would show outlines of the picture, so the pool has none, and geometry cannot be verified:
what it finds is for a person to look at. The pool's file names shops by a digest, buyers and cases not at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from review_mining.errors import MissingExtraError
from review_mining.evidence.fingerprint import View
from review_mining.evidence.neighbours import Neighbours
from review_mining.evidence.perceptual_hash import HASH_BYTES, whole_hashes
from review_mining.evidence.reuse_database import Database
from review_mining.evidence.signs import Sign

try:
    import sqlalchemy as sa
except ImportError as error:
    raise MissingExtraError("sqlalchemy", "evidence") from error

_VERSION, _MARK = 1, 0x524D4550
_TABLES = sa.MetaData()
_VERSIONS = sa.Table("picture_pool", _TABLES, sa.Column("version", sa.Integer, nullable=False))
_POOLED = sa.Table(
    "pooled_hashes",
    _TABLES,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("shop", sa.String, nullable=False),
    sa.Column("hashes", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("shop", "hashes"),
)

FARTHEST = 24
"""Bits of 256 in which hashes of one picture may differ; PDQ's authors advise up to 31."""
_HASHES = 2


class SharedPool(Protocol):
    """Where a shop's pictures are looked for among those of other shops."""

    def see(self, view: View) -> Sign | None:
        """Look for a like picture of another shop, and have this one's hashes shared."""


class OthersPictures:
    """Hashes of other shops' pictures, in memory."""

    def __init__(self) -> None:
        self._neighbours = Neighbours(_HASHES)

    def add(self, numbers: Sequence[int], hashes: bytes) -> None:
        """Add pictures.

        Args:
            numbers: one per picture.
            hashes: what :func:`hashes_to_share` gave for each, side by side.
        """
        self._neighbours.add(numbers, np.frombuffer(hashes, np.uint8).reshape(-1, HASH_BYTES))

    def sign(self, hashes: bytes) -> Sign | None:
        """What follows from the likest of them: never more than that a person should look.

        Args:
            hashes: of the picture that is looked for.
        """
        found = self._neighbours.near(np.frombuffer(hashes, np.uint8).reshape(-1, HASH_BYTES), FARTHEST)
        if not found:
            return None
        return Sign("verified_reuse", "moderate", "pool", {"bits_apart": found[0][0], "geometry": False})


def hashes_to_share(view: View) -> bytes | None:
    """All that is shared of a picture; None for one with too little in it to tell it from others."""
    return None if view.fingerprint is None else whole_hashes(view.grey).tobytes()


class Pool:
    """Perceptual hashes of several shops' case pictures.

    Args:
        place: a SQLite file or a PostgreSQL URL that the shops share.
        shop: this shop's name; its own pictures are not found again.

    Raises:
        InputError: the place is no such pool, or it cannot be reached.
    """

    def __init__(self, place: str | Path, shop: str) -> None:
        self._database = Database(place, _VERSIONS, version=_VERSION, mark=_MARK)
        self._shop = hashlib.sha256(f"shop\x00{shop}".encode("utf-8", "surrogatepass")).hexdigest()
        self._others = OthersPictures()
        self._last = 0

    def close(self) -> None:
        """Close it; what was not committed is not shared."""
        self._database.close()

    def commit(self) -> None:
        """Share what was seen since it was opened or last committed."""
        self._database.commit()

    def see(self, view: View) -> Sign | None:
        """Look for a like picture of another shop, then share this one's hashes.

        Args:
            view: the picture; one with too little in it to tell it from others is neither looked for nor shared.
        """
        hashes = hashes_to_share(view)
        if hashes is None:
            return None
        self._catch_up()
        found = self._others.sign(hashes)
        self._share(hashes)
        return found

    def _catch_up(self) -> None:
        others = sa.select(_POOLED.c.number, _POOLED.c.hashes).where(_POOLED.c.shop != self._shop)
        rows = self._database.rows(others.where(_POOLED.c.number > self._last).order_by(_POOLED.c.number))
        if rows:
            self._others.add([row.number for row in rows], b"".join(row.hashes for row in rows))
            self._last = rows[-1].number

    def _share(self, hashes: bytes) -> None:
        known = sa.select(_POOLED.c.number).where(_POOLED.c.shop == self._shop, _POOLED.c.hashes == hashes)
        if self._database.value(known) is None:
            self._database.insert(_POOLED, shop=self._shop, hashes=hashes)
