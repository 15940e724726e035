"""The sentences behind a verdict as staff read them on a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from review_mining.evidence.queue_wording import LABELS
from review_mining.evidence.reasons import Language
from review_mining.evidence.verdicts import CaseVerdict, PictureVerdict


@dataclass(frozen=True)
class Reason:
    """A sentence and its tone: the strength of a sign, ``note``, or ``withdrawn``."""

    text: str
    tone: str


def case_reasons(verdict: CaseVerdict, language: Language) -> Iterator[Reason]:
    """Why, as far as it is not in a picture.

    Args:
        verdict: of the case.
        language: ``zh`` or ``en``.
    """
    labels = LABELS[language]
    if verdict.reports_ai_fake:
        yield Reason(labels["reported_reason"], "moderate")
    if not verdict.pictures:
        yield Reason(labels["no_picture"], "weak" if verdict.outcome == "ask_for_more" else "note")
    for found in verdict.contradictions:
        text = found.get("reason") if language == "zh" else found.get("reason_en") or found.get("reason")
        yield Reason(f"{labels['contradiction']}{text}", str(found.get("strength", "note")))
    for sign in verdict.withdrawn:
        yield Reason(f"{labels['withdrawn_sign']}{sign.reason_in(language)}", "withdrawn")


def picture_reasons(verdict: PictureVerdict, language: Language) -> Iterator[Reason]:
    """What was found in a picture, what people took back last.

    Args:
        verdict: of the picture.
        language: ``zh`` or ``en``.
    """
    for sign in verdict.signs:
        yield Reason(sign.reason_in(language), sign.strength)
    for sign in verdict.withdrawn:
        yield Reason(f"{LABELS[language]['withdrawn_sign']}{sign.reason_in(language)}", "withdrawn")
