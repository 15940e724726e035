"""``case_<id>.html``: one case for reading and printing, self-contained, its previews safe to hand on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from review_mining.evidence.config import EvidenceConfig
from review_mining.evidence.intake import take_in
from review_mining.evidence.message_wording import FACTS
from review_mining.evidence.messages import message_to_buyer, platform_facts
from review_mining.evidence.origin import Origin
from review_mining.evidence.page import data_uri, render
from review_mining.evidence.previews import preview
from review_mining.evidence.queue_wording import LABELS
from review_mining.evidence.reasons import Language
from review_mining.evidence.verdicts import CaseVerdict, PictureVerdict
from review_mining.ingest.masking import mask


@dataclass(frozen=True)
class _Shot:
    """A picture on the page and its preview as a data URI, None where there is none."""

    verdict: PictureVerdict
    source: str | None


def render_pack(
    verdict: CaseVerdict, config: EvidenceConfig, origin: Origin, *, images: Path, language: Language = "zh"
) -> str:
    """Render the page of a case.

    Args:
        verdict: of the case.
        config: the settings.
        origin: versions behind the verdict.
        images: folder of the pictures, read again for the previews.
        language: ``zh`` or ``en``; the statement stays as written.
    """
    labels = LABELS[language]
    statement, _ = mask(verdict.case.statement, verdict.case.order.order_id)
    return render(
        "pack.html",
        language,
        labels=labels,
        verdict=verdict,
        outcome=labels[f"outcome.{verdict.outcome}"],
        nature=FACTS[language]["nature"],
        facts=platform_facts(verdict, origin, language),
        statement=statement,
        message=message_to_buyer(verdict, language),
        shots=list(_shots(verdict, config, images)),
    )


def _shots(verdict: CaseVerdict, config: EvidenceConfig, images: Path) -> Iterator[_Shot]:
    for picture in verdict.pictures:
        again = take_in(images, picture.file, config.limits)
        same = picture.sha256 is not None and again.sha256 == picture.sha256
        drawn = preview(again, config.packs.preview_side, config.packs.preview_quality) if same else None
        yield _Shot(picture, data_uri("jpeg", drawn))
