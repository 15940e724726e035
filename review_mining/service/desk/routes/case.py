"""One case: its page, its pictures, the clicks on it, and its evidence pack."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import IO, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from review_mining.evidence import CaseVerdict
from review_mining.service.access import services_of
from review_mining.service.decided import rulings_in
from review_mining.service.desk.case_view import case_view
from review_mining.service.desk.clicks import CLICKS, click
from review_mining.service.desk.files import View, drawn_view, opened_pack, pack_page
from review_mining.service.desk.pages import page, sandboxed, seen_after
from review_mining.service.desk.verdicts import standing_verdict
from review_mining.service.desk.visits import Visit, own_form, text_of, visits
from review_mining.service.problems import ProblemError
from review_mining.service.store import StoredCase, UnknownRecordError

router = APIRouter()
CaseId = Annotated[str, Query(alias="id", max_length=255)]
_CHUNK = 1 << 20
_LONGEST_NOTE = 2000


@router.get("/case")
async def case(visit: Annotated[Visit, Depends(visits("evidence"))], case_id: CaseId) -> Response:
    """Everything that is known of a case."""
    config = services_of(visit.request).judge.config
    view = await asyncio.to_thread(case_view, visit.shop, case_id, config, visit.language)
    return page(visit, "case.html", view=view, case_id=case_id, clicks=CLICKS)


@router.get("/zoom")
async def zoom(visit: Annotated[Visit, Depends(visits("evidence"))], case_id: CaseId, number: int) -> Response:
    """One picture, as large as the window."""
    stored = await asyncio.to_thread(visit.shop.cases.get, case_id)
    if not 0 <= number < len(stored.pictures):
        raise ProblemError(404, "The case has no such picture.")
    return page(visit, "zoom.html", case_id=case_id, number=number, picture=stored.pictures[number])


@router.get("/picture")
async def picture(
    visit: Annotated[Visit, Depends(visits("evidence", counted=False))],
    case_id: CaseId,
    number: int,
    view: View = "small",
) -> Response:
    """A picture drawn anew from its pixels."""
    stored = await asyncio.to_thread(visit.shop.cases.get, case_id)
    if not 0 <= number < len(stored.pictures):
        raise ProblemError(404, "The case has no such picture.")
    config = services_of(visit.request).judge.config
    # A decoded picture takes hundreds of megabytes at worst.
    async with visit.request.app.state.drawing:
        drawn = await asyncio.to_thread(drawn_view, stored.pictures[number], view, config)
    if drawn is None:
        raise ProblemError(404, "The picture cannot be opened.")
    return Response(drawn, media_type="image/png" if view == "heat" else "image/jpeg")


@router.post("/case/decide")
async def decide(request: Request, visit: Annotated[Visit, Depends(visits("evidence", "feedback"))]) -> Response:
    """One click."""
    async with own_form(request, visit.session) as form:
        case_id, note = text_of(form, "id"), text_of(form, "note")[:_LONGEST_NOTE]
        action = next((one for one in (*CLICKS, "appeal") if one == text_of(form, "action")), None)
    if action is None:
        raise ProblemError(422, "There is no such action.")
    await asyncio.to_thread(click, visit.shop, case_id, action, note)
    return seen_after("/case", id=case_id)


@router.post("/case/undo")
async def undo(request: Request, visit: Annotated[Visit, Depends(visits("evidence", "feedback"))]) -> Response:
    """Take a click back, and the feedback that came with it."""
    async with own_form(request, visit.session) as form:
        case_id, number = text_of(form, "id"), text_of(form, "decision")
    if not number.isdecimal():
        raise ProblemError(422, "There is no such decision.")
    await asyncio.to_thread(visit.shop.decisions.undo, case_id, int(number[:18]))
    return seen_after("/case", id=case_id)


@router.get("/pack")
async def pack(visit: Annotated[Visit, Depends(visits("evidence"))], case_id: CaseId) -> Response:
    """The evidence pack as a page for reading and printing."""
    services = services_of(visit.request)
    stored, verdict = await asyncio.to_thread(_judged, visit, case_id)
    made = await asyncio.to_thread(
        pack_page, stored, verdict, services.judge.config, visit.language, services.judge.incoming
    )
    return sandboxed(made.encode("utf-8", "replace"))


@router.get("/pack.zip")
async def pack_zip(visit: Annotated[Visit, Depends(visits("evidence"))], case_id: CaseId) -> Response:
    """The evidence pack with the original pictures."""
    services = services_of(visit.request)
    stored, verdict = await asyncio.to_thread(_judged, visit, case_id)
    name, file = await asyncio.to_thread(
        opened_pack, stored, verdict, services.judge.config, visit.language, services.judge.incoming
    )
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return StreamingResponse(_chunks(file), media_type="application/zip", headers=headers)


def _judged(visit: Visit, case_id: str) -> tuple[StoredCase, CaseVerdict]:
    stored = visit.shop.cases.get(case_id)
    corrections = rulings_in(visit.shop.feedback.of_case(case_id))
    verdict = standing_verdict(stored, corrections, services_of(visit.request).judge.config)
    if verdict is None:
        raise UnknownRecordError(f"There is no verdict on the case {case_id!r} that a pack could be made of.")
    return stored, verdict


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk
