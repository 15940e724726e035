"""Reports on reviews: upload an export, see how far it is, open what was made."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.datastructures import UploadFile

from review_mining.service.access import services_of
from review_mining.service.desk.pages import page, sandboxed, seen_after
from review_mining.service.desk.visits import Visit, own_form, text_of, visits
from review_mining.service.problems import ProblemError
from review_mining.service.report_entry import begin_report
from review_mining.service.routes.reports import ALL_FILES, result_answer, result_names, result_path
from review_mining.taxonomy import industry_names

router = APIRouter()
JobId = Annotated[str, Query(alias="id", pattern="^[0-9a-f]{32}$")]
_AT_ONCE = 25
_PAGE = "report.html"
_PERCENT = 100


@router.get("/reports")
async def reports(
    visit: Annotated[Visit, Depends(visits("analyze"))], cursor: Annotated[str | None, Query(max_length=500)] = None
) -> Response:
    """The form for an export, and the shop's reports, the latest first."""
    found = await asyncio.to_thread(visit.shop.jobs.page, cursor=cursor, limit=_AT_ONCE)
    return page(
        visit,
        "reports.html",
        jobs=found.items,
        next_cursor=found.next_cursor,
        cursor=cursor,
        industries=industry_names(),
    )


@router.post("/reports")
async def begin(request: Request, visit: Annotated[Visit, Depends(visits("analyze"))]) -> Response:
    """Begin a report."""
    async with own_form(request, visit.session, files=1) as form:
        reviews, lang, industry = form.get("reviews"), text_of(form, "lang"), text_of(form, "industry")
        if not isinstance(reviews, UploadFile) or not reviews.filename:
            raise ProblemError(422, "Choose a file.")
        if lang not in ("zh", "en") or industry not in ("", *industry_names()):
            raise ProblemError(422, "There is no such language or industry.")
        asked = {"lang": lang, "industry": industry or None}
        job_id = await begin_report(services_of(request), visit.shop, reviews, asked, None)
    return seen_after("/report", id=job_id)


@router.get("/report")
async def report(visit: Annotated[Visit, Depends(visits("analyze", counted=False))], job_id: JobId) -> Response:
    """How far a report is; the page loads itself anew until it is done."""
    job = await asyncio.to_thread(visit.shop.jobs.get, job_id)
    names = result_names(job)
    return page(
        visit,
        "report.html",
        job=job,
        percent=_PERCENT * job.done // job.total if job.total else 0,
        names=names,
        can_open=_PAGE in names,
        all_files=ALL_FILES,
    )


@router.get("/report/open")
async def opened(visit: Annotated[Visit, Depends(visits("analyze"))], job_id: JobId) -> Response:
    """The finished report, in an origin of its own."""
    job = await asyncio.to_thread(visit.shop.jobs.get, job_id)
    path = result_path(job, _PAGE)
    return sandboxed(await asyncio.to_thread(path.read_bytes))


@router.get("/report/file")
async def file(
    visit: Annotated[Visit, Depends(visits("analyze"))],
    job_id: JobId,
    name: Annotated[str, Query(max_length=300)],
) -> Response:
    """A file of the result, or all of them, as a download."""
    return await result_answer(await asyncio.to_thread(visit.shop.jobs.get, job_id), name)
