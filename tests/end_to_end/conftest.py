from pathlib import Path

import pytest

from review_mining.report.__main__ import main


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on the bundled sample; tests copy it before they change anything."""
    out = tmp_path_factory.mktemp("sample") / "out"
    assert main(["--sample", "--quiet", "-o", str(out)]) == 0
    return out
