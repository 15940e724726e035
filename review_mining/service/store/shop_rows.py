"""The one place where a query is tied to a shop: sessions that see, add and change rows of one shop only.

Every statement of such a session gets the shop's condition from SQLAlchemy (global criteria, the documented way to
multi-tenancy: https://docs.sqlalchemy.org/en/20/orm/session_events.html), new rows get the shop's name, and statements
to which neither applies are refused. One query is not tied: that for the hashes of the pool's other members
(``reuse_pool``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import Engine, event, inspect
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria

from review_mining.service.store.audit import AuditLog
from review_mining.service.store.clock import Clock
from review_mining.service.store.database import Database
from review_mining.service.store.files import DataFolder, ShopFiles
from review_mining.service.store.tables import AuditRow, ShopOwned


class ShopSession(Session):
    """A session that holds to one shop.

    Args:
        engine: the database.
        shop: the shop.
    """

    def __init__(self, engine: Engine, shop: str) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.shop = shop


@event.listens_for(ShopSession, "do_orm_execute")
def _see_one_shop(state: ORMExecuteState) -> None:
    if not state.is_orm_statement or state.is_insert:
        raise RuntimeError("A shop's session runs mapped queries, updates and deletes only.")
    shop = state.session.shop  # type: ignore[attr-defined]
    state.statement = state.statement.options(
        with_loader_criteria(ShopOwned, lambda owned: owned.shop == shop, include_aliases=True)
    )


@event.listens_for(ShopSession, "before_flush")
def _write_one_shop(session: ShopSession, _context: UOWTransaction, _instances: object) -> None:
    for row in session.new:
        if isinstance(row, ShopOwned):
            row.shop = session.shop
        elif not isinstance(row, AuditRow):
            raise RuntimeError(f"A shop's session cannot add {type(row).__name__}.")
    for row in [*session.dirty, *session.deleted]:
        if not isinstance(row, ShopOwned) or inspect(row).attrs["shop"].history.has_changes():
            raise RuntimeError(f"A shop's session cannot change {type(row).__name__}.")


@dataclass(frozen=True)
class ShopRows:
    """Transactions of one shop, and what belongs to them.

    Attributes:
        database: where the rows are.
        folder: where the files are.
        log: the audit log.
        clock: tells the time.
        shop: the shop.
        actor: id of the key on whose behalf, for the log.
        session: the transaction that all calls join, None when each has its own.
    """

    database: Database
    folder: DataFolder
    log: AuditLog
    clock: Clock
    shop: str
    actor: str
    session: Session | None = None

    @property
    def files(self) -> ShopFiles:
        """The shop's files."""
        return self.folder.of(self.shop)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that reads the shop's rows."""
        if self.session is not None:
            yield self.session
            return
        with self.database.reading(self._session) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are on disk when the block has ended; files may be added meanwhile."""
        if self.session is not None:
            yield self.session
            return
        with self.folder.adding(), self.database.writing(self._session) as session:
            yield session

    @contextmanager
    def joined(self) -> Iterator[ShopRows]:
        """The same rows with one transaction for all calls in the block."""
        with self.writing() as session:
            yield replace(self, session=session)

    def audit(self, session: Session, action: str, subject: str | None = None, **counts: int) -> None:
        """Add a line to the audit log in a transaction of this shop."""
        self.log.record(session, self.actor, action, shop=self.shop, subject=subject, **counts)

    def _session(self, engine: Engine) -> ShopSession:
        return ShopSession(engine, self.shop)
