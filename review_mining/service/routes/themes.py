"""``POST /v1/themes/assign``."""

from __future__ import annotations

from typing import Annotated

import pyarrow as pa
from fastapi import APIRouter, Depends, Request

from review_mining.service.access import deadline, requires, services_of
from review_mining.service.problems import ProblemError, responses
from review_mining.service.schemas import AssignAnswer, Assigned, AssignRequest, Complaint
from review_mining.service.store import Caller

router = APIRouter(tags=["themes"])
_COLUMNS = pa.schema([(name, pa.string()) for name in Complaint.model_fields])


@router.post("/v1/themes/assign", responses=responses(400, 401, 403, 408, 409, 413, 422, 429, 503, 504))
async def assign(
    asked: AssignRequest,
    request: Request,
    _caller: Annotated[Caller, Depends(requires("analyze"))],
    until: Annotated[float, Depends(deadline)],
) -> AssignAnswer:
    """The theme of each opinion; nulls where it is not negative, or resembles none.

    409 where the service was started without themes (`--themes DIR`).
    """
    generation = services_of(request).models.current
    if generation.themes is None:
        raise ProblemError(409, "This service has no themes; start it with --themes DIR.")
    table = pa.Table.from_pylist([opinion.model_dump() for opinion in asked.opinions], _COLUMNS)
    (found,) = await generation.complaints.submit([table], until)
    names = generation.themes.names
    results = [
        Assigned(opinion_id=opinion.opinion_id, theme_id=theme, name=names.get(theme) if theme else None)
        for opinion, theme in zip(asked.opinions, found.to_pylist(), strict=True)
    ]
    return AssignAnswer(themes=generation.themes.version, results=results)
