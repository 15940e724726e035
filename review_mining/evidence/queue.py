"""``queue.html``: the cases a person should look at, the most urgent first. One file, no script, no network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from review_mining.evidence.config import EvidenceConfig
from review_mining.evidence.corrections import Correction
from review_mining.evidence.decision import speaks_for_buyer
from review_mining.evidence.drawing import thumbnail
from review_mining.evidence.intake import take_in
from review_mining.evidence.local_edit_sign import drawn_heat
from review_mining.evidence.messages import message_to_buyer
from review_mining.evidence.page import data_uri, render
from review_mining.evidence.queue_wording import LABELS
from review_mining.evidence.reasons import Language
from review_mining.evidence.shown_reasons import Reason, case_reasons, picture_reasons
from review_mining.evidence.verdicts import CaseVerdict, PictureVerdict
from review_mining.ingest.masking import mask
from review_mining.tables import OUTCOMES


@dataclass(frozen=True)
class _Shot:
    """A picture on the page: its verdict, its thumbnail and its heat map as data URIs (or none), its reasons."""

    verdict: PictureVerdict
    source: str | None
    heat: str | None
    reasons: tuple[Reason, ...]
    supported: bool


@dataclass(frozen=True)
class _Entry:
    """A case on the page, its statement masked."""

    verdict: CaseVerdict
    statement: str
    shots: tuple[_Shot, ...]
    hidden: int
    reasons: tuple[Reason, ...]
    ask_for: tuple[str, ...]
    message: str
    decisions: tuple[str, ...]


def render_queue(
    verdicts: Sequence[CaseVerdict], config: EvidenceConfig, *, images: Path, language: Language = "zh"
) -> str:
    """Render the page.

    Args:
        verdicts: all verdicts; the page shows the most urgent and says how many it leaves out.
        config: the settings.
        images: folder of the pictures, read again for the thumbnails.
        language: ``zh`` or ``en``; statements stay as written.
    """
    labels = LABELS[language]
    if any(verdict.account for verdict in verdicts):
        labels = {**labels, "order": labels["order.accounts"].format(most=f"{config.accounts.most:g}")}
    ranked = sorted(verdicts, key=lambda verdict: (-verdict.urgency, verdict.case.case_id))
    counts: Counter[str] = Counter(verdict.outcome for verdict in verdicts)
    return render(
        "queue.html",
        language,
        labels=labels,
        total=len(verdicts),
        left_out=max(0, len(verdicts) - config.queue.cases_shown),
        counts=[(outcome, labels[f"outcome.{outcome}"], counts[outcome]) for outcome in reversed(OUTCOMES)],
        entries=[_entry(verdict, config, images, language) for verdict in ranked[: config.queue.cases_shown]],
    )


def _entry(verdict: CaseVerdict, config: EvidenceConfig, images: Path, language: Language) -> _Entry:
    # A picture with a finding is never among those that the page has no room for.
    ordered = sorted(verdict.pictures, key=lambda picture: not (picture.signs or picture.withdrawn))
    shown = ordered[: config.queue.pictures_per_case]
    statement, _ = mask(verdict.case.statement, verdict.case.order.order_id)
    return _Entry(
        verdict=verdict,
        statement=statement,
        shots=tuple(_shots(shown, config, images, language)),
        hidden=len(verdict.pictures) - len(shown),
        reasons=tuple(case_reasons(verdict, language)),
        ask_for=tuple(photo.in_language(language) for photo in verdict.photos),
        message=message_to_buyer(verdict, language),
        decisions=tuple(_decision(row, language) for row in verdict.corrections),
    )


def _decision(row: Correction, language: Language) -> str:
    labels = LABELS[language]
    parts = (row.at.date().isoformat(), row.by, labels[row.decision], labels[f"sign.{row.sign}"], row.note)
    return " · ".join(part for part in parts if part)


def _shots(
    pictures: Sequence[PictureVerdict], config: EvidenceConfig, images: Path, language: Language
) -> Iterator[_Shot]:
    for verdict in pictures:
        reasons = tuple(picture_reasons(verdict, language))
        yield _Shot(verdict, *_sources(verdict, config, images), reasons, speaks_for_buyer(verdict.signs))


def _sources(verdict: PictureVerdict, config: EvidenceConfig, images: Path) -> tuple[str | None, str | None]:
    """The thumbnail, and the heat map where a hint was given, of a picture that is still the one judged."""
    if verdict.width is None or verdict.sha256 is None:
        return None, None
    picture = take_in(images, verdict.file, config.limits)
    if picture.sha256 != verdict.sha256:
        return None, None
    side = config.queue.thumbnail_side
    small = thumbnail(picture, side, config.queue.thumbnail_quality)
    hinted = any(sign.kind == "local_edit_hint" for sign in verdict.signs)
    return data_uri("jpeg", small), data_uri("png", drawn_heat(picture, side) if hinted else None)
