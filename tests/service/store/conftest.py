"""Stores on SQLite and on a real PostgreSQL; every test of a store runs on both."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from settable_clock import SettableClock
from sqlalchemy import Engine, inspect, text

from review_mining.service.store import ShopStore, Store
from review_mining.service.store.tables import Base


@pytest.fixture
def postgresql_url(postgresql: Engine) -> str:
    """URL of the server's database without rows; its tables are made once, for that takes longer than most tests."""
    with postgresql.begin() as connection:
        if "audit_log" in inspect(connection).get_table_names():
            connection.execute(text("ALTER TABLE audit_log DISABLE TRIGGER USER"))
            tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
            connection.execute(text("ALTER TABLE audit_log ENABLE TRIGGER USER"))
    return postgresql.url.render_as_string()


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with its tables made and no rows."""
    folder = tmp_path_factory.mktemp("empty")
    Store.in_directory(folder).close()
    return folder


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for the SQLite file of the data folder, else the URL of a PostgreSQL database without rows."""
    return None if request.param == "sqlite" else request.getfixturevalue("postgresql_url")


@pytest.fixture
def without_tables(request: pytest.FixtureRequest, database_url: str | None) -> None:
    """Makes the database wholly empty."""
    if database_url is not None:
        with request.getfixturevalue("postgresql").begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def store(data: Path, database_url: str | None, empty_folder: Path, clock: SettableClock) -> Iterator[Store]:
    if database_url is None:
        shutil.copytree(empty_folder, data)
    with Store.in_directory(data, database_url, clock) as opened:
        yield opened


@pytest.fixture
def shop(store: Store) -> ShopStore:
    return store.for_shop("云朵小店", actor="0123456789ab")
