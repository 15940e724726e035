"""``POST /v1/evidence/judge`` and ``POST /v1/cases/{id}/pictures``."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi import Path as InPath

from review_mining.service.access import deadline, idempotency_key, requires, services_of, shop_of
from review_mining.service.case_entry import JUDGE_ROUTE, judged_again_and_kept, judged_and_kept
from review_mining.service.judging import Submitted
from review_mining.service.problems import responses
from review_mining.service.schemas import CaseIn, CaseVerdictOut
from review_mining.service.store import Caller
from review_mining.service.submission import MOST_PICTURES, further_pictures, received

router = APIRouter(tags=["evidence"])
_REF = "#/components/schemas/"
_FILES = {"type": "array", "maxItems": MOST_PICTURES, "items": {"type": "string", "format": "binary"}}
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
    JUDGE_ROUTE,
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
        known = await judged_and_kept(services, shop, submitted, until, key)
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
        sent = Submitted(caller.shop, CaseIn(case_id=case_id), Path(folder), names)
        known = await judged_again_and_kept(services, shop, sent, until, key)
    return _answer(known)


def _answer(document: Mapping[str, Any]) -> Response:
    # What a picture declares may hold half a character, which UTF-8 cannot.
    content = json.dumps(dict(document), ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, media_type="application/json")
