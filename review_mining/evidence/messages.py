"""Words for the two sides of a case: a neutral message to the buyer, and numbered facts for the platform.

The message asks and explains; it names no sign, no suspicion and no outcome. The facts state what was read, with
hashes, times and versions, and what each does not prove.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from review_mining.evidence.message_wording import FACTS, MESSAGE
from review_mining.evidence.origin import Origin
from review_mining.evidence.queue_wording import LABELS
from review_mining.evidence.reasons import Language
from review_mining.evidence.reasons.not_proven import NOT_PROVEN
from review_mining.evidence.signs import Sign
from review_mining.evidence.verdicts import CaseVerdict, PictureVerdict


def message_to_buyer(verdict: CaseVerdict, language: Language = "zh") -> str:
    """What to write to the buyer: what to send, and why.

    Args:
        verdict: of the case.
        language: ``zh`` or ``en``.
    """
    words = MESSAGE[language]
    product = verdict.case.order.product_name
    parts = [words["greeting_product"].format(product=_line(product)) if product else words["greeting"]]
    if verdict.photos:
        photos = (photo.in_language(language) for photo in verdict.photos)
        listed = "\n".join(f"{number}. {photo}" for number, photo in enumerate(photos, 1))
        parts.append(f"{words['ask']}\n{listed}\n{words['why']}")
    looked_at = verdict.outcome in ("human_review", "strong_sign")
    parts.append(words["looked_at" if looked_at else "going_on"])
    return "\n".join((*parts, words["appeal"]))


def statement_for_platform(verdict: CaseVerdict, origin: Origin, language: Language = "zh") -> str:
    """What to hand to a platform: numbered facts, with what each does not prove.

    Args:
        verdict: of the case.
        origin: with what it was reached.
        language: ``zh`` or ``en``.
    """
    words = FACTS[language]
    head = words["title"].format(case=_line(verdict.case.case_id))
    facts = [f"{number}. {fact}" for number, fact in enumerate(platform_facts(verdict, origin, language), 1)]
    return "\n".join((head, words["nature"], *facts)) + "\n"


def platform_facts(verdict: CaseVerdict, origin: Origin, language: Language) -> list[str]:
    """The facts one by one, each a single line, without their numbers."""
    return [
        *_about_the_case(verdict, language),
        *(fact for number, picture in enumerate(verdict.pictures, 1) for fact in _picture(number, picture, language)),
        *_contradictions(verdict, language),
        *_decisions(verdict, language),
        FACTS[language]["versions"].format(
            program=origin.program,
            method=origin.statement_method,
            settings=origin.settings_sha256,
            at=origin.judged_at.isoformat(timespec="seconds"),
        ),
    ]


def _about_the_case(verdict: CaseVerdict, language: Language) -> Iterator[str]:
    words, labels, order = FACTS[language], LABELS[language], verdict.case.order
    known = [
        (words["order_id"], order.order_id),
        (words["product"], " ".join(filter(None, (order.product_name, order.sku)))),
        (words["amount"], None if order.amount is None else f"{order.amount:.2f}"),
        (words["ordered_at"], _time(order.ordered_at)),
        (words["delivered_at"], _time(order.delivered_at)),
        (words["requested_at"], _time(order.requested_at)),
    ]
    if stated := words["join"].join(f"{name} {_line(value)}" for name, value in known if value):
        yield f"{words['order']}{stated}"
    yield words["statement"].format(kind=labels[f"kind.{verdict.reading.kind}"])
    if verdict.reports_ai_fake:
        yield words["reported"].format(score=f"{verdict.reading.fake_score:.2f}")
    if not verdict.pictures:
        yield labels["no_picture"]
    yield words["outcome"].format(outcome=labels[f"outcome.{verdict.outcome}"])


def _picture(number: int, picture: PictureVerdict, language: Language) -> Iterator[str]:
    words = FACTS[language]
    size = f"{picture.width}×{picture.height}" if picture.width else "—"
    yield words["picture"].format(
        number=number,
        file=_line(picture.file),
        sha256=picture.sha256 or "—",
        bytes=picture.size,
        format=(picture.format or "—").upper(),
        size=size,
    )
    name = words["of_picture"].format(number=number)
    for sign in picture.signs:
        yield f"{name}{_sign(sign, language)}"
    for sign in picture.withdrawn:
        yield f"{name}{words['withdrawn'].format(reason=_line(sign.reason_in(language)))}"


def _sign(sign: Sign, language: Language) -> str:
    words = FACTS[language]
    read = words["join"].join(f"{key}={_line(str(value))}" for key, value in sign.facts.items() if value is not None)
    stated = words["read"].format(facts=read) if read else ""
    limit = words["not_proven"].format(limit=NOT_PROVEN[sign.kind][language])
    return f"{_line(sign.reason_in(language))}{stated}{limit}"


def _contradictions(verdict: CaseVerdict, language: Language) -> Iterator[str]:
    words = FACTS[language]
    key = "reason" if language == "zh" else "reason_en"
    for found in verdict.contradictions:
        limit = words["not_proven"].format(limit=NOT_PROVEN["statement_contradiction"][language])
        yield f"{words['contradiction']}{_line(str(found.get(key) or found.get('reason') or ''))}{limit}"
    for sign in verdict.withdrawn:
        yield words["withdrawn"].format(reason=_line(sign.reason_in(language)))


def _decisions(verdict: CaseVerdict, language: Language) -> Iterator[str]:
    words = FACTS[language]
    for row in verdict.corrections:
        yield words[f"decided_{row.decision}"].format(
            at=row.at.isoformat(timespec="seconds"),
            by=_line(row.by),
            sign=f"{row.sign} · {LABELS[language][f'sign.{row.sign}']}",
            picture=(row.picture or "—")[:12],
            note=_line(row.note) or "—",
        )


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(sep=" ", timespec="seconds")


def _line(text: object) -> str:
    """One line of printable characters: a file name may hold line ends that would forge another fact."""
    return " ".join("".join(char if char.isprintable() else " " for char in str(text)).split())
