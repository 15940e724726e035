"""``GET /v1/cases``."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from review_mining.service.access import requires, shop_of
from review_mining.service.problems import responses
from review_mining.service.schemas import CaseOut, CasesAnswer, Outcome
from review_mining.service.store import Caller, StoredCase

router = APIRouter(tags=["cases"])


@router.get("/v1/cases", responses=responses(401, 403, 422, 429, 503))
async def cases(
    request: Request,
    caller: Annotated[Caller, Depends(requires("evidence"))],
    outcome: Outcome | None = None,
    decided: Annotated[bool | None, Query(description="Only cases with, or without, a decision.")] = None,
    cursor: Annotated[str | None, Query(max_length=500, description="`next_cursor` of the part before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> CasesAnswer:
    """The shop's cases, the most urgent first."""
    shop = shop_of(request, caller)
    page = await asyncio.to_thread(shop.cases.page, outcome=outcome, decided=decided, cursor=cursor, limit=limit)
    return CasesAnswer(items=[_shown(case) for case in page.items], next_cursor=page.next_cursor)


def _shown(case: StoredCase) -> CaseOut:
    return CaseOut.model_validate(
        {
            "case_id": case.case_id,
            "received_at": case.received_at,
            "outcome": case.verdict.outcome if case.verdict else None,
            "urgency": case.verdict.urgency if case.verdict else None,
            "decision": case.decision,
            "pictures": len(case.pictures),
        }
    )
