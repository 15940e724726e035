"""The workers' side of background jobs: taking one, showing life, ending it, and taking over from a dead worker.

A worker is taken for dead when its sign of life has not changed for a while by the *observer's* monotonic clock, so a
jump of the wall clock neither kills nor spares anyone. If it lives after all, its attempt no longer counts: every
change names its attempt, and results lie in a folder of the attempt.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from review_mining.service.store.clock import Clock
from review_mining.service.store.database import Database
from review_mining.service.store.errors import JobLostError
from review_mining.service.store.files import DataFolder
from review_mining.service.store.records import Claim
from review_mining.service.store.tables import JobRow

MAX_ATTEMPTS = 3
SILENCE_SECONDS = 30.0

_Life = tuple[int, int]  # number of the attempt, and of its signs of life


class JobQueue:
    """Jobs of all shops, for the workers of one process.

    Args:
        database: where they are kept.
        folder: where their files are.
        clock: tells the time.
        silence: seconds without a sign of life after which a worker is taken for dead.
        max_attempts: how often a job is begun before it counts as failed.
    """

    def __init__(
        self,
        database: Database,
        folder: DataFolder,
        clock: Clock,
        *,
        silence: float = SILENCE_SECONDS,
        max_attempts: int = MAX_ATTEMPTS,
    ) -> None:
        self._database, self._folder, self._clock = database, folder, clock
        self._silence, self._max_attempts = silence, max_attempts
        self._lock = threading.Lock()
        self._last_change: dict[str, tuple[_Life, float]] = {}

    def claim(self) -> Claim | None:
        """Take a job: one whose worker has died, else the oldest that waits; None when there is none.

        Call it at least every few seconds, also while all workers are busy elsewhere: it is what notices the dead.
        A job begun too often fails here, with a problem that says so.
        """
        if not self._has_work():
            return None
        with self._database.writing() as session:
            row = self._takeable(session)
            if row is None:
                return None
            row.state, row.attempts, row.beats = "running", row.attempts + 1, 0
            row.done, row.total, row.heartbeat_at = 0, 0, self._clock.now()
            files = self._folder.of(row.shop)
            results = files.fresh_attempt(row.job_id, row.attempts)
            return Claim(row.job_id, row.shop, row.kind, row.request, row.attempts, files.inputs(row.job_id), results)

    def beat(self, claim: Claim, done: int = 0, total: int = 0) -> None:
        """Show life and progress; at least every `SILENCE_SECONDS` / 3.

        Args:
            claim: the job.
            done: steps done.
            total: steps in all, 0 while unknown.

        Raises:
            JobLostError: another worker has taken over; stop.
        """
        change = {"done": done, "total": total, "beats": JobRow.beats + 1, "heartbeat_at": self._clock.now()}
        self._change(claim, _of(claim).values(change))

    def finish(self, claim: Claim, result: Mapping[str, object]) -> None:
        """End a job well; its results' folder is complete.

        Args:
            claim: the job.
            result: what the shop is to read, as plain JSON values.

        Raises:
            JobLostError: another worker has taken over.
        """
        change = {"state": "done", "result": dict(result), "finished_at": self._clock.now(), "problem": None}
        self._change(claim, _of(claim).values(change))

    def fail(self, claim: Claim, problem: str) -> None:
        """End a job that cannot be done.

        Args:
            claim: the job.
            problem: why, in words for the user.

        Raises:
            JobLostError: another worker has taken over.
        """
        change = {"state": "failed", "problem": problem, "finished_at": self._clock.now()}
        self._change(claim, _of(claim).values(change))

    def release(self, claim: Claim) -> None:
        """Put a job back, for a shutdown that cannot wait; the attempt does not count against it.

        Raises:
            JobLostError: another worker has taken over.
        """
        self._change(claim, _of(claim).values({"state": "queued", "attempts": JobRow.attempts - 1}))

    def _change(self, claim: Claim, statement: Update) -> None:
        with self._database.writing() as session:
            if session.connection().execute(statement).rowcount == 0:
                raise JobLostError(f"The job {claim.job_id} was taken over by another worker, or purged.")

    def _has_work(self) -> bool:
        """Whether `claim` has to write at all; also notes which workers have shown life since the last call."""
        with self._database.reading() as session:
            if session.scalar(select(JobRow.number).where(JobRow.state == "queued").limit(1)) is not None:
                return True
            return bool(self._silent(session))

    def _takeable(self, session: Session) -> JobRow | None:
        for job_id, life in self._silent(session):
            row = session.scalar(
                select(JobRow).where(JobRow.job_id == job_id, JobRow.state == "running").with_for_update()
            )
            if row is None or (row.attempts, row.beats) != life:
                continue
            if row.attempts < self._max_attempts:
                return row
            row.state, row.finished_at = "failed", self._clock.now()
            row.problem = f"The job was begun {row.attempts} times, and each time its worker died."
        return session.scalar(
            select(JobRow)
            .where(JobRow.state == "queued")
            .order_by(JobRow.number)
            .limit(1)
            .with_for_update(skip_locked=True)
        )

    def _silent(self, session: Session) -> list[tuple[str, _Life]]:
        """Jobs whose worker has shown no life for too long, with its last sign."""
        columns = (JobRow.job_id, JobRow.attempts, JobRow.beats)
        running = session.execute(select(*columns).where(JobRow.state == "running").order_by(JobRow.number)).all()
        now = self._clock.monotonic()
        with self._lock:
            seen = {}
            for job_id, attempts, beats in running:
                life, since = self._last_change.get(job_id, (None, now))
                seen[job_id] = ((attempts, beats), since if life == (attempts, beats) else now)
            self._last_change = seen
        return [(job_id, life) for job_id, (life, since) in seen.items() if now - since >= self._silence]


def _of(claim: Claim) -> Update:
    return update(JobRow).where(
        JobRow.job_id == claim.job_id, JobRow.attempts == claim.attempt, JobRow.state == "running"
    )
