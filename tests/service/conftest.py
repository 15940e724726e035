"""Running services for the tests over HTTP, on SQLite and on a real PostgreSQL."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from postgresql import running_postgresql
from sqlalchemy import Engine, create_engine, text

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent / "store"))
sys.path.insert(0, str(Path(__file__).parents[1] / "themes"))

from invented_complaints import complaints, opinions
from live import Live, running

from review_mining.service.config import Jobs, ServiceConfig
from review_mining.themes import ThemeModel

CONFIG = ServiceConfig(jobs=Jobs(poll_s=0.05))


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One server for all tests; those of a store ask for ``postgresql_url`` instead, whose database is empty."""
    with contextmanager(running_postgresql)(tmp_path_factory.mktemp("postgresql")) as url:
        engine = create_engine(url, pool_pre_ping=True)
        yield engine
        engine.dispose()


@pytest.fixture(scope="session")
def themes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A theme model of invented complaints."""
    folder = tmp_path_factory.mktemp("themes")
    ThemeModel().fit(opinions(complaints()[0])).save(folder)
    return folder


@pytest.fixture(scope="session")
def live_on_sqlite(tmp_path_factory: pytest.TempPathFactory, themes: Path) -> Iterator[Live]:
    """A service with the bundled models and those themes."""
    with running(tmp_path_factory.mktemp("service"), CONFIG, themes=themes) as started:
        yield started


@pytest.fixture(scope="session")
def live_on_postgresql(tmp_path_factory: pytest.TempPathFactory, themes: Path, postgresql: Engine) -> Iterator[Live]:
    """Such a service on a database of its own, which no test empties."""
    # Of its own: a connection that was pinged, as those of the shared one are, is in a transaction already.
    making = create_engine(postgresql.url, isolation_level="AUTOCOMMIT")
    with making.connect() as connection:
        connection.execute(text("CREATE DATABASE live"))
    making.dispose()
    database = postgresql.url.set(database="live").render_as_string()
    with running(tmp_path_factory.mktemp("service"), CONFIG, themes=themes, database=database) as started:
        yield started


@pytest.fixture
def live(request: pytest.FixtureRequest) -> Live:
    """The one on SQLite; tests of what the store does ask for both (``live.on_each_database``)."""
    started: Live = request.getfixturevalue(f"live_on_{getattr(request, 'param', 'sqlite')}")
    return started
