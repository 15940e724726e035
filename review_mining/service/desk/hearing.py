"""Appeals: which there are, and what becomes of one once a person has decided."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from review_mining.evidence import EvidenceConfig
from review_mining.evidence.output import case_document
from review_mining.service.case_entry import RECORD
from review_mining.service.decided import rulings_in
from review_mining.service.desk.clicks import order_number, standing
from review_mining.service.desk.verdicts import Subject, standing_verdict
from review_mining.service.store import ConflictError, Feedback, NewFeedback, ShopStore

Ruling = Literal["upheld", "withdrawn"]
State = Literal["open", "upheld", "withdrawn", "taken_back"]
_AT_ONCE = 500
_NEEDS_NO_REVIEW = ("no_sign", "ask_for_more")


@dataclass(frozen=True)
class Appeal:
    """An appeal and what became of it.

    Attributes:
        click: the buyer's words, masked, with case and time.
        state: ``withdrawn`` as soon as one sign was taken back for it.
    """

    click: Feedback
    state: State


def all_appeal_clicks(shop: ShopStore) -> Iterator[Feedback]:
    """Every click of a shop that appeals, or decides on an appeal, the first one first."""
    cursor: str | None = None
    while True:
        page = shop.feedback.page(kind="appeal", cursor=cursor, limit=_AT_ONCE)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def appeals_in(clicks: Collection[Feedback]) -> list[Appeal]:
    """The appeals among clicks, in their order.

    Args:
        clicks: with the decisions on them.
    """
    rulings: dict[str, set[str]] = {}
    for one in clicks:
        if "decision" in one.details and one.withdrawn_at is None:
            rulings.setdefault(str(one.details.get("appeal")), set()).add(str(one.details["decision"]))
    brought = [one for one in clicks if one.kind == "appeal" and "decision" not in one.details]
    return [Appeal(one, _state(one, rulings.get(one.feedback_id, set()))) for one in brought]


def rule(
    shop: ShopStore,
    appeal_id: str,
    ruling: Ruling,
    decided: Collection[Subject],
    note: str,
    config: EvidenceConfig,
) -> str:
    """Decide on an appeal: signs are upheld or withdrawn, the verdict is reached anew, and earlier clicks follow.

    Args:
        shop: whose case it is.
        appeal_id: the appeal.
        ruling: about the signs.
        decided: signs that are decided about.
        note: of the one who decided.
        config: the settings.

    Returns:
        Id of the case.

    Raises:
        UnknownRecordError: the shop has no such appeal or case.
        ConflictError: it was decided before, or nothing was chosen.
    """
    with shop.transaction() as store:
        case_id = str(store.feedback.get(appeal_id).case_id)
        clicks = store.feedback.of_case(case_id)
        is_open = any(one.click.feedback_id == appeal_id and one.state == "open" for one in appeals_in(clicks))
        if not is_open or not decided:
            raise ConflictError("This appeal is decided already, or no sign was chosen.")
        stored = store.cases.get(case_id)
        for sha256, sign in decided:
            store.feedback.add(
                NewFeedback(
                    "appeal",
                    case_id=case_id,
                    order_number=order_number(stored),
                    picture_sha256=sha256,
                    details={"appeal": appeal_id, "sign": sign, "decision": ruling},
                    note=note,
                )
            )
        _settle(store, case_id, _verdict_anew(store, case_id, config), ruling, note)
    return case_id


def _verdict_anew(store: ShopStore, case_id: str, config: EvidenceConfig) -> str:
    """Keep the verdict that the decisions lead to; its outcome."""
    stored = store.cases.get(case_id)
    verdict = standing_verdict(stored, rulings_in(store.feedback.of_case(case_id)), config)
    if verdict is None or stored.verdict is None:
        raise ConflictError("Another version judged this case.")
    document = {
        **case_document(verdict),
        "versions": dict(stored.verdict.versions),
        RECORD: stored.verdict.document[RECORD],
    }
    store.cases.record_verdict(
        case_id, document, outcome=verdict.outcome, urgency=verdict.urgency, versions=stored.verdict.versions
    )
    return verdict.outcome


def _settle(store: ShopStore, case_id: str, outcome: str, ruling: Ruling, note: str) -> None:
    clicks = standing(store.decisions.history(case_id))
    if ruling == "withdrawn" and outcome in _NEEDS_NO_REVIEW:
        # Reports that were wrong must not stay in what is learnt from.
        for one in clicks:
            if one.action == "report_fake":
                store.decisions.undo(case_id, one.decision_id)
        store.decisions.make(case_id, "evidence_fine", note=note)
        return
    before = [one.action for one in clicks if one.action != "appeal"]
    if before and clicks[-1].action == "appeal":
        store.decisions.make(case_id, before[-1], note=note)


def _state(brought: Feedback, rulings: set[str]) -> State:
    if brought.withdrawn_at is not None:
        return "taken_back"
    if "withdrawn" in rulings:
        return "withdrawn"
    return "upheld" if "upheld" in rulings else "open"
