"""The settings of ``configs/evidence.yaml`` as checked models."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from review_mining.config import Share, Strict
from review_mining.evidence.statement import StatementKind

Outcome = Literal["no_sign", "ask_for_more", "human_review", "strong_sign"]
Undecided = Literal["no_sign", "ask_for_more", "human_review"]

_MAY_DECIDE = frozenset({"c2pa_trusted_ai", "exact_reuse", "verified_reuse"})


class Limits(Strict):
    """What a picture may cost before it is refused."""

    bytes: int = Field(33_554_432, ge=1024)
    pixels: int = Field(80_000_000, ge=1024, le=89_000_000)
    frames: int = Field(200, ge=1)


class Reuse(Strict):
    """When two identical files count."""

    min_side: int = Field(32, ge=1)


class Copies(Strict):
    """When a picture that is no longer the same file counts as a copy of another (``geometry.Match``).

    Attributes:
        candidates: like pictures compared, the likest first.
        inliers: local features that have to lie where the map between the pictures puts them.
        covered: part of one of the two pictures that the other has to show.
        blocks: places that have to be comparable.
        agreement: part of these places in which outlines have to agree.
        tint: median distance of colours allowed there, in units of CIE Lab.
        certain: agreement from which a copy may be strong; below, it may be a second exposure from nearly one place.
        one_tone: part of the picture in one tone up to which a copy may be strong; two buyers may each have taken a
            screenshot of one page, or saved one picture on white.
    """

    candidates: int = Field(16, ge=1, le=200)
    inliers: int = Field(12, ge=8)
    covered: Share = 0.75
    blocks: int = Field(6, ge=4)
    agreement: Share = 0.9
    tint: float = Field(10.0, gt=0)
    certain: Share = 0.98
    one_tone: Share = 0.5


class Statement(Strict):
    """How a statement is read.

    Attributes:
        reports_ai_fake_threshold: ``reports_ai_fake_score`` from which a statement counts as a report; None for the
            one that its reader was fitted with.
    """

    reports_ai_fake_threshold: Share | None = None


class Decision(Strict):
    """Which outcome follows from a sign's strength.

    Only a strong sign of a kind named in ``decisive`` reaches ``strong_sign``; a strong sign of another kind is
    treated like a moderate one.
    """

    decisive: tuple[str, ...] = ("c2pa_trusted_ai", "exact_reuse", "verified_reuse")
    moderate: Undecided = "human_review"
    weak: Undecided = "ask_for_more"
    reported_as_fake: Undecided = "human_review"
    claim_without_picture: Undecided = "ask_for_more"

    @field_validator("decisive")
    @classmethod
    def _only_what_is_proven(cls, kinds: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := sorted(set(kinds) - _MAY_DECIDE):
            raise ValueError(
                f"{', '.join(wrong)} can never decide a case alone; allowed are {', '.join(sorted(_MAY_DECIDE))}"
            )
        return kinds


class Urgency(Strict):
    """Points that order the queue, 0–100 in all. They never change an outcome."""

    outcome: dict[Outcome, float] = {"strong_sign": 65.0, "human_review": 40.0, "ask_for_more": 20.0, "no_sign": 0.0}
    reported_as_fake: float = Field(10.0, ge=0)
    safety: float = Field(10.0, ge=0)
    safety_kinds: tuple[StatementKind, ...] = ("foreign_body", "spoiled", "expired")
    amount: float = Field(15.0, ge=0)
    amount_full: float = Field(500.0, gt=0)


class QueuePage(Strict):
    """What ``queue.html`` shows."""

    cases_shown: int = Field(200, ge=1)
    pictures_per_case: int = Field(6, ge=1)
    thumbnail_side: int = Field(240, ge=32, le=1024)
    thumbnail_quality: int = Field(72, ge=30, le=95)


class EvidenceConfig(Strict):
    """All settings of the evidence part, nested by stage."""

    limits: Limits = Limits()
    reuse: Reuse = Reuse()
    copies: Copies = Copies()
    statement: Statement = Statement()
    decision: Decision = Decision()
    ask_for: dict[StatementKind | Literal["resend"], tuple[str, ...]] = {}
    urgency: Urgency = Urgency()
    queue: QueuePage = QueuePage()
