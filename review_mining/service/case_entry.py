"""The way of a submitted case: judged once, kept with its verdict, answered."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from review_mining.service.judging import Judged, Submitted
from review_mining.service.problems import ProblemError
from review_mining.service.services import Services
from review_mining.service.store import ShopStore, UnknownRecordError
from review_mining.service.writes import known_answer, written

JUDGE_ROUTE = "/v1/evidence/judge"
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


def _exists(shop: ShopStore, case_id: str) -> bool:
    try:
        shop.cases.get(case_id)
    except UnknownRecordError:
        return False
    return True


def _kept(store: ShopStore, submitted: Submitted, judged: Judged) -> Mapping[str, Any]:
    store.cases.add(submitted.stored())
    store.cases.record_verdict(
        submitted.case.case_id,
        {**judged.document, RECORD: judged.record},
        outcome=judged.outcome,
        urgency=judged.urgency,
        versions=judged.versions,
    )
    return judged.document
