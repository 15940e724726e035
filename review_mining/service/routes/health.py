"""``GET /healthz``, ``/readyz`` and ``/metrics``, and the exchange of models."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from review_mining.service.access import requires, services_of
from review_mining.service.problems import ProblemError, responses
from review_mining.service.schemas import Health, VersionsAnswer
from review_mining.service.store import Caller, StoreError

router = APIRouter(tags=["operation"])


@router.get("/healthz")
async def healthz(request: Request) -> Health:
    """The process answers and its models are loaded."""
    return Health(status="ok", model=services_of(request).models.current.tagger.version)


@router.get("/readyz", responses=responses(503))
async def readyz(request: Request) -> Health:
    """It also reaches its store: requests may be sent."""
    services = services_of(request)
    try:
        await asyncio.to_thread(services.store.check)
    except StoreError as error:
        raise ProblemError(503, "The store does not answer.", headers={"Retry-After": "1"}) from error
    return Health(status="ok", model=services.models.current.tagger.version)


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"description": "Prometheus' text format.", "content": {"text/plain": {"schema": {"type": "string"}}}}
    },
)
async def metrics(request: Request) -> Response:
    """Figures for Prometheus, without personal data; keep them inside with the proxy."""
    return Response(services_of(request).metrics.text(), media_type=CONTENT_TYPE_LATEST)


@router.post("/v1/models/reload", responses=responses(401, 403, 409, 429))
async def reload(request: Request, _caller: Annotated[Caller, Depends(requires("admin"))]) -> VersionsAnswer:
    """Load the models anew from where they came from; requests that were accepted are finished on those before.

    409 with the reason where what lies there cannot be used; the models before then stay in use.
    """
    return VersionsAnswer(versions=await services_of(request).models.reload())
