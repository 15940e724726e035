"""Background jobs: who works on one, and what happens when a worker dies."""

import threading
from pathlib import Path

import pytest
from settable_clock import SettableClock

from review_mining.service.store import JobLostError, ShopStore, Store, UnknownRecordError

SILENCE = 31


def test_a_job_goes_from_the_shop_to_a_worker_and_back(store: Store, shop: ShopStore):
    upload = store.incoming / "upload-1"
    upload.write_bytes("评价内容\n".encode())
    job = shop.jobs.submit("report", {"lang": "zh"}, {"export.csv": upload})
    assert (job.state, upload.exists()) == ("queued", False)
    claim = store.queue.claim()
    assert claim is not None
    assert (claim.job_id, claim.shop, claim.kind, claim.request) == (job.job_id, shop.name, "report", {"lang": "zh"})
    assert (claim.inputs / "export.csv").read_text("utf-8") == "评价内容\n"
    store.queue.beat(claim, 3, 10)
    running = shop.jobs.get(job.job_id)
    assert (running.state, running.done, running.total, running.results) == ("running", 3, 10, None)
    (claim.results / "report.html").write_text("<p>", "utf-8")
    store.queue.finish(claim, {"reviews": 1})
    done = shop.jobs.get(job.job_id)
    assert (done.state, done.result, done.problem) == ("done", {"reviews": 1}, None)
    assert done.results is not None
    assert (done.results / "report.html").read_text("utf-8") == "<p>"
    assert store.queue.claim() is None


def test_inputs_cannot_leave_their_folder(store: Store, shop: ShopStore, data: Path):
    upload = store.incoming / "upload"
    upload.write_bytes(b"x")
    shop.jobs.submit("report", {}, {"../../../evil": upload})
    claim = store.queue.claim()
    assert claim is not None
    assert [path.name for path in claim.inputs.iterdir()] == ["evil"]
    assert not (data / "evil").exists()


def test_jobs_are_begun_in_order_and_listed_from_the_latest(store: Store, shop: ShopStore):
    submitted = [shop.jobs.submit("report", {}).job_id for _ in range(5)]
    claimed = [claim.job_id for claim in iter(store.queue.claim, None)]
    assert claimed == submitted
    first = shop.jobs.page(limit=3)
    second = shop.jobs.page(limit=3, cursor=first.next_cursor)
    assert [job.job_id for job in (*first.items, *second.items)] == submitted[::-1]


def test_each_job_has_one_worker(store: Store, shop: ShopStore):
    submitted = {shop.jobs.submit("report", {}).job_id for _ in range(12)}
    claimed: list[str] = []

    def work() -> None:
        claimed.extend(claim.job_id for claim in iter(store.queue.claim, None))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(submitted)


def test_a_job_that_failed_says_why(store: Store, shop: ShopStore):
    job_id = shop.jobs.submit("report", {}).job_id
    claim = store.queue.claim()
    assert claim is not None
    store.queue.fail(claim, "列“评价”找不到")
    assert (shop.jobs.get(job_id).state, shop.jobs.get(job_id).problem) == ("failed", "列“评价”找不到")
    assert store.queue.claim() is None


def test_a_silent_worker_is_replaced_and_counts_no_more(store: Store, shop: ShopStore, clock: SettableClock):
    job_id = shop.jobs.submit("report", {}).job_id
    dead = store.queue.claim()
    assert dead is not None
    (dead.results / "half.html").write_text("half", "utf-8")
    assert store.queue.claim() is None
    clock.pass_time(SILENCE)
    heir = store.queue.claim()
    assert heir is not None
    assert (heir.job_id, heir.attempt) == (job_id, 2)
    assert list(heir.results.iterdir()) == []
    for late in (
        lambda: store.queue.beat(dead),
        lambda: store.queue.finish(dead, {}),
        lambda: store.queue.fail(dead, ""),
        lambda: store.queue.release(dead),
    ):
        with pytest.raises(JobLostError):
            late()
    store.queue.finish(heir, {})
    results = shop.jobs.get(job_id).results
    assert results == heir.results


def test_a_worker_that_shows_life_keeps_its_job(store: Store, shop: ShopStore, clock: SettableClock):
    shop.jobs.submit("report", {})
    claim = store.queue.claim()
    assert claim is not None
    for _ in range(5):
        clock.pass_time(SILENCE - 2)
        store.queue.beat(claim)
        assert store.queue.claim() is None


@pytest.mark.parametrize("days", [400, -400])
def test_a_jump_of_the_clock_takes_no_job_away(store: Store, shop: ShopStore, clock: SettableClock, days: int):
    job_id = shop.jobs.submit("report", {}).job_id
    claim = store.queue.claim()
    assert claim is not None
    assert store.queue.claim() is None
    clock.jump(days * 24 * 3600)
    assert store.queue.claim() is None
    store.queue.finish(claim, {})
    assert shop.jobs.get(job_id).state == "done"


def test_another_process_takes_over_only_after_watching(
    data: Path, database_url: str | None, store: Store, shop: ShopStore, clock: SettableClock
):
    shop.jobs.submit("report", {})
    assert store.queue.claim() is not None
    with Store.in_directory(data, database_url, clock) as other:
        assert other.queue.claim() is None
        clock.pass_time(SILENCE)
        heir = other.queue.claim()
    assert heir is not None
    assert heir.attempt == 2


def test_a_job_whose_workers_always_die_fails(store: Store, shop: ShopStore, clock: SettableClock):
    job_id = shop.jobs.submit("report", {}).job_id
    for attempt in (1, 2, 3):
        claim = store.queue.claim()
        assert claim is not None
        assert claim.attempt == attempt
        assert store.queue.claim() is None
        clock.pass_time(SILENCE)
    assert store.queue.claim() is None
    assert shop.jobs.get(job_id).state == "failed"
    assert "begun 3 times" in (shop.jobs.get(job_id).problem or "")


def test_a_released_job_waits_again_as_if_never_begun(store: Store, shop: ShopStore):
    job_id = shop.jobs.submit("report", {}).job_id
    for _ in range(5):
        claim = store.queue.claim()
        assert claim is not None
        assert claim.attempt == 1
        store.queue.release(claim)
    assert (shop.jobs.get(job_id).state, shop.jobs.get(job_id).attempts) == ("queued", 0)


def test_an_unknown_job_is_unknown(shop: ShopStore):
    with pytest.raises(UnknownRecordError):
        shop.jobs.get("0" * 32)
