"""The tables: made by steps, kept when they are old, refused when they are newer."""

import hashlib
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, text

from review_mining.service.store import Store, StoreDamagedError
from review_mining.service.store.tables import Base


def engine_of(data: Path, url: str | None) -> Engine:
    return create_engine(url or f"sqlite:///{data / 'service.sqlite'}")


@pytest.mark.usefixtures("without_tables")
def test_the_steps_make_the_tables_that_the_code_expects(data: Path, database_url: str | None):
    Store.in_directory(data, database_url).close()
    engine = engine_of(data, database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


@pytest.mark.usefixtures("without_tables")
def test_keys_of_the_first_version_still_open(data: Path, database_url: str | None):
    data.mkdir()
    key = "rm_first"

    digest = hashlib.sha256(key.encode()).hexdigest()
    engine = engine_of(data, database_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE api_keys (digest VARCHAR(64) PRIMARY KEY, shop VARCHAR(200) NOT NULL,"
                " scope VARCHAR(20) NOT NULL, created_at TIMESTAMP NOT NULL)"
            )
        )
        connection.execute(
            text("INSERT INTO api_keys VALUES (:digest, '甲店', 'evidence', '2026-01-02 03:04:05')"), {"digest": digest}
        )
    engine.dispose()
    for _ in range(2):
        with Store.in_directory(data, database_url) as store:
            caller = store.caller(key)
            assert caller is not None
            assert (caller.shop, caller.scopes) == ("甲店", ("evidence",))


def test_what_was_kept_is_there_after_a_restart(store: Store, data: Path, database_url: str | None):
    key = store.keys.create("甲店", ["admin"])
    signing = store.derived_key("session")
    store.close()
    with Store.in_directory(data, database_url) as again:
        assert again.caller(key) is not None
        assert again.derived_key("session") == signing
        assert again.derived_key("other") != signing


def test_a_newer_database_is_refused_and_left_alone(store: Store, data: Path, database_url: str | None):
    key = store.keys.create("甲店", ["admin"])
    engine = engine_of(data, database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreDamagedError, match="newer version"):
        Store.in_directory(data, database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    engine.dispose()
    assert store.caller(key) is not None


@pytest.mark.usefixtures("without_tables")
def test_processes_that_start_at_once_make_the_tables_once(data: Path, database_url: str | None):
    together = threading.Barrier(4)
    opened: list[Store] = []

    def start() -> None:
        together.wait()
        opened.append(Store.in_directory(data, database_url))

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({store.derived_key("same") for store in opened}) == 1
    assert len(opened) == 4
    key = opened[0].keys.create("甲店", ["admin"])
    assert all(store.caller(key) is not None for store in opened)
    for store in opened:
        store.close()


def test_a_file_that_another_process_is_about_to_open_is_waited_for(tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "service.sqlite", isolation_level=None)) as other:
        other.execute("CREATE TABLE first (x)")
        other.execute("BEGIN IMMEDIATE")
        opening = threading.Thread(target=lambda: Store.in_directory(tmp_path).close())
        opening.start()
        opening.join(timeout=0.3)
        assert opening.is_alive()
        other.execute("COMMIT")
        opening.join(timeout=30)
    assert not opening.is_alive()
    with closing(sqlite3.connect(tmp_path / "service.sqlite")) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_secret_is_its_owners_alone(store: Store, data: Path):
    assert (data / "secret.key").stat().st_mode & 0o777 == 0o600
    assert len((data / "secret.key").read_bytes()) == 32


def test_a_broken_secret_is_not_taken_for_one(data: Path):
    Store.in_directory(data).close()
    (data / "secret.key").write_bytes(b"")
    with pytest.raises(StoreDamagedError, match=r"secret\.key"):
        Store.in_directory(data)
