"""What the store does when the disk is full, the database is gone, its file is damaged, or the clock jumps."""

import subprocess
import sys
from pathlib import Path

import pytest
from postgresql import stopped_postgresql
from settable_clock import SettableClock

from review_mining import keys
from review_mining.service.store import (
    NewCase,
    NewFeedback,
    NewPicture,
    ShopStore,
    Store,
    StoreDamagedError,
    StoreUnavailableError,
)

FULL_DISK = Path(__file__).with_name("full_disk.py")


def test_a_full_disk_refuses_writes_and_loses_none(tmp_path: Path):
    done = subprocess.run([sys.executable, FULL_DISK, tmp_path / "data"], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "feedback refused: The disk takes no more",
        "case refused: The disk takes no more",
        "no half-written file",
        "reading works",
        "every acknowledged click is there, and no other",
        "writing works again",
    ]


@pytest.mark.postgresql
def test_a_database_that_goes_and_comes_back(postgresql_url: str, data: Path, clock: SettableClock):
    with Store.in_directory(data, postgresql_url, clock) as store:
        shop = store.for_shop("甲店")
        kept = [shop.feedback.add(NewFeedback("appeal")).feedback_id for _ in range(5)]
        with stopped_postgresql(postgresql_url):
            for attempt in (store.check, shop.feedback.page, lambda: shop.feedback.add(NewFeedback("appeal"))):
                with pytest.raises(StoreUnavailableError, match=r"(?s)database does not answer|cannot be reached"):
                    attempt()
            with pytest.raises(StoreUnavailableError):
                Store.in_directory(data, postgresql_url, clock)
        store.check()
        assert [one.feedback_id for one in shop.feedback.page().items] == kept
        shop.feedback.add(NewFeedback("appeal"))


def fill(store: Store, cases: int, length: int) -> None:
    with store.for_shop("甲店").transaction() as work:
        for number in range(cases):
            work.cases.add(NewCase(f"c-{number}", "字" * length))


def damage(file: Path, start: int, length: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(start)
        opened.write(b"\xa5" * length)


@pytest.mark.parametrize(("start", "length"), [(0, 100), (4096, 200_000)])
def test_a_damaged_file_ends_commands_with_a_clear_error(
    data: Path, start: int, length: int, capsys: pytest.CaptureFixture[str]
):
    with Store.in_directory(data) as store:
        fill(store, 200, 200)
    damage(data / "service.sqlite", start, length)
    with pytest.raises(StoreDamagedError):
        Store.in_directory(data)
    assert keys.main(["list", "--data", str(data)]) == 1
    said = capsys.readouterr().err
    assert "The database file is damaged" in said
    assert "backup" in said
    assert "Traceback" not in said


def test_damage_under_a_running_store_is_told_too(data: Path):
    with Store.in_directory(data) as store:
        fill(store, 100, 20_000)  # more than a connection keeps in memory
        assert store.purging.wipe()
        damage(data / "service.sqlite", 4096, 6_000_000)
        shop = store.for_shop("甲店")
        with pytest.raises(StoreDamagedError, match="backup"):
            shop.cases.page(limit=1000)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "file").write_text("in the way")
    assert keys.main(["list", "--data", str(tmp_path / "file")]) == 1
    assert "cannot be reached" in capsys.readouterr().err


def test_order_does_not_depend_on_the_clock(shop: ShopStore, clock: SettableClock):
    added = []
    for seconds in (0, -86400, 3 * 86400, -10 * 86400):
        clock.jump(seconds)
        added.append(shop.feedback.add(NewFeedback("appeal")).feedback_id)
    assert [one.feedback_id for one in shop.feedback.page().items] == added
    shop.cases.add(NewCase("c-1", pictures=(NewPicture("a.jpg", b"x"),)))
    first = shop.decisions.make("c-1", "ask_buyer")
    clock.jump(-86400)
    second = shop.decisions.make("c-1", "evidence_fine")
    assert second.made_at < first.made_at
    assert shop.cases.get("c-1").decision == "evidence_fine"
