"""``POST /v1/evidence/judge``."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from review_mining.service.access import deadline, idempotency_key, requires, services_of, shop_of
from review_mining.service.judging import Judged, Submitted
from review_mining.service.problems import ProblemError, responses
from review_mining.service.schemas import CaseVerdictOut
from review_mining.service.store import Caller, ShopStore, UnknownRecordError
from review_mining.service.submission import received
from review_mining.service.writes import known_answer, written

router = APIRouter(tags=["evidence"])
_ROUTE = "/v1/evidence/judge"
_REF = "#/components/schemas/"
_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": {"$ref": f"{_REF}JudgeRequest"}},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["case"],
                "properties": {
                    "case": {"$ref": f"{_REF}CaseIn"},
                    "pictures": {"type": "array", "maxItems": 50, "items": {"type": "string", "format": "binary"}},
                },
            },
            "encoding": {"case": {"contentType": "application/json"}},
        },
    },
}


@router.post(
    _ROUTE,
    response_model=CaseVerdictOut,
    responses=responses(400, 401, 403, 408, 409, 413, 415, 422, 429, 503, 504),
    openapi_extra={"requestBody": _BODY},
)
async def judge(
    request: Request,
    caller: Annotated[Caller, Depends(requires("evidence"))],
    until: Annotated[float, Depends(deadline)],
    key: Annotated[str | None, Depends(idempotency_key)],
) -> Response:
    """Signs in a case's pictures and statement, its outcome, and what to ask the buyer for; the case is kept.

    Pictures go as files of a multipart body, original bytes, or in Base64. They are compared with those of the shop's
    earlier cases. 409 where the shop has a case of this id. No URL is ever fetched.
    """
    services, shop = services_of(request), shop_of(request, caller)
    with tempfile.TemporaryDirectory(prefix="case-", dir=services.judge.incoming) as folder:
        case, names = await received(request, Path(folder), services.config.evidence)
        submitted = Submitted(caller.shop, case, Path(folder), names)
        digest = await asyncio.to_thread(submitted.digest)
        # In this order: a case that is there by now has its answer there, too.
        exists = await asyncio.to_thread(_exists, shop, case.case_id)
        known = await known_answer(shop, key, _ROUTE, digest)
        if known is None and exists:
            # Before its pictures are compared and remembered; the store would refuse it only afterwards.
            raise ProblemError(409, f"There is a case {case.case_id!r} already.")
        if known is None:
            (judged,) = await services.cases.submit([submitted], until)
            known = await written(shop, key, _ROUTE, digest, lambda store: _kept(store, submitted, judged))
    # What a picture declares may hold half a character, which UTF-8 cannot.
    content = json.dumps(dict(known), ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, media_type="application/json")


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
        judged.document,
        outcome=judged.outcome,
        urgency=judged.urgency,
        versions=judged.versions,
    )
    return judged.document
