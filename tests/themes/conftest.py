import sys
from pathlib import Path

import pyarrow as pa
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from invented_complaints import complaints, opinions

from review_mining.themes import ThemeModel


@pytest.fixture(scope="session")
def table() -> pa.Table:
    """The invented complaints as opinions."""
    return opinions(complaints()[0])


@pytest.fixture(scope="session")
def model(table: pa.Table) -> ThemeModel:
    """Their themes."""
    return ThemeModel().fit(table)
