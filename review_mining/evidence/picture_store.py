"""The tables of a picture index: who sent which file, and what the pictures can be compared by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from review_mining.errors import MissingExtraError
from review_mining.evidence.reuse_database import Database

try:
    import sqlalchemy as sa
except ImportError as error:
    raise MissingExtraError("sqlalchemy", "evidence") from error

_VERSION = 3
"""Of the tables; files without fingerprints, which bear no version, are read and from then on written with them. What 2
kept of tints is too coarse to compare by, and was never released."""
_MARK = 0x524D4556
_ROWS = 5_000

_TABLES = sa.MetaData()
_VERSIONS = sa.Table("picture_index", _TABLES, sa.Column("version", sa.Integer, nullable=False))
_PICTURES = sa.Table(
    "pictures",
    _TABLES,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("case_id", sa.String, nullable=False),
    sa.Column("buyer", sa.String),
    sa.Column("order_key", sa.String),
    sa.Column("requested_at", sa.String),
    sa.UniqueConstraint("sha256", "case_id"),
)
_FINGERPRINTS = sa.Table(
    "fingerprints",
    _TABLES,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("sha256", sa.String, nullable=False, unique=True),
    sa.Column("hashes", sa.LargeBinary, nullable=False),
    sa.Column("fingerprint", sa.LargeBinary, nullable=False),
)


@dataclass(frozen=True)
class Sending:
    """One sending of a file: for which case, by whom, for which order, when; buyer and order as digests.

    Attributes:
        requested_at: by the clock of China, None when it is not known.
        number: place among all sendings that the index has seen, None for one that it has not.
    """

    case_id: str
    buyer: str | None
    order_key: str | None
    requested_at: str | None
    number: int | None = None


class PictureStore:
    """What was sent, and the fingerprints.

    Args:
        place: a file, a database URL (``postgresql+pg8000://…``), or None for memory.

    Raises:
        InputError: it cannot be used, belongs to another program, or was written by a later version.
    """

    def __init__(self, place: str | Path | None = None) -> None:
        self._database = Database(place, _VERSIONS, version=_VERSION, mark=_MARK)
        self.close, self.commit = self._database.close, self._database.commit

    def __len__(self) -> int:
        return int(self._database.rows(sa.select(sa.func.count()).select_from(_PICTURES))[0][0])

    def sendings(self, sha256: str) -> list[Sending]:
        """Who sent a file, in the order in which it came."""
        query = sa.select(_PICTURES).where(_PICTURES.c.sha256 == sha256).order_by(_PICTURES.c.number)
        return [
            Sending(row.case_id, row.buyer, row.order_key, row.requested_at, row.number)
            for row in self._database.rows(query)
        ]

    def add_sending(self, sha256: str, sending: Sending) -> None:
        """Remember that a file was sent with a case; once per case."""
        if all(known.case_id != sending.case_id for known in self.sendings(sha256)):
            self._database.insert(
                _PICTURES,
                sha256=sha256,
                case_id=sending.case_id,
                buyer=sending.buyer,
                order_key=sending.order_key,
                requested_at=sending.requested_at,
            )

    def add_fingerprint(self, sha256: str, hashes: bytes, fingerprint: bytes) -> None:
        """Keep what a file can be compared by; once per file."""
        if self._database.value(sa.select(_FINGERPRINTS.c.number).where(_FINGERPRINTS.c.sha256 == sha256)) is None:
            self._database.insert(_FINGERPRINTS, sha256=sha256, hashes=hashes, fingerprint=fingerprint)

    def hashes_after(self, number: int) -> Iterator[tuple[list[int], bytes]]:
        """Numbers and hashes of the files after one, in order, some thousand at a time."""
        columns = sa.select(_FINGERPRINTS.c.number, _FINGERPRINTS.c.hashes).order_by(_FINGERPRINTS.c.number)
        while rows := self._database.rows(columns.where(_FINGERPRINTS.c.number > number).limit(_ROWS)):
            yield [row.number for row in rows], b"".join(row.hashes for row in rows)
            number = rows[-1].number

    def sha256_of(self, number: int) -> str:
        """Digest of the file that a fingerprint's number stands for."""
        return str(self._database.value(sa.select(_FINGERPRINTS.c.sha256).where(_FINGERPRINTS.c.number == number)))

    def fingerprint(self, number: int) -> bytes:
        """What the file with a number can be compared by."""
        query = sa.select(_FINGERPRINTS.c.fingerprint).where(_FINGERPRINTS.c.number == number)
        return bytes(self._database.rows(query)[0].fingerprint)
