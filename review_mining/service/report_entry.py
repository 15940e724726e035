"""The way of an export: saved, and queued as the job of a report, once per idempotency key."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from starlette.datastructures import UploadFile

from review_mining.service.problems import ProblemError
from review_mining.service.services import Services
from review_mining.service.store import ShopStore
from review_mining.service.writes import written

REPORTS_ROUTE = "/v1/reports"
_SUFFIX = re.compile(r"\.[a-z]{1,8}")
_CHUNK = 1 << 20
_RETRY_S = 30


async def begin_report(
    services: Services, shop: ShopStore, reviews: UploadFile, asked: Mapping[str, Any], key: str | None
) -> str:
    """Queue a report.

    Args:
        services: the parts of the application.
        shop: whose report it is.
        reviews: the export.
        asked: how the report shall be made, checked.
        key: the idempotency key, if there is one.

    Returns:
        Id of the job.

    Raises:
        ProblemError: as many of the shop wait already as may (429).
    """
    await asyncio.to_thread(_refuse_too_many, shop, services.config.jobs.waiting)
    upload = services.store.incoming / secrets.token_hex(16)
    try:
        digest = await _saved(reviews, upload, asked)
        name = f"reviews{_suffix(reviews.filename)}"
        kept = await written(
            shop,
            key,
            REPORTS_ROUTE,
            digest,
            lambda store: {"job_id": store.jobs.submit("report", asked, {name: upload}).job_id},
        )
    finally:
        upload.unlink(missing_ok=True)
    services.runner.wake()
    return str(kept["job_id"])


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
