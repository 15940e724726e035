"""``POST /v1/reports``, ``GET /v1/jobs/{id}`` and the files of its result."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path, PurePath
from tempfile import TemporaryFile
from typing import IO, Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi import Path as InPath
from fastapi.responses import FileResponse, StreamingResponse

from review_mining.service.access import idempotency_key, requires, services_of, shop_of
from review_mining.service.problems import ProblemError, fault, responses
from review_mining.service.schemas import JobAnswer
from review_mining.service.store import Caller, Job, ShopStore
from review_mining.service.writes import written
from review_mining.taxonomy import industry_names

router = APIRouter(tags=["reports"])
_ROUTE = "/v1/reports"
_PERIOD = r"^(previous|\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d)$"
_SUFFIX = re.compile(r"\.[a-z]{1,8}")
_CHUNK = 1 << 20
_RETRY_S = 30
JobId = Annotated[str, InPath(pattern="^[0-9a-f]{32}$")]
ALL_FILES = "results.zip"


@router.post(
    _ROUTE,
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
    await asyncio.to_thread(_refuse_too_many, shop, services.config.jobs.waiting)
    asked = {
        "lang": lang,
        "industry": industry,
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "product": product,
        "compare_to": compare_to,
    }
    upload = services.store.incoming / secrets.token_hex(16)
    try:
        digest = await _saved(reviews, upload, asked)
        name = f"reviews{_suffix(reviews.filename)}"
        kept = await written(
            shop,
            key,
            _ROUTE,
            digest,
            lambda store: {"job_id": store.jobs.submit("report", asked, {name: upload}).job_id},
        )
    finally:
        upload.unlink(missing_ok=True)
    services.runner.wake()
    response.headers["Location"] = f"/v1/jobs/{kept['job_id']}"
    return _shown(await asyncio.to_thread(shop.jobs.get, str(kept["job_id"])))


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
    shop = shop_of(request, caller)
    found = await asyncio.to_thread(shop.jobs.get, job_id)
    if found.results is None:
        raise ProblemError(409, f"The job is {found.state}; it has no result files.")
    if name == ALL_FILES:
        archive = await asyncio.to_thread(_archive, found.results, _files(found))
        headers = {"Content-Disposition": f'attachment; filename="{ALL_FILES}"'}
        return StreamingResponse(_chunks(archive), media_type="application/zip", headers=headers)
    if name not in _files(found) or not (found.results / name).is_file():
        raise ProblemError(404, "This job has no such file.")
    # As a download: a page made from an upload must not run under the service's address.
    return FileResponse(found.results / name, media_type="application/octet-stream", filename=PurePath(name).name)


def _refuse_too_many(shop: ShopStore, most: int) -> None:
    """Jobs are done in the order in which they came, so that those that wait are the latest."""
    latest = shop.jobs.page(limit=most).items
    if len(latest) == most and latest[-1].state in ("queued", "running"):
        detail = f"{most} reports of this shop wait already."
        raise ProblemError(429, detail, headers={"Retry-After": str(_RETRY_S)})


async def _saved(reviews: UploadFile, to: Path, asked: Mapping[str, Any]) -> str:
    """Write an upload; its digest together with what was asked."""
    digest = hashlib.sha256(repr(sorted(asked.items())).encode("utf-8", "replace"))
    with await asyncio.to_thread(to.open, "xb") as file:
        while chunk := await reviews.read(_CHUNK):
            digest.update(chunk)
            await asyncio.to_thread(file.write, chunk)
    return digest.hexdigest()


def _suffix(name: str | None) -> str:
    """Of the name only what tells JSON from CSV is kept."""
    suffix = PurePath(name or "").suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""


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
        files=_files(job),
    )


def _files(job: Job) -> list[str]:
    listed = job.result.get("files", [])
    return [str(name) for name in listed] if isinstance(listed, list) else []


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
