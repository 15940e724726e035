"""What goes into the store and what comes out of it, cases aside (`case_records`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Generic, Literal, TypeVar, get_args

Scope = Literal["analyze", "evidence", "feedback", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
FeedbackKind = Literal["false_evidence", "wrong_aspect", "wrong_theme", "appeal"]
FEEDBACK_KINDS: tuple[FeedbackKind, ...] = get_args(FeedbackKind)
JobState = Literal["queued", "running", "done", "failed"]
JOB_STATES: tuple[JobState, ...] = get_args(JobState)

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Part of a list.

    Attributes:
        items: the records, in the order of the list.
        next_cursor: where the next part begins, None at the end.
    """

    items: tuple[Item, ...]
    next_cursor: str | None


@dataclass(frozen=True)
class Caller:
    """Who a key belongs to and what it opens.

    Attributes:
        key_id: the key's public id, 12 hex characters.
        shop: the shop it belongs to.
        scopes: what it opens.
        per_minute: calls allowed per minute.
    """

    key_id: str
    shop: str
    scopes: tuple[str, ...]
    per_minute: int

    def may(self, scope: str) -> bool:
        """Whether the key opens a scope; ``admin`` opens all."""
        return scope in self.scopes or "admin" in self.scopes


@dataclass(frozen=True)
class ApiKey:
    """What is known of a key; the key itself is not kept."""

    key_id: str
    shop: str
    scopes: tuple[str, ...]
    per_minute: int
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True)
class NewFeedback:
    """One click of feedback.

    Attributes:
        kind: what it is about.
        case_id: the case, for false evidence and appeals.
        review_id: the review, for a wrong label.
        theme_id: the theme, for a wrong theme.
        order_number: as the platforms' forms ask; kept as given.
        scenario: as the platforms' forms ask.
        picture: original bytes of the picture meant, if it was sent along.
        picture_sha256: or the digest of a picture of a stored case.
        details: what else was said (field, label shown, label meant), as plain JSON values; texts
            are masked by the store.
        note: masked by the store before it is kept.
    """

    kind: FeedbackKind
    case_id: str | None = None
    review_id: str | None = None
    theme_id: str | None = None
    order_number: str | None = None
    scenario: str | None = None
    picture: bytes | None = None
    picture_sha256: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Feedback:
    """Stored feedback; the fields of `NewFeedback` with who, when, and whether it was taken back."""

    feedback_id: str
    kind: FeedbackKind
    case_id: str | None
    review_id: str | None
    theme_id: str | None
    order_number: str | None
    scenario: str | None
    picture_sha256: str | None
    details: Mapping[str, object]
    note: str
    actor: str
    created_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class Job:
    """A background job as its shop sees it.

    Attributes:
        job_id: 32 hex characters.
        kind: what is to be done.
        request: what was asked, as plain JSON values.
        state: `JOB_STATES`.
        done: steps done so far.
        total: steps in all, 0 while unknown.
        attempts: how often it was begun.
        created_at: when it was submitted.
        finished_at: when it was done or failed.
        result: what the worker left, as plain JSON values.
        problem: why it failed, in words for the user.
        results: folder of the result files, None until it is done.
    """

    job_id: str
    kind: str
    request: Mapping[str, object]
    state: JobState
    done: int
    total: int
    attempts: int
    created_at: datetime
    finished_at: datetime | None
    result: Mapping[str, object]
    problem: str | None
    results: Path | None


@dataclass(frozen=True)
class Claim:
    """A job in a worker's hands.

    Attributes:
        job_id: the job.
        shop: whose job it is; work on it through ``store.for_shop(shop)``.
        kind: what is to be done.
        request: what was asked.
        attempt: number of this attempt, from 1; it tells this worker from one that took over.
        inputs: folder of the files that were submitted.
        results: empty folder of this attempt; what is in it at the end is the job's result.
    """

    job_id: str
    shop: str
    kind: str
    request: Mapping[str, object]
    attempt: int
    inputs: Path
    results: Path


@dataclass(frozen=True)
class AuditEntry:
    """A line of the audit log: who did what, without personal data.

    Attributes:
        number: later lines are higher.
        at: when, by the wall clock.
        shop_digest: keyed digest of the shop's name.
        actor: id of a key, or ``operator`` for a command.
        action: what was done.
        subject_digest: keyed digest of the record's id, None where there is none.
        counts: how many of what.
    """

    number: int
    at: datetime
    shop_digest: str | None
    actor: str
    action: str
    subject_digest: str | None
    counts: Mapping[str, int]
