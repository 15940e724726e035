"""What the service keeps: keys, cases, feedback, jobs, and the log of who changed what.

`Store` opens a data folder; `Store.for_shop` gives the part of it that one shop can see, and everything that belongs to
a shop goes through it. `docs/operations.md` says how to run, back up and purge it.
"""

from review_mining.service.store.case_records import (
    ACTIONS,
    Action,
    Decision,
    NewCase,
    NewPicture,
    Picture,
    StoredCase,
    Verdict,
)
from review_mining.service.store.clock import Clock, SystemClock
from review_mining.service.store.errors import (
    ConflictError,
    CursorError,
    JobLostError,
    StoreDamagedError,
    StoreError,
    StoreUnavailableError,
    UnknownRecordError,
)
from review_mining.service.store.purging import Selection
from review_mining.service.store.rate_limit import RateLimiter
from review_mining.service.store.records import (
    FEEDBACK_KINDS,
    JOB_STATES,
    SCOPES,
    ApiKey,
    AuditEntry,
    Caller,
    Claim,
    Feedback,
    FeedbackKind,
    Job,
    JobState,
    NewFeedback,
    Page,
    Scope,
)
from review_mining.service.store.shop import ShopStore
from review_mining.service.store.store import DATABASE_URL, Store

__all__ = [
    "ACTIONS",
    "DATABASE_URL",
    "FEEDBACK_KINDS",
    "JOB_STATES",
    "SCOPES",
    "Action",
    "ApiKey",
    "AuditEntry",
    "Caller",
    "Claim",
    "Clock",
    "ConflictError",
    "CursorError",
    "Decision",
    "Feedback",
    "FeedbackKind",
    "Job",
    "JobLostError",
    "JobState",
    "NewCase",
    "NewFeedback",
    "NewPicture",
    "Page",
    "Picture",
    "RateLimiter",
    "Scope",
    "Selection",
    "ShopStore",
    "Store",
    "StoreDamagedError",
    "StoreError",
    "StoreUnavailableError",
    "StoredCase",
    "SystemClock",
    "UnknownRecordError",
    "Verdict",
]
