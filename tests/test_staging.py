from pathlib import Path

import pytest

from review_mining.errors import UsageError
from review_mining.staging import staged_directory, staged_file


def contents(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): file.read_text() for file in sorted(folder.rglob("*")) if file.is_file()}


def test_a_directory_appears_whole(tmp_path: Path):
    with staged_directory(tmp_path / "deep" / "out") as partial:
        (partial / "a").write_text("1")
        assert not (tmp_path / "deep" / "out").exists()
    assert contents(tmp_path) == {"deep/out/a": "1"}


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_error_leaves_everything_as_it_was(tmp_path: Path, error: type[BaseException]):
    out = tmp_path / "out"
    out.mkdir()
    (out / "old").write_text("0")

    def fail() -> None:
        with staged_directory(out, force=True) as partial:
            (partial / "a").write_text("1")
            raise error

    with pytest.raises(error):
        fail()
    assert contents(tmp_path) == {"out/old": "0"}


def test_force_replaces(tmp_path: Path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "old").write_text("0")
    with staged_directory(out, force=True) as partial:
        (partial / "a").write_text("1")
    assert contents(tmp_path) == {"out/a": "1"}


def test_an_existing_directory_is_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="--force"), staged_directory(tmp_path):
        pass


def test_a_file_in_the_way_is_refused_even_by_force(tmp_path: Path):
    (tmp_path / "out").write_text("0")
    with pytest.raises(UsageError, match="not a directory"), staged_directory(tmp_path / "out", force=True):
        pass


def test_a_file_is_replaced_only_when_complete(tmp_path: Path):
    path = tmp_path / "file"
    path.write_text("old")

    def fail() -> None:
        with staged_file(path) as partial:
            partial.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert contents(tmp_path) == {"file": "old"}
    with staged_file(path) as partial:
        partial.write_text("new")
    assert contents(tmp_path) == {"file": "new"}
