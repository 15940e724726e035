import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent / "store"))
sys.path.insert(0, str(Path(__file__).parents[1] / "themes"))

from invented_complaints import complaints, opinions
from live import Live, running

from review_mining.service.config import Jobs, ServiceConfig
from review_mining.themes import ThemeModel


@pytest.fixture(scope="session")
def themes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A theme model of invented complaints."""
    folder = tmp_path_factory.mktemp("themes")
    ThemeModel().fit(opinions(complaints()[0])).save(folder)
    return folder


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory, themes: Path) -> Iterator[Live]:
    """A service with the bundled models and those themes."""
    config = ServiceConfig(jobs=Jobs(poll_s=0.05))
    with running(tmp_path_factory.mktemp("service"), config, themes=themes) as started:
        yield started
