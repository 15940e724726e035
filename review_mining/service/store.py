"""What the service keeps on disk: API keys, as hashes."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import DateTime, Engine, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

_KEY_BYTES = 32


class _Base(DeclarativeBase):
    pass


class _ApiKey(_Base):
    __tablename__ = "api_keys"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    shop: Mapped[str] = mapped_column(String(200))
    scope: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


@dataclass(frozen=True)
class Caller:
    """Who a key belongs to and what it opens."""

    shop: str
    scope: str

    def may(self, scope: str) -> bool:
        """Whether the key opens a scope; ``admin`` opens all."""
        return self.scope in (scope, "admin")


class Store:
    """Keys of the service in one database.

    Args:
        engine: SQLAlchemy engine; tables are made on first use.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        _Base.metadata.create_all(engine)

    @classmethod
    def in_directory(cls, data: Path) -> Store:
        """The embedded default: an SQLite file in ``data``, which is made if it does not exist."""
        data.mkdir(parents=True, exist_ok=True)
        return cls(create_engine(f"sqlite:///{data / 'service.sqlite'}"))

    def create_key(self, shop: str, scope: str) -> str:
        """Make a key and keep its hash; the key itself is returned once and stored nowhere."""
        key = f"rm_{secrets.token_urlsafe(_KEY_BYTES)}"
        with Session(self._engine) as session, session.begin():
            session.add(_ApiKey(digest=_digest(key), shop=shop, scope=scope, created_at=datetime.now(UTC)))
        return key

    def caller(self, key: str) -> Caller | None:
        """Who holds a key, or None for an unknown one.

        The look-up is by SHA-256 of a 256-bit random key, so its timing tells nothing about any key.
        """
        with Session(self._engine) as session:
            found = session.scalar(select(_ApiKey).where(_ApiKey.digest == _digest(key)))
            return None if found is None else Caller(found.shop, found.scope)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
