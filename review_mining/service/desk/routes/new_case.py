"""Entering a case by hand."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from review_mining.service.access import deadline, services_of
from review_mining.service.case_entry import judged_and_kept
from review_mining.service.config import EvidenceQueue
from review_mining.service.desk.pages import page, seen_after
from review_mining.service.desk.visits import Visit, own_form, text_of, visits
from review_mining.service.judging import Submitted
from review_mining.service.problems import ProblemError, fault
from review_mining.service.schemas import CaseIn
from review_mining.service.submission import PictureFolder

router = APIRouter()
_CHUNK = 1 << 20
_MEGABYTE = 1 << 20
_ORDER = ("order_id", "product_name", "sku", "amount")


@router.get("/new")
async def new_page(visit: Annotated[Visit, Depends(visits("evidence"))]) -> Response:
    """The form."""
    limits = services_of(visit.request).config.evidence
    return page(visit, "new.html", most=limits.pictures, megabytes=limits.bytes // _MEGABYTE)


@router.post("/new")
async def new(
    request: Request,
    visit: Annotated[Visit, Depends(visits("evidence"))],
    until: Annotated[float, Depends(deadline)],
) -> Response:
    """Judge the case, keep it, and show it."""
    services = services_of(request)
    limits = services.config.evidence
    with tempfile.TemporaryDirectory(prefix="case-", dir=services.judge.incoming) as folder:
        # One more than may be, so that the limit is told by this application's own words.
        async with own_form(request, visit.session, files=limits.pictures + 1) as form:
            case = _case(form)
            names = await _written(form, Path(folder), limits)
        submitted = Submitted(visit.caller.shop, case, Path(folder), names)
        await judged_and_kept(services, visit.shop, submitted, until, None)
    return seen_after("/case", id=case.case_id)


def _case(form: FormData) -> CaseIn:
    order = {name: text_of(form, name) for name in _ORDER if text_of(form, name)}
    written: dict[str, Any] = {
        "case_id": text_of(form, "case_id") or f"D{datetime.now():%Y%m%d-%H%M%S-%f}",
        "statement": text_of(form, "statement"),
        "buyer_id": text_of(form, "buyer_id") or None,
        "order": order,
    }
    try:
        return CaseIn.model_validate(written)
    except ValidationError as error:
        faults = [fault(["body", *one["loc"]], one["msg"]) for one in error.errors()]
        raise ProblemError(422, "The case is not valid.", errors=faults) from error


async def _written(form: FormData, folder: Path, limits: EvidenceQueue) -> tuple[str, ...]:
    """Write the pictures under their names; phones give all of them the same one."""
    pictures = PictureFolder(folder, limits)
    for place, upload in enumerate(_sent(form)):
        if place == limits.pictures:
            raise ProblemError(422, f"A case may have {limits.pictures} pictures at most.")
        name = upload.filename or ""
        pictures.open(place, _told_apart(name, place) if name in pictures.names else name)
        while chunk := await upload.read(_CHUNK):
            await asyncio.to_thread(pictures.append, chunk)
    return pictures.names


def _sent(form: FormData) -> Iterator[UploadFile]:
    """A form without a chosen file still sends one, without name and content."""
    return (one for one in form.getlist("pictures") if isinstance(one, UploadFile) and (one.filename or one.size))


def _told_apart(name: str, place: int) -> str:
    path = PurePath(name)
    return f"{path.stem}-{place + 1}{path.suffix}"
