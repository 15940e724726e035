"""Deletion for good: by date, by buyer, by shop; and the log that remains of it."""

from datetime import timedelta
from pathlib import Path

import pytest
from settable_clock import SettableClock
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from review_mining import purge
from review_mining.errors import UsageError
from review_mining.service.store import (
    DATABASE_URL,
    NewCase,
    NewFeedback,
    NewPicture,
    Selection,
    Store,
    UnknownRecordError,
)

BUYER = "buyer-who-wants-to-be-forgotten"


def fill(store: Store, shop_name: str, case_id: str, buyer: str) -> None:
    """A case with everything that belongs to one, a feedback by order number, and a job."""
    shop = store.for_shop(shop_name)
    order = {"order_id": f"order-of-{buyer}"}
    picture = NewPicture("a.jpg", f"picture by {buyer}".encode())
    shop.cases.add(NewCase(case_id, f"statement by {buyer}", order, buyer, (picture,)))
    shop.cases.record_verdict(case_id, {"of": buyer}, outcome="no_sign", urgency=1, versions={})
    click = shop.decisions.make(case_id, "report_fake", feedback=NewFeedback("false_evidence", case_id=case_id))
    shop.decisions.undo(case_id, click.decision_id)
    shop.reuse_pool.join()
    shop.reuse_pool.share(case_id, [buyer.encode().ljust(64)])
    shop.packs.write(case_id, "pack.zip", f"pack of {buyer}".encode())
    shop.feedback.add(NewFeedback("appeal", order_number=f"order-of-{buyer}", picture=f"appeal by {buyer}".encode()))
    shop.answers.once(case_id, "/v1", "digest", lambda _: {"buyer": buyer})
    upload = store.incoming / "upload"
    upload.write_bytes(b"export")
    shop.jobs.submit("report", {}, {"export.csv": upload})


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.fixture
def filled(store: Store, clock: SettableClock) -> Store:
    """Two shops; the older case of each is by the same buyer."""
    for shop in ("甲店", "乙店"):
        fill(store, shop, "old", BUYER)
    clock.pass_time(12 * 3600)
    for shop in ("甲店", "乙店"):
        fill(store, shop, "new", "somebody")
    return store


def test_a_buyer_is_forgotten_in_every_shop(filled: Store, data: Path, database_url: str | None):
    selection = Selection(buyer_id=BUYER)
    expected = {
        "feedback": 4,
        "idempotency_keys": 4,
        "pooled_hashes": 2,
        "pictures": 2,
        "verdicts": 2,
        "decisions": 4,
        "cases": 2,
    }
    assert filled.purging.counts(selection) == expected
    assert BUYER.encode() in all_bytes(data)
    assert filled.purging.purge(selection) == {**expected, "files": 6}
    assert filled.purging.counts(selection) == dict.fromkeys(expected, 0)
    for name in ("甲店", "乙店"):
        shop = filled.for_shop(name)
        assert [case.case_id for case in shop.cases.page().items] == ["new"]
        assert {one.order_number for one in shop.feedback.page().items} == {"order-of-somebody", None}
        assert shop.packs.path("new", "pack.zip").read_bytes() == b"pack of somebody"
        assert shop.cases.get("new").pictures[0].path.read_bytes() == b"picture by somebody"
        assert len(shop.jobs.page().items) == 2
    assert filled.purging.wipe()
    assert BUYER.encode() not in all_bytes(data)


def test_what_came_before_a_moment_goes(filled: Store, clock: SettableClock, data: Path):
    counts = filled.purging.purge(Selection(before=clock.now() - timedelta(hours=1)))
    assert (counts["cases"], counts["feedback"], counts["jobs"], counts["idempotency_keys"]) == (2, 4, 2, 2)
    assert counts["files"] == 8
    shop = filled.for_shop("甲店")
    assert [case.case_id for case in shop.cases.page().items] == ["new"]
    assert filled.purging.wipe()
    assert BUYER.encode() not in all_bytes(data)


def test_a_job_in_work_is_left_to_its_worker(store: Store, clock: SettableClock):
    job_id = store.for_shop("甲店").jobs.submit("report", {}).job_id
    claim = store.queue.claim()
    assert claim is not None
    clock.pass_time(10)
    assert store.purging.purge(Selection(before=clock.now()))["jobs"] == 0
    store.queue.finish(claim, {})
    assert store.for_shop("甲店").jobs.get(job_id).state == "done"


def test_a_shop_leaves_nothing_but_a_line_in_the_log(filled: Store, data: Path):
    key = filled.keys.create("甲店", ["admin"])
    kept = filled.keys.create("乙店", ["admin"])
    counts = filled.purging.purge(Selection(shop="甲店"))
    assert (counts["cases"], counts["api_keys"], counts["reuse_pool_members"], counts["jobs"]) == (2, 1, 1, 2)
    assert counts["pooled_hashes"] == 2
    assert filled.caller(key) is None
    assert filled.caller(kept) is not None
    assert [filled.for_shop(shop).reuse_pool.joined() for shop in ("甲店", "乙店")] == [False, True]
    assert filled.for_shop("甲店").cases.page().items == ()
    assert len(filled.for_shop("乙店").cases.page().items) == 2
    assert filled.for_shop("乙店").cases.get("old").pictures[0].path.exists()
    assert len(list((data / "pictures").iterdir())) == 1
    last = filled.log.entries(shop="甲店", limit=1000).items[-1]
    assert (last.action, last.actor, last.counts["cases"]) == ("purge.shop", "operator", 2)


def test_a_purge_that_was_cut_off_is_completed_by_the_next(store: Store, clock: SettableClock, data: Path):
    shop = store.for_shop("甲店")
    path = shop.cases.add(NewCase("c-1", pictures=(NewPicture("a.jpg", b"kept"),))).pictures[0].path
    orphan, half = path.with_name("0" * 64), path.with_name(".half-written")
    gone = data / "pictures" / ("f" * 32) / "picture-of-a-shop-without-rows"
    gone.parent.mkdir()
    for file in (orphan, half, gone):
        file.write_bytes(b"left over")
    assert store.purging.purge(Selection(buyer_id="nobody"))["files"] == 3
    assert path.read_bytes() == b"kept"
    assert not any(file.exists() for file in (orphan, half, gone))


def test_a_picture_that_two_cases_share_stays_while_one_needs_it(store: Store):
    shop = store.for_shop("甲店")
    for case_id, buyer in (("c-1", "one"), ("c-2", "two")):
        shop.cases.add(NewCase(case_id, buyer_id=buyer, pictures=(NewPicture("a.jpg", b"same"),)))
    assert store.purging.purge(Selection(buyer_id="one"))["files"] == 0
    assert shop.cases.get("c-2").pictures[0].path.read_bytes() == b"same"
    assert store.purging.purge(Selection(buyer_id="two"))["files"] == 1


def test_the_picture_indexes_go_so_that_the_service_makes_them_again_from_what_is_left(store: Store, data: Path):
    index = data / "reuse" / "of-a-shop.sqlite"
    index.parent.mkdir()
    index.write_bytes(b"hashes of purged pictures")
    store.for_shop("甲店").cases.add(NewCase("c-1"))
    assert store.purging.purge(Selection(buyer_id=BUYER))["files"] == 1
    assert not index.exists()


def test_one_thing_is_selected():
    for wrong in ({}, {"buyer_id": "b", "shop": "s"}):
        with pytest.raises(UsageError):
            Selection(**wrong)


def test_the_log_cannot_be_changed_and_holds_no_personal_data(filled: Store, data: Path, database_url: str | None):
    filled.purging.purge(Selection(buyer_id=BUYER))
    url = database_url or f"sqlite:///{data / 'service.sqlite'}"
    engine = create_engine(url)
    for statement in ("UPDATE audit_log SET action = 'x'", "DELETE FROM audit_log"):
        with pytest.raises(DBAPIError, match="only grows"), engine.begin() as connection:
            connection.execute(text(statement))
    with engine.connect() as connection:
        lines = str(connection.execute(text("SELECT * FROM audit_log")).all())
    engine.dispose()
    assert not any(word in lines for word in (BUYER, "somebody", "甲店", "order-of", "old", "new"))
    entries = filled.log.entries(limit=1000).items
    assert [entry.number for entry in entries] == sorted(entry.number for entry in entries)
    assert {"case.add", "case.verdict", "decision.report_fake", "decision.undo", "feedback.add", "pack.write"} <= {
        entry.action for entry in entries
    }
    first = filled.log.entries(shop="甲店", limit=3)
    assert {entry.shop_digest for entry in first.items} == {entries[0].shop_digest}
    assert filled.log.entries(shop="甲店", limit=3, cursor=first.next_cursor).items[0].number > first.items[-1].number


@pytest.fixture
def command_data(filled: Store, data: Path, database_url: str | None, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(DATABASE_URL, database_url or "")
    return data


def test_the_command_counts_first_and_deletes_with_yes(
    command_data: Path, filled: Store, capsys: pytest.CaptureFixture[str]
):
    arguments = ["--data", str(command_data), "--buyer", BUYER]
    assert purge.main(arguments) == 0
    said = capsys.readouterr().out
    assert f"{'cases':<20}{2:>10}\n" in said
    assert "Nothing was deleted. Add --yes" in said
    assert filled.for_shop("甲店").cases.get("old").buyer_id == BUYER
    assert purge.main([*arguments, "--yes"]) == 0
    said = capsys.readouterr().out
    assert f"{'files':<20}{6:>10}\n" in said
    assert "Nothing" not in said
    with pytest.raises(UnknownRecordError):
        filled.for_shop("甲店").cases.get("old")


def test_the_command_reads_days(command_data: Path, capsys: pytest.CaptureFixture[str]):
    for day, cases in (("2026-05-30", 0), ("2026-06-05", 4)):
        assert purge.main(["--data", str(command_data), "--before", day]) == 0
        assert f"{'cases':<20}{cases:>10}\n" in capsys.readouterr().out
    assert purge.main(["--data", str(command_data), "--before", "yesterday"]) == 2
    assert "YYYY-MM-DD" in capsys.readouterr().err


def test_the_command_makes_no_folder_by_a_slip(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert purge.main(["--data", str(tmp_path / "tpyo"), "--shop", "甲店"]) == 2
    assert "is not a folder" in capsys.readouterr().err
    assert not (tmp_path / "tpyo").exists()
