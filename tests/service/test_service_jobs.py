"""Jobs and how the service ends: a job that is stopped is done by the next start, and no process is left behind."""

import subprocess
import sys
from pathlib import Path

from live import Live, running

from review_mining.client import Client
from review_mining.service.config import Jobs, ServiceConfig

CONFIG = ServiceConfig(jobs=Jobs(poll_s=0.05))


def client(live: Live) -> Client:
    return Client(live.address, live.key("analyze"))


def test_a_job_that_a_stop_interrupts_is_done_by_the_next_start(tmp_path: Path):
    export = tmp_path / "export.csv"
    export.write_text("评价内容,评分\n拉链坏了,1\n", encoding="utf-8")
    with running(tmp_path / "data", CONFIG) as live, client(live) as before:
        job_id = before.report(export).job_id
        # A report needs seconds to begin with; that it is taken shows within the first answers.
        while before.job(job_id).state == "queued":
            pass
    with running(tmp_path / "data", CONFIG) as live, client(live) as after:
        job = after.wait(job_id, every_s=0.2, timeout_s=300)
        after.download(job_id, "results.zip", tmp_path / "results.zip")
    assert (job.state, job.attempts) == ("done", 1)
    assert (tmp_path / "results.zip").stat().st_size > 10_000


def test_a_report_ends_when_its_service_is_gone(tmp_path: Path):
    command = [sys.executable, "-m", "review_mining.service.report_job", "--reviews", str(tmp_path / "missing.csv")]
    command += ["--request", "{}", "--results", str(tmp_path), "--progress", str(tmp_path / "progress")]
    held = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    _, said = held.communicate(timeout=120)
    assert held.returncode == 1
    assert said == b""


def test_a_report_that_takes_too_long_fails_and_says_so(tmp_path: Path):
    export = tmp_path / "export.csv"
    export.write_text("评价内容,评分\n拉链坏了,1\n", encoding="utf-8")
    config = ServiceConfig(jobs=Jobs(poll_s=0.05, longest_s=0.6))
    with running(tmp_path / "data", config) as live, client(live) as caller:
        job = caller.wait(caller.report(export).job_id, every_s=0.05, timeout_s=60)
    assert (job.state, job.problem) == ("failed", "The report was not done within 0.6 seconds.")
