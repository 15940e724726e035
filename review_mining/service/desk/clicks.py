"""One click on a case, with the feedback that goes to training, and what stands of earlier ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from review_mining.service.store import Action, Decision, NewFeedback, ShopStore, StoredCase

CLICKS: tuple[Action, ...] = ("report_fake", "evidence_fine", "ask_buyer")
"""In one click; an appeal comes with the buyer's words."""
_GRAVITY = ("no_sign", "ask_for_more", "human_review", "strong_sign")


def click(shop: ShopStore, case_id: str, action: Action, note: str) -> None:
    """Click once; a second click on the same changes nothing.

    Args:
        shop: whose case it is.
        case_id: the case.
        action: what was clicked.
        note: of the one who clicked.

    Raises:
        UnknownRecordError: the shop has no such case.
    """
    with shop.transaction() as store:
        stored = store.cases.get(case_id)
        if stored.decision != action:
            store.decisions.make(case_id, action, note=note, feedback=_feedback(stored, action, note))


def standing(history: Sequence[Decision]) -> tuple[Decision, ...]:
    """The clicks that nobody took back, the latest last.

    Args:
        history: all clicks on a case.
    """
    undone = {one.undoes for one in history}
    return tuple(one for one in history if one.undoes is None and one.decision_id not in undone)


def order_number(stored: StoredCase) -> str | None:
    """The case's order, as the platforms' forms ask for it."""
    found = stored.order.get("order_id")
    return None if found is None else str(found)


def _feedback(stored: StoredCase, action: Action, note: str) -> NewFeedback | None:
    document: Mapping[str, object] = stored.verdict.document if stored.verdict else {}
    if action == "appeal":
        return NewFeedback("appeal", case_id=stored.case_id, order_number=order_number(stored), note=note)
    if action != "report_fake":
        return None
    return NewFeedback(
        "false_evidence",
        case_id=stored.case_id,
        order_number=order_number(stored),
        scenario=str(document["statement_kind"]) if "statement_kind" in document else None,
        picture_sha256=_gravest_picture(document, {picture.sha256 for picture in stored.pictures}),
        details={"outcome": stored.verdict.outcome if stored.verdict else None},
        note=note,
    )


def _gravest_picture(document: Mapping[str, object], known: set[str]) -> str | None:
    """The picture that the report is about: that with the gravest finding, if any has one."""
    pictures = document.get("pictures")
    listed = [one for one in pictures if one.get("sha256") in known] if isinstance(pictures, list) else []
    gravest = max(listed, key=lambda one: _GRAVITY.index(one["outcome"]), default=None)
    return None if gravest is None or gravest["outcome"] == "no_sign" else str(gravest["sha256"])
