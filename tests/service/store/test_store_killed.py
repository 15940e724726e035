"""A process that is killed loses nothing that it acknowledged."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from settable_clock import SettableClock

from review_mining.service.store import Store

WRITER = Path(__file__).with_name("killed_writer.py")
WORKER = Path(__file__).with_name("killed_worker.py")
THREADS = 3  # as many writes may be on their way when the process dies
KILLS = 50


def kill_again_and_again(data: Path, url: str | None) -> list[str]:
    """Start and kill the writer; give the ids of what it acknowledged."""
    draw = random.Random(7)
    command = [sys.executable, str(WRITER), str(data), *([] if url is None else [url])]
    kept = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        for _ in range(KILLS):
            writer.stdin.write("go\n")
            writer.stdin.flush()
            pid = int(writer.stdout.readline().removeprefix("pid "))
            kept += [writer.stdout.readline().removeprefix("kept ").strip() for _ in range(draw.randrange(1, 12))]
            os.kill(pid, signal.SIGKILL)
            while (line := writer.stdout.readline().strip()) != "gone":
                kept.append(line.removeprefix("kept "))
        writer.stdin.close()
    return kept


def test_no_acknowledged_feedback_is_lost(data: Path, database_url: str | None, clock: SettableClock):
    acknowledged = kill_again_and_again(data, database_url)
    assert len(acknowledged) >= KILLS
    stored, cursor = [], None
    with Store.in_directory(data, database_url, clock) as store:
        shop = store.for_shop("甲店")
        while True:
            page = shop.feedback.page(cursor=cursor, limit=1000)
            stored += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        for one in stored:
            if one.picture_sha256 is not None:
                assert len(shop.feedback.picture(one.feedback_id).read_bytes()) == 20
        logged = 0
        cursor = None
        while True:
            lines = store.log.entries(cursor=cursor, limit=1000)
            logged += sum(line.action == "feedback.add" for line in lines.items)
            cursor = lines.next_cursor
            if cursor is None:
                break
    ids = [one.feedback_id for one in stored]
    assert len(set(ids)) == len(ids) == logged
    assert set(acknowledged) <= set(ids)
    assert len(ids) - len(acknowledged) <= KILLS * THREADS


def test_a_job_whose_worker_is_killed_is_done_by_the_next_start(
    data: Path, database_url: str | None, clock: SettableClock
):
    with Store.in_directory(data, database_url, clock) as store:
        job_id = store.for_shop("甲店").jobs.submit("report", {"lang": "zh"}).job_id
    command = [sys.executable, str(WORKER), str(data), *([] if database_url is None else [database_url])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline().strip() == job_id
        worker.kill()
    with Store.in_directory(data, database_url, clock) as store:
        assert store.for_shop("甲店").jobs.get(job_id).state == "running"
        assert store.queue.claim() is None
        clock.pass_time(31)
        heir = store.queue.claim()
        assert heir is not None
        assert (heir.job_id, heir.attempt, heir.request) == (job_id, 2, {"lang": "zh"})
        assert list(heir.results.iterdir()) == []
        store.queue.finish(heir, {})
        assert store.for_shop("甲店").jobs.get(job_id).state == "done"
