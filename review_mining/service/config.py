"""The settings of ``configs/service.yaml`` as checked models."""

from __future__ import annotations

from pydantic import Field, model_validator

from review_mining.config import Strict
from review_mining.service.schemas import MAX_REVIEWS


class Limits(Strict):
    """What requests may cost."""

    json_bytes: int = Field(8_388_608, ge=1024)
    upload_bytes: int = Field(268_435_456, ge=1024)
    json_memory_bytes: int = Field(268_435_456, ge=1024)
    uploads_bytes: int = Field(1_073_741_824, ge=1024)
    body_s: float = Field(30.0, gt=0)
    requests: int = Field(1024, ge=1)


class Deadlines(Strict):
    """When an answer is given up."""

    default_s: float = Field(30.0, gt=0)
    longest_s: float = Field(300.0, gt=0)


class ReviewsQueue(Strict):
    """How reviews are batched; ``waiting`` must hold one whole request."""

    batch: int = Field(64, ge=1)
    waiting: int = Field(2000, ge=MAX_REVIEWS)
    workers: int = Field(1, ge=1)


class EvidenceQueue(Strict):
    """How many cases wait, and what the pictures of one may be."""

    waiting: int = Field(16, ge=1)
    pictures: int = Field(50, ge=1, le=50)
    bytes: int = Field(67_108_864, ge=1024)


class ThemesQueue(Strict):
    """How many requests for themes wait."""

    waiting: int = Field(64, ge=1)


class Jobs(Strict):
    """How many reports are made at once and wait per shop, and when one counts as hung or its worker as dead."""

    workers: int = Field(1, ge=0)
    waiting: int = Field(20, ge=1, le=1000)
    poll_s: float = Field(1.0, gt=0, le=10)
    silence_s: float = Field(30.0, gt=0)
    longest_s: float = Field(7200.0, gt=0)


class Desk(Strict):
    """The review desk.

    Attributes:
        secure_cookies: browsers send the cookie by HTTPS only; turn it on behind a proxy that ends TLS.
        session_hours: after which one has to log in again.
    """

    secure_cookies: bool = False
    session_hours: float = Field(12.0, gt=0, le=720)


class ServiceConfig(Strict):
    """All settings of the service."""

    limits: Limits = Limits()
    deadlines: Deadlines = Deadlines()
    reviews: ReviewsQueue = ReviewsQueue()
    evidence: EvidenceQueue = EvidenceQueue()
    themes: ThemesQueue = ThemesQueue()
    jobs: Jobs = Jobs()
    desk: Desk = Desk()
    shutdown_s: float = Field(60.0, gt=0)

    @model_validator(mode="after")
    def _limits_fit(self) -> ServiceConfig:
        if self.limits.json_bytes > self.limits.json_memory_bytes:
            raise ValueError("limits.json_memory_bytes must hold at least one body of limits.json_bytes")
        if self.limits.upload_bytes > self.limits.uploads_bytes:
            raise ValueError("limits.uploads_bytes must hold at least one body of limits.upload_bytes")
        if self.jobs.silence_s < 3 * self.jobs.poll_s:
            raise ValueError("jobs.silence_s must be three times jobs.poll_s at least, or living workers are replaced")
        return self
