"""One database, SQLite or PostgreSQL: connections, transactions, and bringing its tables up to date."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from review_mining.errors import MissingExtraError, UsageError
from review_mining.service.store.errors import StoreDamagedError
from review_mining.service.store.faults import faults_explained

_BUSY_MILLISECONDS = 10_000
_TRY_AGAIN_SECONDS = 0.02
_CONNECT_SECONDS = 30
_POOL = {"pool_size": 8, "max_overflow": 32, "pool_timeout": 10, "hide_parameters": True}
_MIGRATION_LOCK = 0x524D5354
_FIRST_VERSION = "0001"


class Database:
    """Transactions on one database.

    Args:
        engine: from `sqlite_engine` or `postgresql_engine`.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(writes=False)
        self._writing = engine.execution_options(writes=True)

    @classmethod
    def opened(cls, url: str | None, file: Path) -> Database:
        """Connect, check the file, and bring the tables up to date.

        Args:
            url: a ``postgresql+pg8000://`` URL, or None for the SQLite file.
            file: where the SQLite file is, or shall be.

        Raises:
            UsageError: the URL is of another database.
            StoreUnavailableError: the database does not answer.
            StoreDamagedError: the file is damaged, or the tables are of a newer version.
        """
        database = cls(sqlite_engine(file) if url is None else postgresql_engine(url))
        try:
            database.check(thorough=True)
            database._upgrade()
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def reading(self, make: Callable[[Engine], Session] | None = None) -> Iterator[Session]:
        """A session that only reads, on one state of the database.

        Args:
            make: opens the database, when it is to be opened in a special way.
        """
        with faults_explained(), (make or _session)(self._reading) as session, session.begin():
            yield session

    @contextmanager
    def writing(self, make: Callable[[Engine], Session] | None = None) -> Iterator[Session]:
        """A session whose changes are on disk when the block has ended, or undone if it raised.

        Args:
            make: opens the database, when it is to be opened in a special way.
        """
        with faults_explained(), (make or _session)(self._writing) as session, session.begin():
            yield session

    def check(self, *, thorough: bool = False) -> None:
        """See whether the database answers.

        Args:
            thorough: also read the whole SQLite file for damage.

        Raises:
            StoreUnavailableError: it does not.
            StoreDamagedError: it is damaged.
        """
        with faults_explained(), self._reading.connect() as connection:
            if not thorough or connection.dialect.name != "sqlite":
                connection.execute(text("SELECT 1"))
            elif (found := connection.execute(text("PRAGMA quick_check(1)")).scalar_one()) != "ok":
                raise StoreDamagedError(
                    f"The database file is damaged: {found}.\n  Restore DIR from a backup (docs/operations.md)."
                )

    def wipe_deleted(self) -> bool:
        """Have SQLite write its log of changes back, so that deleted rows are on disk nowhere; no-op elsewhere.

        Returns:
            Whether that was possible: not while others read or write.
        """
        if self._engine.dialect.name != "sqlite":
            return True
        with faults_explained(), self._engine.connect() as connection:
            autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
            busy, _, _ = autocommit.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            return not busy

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _upgrade(self) -> None:
        """Run the migrations that are missing, one process at a time, all or none."""
        settings = Config()
        settings.set_main_option("script_location", "review_mining.service.store:migrations")
        settings.set_main_option("path_separator", "os")
        with faults_explained(), self._writing.connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            settings.attributes["connection"] = connection
            try:
                if _made_before_migrations(connection):
                    command.stamp(settings, _FIRST_VERSION)
                command.upgrade(settings, "head")
            except CommandError as error:
                raise StoreDamagedError(
                    f"The database is of a newer version: {error}.\n  Start the version that wrote it, or a later one."
                ) from error


def sqlite_engine(file: Path) -> Engine:
    """An engine for an SQLite file: write-ahead log, every commit synced, foreign keys, deleted content overwritten."""
    engine = create_engine(f"sqlite:///{file}", **_POOL)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's record
        # The driver would begin transactions on its own, and only before some statements.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {_BUSY_MILLISECONDS}",
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()
        _write_ahead(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and writes later would fail instead of waiting for its turn.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    # SQLite does not wait for its turn here: of processes that first open a file at once, all but one are turned away.
    last_try = time.monotonic() + _BUSY_MILLISECONDS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > last_try:
                raise
            time.sleep(_TRY_AGAIN_SECONDS)


def postgresql_engine(url: str) -> Engine:
    """An engine for PostgreSQL by pg8000; a connection that died while it lay idle is replaced.

    Raises:
        UsageError: the URL is of another database.
        MissingExtraError: pg8000 is not installed.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UsageError("The database's URL cannot be read.\n  It looks like postgresql+pg8000://…") from error
    if parsed.drivername != "postgresql+pg8000":
        raise UsageError(f"{parsed.drivername} is not supported.\n  Use postgresql+pg8000://USER:PASSWORD@HOST/NAME.")
    try:
        return create_engine(parsed, pool_pre_ping=True, connect_args={"timeout": _CONNECT_SECONDS}, **_POOL)
    except ModuleNotFoundError as error:
        raise MissingExtraError(str(error.name), "postgresql") from error


def _session(engine: Engine) -> Session:
    # Rows are read after their transaction has ended.
    return Session(engine, expire_on_commit=False)


def _made_before_migrations(connection: Connection) -> bool:
    names = inspect(connection).get_table_names()
    return "api_keys" in names and "alembic_version" not in names
