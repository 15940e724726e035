"""The same picture sent by two buyers, within a run and across runs: the same file, or a copy verified by geometry.

Byte identity is stronger than geometric agreement: two exposures of one object never share all bytes, so one file was
sent twice. Either is ``strong`` only where the later of two buyers is known: by the times of their requests, or, where
neither has one, by which came first to the index, however often it is shown them again. The buyer who sent it first is
not marked by it; a missing buyer id, or times that leave open who was first, make it ``moderate``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType

import numpy as np

from review_mining.evidence.cases import Case
from review_mining.evidence.china_time import in_china
from review_mining.evidence.config import Copies
from review_mining.evidence.copies import Copy, find_copies
from review_mining.evidence.fingerprint import Fingerprint, View
from review_mining.evidence.neighbours import Neighbours
from review_mining.evidence.perceptual_hash import HASH_BYTES, HASHES_KEPT
from review_mining.evidence.picture_store import PictureStore, Sending
from review_mining.evidence.signs import Fact, Sign


class PictureIndex:
    """The pictures seen so far; ids of buyers and orders are kept only as digests.

    Args:
        place: a SQLite file or a PostgreSQL URL kept between runs, or None to keep the index in memory.

    Raises:
        InputError: it is not an index of this program, or it cannot be reached.
    """

    def __init__(self, place: str | Path | None = None) -> None:
        self._store = PictureStore(place)
        self._neighbours = Neighbours(HASHES_KEPT)
        self._last = 0

    def __enter__(self) -> PictureIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index; what was not committed is forgotten."""
        self._store.close()

    def commit(self) -> None:
        """Keep everything seen since the index was opened or last committed."""
        self._store.commit()

    def __len__(self) -> int:
        return len(self._store)

    def see(self, sha256: str, case: Case) -> Sign | None:
        """Look a file up, then remember it.

        Args:
            sha256: hex digest of the original bytes.
            case: the case it was sent with. A picture of the same case, the same order or the same buyer is exempt.
        """
        self._store.add_sending(sha256, sending_of(case))
        sending = self._numbered(sha256, sending_of(case))
        others = [other for other in self._store.sendings(sha256) if not _same_sender(sending, other)]
        return _gravest(_exact_sign(sending, other, sha256) for other in others)

    def see_copies(self, view: View, sha256: str, case: Case, rules: Copies) -> Sign | None:
        """Look for copies of a picture that others sent, then keep what later ones can be compared with.

        Args:
            view: the picture.
            sha256: hex digest of its original bytes; the same bytes are the business of :meth:`see`.
            case: the case it was sent with; who is exempt there is exempt here.
            rules: what makes a copy.
        """
        self._catch_up()
        sending = self._numbered(sha256, sending_of(case))
        senders: dict[int, list[Sending]] = {}

        def kept(number: int) -> Fingerprint | None:
            other = self._store.sha256_of(number)
            senders[number] = [one for one in self._store.sendings(other) if not _same_sender(sending, one)]
            if other == sha256 or not senders[number]:
                return None
            return Fingerprint.from_bytes(self._store.fingerprint(number))

        sign = _gravest(
            _copy_sign(sending, other, copy)
            for copy in find_copies(view, self._neighbours, kept, rules)
            for other in senders[copy.number]
        )
        self.keep(view, sha256)
        return sign

    def keep(self, view: View, sha256: str) -> None:
        """Keep what later pictures can be compared with; one with too little in it to compare is left out."""
        if view.fingerprint is not None:
            self._store.add_fingerprint(sha256, view.kept_hashes.tobytes(), view.fingerprint.to_bytes())

    def _numbered(self, sha256: str, sending: Sending) -> Sending:
        """A sending with the place that it has in the index, if it is there."""
        known = (one for one in self._store.sendings(sha256) if one.case_id == sending.case_id)
        return replace(sending, number=next((one.number for one in known), None))

    def _catch_up(self) -> None:
        """Load the hashes that came since the last look, this run's own or another's."""
        for numbers, hashes in self._store.hashes_after(self._last):
            self._neighbours.add(numbers, np.frombuffer(hashes, np.uint8).reshape(-1, HASH_BYTES))
            self._last = numbers[-1]


def sending_of(case: Case) -> Sending:
    """Who sends a case's pictures, ids as digests."""
    requested = requested_in_china(case)
    return Sending(
        case.case_id,
        _digest("buyer", case.buyer.buyer_id),
        _digest("order", case.order.order_id),
        requested.isoformat() if requested else None,
    )


def requested_in_china(case: Case) -> datetime | None:
    """When a case was requested, by China's clock and without a zone, so that all times of an index compare."""
    requested = case.order.requested_at
    return None if requested is None else in_china(requested).replace(tzinfo=None)


def _same_sender(one: Sending, other: Sending) -> bool:
    return (
        one.case_id == other.case_id
        or (one.buyer is not None and one.buyer == other.buyer)
        or (one.order_key is not None and one.order_key == other.order_key)
    )


def _gravest(signs: Iterable[Sign]) -> Sign | None:
    """The first strong one, else the first."""
    return min(signs, key=lambda sign: sign.strength != "strong", default=None)


def _exact_sign(now: Sending, other: Sending, sha256: str) -> Sign:
    facts = {"sha256": sha256, "other_case": other.case_id, "other_requested_at": other.requested_at}
    who = _who(now, other)
    return Sign("exact_reuse", "strong" if who == "later" else "moderate", f"reuse.{who}", facts)


def _copy_sign(now: Sending, other: Sending, copy: Copy) -> Sign:
    facts: dict[str, Fact] = {
        "other_case": other.case_id,
        "other_requested_at": other.requested_at,
        **copy.facts,
    }
    who = _who(now, other)
    if who == "later" and copy.doubt is not None:
        who = copy.doubt
    return Sign("verified_reuse", "strong" if who == "later" else "moderate", f"copy.{who}.{copy.how}", facts)


def _who(now: Sending, other: Sending) -> str:
    if now.buyer is None or other.buyer is None:
        return "unknown_buyer"
    if now.requested_at is None and other.requested_at is None:
        came_first = now.number is not None and other.number is not None and now.number < other.number
        return "earlier" if came_first else "later"
    if now.requested_at is None or other.requested_at is None or now.requested_at == other.requested_at:
        return "unknown_order"
    return "earlier" if now.requested_at < other.requested_at else "later"


def _digest(sort: str, value: str | None) -> str | None:
    return hashlib.sha256(f"{sort}\x00{value}".encode("utf-8", "surrogatepass")).hexdigest() if value else None
