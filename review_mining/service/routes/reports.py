"""``POST /v1/reports``, ``GET /v1/jobs/{id}`` and the files of its result."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path, PurePath
from tempfile import TemporaryFile
from typing import IO, Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi import Path as InPath
from fastapi.responses import FileResponse, StreamingResponse

from review_mining.service.access import idempotency_key, requires, services_of, shop_of
from review_mining.service.problems import ProblemError, fault, responses
from review_mining.service.report_entry import REPORTS_ROUTE, begin_report
from review_mining.service.schemas import JobAnswer
from review_mining.service.store import Caller, Job
from review_mining.taxonomy import industry_names

router = APIRouter(tags=["reports"])
_PERIOD = r"^(previous|\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d)$"
_CHUNK = 1 << 20
JobId = Annotated[str, InPath(pattern="^[0-9a-f]{32}$")]
ALL_FILES = "results.zip"


@router.post(
    REPORTS_ROUTE,
    status_code=202,
    response_model=JobAnswer,
    responses=responses(400, 401, 403, 408, 409, 413, 422, 429, 503),
)
async def report(
    request: Request,
    response: Response,
    caller: Annotated[Caller, Depends(requires("analyze"))],
    key: Annotated[str | None, Depends(idempotency_key)],
    reviews: Annotated[UploadFile, File(description="A shop's export: CSV, Excel, JSON Lines or Parquet.")],
    lang: Annotated[Literal["zh", "en"], Form()] = "zh",
    industry: Annotated[str | None, Form(description="Name of a bundled industry.")] = None,
    since: Annotated[date | None, Form(description="First day.")] = None,
    until: Annotated[date | None, Form(description="Last day.")] = None,
    product: Annotated[str | None, Form(max_length=200, description="Only this product.")] = None,
    compare_to: Annotated[str | None, Form(pattern=_PERIOD, description="`previous` or `FROM..TO`.")] = None,
) -> JobAnswer:
    """Begin a report on an export, as a background job."""
    if industry is not None and industry not in industry_names():
        message = f"There is no industry of this name; known are {', '.join(industry_names())}."
        raise ProblemError(422, "The request is not valid.", errors=[fault(["body", "industry"], message)])
    services, shop = services_of(request), shop_of(request, caller)
    asked = {
        "lang": lang,
        "industry": industry,
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "product": product,
        "compare_to": compare_to,
    }
    job_id = await begin_report(services, shop, reviews, asked, key)
    response.headers["Location"] = f"/v1/jobs/{job_id}"
    return _shown(await asyncio.to_thread(shop.jobs.get, job_id))


@router.get("/v1/jobs/{job_id}", responses=responses(401, 403, 404, 422, 429, 503))
async def job(job_id: JobId, request: Request, caller: Annotated[Caller, Depends(requires("analyze"))]) -> JobAnswer:
    """How far a job is, and what it has left."""
    return _shown(await asyncio.to_thread(shop_of(request, caller).jobs.get, job_id))


@router.get(
    "/v1/jobs/{job_id}/files/{name:path}",
    response_class=Response,
    responses={
        200: {"description": "The file.", "content": {"application/octet-stream": {"schema": {"type": "string"}}}},
        **responses(401, 403, 404, 409, 422, 429, 503),
    },
)
async def result_file(
    job_id: JobId,
    name: Annotated[str, InPath(max_length=300, description="A name of `files`, or `results.zip` for all of them.")],
    request: Request,
    caller: Annotated[Caller, Depends(requires("analyze"))],
) -> Response:
    """A result file of a job; 409 while there is none yet."""
    return await result_answer(await asyncio.to_thread(shop_of(request, caller).jobs.get, job_id), name)


async def result_answer(found: Job, name: str) -> Response:
    """A result file as a download.

    Args:
        found: the job.
        name: a name of its files, or `results.zip` for all of them.

    Raises:
        ProblemError: there are no files yet (409), or none of this name (404).
    """
    if found.results is None:
        raise ProblemError(409, f"The job is {found.state}; it has no result files.")
    if name == ALL_FILES:
        archive = await asyncio.to_thread(_archive, found.results, result_names(found))
        headers = {"Content-Disposition": f'attachment; filename="{ALL_FILES}"'}
        return StreamingResponse(_chunks(archive), media_type="application/zip", headers=headers)
    # As a download: a page made from an upload must not run under the service's address.
    path = result_path(found, name)
    return FileResponse(path, media_type="application/octet-stream", filename=PurePath(name).name)


def result_path(found: Job, name: str) -> Path:
    """Where a result file is.

    Raises:
        ProblemError: the job has none of this name (404).
    """
    if found.results is None or name not in result_names(found) or not (found.results / name).is_file():
        raise ProblemError(404, "This job has no such file.")
    return found.results / name


def result_names(job: Job) -> list[str]:
    """Names of a job's result files, none until it is done."""
    listed = job.result.get("files", [])
    return [str(name) for name in listed] if isinstance(listed, list) else []


def _shown(job: Job) -> JobAnswer:
    return JobAnswer(
        job_id=job.job_id,
        kind=job.kind,
        state=job.state,
        done=job.done,
        total=job.total,
        attempts=job.attempts,
        created_at=job.created_at,
        finished_at=job.finished_at,
        problem=job.problem,
        files=result_names(job),
    )


def _archive(results: Path, names: list[str]) -> IO[bytes]:
    """All result files in a ZIP on disk; it is gone when it is closed."""
    file = TemporaryFile()  # noqa: SIM115 (the answer closes it)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.write(results / name, name)
    file.seek(0)
    return file


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk
