"""``POST /v1/evidence/judge`` and ``POST /v1/cases/{id}/pictures``."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi import Path as InPath

from review_mining.service.access import deadline, idempotency_key, requires, services_of, shop_of
from review_mining.service.decided import corrections_of
from review_mining.service.judging import Judged, Submitted
from review_mining.service.problems import ProblemError, responses
from review_mining.service.schemas import CaseIn, CaseVerdictOut
from review_mining.service.store import Caller, ShopStore, UnknownRecordError
from review_mining.service.submission import further_pictures, received
from review_mining.service.writes import known_answer, written

router = APIRouter(tags=["evidence"])
_ROUTE = "/v1/evidence/judge"
_PICTURES_ROUTE = "/v1/cases/pictures"
_MOST_PICTURES = 50
_REF = "#/components/schemas/"
_FILES = {"type": "array", "maxItems": _MOST_PICTURES, "items": {"type": "string", "format": "binary"}}
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
                    "pictures": _FILES,
                },
            },
            "encoding": {"case": {"contentType": "application/json"}},
        },
    },
}

_PICTURES = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["pictures"],
                "properties": {"pictures": {**_FILES, "minItems": 1}},
            }
        }
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
    return _answer(known)


@router.post(
    "/v1/cases/{case_id:path}/pictures",
    response_model=CaseVerdictOut,
    responses=responses(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503, 504),
    openapi_extra={"requestBody": _PICTURES},
)
async def add_pictures(
    case_id: Annotated[str, InPath(min_length=1, max_length=255)],
    request: Request,
    caller: Annotated[Caller, Depends(requires("evidence"))],
    until: Annotated[float, Depends(deadline)],
    key: Annotated[str | None, Depends(idempotency_key)],
) -> Response:
    """Judge a case again with further pictures of its buyer; signs that a person withdrew are not raised anew.

    A click that the evidence is fine withdraws the signs that stood when it was made. They are listed as `withdrawn`.
    """
    services, shop = services_of(request), shop_of(request, caller)
    with tempfile.TemporaryDirectory(prefix="case-", dir=services.judge.incoming) as folder:
        names = await further_pictures(request, Path(folder), services.config.evidence)
        # Of what was sent alone, so that the same request has the same digest after it was kept.
        sent = Submitted(caller.shop, CaseIn(case_id=case_id), Path(folder), names)
        digest = await asyncio.to_thread(sent.digest)
        known = await known_answer(shop, key, _PICTURES_ROUTE, digest)
        if known is None:
            submitted = await asyncio.to_thread(_whole, shop, sent)
            (judged,) = await services.cases.submit([submitted], until)
            known = await written(
                shop, key, _PICTURES_ROUTE, digest, lambda store: _kept_again(store, submitted, names, judged)
            )
    return _answer(known)


def _answer(document: Mapping[str, Any]) -> Response:
    # What a picture declares may hold half a character, which UTF-8 cannot.
    content = json.dumps(dict(document), ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, media_type="application/json")


def _whole(shop: ShopStore, sent: Submitted) -> Submitted:
    """A stored case with its earlier pictures beside those that were sent, and what people decided about it."""
    stored = shop.cases.get(sent.case.case_id)
    earlier = tuple(picture.name for picture in stored.pictures)
    if len(earlier) + len(sent.names) > _MOST_PICTURES:
        raise ProblemError(409, f"A case may have {_MOST_PICTURES} pictures; this one has {len(earlier)} already.")
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
    history = shop.decisions.history(stored.case_id)
    corrections = corrections_of(stored.case_id, shop.cases.verdicts(stored.case_id), history)
    return replace(sent, case=case, names=(*earlier, *sent.names), corrections=corrections)


def _exists(shop: ShopStore, case_id: str) -> bool:
    try:
        shop.cases.get(case_id)
    except UnknownRecordError:
        return False
    return True


def _kept(store: ShopStore, submitted: Submitted, judged: Judged) -> Mapping[str, Any]:
    store.cases.add(submitted.stored())
    return _recorded(store, submitted, judged)


def _kept_again(store: ShopStore, submitted: Submitted, names: Sequence[str], judged: Judged) -> Mapping[str, Any]:
    store.cases.add_pictures(submitted.case.case_id, submitted.pictures(names))
    return _recorded(store, submitted, judged)


def _recorded(store: ShopStore, submitted: Submitted, judged: Judged) -> Mapping[str, Any]:
    store.cases.record_verdict(
        submitted.case.case_id,
        judged.document,
        outcome=judged.outcome,
        urgency=judged.urgency,
        versions=judged.versions,
    )
    return judged.document
