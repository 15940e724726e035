"""API keys: made, listed, revoked, and checked. A key is 256 random bits; only its SHA-256 is kept.

The first 12 hex characters of that digest are the key's public id. A key is looked up by its id and then compared with
the whole digest in constant time, so timing tells nothing that the public id does not.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence

from sqlalchemy import select

from review_mining.errors import UsageError
from review_mining.service.store.audit import OPERATOR, AuditLog
from review_mining.service.store.clock import Clock
from review_mining.service.store.database import Database
from review_mining.service.store.errors import UnknownRecordError
from review_mining.service.store.records import SCOPES, ApiKey, Caller
from review_mining.service.store.tables import ApiKeyRow

DEFAULT_PER_MINUTE = 600
_KEY_BYTES = 32
_ID_DIGITS = 12


class ApiKeys:
    """Keys of all shops.

    Args:
        database: where they are kept.
        log: the audit log.
        clock: tells the time.
    """

    def __init__(self, database: Database, log: AuditLog, clock: Clock) -> None:
        self._database, self._log, self._clock = database, log, clock

    def create(self, shop: str, scopes: Sequence[str], *, per_minute: int = DEFAULT_PER_MINUTE) -> str:
        """Make a key; it is returned once and kept nowhere.

        Args:
            shop: the shop that it opens.
            scopes: of `SCOPES`, one at least.
            per_minute: calls allowed per minute.

        Raises:
            UsageError: a scope, the shop's name or the rate cannot be.
        """
        unknown = sorted(set(scopes) - set(SCOPES))
        if unknown or not scopes:
            raise UsageError(f"There is no scope {', '.join(unknown) or 'given'}.\n  Known: {', '.join(SCOPES)}.")
        if not shop.strip() or per_minute < 1:
            raise UsageError("A key needs a shop's name and a rate of at least one call per minute.")
        key = f"rm_{secrets.token_urlsafe(_KEY_BYTES)}"
        digest = _digest(key)
        with self._database.writing() as session:
            session.add(
                ApiKeyRow(
                    key_id=digest[:_ID_DIGITS],
                    digest=digest,
                    shop=shop,
                    scopes=",".join(scope for scope in SCOPES if scope in scopes),
                    per_minute=per_minute,
                    created_at=self._clock.now(),
                    revoked_at=None,
                )
            )
            self._log.record(session, OPERATOR, "key.create", shop=shop, subject=digest[:_ID_DIGITS])
        return key

    def caller(self, key: str) -> Caller | None:
        """Who holds a key; None for an unknown or revoked one."""
        digest = _digest(key)
        row = self._row(digest[:_ID_DIGITS])
        return _caller(row) if row is not None and hmac.compare_digest(row.digest, digest) else None

    def holder(self, key_id: str) -> Caller | None:
        """Who holds the key of an id; None for an unknown or revoked one. The id alone proves nothing."""
        row = self._row(key_id)
        return None if row is None else _caller(row)

    def all(self) -> tuple[ApiKey, ...]:
        """All keys, revoked ones included, in the order in which they were made."""
        with self._database.reading() as session:
            rows = session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.created_at, ApiKeyRow.key_id)).all()
        return tuple(
            ApiKey(row.key_id, row.shop, tuple(row.scopes.split(",")), row.per_minute, row.created_at, row.revoked_at)
            for row in rows
        )

    def revoke(self, key_id: str) -> None:
        """Make a key open nothing from now on; revoking it twice changes nothing.

        Raises:
            UnknownRecordError: there is no key of that id.
        """
        with self._database.writing() as session:
            row = session.scalar(select(ApiKeyRow).where(ApiKeyRow.key_id == key_id))
            if row is None:
                raise UnknownRecordError(f"There is no key {key_id!r}.\n  'review-mining keys list' shows all.")
            if row.revoked_at is None:
                row.revoked_at = self._clock.now()
                self._log.record(session, OPERATOR, "key.revoke", shop=row.shop, subject=key_id)

    def _row(self, key_id: str) -> ApiKeyRow | None:
        with self._database.reading() as session:
            return session.scalar(select(ApiKeyRow).where(ApiKeyRow.key_id == key_id))


def _caller(row: ApiKeyRow) -> Caller | None:
    if row.revoked_at is not None:
        return None
    return Caller(row.key_id, row.shop, tuple(row.scopes.split(",")), row.per_minute)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
