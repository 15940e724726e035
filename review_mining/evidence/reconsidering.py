"""From findings, and what people decided about them, to a verdict; the pictures are not looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from review_mining.evidence.accounts.standing import queue_points
from review_mining.evidence.config import EvidenceConfig
from review_mining.evidence.corrections import Correction, standing_and_withdrawn, withdrawn
from review_mining.evidence.decision import case_outcome, counting_signs, photos_to_ask_for, picture_outcome, urgency
from review_mining.evidence.verdicts import CaseVerdict, PictureVerdict


def reconsidered(verdict: CaseVerdict, history: Sequence[Correction], config: EvidenceConfig) -> CaseVerdict:
    """The verdict that findings lead to once decisions are counted, by the rules of the settings.

    Args:
        verdict: with the findings; its outcomes, photos and urgency are reached anew.
        history: decisions about its case, the earliest first.
        config: the settings.
    """
    reported = verdict.reports_ai_fake and not withdrawn(history, None, "reports_ai_fake")
    pictures = tuple(_reconsidered_picture(picture, history, config) for picture in verdict.pictures)
    found = (*verdict.signs, *verdict.withdrawn)
    case_signs, taken_back = standing_and_withdrawn(found, history, None)
    kind = verdict.reading.kind
    outcome = case_outcome(
        (*(picture.outcome for picture in pictures), picture_outcome(case_signs, config.decision)),
        kind,
        has_pictures=bool(pictures),
        reported_as_fake=reported,
        rules=config.decision,
    )
    parts = (case_signs, *(picture.signs for picture in pictures))
    signs = [sign for part in parts for sign in counting_signs(part, config.decision)]
    points = urgency(verdict.case, outcome, kind, reported_as_fake=reported, points=config.urgency)
    # All contradictions are of one kind of sign, so that they stand or fall together; notes are no signs.
    standing = [one for one in verdict.contradictions if case_signs or one.get("strength") == "note"]
    return replace(
        verdict,
        pictures=pictures,
        outcome=outcome,
        photos=photos_to_ask_for(outcome, kind, signs, config),
        reports_ai_fake=reported,
        urgency=min(100.0, points + queue_points(verdict.account, config.accounts)),
        contradictions=tuple(standing),
        signs=case_signs,
        corrections=tuple(history),
        withdrawn=taken_back,
    )


def _reconsidered_picture(
    picture: PictureVerdict, history: Sequence[Correction], config: EvidenceConfig
) -> PictureVerdict:
    found = (*picture.signs, *picture.withdrawn)
    signs, taken_back = standing_and_withdrawn(found, history, picture.sha256)
    return replace(picture, outcome=picture_outcome(signs, config.decision), signs=signs, withdrawn=taken_back)
