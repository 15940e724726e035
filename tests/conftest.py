"""Which tests can run here, and a plain word about those that cannot."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from postgresql import postgresql_programs

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SHARED = Path(__file__).resolve().parents[2] / "shared"
REQUIRE_ALL = "REVIEW_MINING_REQUIRE_ALL_TESTS"

_left_out: dict[str, int] = {}


def _missing() -> dict[str, str]:
    """Marker → why its tests cannot run on this machine."""
    missing = {}
    if not (SHARED / "data").is_dir():
        missing["shared"] = "the research corpora are not beside the checkout (../shared)"
    if shutil.which("chromium") is None:
        missing["browser"] = "chromium is not installed (Debian: apt-get install chromium fonts-noto-cjk)"
    if postgresql_programs() is None:
        missing["postgresql"] = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
    return missing


def pytest_sessionstart() -> None:
    missing = _missing()
    for marker in ("browser", "postgresql"):
        if marker in missing and os.environ.get(REQUIRE_ALL):
            raise pytest.UsageError(f"{REQUIRE_ALL} is set, but {missing[marker]}.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing = _missing()
    kept, left_out = [], []
    for item in items:
        reasons = [reason for marker, reason in missing.items() if item.get_closest_marker(marker)]
        (left_out if reasons else kept).append(item)
        for reason in reasons:
            _left_out[reason] = _left_out.get(reason, 0) + 1
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = _left_out


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Of pytest-xdist: only its workers collect, each of them all tests; their word ends the process that reports."""
    _left_out.update(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for reason, count in sorted(_left_out.items()):
        terminalreporter.write_line(f"{count} tests left out: {reason}")


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Headless Chromium; only tests marked ``browser`` may ask for it."""
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        yield started
        started.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The research corpora; only tests marked ``shared`` may ask for them."""
    return SHARED
