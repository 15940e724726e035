"""``Client``: the service for programs that wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel

from review_mining.client import calls
from review_mining.client.errors import ServiceError, ServiceUnreachableError
from review_mining.client.retrying import Retries
from review_mining.service.schemas import (
    AnalyzeAnswer,
    AssignAnswer,
    CaseOut,
    CaseVerdictOut,
    FeedbackAnswer,
    JobAnswer,
)

Answer = TypeVar("Answer", bound=BaseModel)


class Client:
    """Calls the service; use it as a context manager, or close it.

    Every method raises ``ServiceError`` when the service refuses the call and ``ServiceUnreachableError`` when it does
    not answer. Writes carry an idempotency key, so that one that is tried again is done once.

    Args:
        address: for example ``http://127.0.0.1:8000``.
        key: an API key.
        timeout_s: seconds for one attempt.
        retries: how often and when a call is tried again.
        pause: waits; ``time.sleep`` unless a program has a better way.
    """

    def __init__(
        self,
        address: str,
        key: str,
        *,
        timeout_s: float = 60.0,
        retries: Retries | None = None,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._http = httpx.Client(base_url=address, headers={"X-API-Key": key}, timeout=timeout_s, trust_env=False)
        self._retries, self._pause = retries or Retries(), pause

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def analyze(self, reviews: Iterable[calls.Review]) -> AnalyzeAnswer:
        """Labels and opinions of up to 1,000 reviews, mappings with ``review_id``, ``text`` and maybe ``follow_up``."""
        return self._call(calls.analyze(reviews))

    def assign(self, opinions: Iterable[Mapping[str, Any]]) -> AssignAnswer:
        """Themes of up to 1,000 opinions, mappings with the columns of ``opinions``."""
        return self._call(calls.assign(opinions))

    def judge(self, case: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None) -> CaseVerdictOut:
        """Signs and outcome of a case.

        Args:
            case: ``case_id``, ``statement``, ``order``, ``buyer_id``.
            pictures: name → original bytes.
        """
        return self._call(calls.judge(case, pictures or {}))

    def add_pictures(self, case_id: str, pictures: Mapping[str, bytes]) -> CaseVerdictOut:
        """Judge a case again with further pictures, by name; what people withdrew is not raised anew."""
        return self._call(calls.add_pictures(case_id, pictures))

    def feedback(self, content: Mapping[str, Any]) -> FeedbackAnswer:
        """Send one click of feedback; when this returns, it is on the service's disk."""
        return self._call(calls.feedback(content))

    def export_feedback(self) -> Iterator[str]:
        """All feedback as JSON Lines, ready for training."""
        with self._http.stream("GET", "/v1/feedback/export") as response:
            if response.is_error:
                response.read()
                raise ServiceError.of(response)
            yield from response.iter_lines()

    def cases(self, *, at_once: int = 100) -> Iterator[CaseOut]:
        """All cases of the queue, the most urgent first, fetched part by part."""
        cursor: str | None = None
        while True:
            part = self._call(calls.cases(cursor, at_once))
            yield from part.items
            cursor = part.next_cursor
            if cursor is None:
                return

    def report(self, export: str | Path, **options: str) -> JobAnswer:
        """Begin a report on an export; ``options`` as in the OpenAPI document (``lang``, ``industry``, ``since``…)."""
        return self._call(calls.report(Path(export), options))

    def job(self, job_id: str) -> JobAnswer:
        """How far a job is."""
        return self._call(calls.job(job_id))

    def wait(self, job_id: str, *, every_s: float = 1.0, timeout_s: float = 3600.0) -> JobAnswer:
        """Wait until a job has ended.

        Raises:
            TimeoutError: it has not ended in time.
        """
        until = time.monotonic() + timeout_s
        while True:
            job = self.job(job_id)
            if job.state in ("done", "failed"):
                return job
            if time.monotonic() > until:
                raise TimeoutError(f"Job {job_id} is still {job.state} after {timeout_s:.0f} s.")
            self._pause(every_s)

    def download(self, job_id: str, name: str, to: str | Path) -> None:
        """Write a result file of a job, or all of them as ``results.zip``."""
        with self._http.stream("GET", f"/v1/jobs/{job_id}/files/{name}") as response:
            if response.is_error:
                response.read()
                raise ServiceError.of(response)
            with Path(to).open("wb") as file:
                for chunk in response.iter_bytes():
                    file.write(chunk)

    def _call(self, call: calls.Call[Answer]) -> Answer:
        request, attempt = call.request(self._http), 1
        while True:
            response, fault = self._attempt(request)
            if response is not None and response.is_success:
                return call.answer.model_validate_json(response.content)
            pause = self._retries.pause(attempt, response)
            if pause is None:
                raise ServiceError.of(response) if response is not None else ServiceUnreachableError(str(fault))
            self._pause(pause)
            attempt += 1

    def _attempt(self, request: httpx.Request) -> tuple[httpx.Response | None, httpx.TransportError | None]:
        try:
            return self._http.send(request), None
        except httpx.TransportError as error:
            return None, error
