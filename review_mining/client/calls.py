"""The calls that both clients make: what is sent, and what the answer is read as."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from review_mining.service.schemas import (
    AnalyzeAnswer,
    AssignAnswer,
    CasesAnswer,
    CaseVerdictOut,
    FeedbackAnswer,
    JobAnswer,
)

Answer = TypeVar("Answer", bound=BaseModel)
Review = Mapping[str, str | None]


@dataclass(frozen=True)
class Call(Generic[Answer]):
    """One call.

    Attributes:
        answer: model of the answer.
        method: HTTP method.
        path: below the service's address.
        json: body, None for none.
        query: parameters.
        fields: fields of a multipart body.
        files: its files as (field, (name, bytes)).
        writes: whether doing it twice must be prevented by an idempotency key.
    """

    answer: type[Answer]
    method: str
    path: str
    json: Any = None
    query: Mapping[str, str | int] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[tuple[str, tuple[str, bytes]]] = ()
    writes: bool = False

    def request(self, client: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        """The request, the same one for every attempt, idempotency key included."""
        headers = {"Idempotency-Key": secrets.token_hex(16)} if self.writes else {}
        return client.build_request(
            self.method,
            self.path,
            json=self.json,
            params=dict(self.query) or None,
            data=dict(self.fields) or None,
            files=list(self.files) or None,
            headers=headers,
        )


def analyze(reviews: Iterable[Review]) -> Call[AnalyzeAnswer]:
    """Labels and opinions of up to 1,000 reviews."""
    return Call(AnalyzeAnswer, "POST", "/v1/reviews/analyze", {"reviews": [dict(review) for review in reviews]})


def assign(opinions: Iterable[Mapping[str, Any]]) -> Call[AssignAnswer]:
    """Themes of up to 1,000 opinions."""
    return Call(AssignAnswer, "POST", "/v1/themes/assign", {"opinions": [dict(opinion) for opinion in opinions]})


def judge(case: Mapping[str, Any], pictures: Mapping[str, bytes]) -> Call[CaseVerdictOut]:
    """Signs and outcome of a case; the pictures go as they are, by name."""
    files = [("pictures", (name, content)) for name, content in pictures.items()]
    fields = {"case": json.dumps(dict(case), ensure_ascii=False, default=str)}
    if not files:
        body = {"case": json.loads(fields["case"])}
        return Call(CaseVerdictOut, "POST", "/v1/evidence/judge", body, writes=True)
    return Call(CaseVerdictOut, "POST", "/v1/evidence/judge", fields=fields, files=files, writes=True)


def add_pictures(case_id: str, pictures: Mapping[str, bytes]) -> Call[CaseVerdictOut]:
    """Signs and outcome of a case with further pictures."""
    files = [("pictures", (name, content)) for name, content in pictures.items()]
    return Call(CaseVerdictOut, "POST", f"/v1/cases/{quote(case_id, safe='')}/pictures", files=files, writes=True)


def feedback(content: Mapping[str, Any]) -> Call[FeedbackAnswer]:
    """One click of feedback."""
    return Call(FeedbackAnswer, "POST", "/v1/feedback", dict(content), writes=True)


def report(export: Path, options: Mapping[str, str]) -> Call[JobAnswer]:
    """Begin a report on an export."""
    files = [("reviews", (export.name, export.read_bytes()))]
    return Call(JobAnswer, "POST", "/v1/reports", fields=options, files=files, writes=True)


def job(job_id: str) -> Call[JobAnswer]:
    """How far a job is."""
    return Call(JobAnswer, "GET", f"/v1/jobs/{job_id}")


def cases(cursor: str | None, limit: int) -> Call[CasesAnswer]:
    """Part of the queue."""
    return Call(CasesAnswer, "GET", "/v1/cases", query={"limit": limit} | ({"cursor": cursor} if cursor else {}))
