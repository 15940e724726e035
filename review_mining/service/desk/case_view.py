"""What the page of a case shows."""

from __future__ import annotations

from dataclasses import dataclass

from review_mining.evidence import CaseVerdict, Correction, EvidenceConfig, PictureVerdict, message_to_buyer
from review_mining.evidence.decision import speaks_for_buyer
from review_mining.evidence.reasons import Language
from review_mining.evidence.shown_reasons import Reason, case_reasons, picture_reasons
from review_mining.service.decided import rulings_in
from review_mining.service.desk.clicks import standing
from review_mining.service.desk.hearing import Appeal, appeals_in
from review_mining.service.desk.verdicts import Subject, standing_verdict, subjects
from review_mining.service.store import Decision, ShopStore, StoredCase, Verdict


@dataclass(frozen=True)
class Shot:
    """A picture of a case; ``number`` is its place, ``verdict`` is None for one that came after the verdict."""

    number: int
    name: str
    verdict: PictureVerdict | None
    reasons: tuple[Reason, ...]
    supported: bool
    has_heat: bool


@dataclass(frozen=True)
class CaseView:
    """A case with everything that is known of it.

    Attributes:
        stored: as the store has it.
        verdict: the verdict as it holds now; None where there is none that this version can read.
        verdicts: all of them, the first one first.
        reasons: of the case, as far as they are not in a picture.
        shots: its pictures.
        message: to the buyer.
        history: clicks, the first one first.
        undone: numbers of the clicks that were taken back.
        standing: the latest click that was not, None where nothing stands.
        corrections: decisions about its signs.
        appeals: what the buyer objected.
        subjects: what an appeal can be decided about.
    """

    stored: StoredCase
    verdict: CaseVerdict | None
    verdicts: tuple[Verdict, ...]
    reasons: tuple[Reason, ...]
    shots: tuple[Shot, ...]
    message: str
    history: tuple[Decision, ...]
    undone: frozenset[int]
    standing: Decision | None
    corrections: tuple[Correction, ...]
    appeals: tuple[Appeal, ...]
    subjects: tuple[Subject, ...]

    def has_decided(self, key_id: str) -> bool:
        """Whether a click before the appeals was made with a key."""
        return any(one.actor == key_id and one.action not in ("appeal", "ask_buyer") for one in self.history)

    def name_of(self, sha256: str | None) -> str | None:
        """Name of the picture with a digest, None for the case as a whole."""
        return next((picture.name for picture in self.stored.pictures if picture.sha256 == sha256), None)


def case_view(shop: ShopStore, case_id: str, config: EvidenceConfig, language: Language) -> CaseView:
    """Read a case for its page.

    Args:
        shop: whose case it is.
        case_id: the case.
        config: the settings of the evidence part.
        language: of the sentences.

    Raises:
        UnknownRecordError: the shop has no such case.
    """
    stored, history = shop.cases.get(case_id), shop.decisions.history(case_id)
    clicks = shop.feedback.of_case(case_id)
    corrections = rulings_in(clicks)
    verdict = standing_verdict(stored, corrections, config)
    return CaseView(
        stored=stored,
        verdict=verdict,
        verdicts=shop.cases.verdicts(case_id),
        reasons=tuple(case_reasons(verdict, language)) if verdict else (),
        shots=tuple(_shots(stored, verdict, language)),
        message=message_to_buyer(verdict, language) if verdict else "",
        history=history,
        undone=frozenset(one.undoes for one in history if one.undoes is not None),
        standing=next(reversed(standing(history)), None),
        corrections=corrections,
        appeals=tuple(appeals_in(clicks)),
        subjects=subjects(verdict) if verdict else (),
    )


def _shots(stored: StoredCase, verdict: CaseVerdict | None, language: Language) -> list[Shot]:
    judged = {picture.file: picture for picture in verdict.pictures} if verdict else {}
    return [_shot(number, one.name, judged.get(one.name), language) for number, one in enumerate(stored.pictures)]


def _shot(number: int, name: str, judged: PictureVerdict | None, language: Language) -> Shot:
    if judged is None:
        return Shot(number, name, None, (), supported=False, has_heat=False)
    return Shot(
        number,
        name,
        judged,
        tuple(picture_reasons(judged, language)),
        supported=speaks_for_buyer(judged.signs),
        has_heat=any(sign.kind == "local_edit_hint" for sign in (*judged.signs, *judged.withdrawn)),
    )
