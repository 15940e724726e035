"""Writes that may be sent twice and happen once: the answer is kept in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from review_mining.service.store.errors import ConflictError
from review_mining.service.store.shop_rows import ShopRows
from review_mining.service.store.tables import AnswerRow

if TYPE_CHECKING:
    from review_mining.service.store.shop import ShopStore

KEPT = timedelta(hours=24)


class Answers:
    """Answers to one shop's writes, by idempotency key.

    Args:
        rows: the shop's rows.
        shop: gives the shop's store within a transaction.
    """

    def __init__(self, rows: ShopRows, shop: Callable[[ShopRows], ShopStore]) -> None:
        self._rows, self._shop = rows, shop

    def find(self, key: str, route: str, request_digest: str) -> Mapping[str, object] | None:
        """The answer that a key was given before, None for a new or expired one.

        Args:
            key: as the caller sent it, up to 255 characters.
            route: what was called.
            request_digest: digest of the request, 64 characters at most.

        Raises:
            ConflictError: the key came with another request before.
        """
        with self._rows.reading() as session:
            row = session.scalar(
                select(AnswerRow).where(AnswerRow.key == key, AnswerRow.expires_at > self._rows.clock.now())
            )
        if row is None:
            return None
        if (row.route, row.request_digest) != (route, request_digest):
            raise ConflictError("This idempotency key came with another request before.\n  Use a new key.")
        return row.answer

    def once(
        self, key: str, route: str, request_digest: str, act: Callable[[ShopStore], Mapping[str, object]]
    ) -> Mapping[str, object]:
        """Do something once per key: the change and its answer are kept together or not at all.

        Args:
            key: as the caller sent it, up to 255 characters; kept for `KEPT`.
            route: what was called.
            request_digest: digest of the request, 64 characters at most.
            act: makes the change through the store that it is given, quickly (others wait meanwhile), and returns the
                answer as plain JSON values. It may run and be undone when the same key comes twice at once.

        Returns:
            The answer: of this call, or of the first one with this key.

        Raises:
            ConflictError: the key came with another request before.
        """
        try:
            with self._rows.joined() as rows:
                known = Answers(rows, self._shop).find(key, route, request_digest)
                if known is not None:
                    return known
                answer = act(self._shop(rows))
                self._keep(rows, key, route, request_digest, answer)
                return answer
        except IntegrityError:
            # PostgreSQL: the same key was kept by another call that ran beside this one.
            known = self.find(key, route, request_digest)
            if known is None:
                raise
            return known

    def _keep(self, rows: ShopRows, key: str, route: str, request_digest: str, answer: Mapping[str, object]) -> None:
        now = rows.clock.now()
        with rows.writing() as session:
            session.execute(delete(AnswerRow).where(AnswerRow.expires_at <= now))
            session.add(
                AnswerRow(
                    key=key,
                    route=route,
                    request_digest=request_digest,
                    answer=dict(answer),
                    created_at=now,
                    expires_at=now + KEPT,
                )
            )
            session.flush()
