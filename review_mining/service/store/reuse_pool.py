"""Whether a shop shares hashes of its pictures with the other shops that do; off unless it joins."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from review_mining.service.store.shop_rows import ShopRows
from review_mining.service.store.tables import PoolMemberRow


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
        """Leave the pool; leaving twice changes nothing."""
        with self._rows.writing() as session:
            if session.scalar(select(PoolMemberRow.number)) is not None:
                session.execute(delete(PoolMemberRow))
                self._rows.audit(session, "pool.leave")
