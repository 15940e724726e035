"""``queue.html``: the cases a person should look at, the most urgent first. One file, no script, no network."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from review_mining.evidence.classifier import CaseVerdict, PictureVerdict
from review_mining.evidence.config import EvidenceConfig
from review_mining.evidence.drawing import thumbnail
from review_mining.evidence.intake import take_in
from review_mining.evidence.local_edit_sign import drawn_heat
from review_mining.evidence.queue_wording import LABELS
from review_mining.evidence.reasons import Language
from review_mining.ingest.masking import mask
from review_mining.tables import OUTCOMES


@dataclass(frozen=True)
class _Shot:
    """A picture on the page: its verdict, its thumbnail and its heat map as data URIs (or none), its reasons."""

    verdict: PictureVerdict
    source: str | None
    heat: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class _Entry:
    """A case on the page, its statement masked."""

    verdict: CaseVerdict
    statement: str
    shots: tuple[_Shot, ...]
    hidden: int


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
    environment = Environment(
        loader=PackageLoader("review_mining.evidence"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = environment.loader.get_source(environment, "queue.css")[0] if environment.loader else ""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page: str = environment.get_template(
        "queue.html"
    ).render(
        labels=labels,
        language="zh-CN" if language == "zh" else "en",
        style=Markup(style),  # our own file, hashed into the page's security policy
        style_hash=f"sha256-{digest}",
        total=len(verdicts),
        left_out=max(0, len(verdicts) - config.queue.cases_shown),
        counts=[(outcome, labels[f"outcome.{outcome}"], counts[outcome]) for outcome in reversed(OUTCOMES)],
        entries=[_entry(verdict, config, images, language) for verdict in ranked[: config.queue.cases_shown]],
    )
    return page.encode("utf-8", "replace").decode()


def _entry(verdict: CaseVerdict, config: EvidenceConfig, images: Path, language: Language) -> _Entry:
    shown = verdict.pictures[: config.queue.pictures_per_case]
    statement, _ = mask(verdict.case.statement, verdict.case.order.order_id)
    return _Entry(
        verdict=verdict,
        statement=statement,
        shots=tuple(_shots(shown, config, images, language)),
        hidden=len(verdict.pictures) - len(shown),
    )


def _shots(
    pictures: Sequence[PictureVerdict], config: EvidenceConfig, images: Path, language: Language
) -> Iterator[_Shot]:
    for verdict in pictures:
        reasons = tuple(sign.reason_in(language) for sign in verdict.signs)
        yield _Shot(verdict, *_sources(verdict, config, images), reasons)


def _sources(verdict: PictureVerdict, config: EvidenceConfig, images: Path) -> tuple[str | None, str | None]:
    """The thumbnail, and the heat map where a hint was given, of a picture that is still the one judged."""
    if verdict.width is None or verdict.sha256 is None:
        return None, None
    picture = take_in(images, verdict.file, config.limits)
    if picture.sha256 != verdict.sha256:
        return None, None
    side = config.queue.thumbnail_side
    drawn = thumbnail(picture, side, config.queue.thumbnail_quality)
    hinted = any(sign.kind == "local_edit_hint" for sign in verdict.signs)
    return _data_uri("jpeg", drawn), _data_uri("png", drawn_heat(picture, side) if hinted else None)


def _data_uri(sort: str, drawn: bytes | None) -> str | None:
    return None if drawn is None else f"data:image/{sort};base64,{base64.b64encode(drawn).decode()}"
