"""The evidence queue: the shop's cases, the most urgent first."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from review_mining.service.desk.pages import page
from review_mining.service.desk.visits import Visit, visits
from review_mining.service.schemas import Outcome
from review_mining.tables import OUTCOMES

router = APIRouter()
_AT_ONCE = 25
_DECIDED = {"open": False, "decided": True, "any": None}


@router.get("/queue")
async def queue(
    visit: Annotated[Visit, Depends(visits("evidence"))],
    outcome: Outcome | Literal["any"] = "any",
    state: Literal["open", "decided", "any"] = "open",
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """Part of the queue."""
    shop = visit.shop
    found = await asyncio.to_thread(
        shop.cases.page,
        outcome=None if outcome == "any" else outcome,
        decided=_DECIDED[state],
        cursor=cursor,
        limit=_AT_ONCE,
    )
    counts = await asyncio.to_thread(shop.cases.counts)
    return page(
        visit,
        "queue.html",
        cases=found.items,
        next_cursor=found.next_cursor,
        cursor=cursor,
        outcome=outcome,
        state=state,
        counts=counts,
        outcomes=tuple(reversed(OUTCOMES)),
    )
