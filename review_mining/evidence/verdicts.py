"""What was found in a picture, and in a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from review_mining.evidence.accounts.standing import AccountFact
from review_mining.evidence.capture import Capture
from review_mining.evidence.cases import Case
from review_mining.evidence.config import Outcome, Photo
from review_mining.evidence.corrections import Correction
from review_mining.evidence.signs import Sign
from review_mining.evidence.statement import StatementReading


@dataclass(frozen=True)
class PictureVerdict:
    """What was found in one picture.

    Attributes:
        file: its name as given.
        outcome: ``no_sign``, ``ask_for_more``, ``human_review`` or ``strong_sign``.
        signs: the findings, in the order they were made.
        sha256: hex digest of the original bytes, None when they were not read.
        format: format by content, None when unknown.
        width: pixels, None when unknown.
        height: likewise.
        size: bytes.
        capture: with what and when it says it was taken.
        pixel_score: 0–1, None when pixels are off or cannot be looked at.
        pixel_p_value: share of genuine photos that score as high, None likewise.
        withdrawn: findings that a person took back; they no longer count.
    """

    file: str
    outcome: Outcome
    signs: tuple[Sign, ...]
    sha256: str | None
    format: str | None
    width: int | None
    height: int | None
    size: int
    capture: Capture = Capture()
    pixel_score: float | None = None
    pixel_p_value: float | None = None
    withdrawn: tuple[Sign, ...] = ()


@dataclass(frozen=True)
class CaseVerdict:
    """What was found in a case.

    Attributes:
        case: the case.
        pictures: one verdict per picture, in the order of the case.
        outcome: gravest finding of the case.
        photos: photos that would settle it, in words for the buyer.
        reading: what the statement claims.
        reports_ai_fake: whether the statement says that the evidence is made up.
        contradictions: between statement, order and pictures, each with kind, strength, reasons and facts.
        urgency: place in the queue, 0–100, higher first.
        signs: of the case as a whole; those of its pictures stand with them.
        account: facts about the buyer's account that moved the case in the queue; for staff only.
        corrections: what people decided about the case so far, the earliest first.
        withdrawn: signs of the case as a whole that a person took back; they no longer count.
    """

    case: Case
    pictures: tuple[PictureVerdict, ...]
    outcome: Outcome
    photos: tuple[Photo, ...]
    reading: StatementReading
    reports_ai_fake: bool
    urgency: float
    contradictions: tuple[Mapping[str, object], ...] = ()
    signs: tuple[Sign, ...] = ()
    account: tuple[AccountFact, ...] = ()
    corrections: tuple[Correction, ...] = ()
    withdrawn: tuple[Sign, ...] = ()

    @property
    def ask_for(self) -> tuple[str, ...]:
        """The photos in Chinese, as the tables hold them."""
        return tuple(photo.zh for photo in self.photos)
