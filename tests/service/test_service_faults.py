"""The service as a process whose disk is full, or that is killed in the middle of a job: what is said, and kept."""

import json
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from processes import free_port, started

from review_mining.client import Client
from review_mining.service.store import Store

CONFIG = "jobs: {poll_s: 0.05, silence_s: 0.5}\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "service.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path / "data"


@pytest.fixture
def key(data: Path) -> str:
    with Store.in_directory(data) as store:
        return store.keys.create("demo", ["admin"], per_minute=1_000_000)


@contextmanager
def served(data: Path) -> Iterator[tuple[int, str]]:
    """Process id and address of a service that is killed at the end of the block."""
    port = free_port()
    command = [sys.executable, "-m", "review_mining.serve", "--port", port, "--data", str(data)]
    with started([*command, "--config", str(data.parent / "service.yaml")], data.parent / "log") as process:
        yield process.pid, f"http://127.0.0.1:{port}"


def test_a_job_whose_service_is_killed_is_ended_by_the_next_start(data: Path, key: str):
    export = data.parent / "export.csv"
    export.write_text("", encoding="utf-8")  # the job that ends soonest: it is refused once it is read
    with served(data) as (_, address), Client(address, key) as before:
        job_id = before.report(export).job_id
        click = before.feedback({"kind": "appeal", "case_id": "c-1"}).feedback_id
        while before.job(job_id).state == "queued":
            pass
    with served(data) as (_, address), Client(address, key) as after:
        job = after.wait(job_id, every_s=0.1, timeout_s=300)
        assert [json.loads(line)["feedback_id"] for line in after.export_feedback()] == [click]
    assert (job.state, job.attempts) == ("failed", 2)
    assert (job.problem or "").startswith("reviews.csv: the file is empty.")


def test_a_full_disk_is_told_and_nothing_half_written_is_kept(data: Path, key: str):
    headers = {"X-API-Key": key}
    large = "字" * 20_000
    with served(data) as (pid, address), httpx.Client(base_url=address, headers=headers, timeout=120) as http:
        kept = [http.post("/v1/feedback", json={"kind": "appeal", "case_id": "c"}).json()["feedback_id"]]
        most = max(path.stat().st_size for path in data.parent.rglob("*") if path.is_file()) + 300_000
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, hard))
        for _ in range(200):
            refused = http.post("/v1/feedback", json={"kind": "appeal", "case_id": "c", "note": large})
            if refused.status_code != 201:
                break
            kept.append(refused.json()["feedback_id"])
        upload = http.post("/v1/reports", files={"reviews": ("a.csv", b"x" * (most + 2_000_000))})
        picture = [("pictures", ("a.png", b"x" * (most + 2_000_000)))]
        case = http.post("/v1/evidence/judge", data={"case": '{"case_id": "c-1"}'}, files=picture)
        for answer in (refused, upload, case):
            assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
            assert int(answer.headers["retry-after"]) >= 1
        assert http.get("/v1/cases").json()["items"] == []
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))
        kept.append(http.post("/v1/feedback", json={"kind": "appeal", "case_id": "c"}).json()["feedback_id"])
        lines = http.get("/v1/feedback/export").text.splitlines()
        assert [json.loads(line)["feedback_id"] for line in lines] == kept
    assert list((data / "incoming").iterdir()) == list((data / "judging").iterdir()) == []
