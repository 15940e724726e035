"""A SQLite file, a PostgreSQL database or memory, claimed by one program and held by one run at a time.

Whoever looks pictures up and adds them holds the database until the next commit, so that two runs cannot miss each
other's pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from review_mining.errors import InputError, MissingExtraError

try:
    import sqlalchemy as sa
    from sqlalchemy.exc import SQLAlchemyError
except ImportError as error:
    raise MissingExtraError("sqlalchemy", "evidence") from error

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

_LOCK_WAIT = "5s"


class Database:
    """One connection to tables of ours.

    Args:
        place: a file, a database URL (``postgresql+pg8000://…``), or None for memory.
        versions: a table with the single column ``version``; all tables beside it are made on first use.
        version: of the tables.
        mark: number that tells an SQLite file of ours from others'.

    Raises:
        InputError: it cannot be used, belongs to another program, or was written by another version.
    """

    def __init__(self, place: str | Path | None, versions: sa.Table, *, version: int, mark: int) -> None:
        self._shown: str | None = None
        self._versions, self._version, self._mark = versions, version, mark
        with self.errors():
            self._engine = self._engine_of(place)
            try:
                self._connection = self._engine.connect()
                self._claim()
            except Exception:
                self._engine.dispose()
                raise

    def close(self) -> None:
        """Close it; what was not committed is forgotten."""
        self._connection.close()
        self._engine.dispose()

    def commit(self) -> None:
        """Keep what was added, and let others in."""
        with self.errors():
            self._connection.commit()

    def rows(self, statement: sa.Select[Any]) -> list[sa.Row[Any]]:
        """All rows of a query."""
        with self.errors():
            return list(self._connection.execute(statement).all())

    def value(self, statement: sa.Select[Any]) -> object:
        """First value of a query's first row, None where there is none."""
        with self.errors():
            return self._connection.scalar(statement)

    def insert(self, table: sa.Table, **values: object) -> None:
        """Add a row."""
        with self.errors():
            self._connection.execute(sa.insert(table).values(**values))

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Make what the driver raises an :class:`InputError` that names the place."""
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            raise self._unusable(str(getattr(error, "orig", None) or error)) from error

    def _engine_of(self, place: str | Path | None) -> sa.Engine:
        try:
            url = _url(place)
            self._shown = str(place) if url.drivername == "sqlite" else url.render_as_string(hide_password=True)
            engine = sa.create_engine(url)
        except ValueError as error:
            self._shown = None
            raise self._unusable(f"its URL is not understood: {error}") from error
        except ImportError as error:
            raise MissingExtraError("pg8000", "postgresql") from error
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _leave_transactions_to_us)
            sa.event.listen(engine, "begin", _hold_file)
        else:
            sa.event.listen(engine, "begin", self._hold_server)
        return engine

    def _claim(self) -> None:
        if self._connection.dialect.name == "sqlite":
            mark = self._connection.exec_driver_sql("PRAGMA application_id").scalar()
            if sa.inspect(self._connection).get_table_names() and mark != self._mark:
                raise self._unusable("it is another program's database")
            self._connection.exec_driver_sql(f"PRAGMA application_id = {self._mark}")
        self._versions.metadata.create_all(self._connection)
        version = self._connection.scalar(sa.select(self._versions.c.version))
        if version is None:
            self._connection.execute(sa.insert(self._versions).values(version=self._version))
        elif version != self._version:
            raise self._unusable(f"its tables have version {version}, and this program knows version {self._version}")

    def _hold_server(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_WAIT}'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({self._mark})")

    def _unusable(self, problem: str) -> InputError:
        return InputError(
            f"cannot be used as a picture index: {problem}",
            path=self._shown,
            hint="Name a file that does not exist yet, or one that an earlier run wrote, or a PostgreSQL URL.",
        )


def _url(place: str | Path | None) -> sa.URL:
    if place is not None and "://" in str(place):
        return sa.make_url(str(place))
    return sa.URL.create("sqlite", database=None if place is None else str(place))


def _leave_transactions_to_us(connection: DBAPIConnection, _: object) -> None:
    # sqlite3 would otherwise begin one only at the first change, after the look-up that it must include.
    connection.isolation_level = None


def _hold_file(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
