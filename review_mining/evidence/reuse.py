"""The same file sent by two buyers, by SHA-256, within a run and across runs.

Byte identity is stronger than the geometric agreement the decision asks of a reused picture: two exposures of one
object never share all bytes, so one file was sent twice. It is therefore ``strong``, but only where the later of two
buyers is known. The buyer who sent it first is not marked by it; a missing buyer id, or an order of events that
contradicts it, makes it ``moderate``. Recompressed or cropped copies are not looked for here.
"""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from review_mining.errors import InputError
from review_mining.evidence.cases import Case
from review_mining.evidence.signs import Sign

_APPLICATION = 0x524D4556
_SCHEMA = """
CREATE TABLE IF NOT EXISTS pictures (
    number INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL,
    case_id TEXT NOT NULL,
    buyer TEXT,
    order_key TEXT,
    requested_at TEXT,
    UNIQUE (sha256, case_id)
);
"""


@dataclass(frozen=True)
class _Sending:
    """One sending of a file: by whom, for which order, when."""

    case_id: str
    buyer: str | None
    order_key: str | None
    requested_at: str | None

    @staticmethod
    def of(case: Case) -> _Sending:
        requested = case.order.requested_at
        return _Sending(
            case.case_id,
            _digest("buyer", case.buyer.buyer_id),
            _digest("order", case.order.order_id),
            requested.isoformat() if requested and requested.tzinfo is None else None,
        )


class PictureIndex:
    """Hashes of the pictures seen so far; ids of buyers and orders are kept only as digests.

    Args:
        path: a SQLite file kept between runs, or None to keep the index in memory.

    Raises:
        InputError: the file is not an index of this program.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        try:
            self._database = sqlite3.connect(":memory:" if path is None else str(path), isolation_level=None)
            self._claim()
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def __enter__(self) -> PictureIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index; what was not committed is forgotten."""
        self._database.close()

    def commit(self) -> None:
        """Keep everything seen since the index was opened or last committed."""
        try:
            self._database.execute("COMMIT")
            self._database.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM pictures").fetchone()[0])

    def see(self, sha256: str, case: Case) -> Sign | None:
        """Look a picture up, then remember it.

        Args:
            sha256: hex digest of the original bytes.
            case: the case it was sent with. A picture of the same case, the same order or the same buyer is exempt.
        """
        sending = _Sending.of(case)
        try:
            earlier = [
                _Sending(*row)
                for row in self._database.execute(
                    "SELECT case_id, buyer, order_key, requested_at FROM pictures WHERE sha256 = ? ORDER BY number",
                    (sha256,),
                )
            ]
            self._database.execute(
                "INSERT OR IGNORE INTO pictures (sha256, case_id, buyer, order_key, requested_at)"
                " VALUES (?, ?, ?, ?, ?)",
                (sha256, sending.case_id, sending.buyer, sending.order_key, sending.requested_at),
            )
        except sqlite3.Error as error:
            raise self._unusable(error) from error
        others = [other for other in earlier if not _same_sender(sending, other)]
        signs = [_sign(sending, other, sha256) for other in others]
        return min(signs, key=lambda sign: sign.strength != "strong", default=None)

    def _claim(self) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        mark = self._database.execute("PRAGMA application_id").fetchone()[0]
        tables = self._database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables and mark != _APPLICATION:
            raise sqlite3.DatabaseError("another program's database")
        self._database.execute(f"PRAGMA application_id = {_APPLICATION}")
        self._database.execute(_SCHEMA)

    def _unusable(self, error: sqlite3.Error) -> InputError:
        return InputError(
            f"cannot be used as a picture index: {error}",
            path=self._path,
            hint="Name a file that does not exist yet, or one that an earlier run wrote, with --index.",
        )


def _same_sender(one: _Sending, other: _Sending) -> bool:
    return (
        one.case_id == other.case_id
        or (one.buyer is not None and one.buyer == other.buyer)
        or (one.order_key is not None and one.order_key == other.order_key)
    )


def _sign(now: _Sending, other: _Sending, sha256: str) -> Sign:
    facts = {"sha256": sha256, "other_case": other.case_id, "other_requested_at": other.requested_at}
    if now.buyer is None or other.buyer is None:
        return Sign("exact_reuse", "moderate", "reuse.unknown_buyer", facts)
    if now.requested_at and other.requested_at and now.requested_at < other.requested_at:
        return Sign("exact_reuse", "moderate", "reuse.earlier", facts)
    return Sign("exact_reuse", "strong", "reuse.later", facts)


def _digest(sort: str, value: str | None) -> str | None:
    return hashlib.sha256(f"{sort}\x00{value}".encode("utf-8", "surrogatepass")).hexdigest() if value else None
