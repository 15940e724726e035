"""The way of a submitted case: judged once, kept with its verdict, answered."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from review_mining.evidence import Corrections
from review_mining.service.decided import corrections_of, rulings_in
from review_mining.service.judging import Judged, Submitted
from review_mining.service.problems import ProblemError
from review_mining.service.schemas import CaseIn
from review_mining.service.services import Services
from review_mining.service.store import ShopStore, UnknownRecordError
from review_mining.service.submission import MOST_PICTURES
from review_mining.service.writes import known_answer, written

JUDGE_ROUTE = "/v1/evidence/judge"
PICTURES_ROUTE = "/v1/cases/pictures"
RECORD = "record"
"""Key of a kept verdict's document under which the whole of it lies (``evidence.verdict_record``)."""


async def judged_and_kept(
    services: Services, shop: ShopStore, submitted: Submitted, until: float, key: str | None
) -> Mapping[str, Any]:
    """Judge a case and keep it.

    Args:
        services: the parts of the application.
        shop: whose case it is.
        submitted: the case; its folder must last until this returns.
        until: moment, in the event loop's time, until which the verdict is wanted.
        key: the idempotency key, if there is one.

    Returns:
        The verdict as it is answered.

    Raises:
        ProblemError: the shop has a case of this id (409).
    """
    digest = await asyncio.to_thread(submitted.digest)
    # In this order: a case that is there by now has its answer there, too.
    exists = await asyncio.to_thread(_exists, shop, submitted.case.case_id)
    known = await known_answer(shop, key, JUDGE_ROUTE, digest)
    if known is None and exists:
        # Before its pictures are compared and remembered; the store would refuse it only afterwards.
        raise ProblemError(409, f"There is a case {submitted.case.case_id!r} already.")
    if known is None:
        (judged,) = await services.cases.submit([submitted], until)
        known = await written(shop, key, JUDGE_ROUTE, digest, lambda store: _kept(store, submitted, judged))
    return known


async def judged_again_and_kept(
    services: Services, shop: ShopStore, sent: Submitted, until: float, key: str | None
) -> Mapping[str, Any]:
    """Judge a kept case again with further pictures, and keep both.

    Args:
        services: the parts of the application.
        shop: whose case it is.
        sent: the further pictures, with the case's id alone; its folder must last until this returns.
        until: moment, in the event loop's time, until which the verdict is wanted.
        key: the idempotency key, if there is one.

    Returns:
        The verdict as it is answered.

    Raises:
        ProblemError: the case would have too many pictures, or two of one name (409).
        UnknownRecordError: the shop has no such case.
    """
    # Of what was sent alone, so that the same request has the same digest after it was kept.
    digest = await asyncio.to_thread(sent.digest)
    known = await known_answer(shop, key, PICTURES_ROUTE, digest)
    if known is None:
        submitted = await asyncio.to_thread(_whole, shop, sent)
        (judged,) = await services.cases.submit([submitted], until)
        known = await written(
            shop, key, PICTURES_ROUTE, digest, lambda store: _kept_again(store, submitted, sent.names, judged)
        )
    return known


def _exists(shop: ShopStore, case_id: str) -> bool:
    try:
        shop.cases.get(case_id)
    except UnknownRecordError:
        return False
    return True


def _whole(shop: ShopStore, sent: Submitted) -> Submitted:
    """A stored case with its earlier pictures beside those that were sent, and what people decided about it."""
    stored = shop.cases.get(sent.case.case_id)
    earlier = tuple(picture.name for picture in stored.pictures)
    if len(earlier) + len(sent.names) > MOST_PICTURES:
        raise ProblemError(409, f"A case may have {MOST_PICTURES} pictures; this one has {len(earlier)} already.")
    for picture in stored.pictures:
        try:
            (sent.folder / picture.name).hardlink_to(picture.path)
        except FileExistsError as error:
            raise ProblemError(409, f"The case has a picture {picture.name!r} already.") from error
    case = CaseIn.model_validate(
        {
            "case_id": stored.case_id,
            "statement": stored.statement,
            "order": dict(stored.order),
            "buyer_id": stored.buyer_id,
        }
    )
    clicked = corrections_of(
        stored.case_id, shop.cases.verdicts(stored.case_id), shop.decisions.history(stored.case_id)
    )
    ruled = rulings_in(shop.feedback.of_case(stored.case_id))
    corrections = Corrections(tuple(sorted((*clicked.rows, *ruled), key=lambda row: row.at)))
    return replace(sent, case=case, names=(*earlier, *sent.names), corrections=corrections)


def _kept(store: ShopStore, submitted: Submitted, judged: Judged) -> Mapping[str, Any]:
    store.cases.add(submitted.stored())
    return _recorded(store, submitted, judged)


def _kept_again(store: ShopStore, submitted: Submitted, names: Sequence[str], judged: Judged) -> Mapping[str, Any]:
    store.cases.add_pictures(submitted.case.case_id, submitted.pictures(names))
    return _recorded(store, submitted, judged)


def _recorded(store: ShopStore, submitted: Submitted, judged: Judged) -> Mapping[str, Any]:
    store.cases.record_verdict(
        submitted.case.case_id,
        {**judged.document, RECORD: judged.record},
        outcome=judged.outcome,
        urgency=judged.urgency,
        versions=judged.versions,
    )
    store.reuse_pool.share(submitted.case.case_id, judged.shared)
    return judged.document
