"""A shop's background jobs, as the shop sees them; `job_queue` is the workers' side."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from sqlalchemy import select

from review_mining.service.store.errors import UnknownRecordError
from review_mining.service.store.files import ShopFiles
from review_mining.service.store.paging import checked_limit, cursor_after, place_of
from review_mining.service.store.records import Job, JobState, Page
from review_mining.service.store.shop_rows import ShopRows
from review_mining.service.store.tables import JobRow


class Jobs:
    """Jobs of one shop.

    Args:
        rows: the shop's rows.
    """

    def __init__(self, rows: ShopRows) -> None:
        self._rows = rows

    def submit(self, kind: str, request: Mapping[str, object], files: Mapping[str, Path] | None = None) -> Job:
        """Queue a job; it survives a restart from here on.

        Args:
            kind: what is to be done.
            request: what was asked, as plain JSON values.
            files: name in the job's folder → complete file in ``store.incoming``, which is moved.
        """
        job_id = uuid.uuid4().hex
        row = JobRow(
            job_id=job_id,
            kind=kind,
            request=dict(request),
            state="queued",
            done=0,
            total=0,
            attempts=0,
            beats=0,
            created_at=self._rows.clock.now(),
            heartbeat_at=None,
            finished_at=None,
            result={},
            problem=None,
        )
        with self._rows.writing() as session:
            self._rows.files.take_inputs(job_id, files or {})
            session.add(row)
            session.flush()
            self._rows.audit(session, "job.submit", job_id, files=len(files or {}))
        return _job(row, self._rows.files)

    def get(self, job_id: str) -> Job:
        """One job.

        Raises:
            UnknownRecordError: the shop has none of that id.
        """
        with self._rows.reading() as session:
            row = session.scalar(select(JobRow).where(JobRow.job_id == job_id))
        if row is None:
            raise UnknownRecordError(f"There is no job {job_id!r}.")
        return _job(row, self._rows.files)

    def page(self, *, cursor: str | None = None, limit: int = 50) -> Page[Job]:
        """Jobs, the latest first.

        Args:
            cursor: from the page before.
            limit: jobs per page, up to 1,000.

        Raises:
            CursorError: the cursor is none of this list.
        """
        query = select(JobRow).order_by(JobRow.number.desc()).limit(checked_limit(limit) + 1)
        if cursor is not None:
            query = query.where(JobRow.number < place_of(cursor, 1)[0])
        with self._rows.reading() as session:
            found = session.scalars(query).all()
        shown, more = found[:limit], len(found) > limit
        jobs = tuple(_job(row, self._rows.files) for row in shown)
        return Page(jobs, cursor_after(shown[-1].number) if more else None)


def _job(row: JobRow, files: ShopFiles) -> Job:
    return Job(
        job_id=row.job_id,
        kind=row.kind,
        request=row.request,
        state=cast("JobState", row.state),
        done=row.done,
        total=row.total,
        attempts=row.attempts,
        created_at=row.created_at,
        finished_at=row.finished_at,
        result=row.result,
        problem=row.problem,
        results=files.attempt(row.job_id, row.attempts) if row.state == "done" else None,
    )
