"""Kept verdicts as they hold now: read again, with what people decided about their signs counted."""

from __future__ import annotations

from review_mining.errors import InputError
from review_mining.evidence import CaseVerdict, Correction, EvidenceConfig, read_verdict_record, reconsidered
from review_mining.service.case_entry import RECORD
from review_mining.service.store import StoredCase

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


def subjects(verdict: CaseVerdict) -> tuple[Subject, ...]:
    """What of a verdict can be decided about."""
    of_pictures = [
        (picture.sha256, sign.kind) for picture in verdict.pictures for sign in (*picture.signs, *picture.withdrawn)
    ]
    of_case = [(None, sign.kind) for sign in verdict.signs]
    reported: list[Subject] = [(None, "reports_ai_fake")] if verdict.reports_ai_fake else []
    return tuple(dict.fromkeys([*of_pictures, *of_case, *reported]))
