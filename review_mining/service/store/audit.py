"""The audit log: it only grows, and holds digests and counts, so that deletion elsewhere can be real."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from review_mining.service.store.clock import Clock
from review_mining.service.store.database import Database
from review_mining.service.store.paging import checked_limit, cursor_after, place_of
from review_mining.service.store.records import AuditEntry, Page
from review_mining.service.store.secret import Secret
from review_mining.service.store.tables import AuditRow

OPERATOR = "operator"


class AuditLog:
    """Writes and reads the log.

    Args:
        database: where it is kept.
        secret: keys the digests.
        clock: tells the time.
    """

    def __init__(self, database: Database, secret: Secret, clock: Clock) -> None:
        self._database, self._secret, self._clock = database, secret, clock

    def record(
        self, session: Session, actor: str, action: str, *, shop: str | None, subject: str | None = None, **counts: int
    ) -> None:
        """Add a line in the transaction of the change that it tells of.

        Args:
            session: that transaction.
            actor: id of a key, or `OPERATOR`.
            action: what was done.
            shop: whose records, None for all shops'.
            subject: id of the record; only its keyed digest is kept.
            counts: how many of what.
        """
        session.add(
            AuditRow(
                at=self._clock.now(),
                shop_digest=None if shop is None else self._secret.digest("shop", shop),
                actor=actor,
                action=action,
                subject_digest=None if subject is None else self._secret.digest("subject", subject),
                counts=counts,
            )
        )

    def entries(self, *, shop: str | None = None, cursor: str | None = None, limit: int = 100) -> Page[AuditEntry]:
        """Lines from the oldest on.

        Args:
            shop: only those about this shop.
            cursor: from the page before.
            limit: lines per page.

        Raises:
            CursorError: the cursor is none of this list.
        """
        query = select(AuditRow).order_by(AuditRow.number).limit(checked_limit(limit) + 1)
        if shop is not None:
            query = query.where(AuditRow.shop_digest == self._secret.digest("shop", shop))
        if cursor is not None:
            query = query.where(AuditRow.number > place_of(cursor, 1)[0])
        with self._database.reading() as session:
            rows = session.scalars(query).all()
        more = len(rows) > limit
        return Page(tuple(_entry(row) for row in rows[:limit]), cursor_after(rows[limit - 1].number) if more else None)


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(row.number, row.at, row.shop_digest, row.actor, row.action, row.subject_digest, row.counts)
