"""``POST /v1/feedback`` and ``GET /v1/feedback/export``."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from review_mining.service.access import idempotency_key, requires, shop_of
from review_mining.service.problems import ProblemError, fault, responses
from review_mining.service.schemas import FeedbackAnswer, FeedbackIn, FeedbackKind
from review_mining.service.store import Caller, Feedback, NewFeedback, Page, ShopStore
from review_mining.service.writes import written

router = APIRouter(tags=["feedback"])
_ROUTE = "/v1/feedback"
_NEEDED: Mapping[FeedbackKind, str] = {
    "false_evidence": "case_id",
    "wrong_aspect": "review_id",
    "wrong_theme": "theme_id",
    "appeal": "case_id",
}
_AT_ONCE = 500


@router.post(_ROUTE, status_code=201, responses=responses(400, 401, 403, 404, 408, 409, 413, 422, 429, 503))
async def feedback(
    asked: FeedbackIn,
    request: Request,
    caller: Annotated[Caller, Depends(requires("feedback"))],
    key: Annotated[str | None, Depends(idempotency_key)],
) -> FeedbackAnswer:
    """Keep one click: a false evidence report, a wrong aspect label, a wrong theme, or an appeal.

    `false_evidence` and `appeal` name a `case_id`, `wrong_aspect` a `review_id`, `wrong_theme` a `theme_id`. When the
    answer is there, the click is on disk.
    """
    needed = _NEEDED[asked.kind]
    if getattr(asked, needed) is None:
        raise _wrong(needed, f"Feedback of the kind {asked.kind} needs {needed}.")
    new = await asyncio.to_thread(_new, asked)
    digest = hashlib.sha256(asked.model_dump_json().encode("utf-8", "replace")).hexdigest()
    kept = await written(
        shop_of(request, caller),
        key,
        _ROUTE,
        digest,
        lambda store: {"feedback_id": store.feedback.add(new).feedback_id},
    )
    return FeedbackAnswer.model_validate(kept)


@router.get(
    "/v1/feedback/export",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "JSON Lines, one click a line, the oldest first; clicks taken back carry `withdrawn_at`.",
            "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
        },
        **responses(401, 403, 422, 429, 503),
    },
)
async def export(
    request: Request,
    caller: Annotated[Caller, Depends(requires("feedback"))],
    kind: Annotated[FeedbackKind | None, Query(description="Only clicks of this kind.")] = None,
) -> StreamingResponse:
    """All of the shop's feedback, ready for training."""
    shop = shop_of(request, caller)
    # Read before the answer begins, so that a store that does not answer is a problem document.
    first = await asyncio.to_thread(shop.feedback.page, kind=kind, limit=_AT_ONCE)
    return StreamingResponse(_lines(shop, kind, first), media_type="application/x-ndjson")


def _lines(shop: ShopStore, kind: FeedbackKind | None, page: Page[Feedback]) -> Iterator[bytes]:
    yield from map(_line, page.items)
    while page.next_cursor is not None:
        page = shop.feedback.page(kind=kind, cursor=page.next_cursor, limit=_AT_ONCE)
        yield from map(_line, page.items)


def _line(one: Feedback) -> bytes:
    row: dict[str, Any] = {**asdict(one), "details": dict(one.details)}
    return json.dumps(row, ensure_ascii=False, default=lambda when: when.isoformat()).encode() + b"\n"


def _new(asked: FeedbackIn) -> NewFeedback:
    try:
        picture = None if asked.picture is None else base64.b64decode(asked.picture, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _wrong("picture", f"This is not Base64: {error}.") from error
    return NewFeedback(**{**asked.model_dump(), "picture": picture})


def _wrong(name: str, message: str) -> ProblemError:
    return ProblemError(422, "The request is not valid.", errors=[fault(["body", name], message)])
