"""Appeals: the list, the decision on one, and all decisions for recalibration."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from review_mining.service.access import services_of
from review_mining.service.decided import rulings_in
from review_mining.service.desk.hearing import Appeal, Ruling, all_appeal_clicks, appeals_in, rule
from review_mining.service.desk.pages import page, seen_after
from review_mining.service.desk.verdicts import Subject
from review_mining.service.desk.visits import Visit, own_form, text_of, visits
from review_mining.service.problems import ProblemError
from review_mining.service.store import ShopStore

router = APIRouter()
_SHOWN = 200
_LONGEST_NOTE = 2000


@router.get("/appeals")
async def appeals(visit: Annotated[Visit, Depends(visits("evidence", "feedback"))]) -> Response:
    """Open appeals, the oldest first; then the decided ones, the latest first."""
    found = await asyncio.to_thread(_in_order, visit.shop)
    waiting = sum(one.state == "open" for one in found)
    left_out = max(0, len(found) - _SHOWN)
    return page(visit, "appeals.html", appeals=found[:_SHOWN], waiting=waiting, left_out=left_out)


@router.post("/appeals/rule")
async def ruling(request: Request, visit: Annotated[Visit, Depends(visits("evidence", "feedback"))]) -> Response:
    """Uphold or withdraw signs."""
    async with own_form(request, visit.session) as form:
        appeal_id, note = text_of(form, "appeal"), text_of(form, "note")[:_LONGEST_NOTE]
        decision = text_of(form, "ruling")
        decided = [_subject(value) for value in form.getlist("sign") if isinstance(value, str)]
    config = services_of(request).judge.config
    case_id = await asyncio.to_thread(rule, visit.shop, appeal_id, _ruling(decision), decided, note, config)
    return seen_after("/case", id=case_id)


@router.get("/corrections.jsonl")
async def corrections(visit: Annotated[Visit, Depends(visits("evidence", "feedback"))]) -> Response:
    """All decisions about signs, as ``scripts/recalibrate_evidence.py`` reads them."""
    made = await asyncio.to_thread(lambda: rulings_in(all_appeal_clicks(visit.shop)))
    lines = "".join(f"{one.model_dump_json()}\n" for one in made)
    headers = {"Content-Disposition": 'attachment; filename="corrections.jsonl"'}
    return Response(lines.encode("utf-8", "replace"), media_type="application/x-ndjson", headers=headers)


def _in_order(shop: ShopStore) -> list[Appeal]:
    found = appeals_in(list(all_appeal_clicks(shop)))
    waiting = [one for one in found if one.state == "open"]
    return [*waiting, *reversed([one for one in found if one.state != "open"])]


def _ruling(written: str) -> Ruling:
    if written == "upheld":
        return "upheld"
    if written == "withdrawn":
        return "withdrawn"
    raise ProblemError(422, "An appeal ends with upheld or withdrawn.")


def _subject(written: str) -> Subject:
    sha256, _, sign = written.partition(":")
    return sha256 or None, sign
