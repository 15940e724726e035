"""Kept verdicts as they hold now: read again, with what people decided about their signs counted."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from review_mining.errors import InputError
from review_mining.evidence import CaseVerdict, Correction, EvidenceConfig, read_verdict_record, reconsidered
from review_mining.service.case_entry import RECORD
from review_mining.service.store import Feedback, StoredCase

Subject = tuple[str | None, str]
"""What can be decided about: SHA-256 of the picture (None for the case) and kind of the sign."""


def standing_verdict(
    stored: StoredCase, corrections: tuple[Correction, ...], config: EvidenceConfig
) -> CaseVerdict | None:
    """The latest verdict on a case; None where there is none, or another version made it.

    Args:
        stored: the case.
        corrections: decisions about its signs, the earliest first.
        config: the settings.
    """
    record = stored.verdict.document.get(RECORD) if stored.verdict else None
    if not isinstance(record, str):
        return None
    try:
        verdict = read_verdict_record(record)
    except InputError:
        return None
    return reconsidered(verdict, corrections, config) if corrections else verdict


def corrections_in(clicks: Iterable[Feedback]) -> tuple[Correction, ...]:
    """The decisions about signs among clicks, those taken back left out.

    Args:
        clicks: in the order in which they came.
    """
    found = (_correction(one) for one in clicks if one.kind == "appeal" and one.withdrawn_at is None)
    return tuple(one for one in found if one is not None)


def subjects(verdict: CaseVerdict) -> tuple[Subject, ...]:
    """What of a verdict can be decided about."""
    of_pictures = [
        (picture.sha256, sign.kind) for picture in verdict.pictures for sign in (*picture.signs, *picture.withdrawn)
    ]
    of_case = [(None, sign.kind) for sign in verdict.signs]
    reported: list[Subject] = [(None, "reports_ai_fake")] if verdict.reports_ai_fake else []
    return tuple(dict.fromkeys([*of_pictures, *of_case, *reported]))


def _correction(click: Feedback) -> Correction | None:
    """None for clicks that decide nothing, and for those that other programs sent in a form of their own."""
    fields = {
        "case_id": click.case_id,
        "picture": click.picture_sha256,
        "sign": click.details.get("sign"),
        "decision": click.details.get("decision"),
        "by": click.actor,
        "at": click.created_at,
        "note": click.note[:2000],
    }
    try:
        return Correction.model_validate(fields)
    except ValidationError:
        return None
