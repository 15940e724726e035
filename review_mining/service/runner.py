"""The jobs' runner: takes jobs from the store, gives each a process, and tells the store how far it is."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from review_mining.service.config import Jobs
from review_mining.service.metrics import Metrics
from review_mining.service.report_job import STAGES, STEPS
from review_mining.service.store import Claim, JobLostError, Store, StoreError, StoreUnavailableError

_LONGEST_PROBLEM = 2000
_log = logging.getLogger("review_mining.service")


class JobRunner:
    """Works on jobs in threads until it is stopped; a job that is being worked on then goes back to the store.

    Args:
        store: where jobs are.
        arguments: further arguments of the report process, such as the model.
        config: the settings.
        metrics: where ended jobs are counted.
    """

    def __init__(self, store: Store, arguments: Sequence[str], config: Jobs, metrics: Metrics) -> None:
        self._store, self._arguments, self._config, self._metrics = store, arguments, config, metrics
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._threads = [threading.Thread(target=self._work, name=f"jobs-{n}") for n in range(config.workers)]

    def start(self) -> None:
        """Begin to work."""
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Say that there is a new job."""
        self._wake.set()

    def stop(self) -> None:
        """Stop working and wait until every thread has ended."""
        self._stopping.set()
        self._wake.set()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                claim = self._store.queue.claim()
                if claim is not None:
                    self._do(claim)
                    continue
            except (StoreError, OSError) as error:
                # A full disk, or a store that does not answer: the job is taken again when it does.
                _log.warning("jobs: %s", error)
            except Exception:
                # Nothing that one job does may end the work on all others.
                _log.exception("jobs: unforeseen")
            # Also without a call: only claiming notices jobs whose worker has died.
            self._wake.wait(self._config.poll_s)
            self._wake.clear()

    def _do(self, claim: Claim) -> None:
        with tempfile.TemporaryDirectory(prefix="review-mining-job-") as folder:
            progress, said = Path(folder) / "progress", Path(folder) / "said"
            with said.open("wb") as errors:
                process = self._started(claim, progress, errors)
            try:
                self._follow(claim, process, progress, said)
            except JobLostError:
                _log.warning("job %s was taken over", claim.job_id)
            finally:
                process.kill()
                process.communicate()

    def _started(self, claim: Claim, progress: Path, errors: IO[bytes]) -> subprocess.Popen[bytes]:
        (reviews,) = claim.inputs.iterdir()
        command = [sys.executable, "-m", "review_mining.service.report_job", "--reviews", str(reviews)]
        command += ["--results", str(claim.results), "--progress", str(progress), *self._arguments]
        command += ["--request", json.dumps(dict(claim.request))]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors)

    def _follow(self, claim: Claim, process: subprocess.Popen[bytes], progress: Path, said: Path) -> None:
        until = time.monotonic() + self._config.longest_s
        while (status := _ended(process, self._config.poll_s)) is None:
            if self._stopping.is_set():
                self._store.queue.release(claim)
                return
            if time.monotonic() > until:
                self._end_badly(claim, f"The report was not done within {self._config.longest_s:,g} seconds.")
                return
            with suppress(StoreUnavailableError):
                self._store.queue.beat(claim, _steps(progress), STAGES * STEPS)
        if status == 0:
            self._store.queue.beat(claim, STAGES * STEPS, STAGES * STEPS)
            self._store.queue.finish(claim, {"files": _files(claim.results)})
            self._metrics.jobs.labels("done").inc()
        else:
            self._end_badly(claim, _problem(status, said, claim))

    def _end_badly(self, claim: Claim, problem: str) -> None:
        self._store.queue.fail(claim, problem)
        self._metrics.jobs.labels("failed").inc()


def _ended(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None


def _steps(progress: Path) -> int:
    try:
        return int(progress.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


def _files(results: Path) -> list[str]:
    return sorted(path.relative_to(results).as_posix() for path in results.rglob("*") if path.is_file())


def _problem(status: int, said: Path, claim: Claim) -> str:
    """What the process said, without the folders of this machine."""
    words = said.read_text(encoding="utf-8", errors="replace").strip()
    if words.startswith("review-mining: "):
        return words.removeprefix("review-mining: ").replace(f"{claim.inputs}/", "")[:_LONGEST_PROBLEM]
    _log.error("job %s ended with status %d: %s", claim.job_id, status, words)
    return f"The report failed unexpectedly (status {status}); the service's log holds why."
