"""``POST /v1/reviews/analyze``."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from review_mining.service.access import deadline, requires, services_of
from review_mining.service.problems import responses
from review_mining.service.schemas import AnalyzeAnswer, AnalyzeRequest
from review_mining.service.store import Caller

router = APIRouter(tags=["reviews"])


@router.post(
    "/v1/reviews/analyze",
    response_model=AnalyzeAnswer,
    responses=responses(400, 401, 403, 408, 413, 422, 429, 503, 504),
)
async def analyze(
    asked: AnalyzeRequest,
    request: Request,
    _caller: Annotated[Caller, Depends(requires("analyze"))],
    until: Annotated[float, Depends(deadline)],
) -> Response:
    """Aspects and opinions of each review, per field, in the order of the request."""
    generation = services_of(request).models.current
    results = await generation.reviews.submit(asked.reviews, until)
    content = f'{{"model":{json.dumps(generation.tagger.version)},"results":[{",".join(filter(None, results))}]}}'
    return Response(content.encode("utf-8", "replace"), media_type="application/json")
