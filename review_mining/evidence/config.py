"""The settings of ``configs/evidence.yaml`` as checked models."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from review_mining.config import Share, Strict
from review_mining.evidence.reasons import Language
from review_mining.evidence.signs import SignKind
from review_mining.evidence.statement import StatementKind

Outcome = Literal["no_sign", "ask_for_more", "human_review", "strong_sign"]
Undecided = Literal["no_sign", "ask_for_more", "human_review"]

_MAY_DECIDE = frozenset({"c2pa_trusted_ai", "exact_reuse", "verified_reuse"})


class Limits(Strict):
    """What a picture may cost before it is refused."""

    bytes: int = Field(33_554_432, ge=1024)
    pixels: int = Field(80_000_000, ge=1024, le=89_000_000)
    frames: int = Field(200, ge=1)


class C2pa(Strict):
    """Whom C2PA records are believed.

    Attributes:
        trust_anchors: a PEM file of certificates, from the working directory unless absolute; None trusts nobody, and
            then no record can decide a case.
    """

    trust_anchors: Path | None = None


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
        drift: shift within which all but a twentieth of the places have to agree best, in pixels of a picture whose
            longest side is 480.
        tint: distance of colours that all but a twentieth have to keep within, in units of CIE Lab.
        certain: agreement from which a copy may be strong; below, it may be a second exposure from nearly one place.
        certain_drift: shift up to which a copy may be strong.
        certain_tint: distance of colours up to which it may.
        one_tone: part of the picture in one tone up to which a copy may be strong; two buyers may each have taken a
            screenshot of one page, or saved one picture on white.
        page_faintest: correlation of outlines that all but a twentieth of the places have to reach in such a picture
            to be a copy at all; its colours have to keep within ``certain_tint``.
    """

    candidates: int = Field(16, ge=1, le=200)
    inliers: int = Field(10, ge=8)
    covered: Share = 0.75
    blocks: int = Field(6, ge=4)
    agreement: Share = 0.8
    drift: float = Field(0.75, gt=0)
    tint: float = Field(18.0, gt=0)
    certain: Share = 0.98
    certain_drift: float = Field(0.4, gt=0)
    certain_tint: float = Field(8.0, gt=0)
    one_tone: Share = 0.5
    page_faintest: Share = 0.92


class Pixels(Strict):
    """Whether pixels are looked at.

    Attributes:
        enabled: true asks for a detector that passed its bar, and is refused for another; ``anyway`` takes any.
        model: directory of a detector, None for the bundled one.
        backbone: directory of the vision model, for a detector that probes one.
    """

    enabled: bool | Literal["anyway"] = False
    model: Path | None = None
    backbone: Path | None = None


class Statement(Strict):
    """How a statement is read.

    Attributes:
        reports_ai_fake_threshold: ``reports_ai_fake_score`` from which a statement counts as a report; None for the
            one that its reader was fitted with.
    """

    reports_ai_fake_threshold: Share | None = None


class VisibleLabel(Strict):
    """How a printed AI label is looked for.

    Attributes:
        enabled: ``auto`` for when the extra ``ocr`` is installed.
        margin: how near an edge a line must begin or end, as a share of the shorter side.
        confidence: how sure the reader must be of the line.
    """

    enabled: bool | Literal["auto"] = "auto"
    margin: Share = 0.08
    confidence: Share = 0.6


class LocalEdit(Strict):
    """When a heat map of local edits becomes a hint.

    Attributes:
        enabled: off by default: it does not pass its bar (docs/local_edits.md).
        region: smallest connected region that counts, as a share of the picture.
    """

    enabled: bool = False
    region: Share = 0.02


ContradictionKind = Literal[
    "product",
    "quantity",
    "variant",
    "amount",
    "received_date",
    "order_date",
    "used_longer",
    "taken_before_order",
    "taken_before_delivery",
    "taken_apart",
    "cameras",
    "exclusive_claims",
    "received_counts",
    "same_text",
    "same_text_other_buyer",
]
ContradictionWeight = Literal["moderate", "weak", "note", "off"]


class ContradictionWeights(Strict):
    """How much each kind of contradiction weighs: ``note`` is shown and leads to nothing; none can be strong."""

    product: ContradictionWeight = "weak"
    quantity: ContradictionWeight = "weak"
    variant: ContradictionWeight = "weak"
    amount: ContradictionWeight = "weak"
    received_date: ContradictionWeight = "weak"
    order_date: ContradictionWeight = "weak"
    used_longer: ContradictionWeight = "weak"
    taken_before_order: ContradictionWeight = "moderate"
    taken_before_delivery: ContradictionWeight = "weak"
    taken_apart: ContradictionWeight = "note"
    cameras: ContradictionWeight = "note"
    exclusive_claims: ContradictionWeight = "weak"
    received_counts: ContradictionWeight = "weak"
    same_text: ContradictionWeight = "weak"
    same_text_other_buyer: ContradictionWeight = "note"

    def of(self, kind: ContradictionKind) -> ContradictionWeight:
        """Weight of a kind."""
        weight: ContradictionWeight = getattr(self, kind)
        return weight


class Contradictions(Strict):
    """How far two sides of a case may differ before it is a contradiction.

    Attributes:
        clock_tolerance_hours: that a camera may be off, its time zone included.
        days_apart: between pictures of one case.
        late_pickup_days: between delivery and the day on which a buyer has the parcel in hand.
        days_slack: of other days; spans are allowed another fifth of their length.
        amount_slack: share of the order's amount.
        amount_slack_yuan: on top of it, for postage.
        text_similarity: Jaccard similarity of character trigrams from which two statements are the same text.
        cases_remembered: statements that later ones are compared with.
        weights: of the kinds.
    """

    clock_tolerance_hours: float = Field(48.0, ge=14)
    days_apart: int = Field(30, ge=1)
    late_pickup_days: int = Field(7, ge=1)
    days_slack: int = Field(3, ge=1)
    amount_slack: float = Field(0.1, ge=0)
    amount_slack_yuan: float = Field(20.0, ge=0)
    text_similarity: Share = 0.8
    cases_remembered: int = Field(200_000, ge=1)
    weights: ContradictionWeights = ContradictionWeights()


class Decision(Strict):
    """Which outcome follows from a sign's strength.

    Only a strong sign of a kind named in ``decisive`` reaches ``strong_sign``; a strong sign of another kind is
    treated like a moderate one.

    Attributes:
        supported: what a weak sign leads to where another sign of the same picture speaks for the buyer.
        at_most: kinds that count for less than what was found: as ``moderate``, ``weak``, or not at all (``none``).
    """

    decisive: tuple[str, ...] = ("c2pa_trusted_ai", "exact_reuse", "verified_reuse")
    moderate: Undecided = "human_review"
    weak: Undecided = "ask_for_more"
    supported: Undecided = "no_sign"
    at_most: dict[SignKind, Literal["moderate", "weak", "none"]] = {}
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


class Accounts(Strict):
    """Facts about buyers' accounts. They order the queue, change no outcome, and are off by default.

    Attributes:
        enabled: whether a table of accounts may be given; see ``docs/account_facts.md`` before turning it on.
        most: points of all facts together.
        rate_points, burst_points, ring_points: of each.
        peer_quantile: share of peers below the rate that a buyer is compared with.
        certainty: posterior probability that the buyer's own rate is above it.
        chance: that a burst or a ring may have by chance.
        least_refunds: below it no rate and no burst is looked at.
        burst_days: length of a window.
        public_from: buyers from which on a shared hash is a public place.
        largest_ring: buyers beyond which a component is left out.
        least_ring: buyers with refunds without return from which on it is a ring.
    """

    enabled: bool = False
    most: float = Field(10.0, ge=0, le=20)
    rate_points: float = Field(4.0, ge=0)
    burst_points: float = Field(3.0, ge=0)
    ring_points: float = Field(5.0, ge=0)
    peer_quantile: Share = 0.99
    certainty: Share = 0.95
    chance: Share = 0.001
    least_refunds: int = Field(4, ge=2)
    burst_days: int = Field(7, ge=1)
    public_from: int = Field(8, ge=3)
    largest_ring: int = Field(30, ge=3)
    least_ring: int = Field(3, ge=3)


class Photo(Strict):
    """A photo to ask for, in words for the buyer; a bare string serves both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _one_wording(cls, value: object) -> object:
        return {"zh": value, "en": value} if isinstance(value, str) else value

    def in_language(self, language: Language) -> str:
        """The words in one language."""
        return self.zh if language == "zh" else self.en


class QueuePage(Strict):
    """What ``queue.html`` shows."""

    cases_shown: int = Field(200, ge=1)
    pictures_per_case: int = Field(6, ge=1)
    thumbnail_side: int = Field(240, ge=32, le=1024)
    thumbnail_quality: int = Field(72, ge=30, le=95)


class Packs(Strict):
    """Evidence packs: for which cases they are written, and how previews are drawn.

    Attributes:
        least: packs are written for cases with this outcome or a graver one.
        preview_side: longest side of a preview in pixels.
        preview_quality: its JPEG quality.
    """

    least: Outcome = "human_review"
    preview_side: int = Field(480, ge=32, le=1024)
    preview_quality: int = Field(80, ge=30, le=95)


class EvidenceConfig(Strict):
    """All settings of the evidence part, nested by stage."""

    limits: Limits = Limits()
    c2pa: C2pa = C2pa()
    reuse: Reuse = Reuse()
    copies: Copies = Copies()
    pixels: Pixels = Pixels()
    statement: Statement = Statement()
    visible_label: VisibleLabel = VisibleLabel()
    local_edit: LocalEdit = LocalEdit()
    contradictions: Contradictions = Contradictions()
    decision: Decision = Decision()
    ask_for: dict[StatementKind | SignKind | Literal["resend"], tuple[Photo, ...]] = {}
    urgency: Urgency = Urgency()
    accounts: Accounts = Accounts()
    queue: QueuePage = QueuePage()
    packs: Packs = Packs()
