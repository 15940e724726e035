"""The pool in which shops that have opted in share hashes of their pictures; a shop is outside unless it joins.

:meth:`ReusePool.others` is the only query of the store that answers one shop from rows of others. It gives a member
hashes, and nothing about whose they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, exists, func, select
from sqlalchemy.exc import IntegrityError

from review_mining.service.store.case_rows import case_row
from review_mining.service.store.shop_rows import ShopRows
from review_mining.service.store.tables import PooledHashRow, PoolMemberRow

_AT_ONCE = 5_000


@dataclass(frozen=True)
class OthersHashes:
    """Hashes that other members share.

    Attributes:
        numbers: one per picture, rising.
        hashes: those of the pictures, side by side.
        count: how many pictures there are in all, those not asked for included.
        total: sum of their numbers; with ``count`` it tells whether any went since an earlier look.
    """

    numbers: tuple[int, ...]
    hashes: bytes
    count: int
    total: int


class ReusePool:
    """One shop's membership.

    Args:
        rows: the shop's rows.
    """

    def __init__(self, rows: ShopRows) -> None:
        self._rows = rows

    def joined(self) -> bool:
        """Whether the shop is a member."""
        with self._rows.reading() as session:
            return session.scalar(select(PoolMemberRow.number)) is not None

    def join(self) -> None:
        """Become a member; being one already changes nothing."""
        if self.joined():
            return
        try:
            with self._rows.writing() as session:
                session.add(PoolMemberRow(joined_at=self._rows.clock.now()))
                session.flush()
                self._rows.audit(session, "pool.join")
        except IntegrityError:
            return  # joined by another call meanwhile

    def leave(self) -> None:
        """Leave the pool, and take the shop's hashes out of it; leaving twice changes nothing."""
        with self._rows.writing() as session:
            if session.scalar(select(PoolMemberRow.number)) is not None:
                shared = session.scalar(select(func.count(PooledHashRow.number))) or 0
                # The hashes go with it, those of a case that is being kept at this moment included.
                session.execute(delete(PoolMemberRow))
                self._rows.audit(session, "pool.leave", hashes=shared)

    def shared(self) -> int:
        """How many pictures' hashes the shop shares now."""
        with self._rows.reading() as session:
            return session.scalar(select(func.count(PooledHashRow.number))) or 0

    def share(self, case_id: str, hashes: Iterable[bytes]) -> None:
        """Share hashes of a case's pictures, each once; nothing is shared by a shop that is no member.

        Args:
            case_id: the case, with which they go.
            hashes: those of each picture.

        Raises:
            UnknownRecordError: the shop has no such case.
        """
        with self._rows.writing() as session:
            # Held until the end, so that a shop that leaves meanwhile leaves nothing behind.
            held = select(PoolMemberRow.number).with_for_update(read=True, key_share=True)
            member = session.scalar(held)
            if member is None:
                return
            case = case_row(session, case_id).number
            known = session.scalars(select(PooledHashRow.hashes).where(PooledHashRow.case_number == case)).all()
            fresh = [one for one in dict.fromkeys(hashes) if one not in known]
            session.add_all(PooledHashRow(member_number=member, case_number=case, hashes=one) for one in fresh)
            session.flush()
            if fresh:
                self._rows.audit(session, "pool.share", case_id, hashes=len(fresh))

    def others(self, after: int = 0) -> OthersHashes | None:
        """What the other members share, if this shop is a member too.

        Args:
            after: number of the last picture that is known already.

        Returns:
            The hashes of later pictures; None for a shop that is no member.
        """
        shop = self._rows.shop
        foreign = (PooledHashRow.shop != shop, exists().where(PoolMemberRow.shop == shop))
        latest = select(PooledHashRow.number, PooledHashRow.hashes).where(*foreign, PooledHashRow.number > after)
        in_all = select(func.count(PooledHashRow.number), func.sum(PooledHashRow.number)).where(*foreign)
        if not self.joined():
            return None
        numbers, hashes = [], bytearray()
        with self._rows.database.reading() as session:
            for row in session.execute(latest.order_by(PooledHashRow.number).execution_options(yield_per=_AT_ONCE)):
                numbers.append(row.number)
                hashes += row.hashes
            count, total = session.execute(in_all).one()
        return OthersHashes(tuple(numbers), bytes(hashes), count, int(total or 0))
