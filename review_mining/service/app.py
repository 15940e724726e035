"""The FastAPI application: ``POST /v1/reviews/analyze`` and the health checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Annotated, Any

import pyarrow as pa
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from review_mining.aspects import AspectTagger
from review_mining.ingest import read
from review_mining.service.store import Store

_PROBLEM = "application/problem+json"
_TEXTS = pa.schema([("text", pa.string()), ("follow_up", pa.string())])


class Review(BaseModel):
    """One review to analyse."""

    model_config = ConfigDict(extra="forbid")

    review_id: str = Field(min_length=1, max_length=200, examples=["r-1"])
    text: str = Field(max_length=20_000, examples=["拉链用了三天就坏了，客服态度倒是很好"])
    follow_up: str | None = Field(None, max_length=20_000)


class AnalyzeRequest(BaseModel):
    """Up to 1,000 reviews."""

    model_config = ConfigDict(extra="forbid")

    reviews: list[Review] = Field(min_length=1, max_length=1000)


def create_app(tagger: AspectTagger, store: Store) -> FastAPI:
    """Build the application from finished parts.

    Args:
        tagger: the aspect model that answers.
        store: where keys are looked up.
    """
    app = FastAPI(title="review_mining", version="1")

    @app.post("/v1/reviews/analyze", dependencies=[Depends(_requires(store, "analyze"))])
    def analyze(request: AnalyzeRequest) -> dict[str, Any]:
        """Aspects and opinions of each review, per field, in the order of the request."""
        return {"model": tagger.version, "results": _results(tagger, request.reviews)}

    @app.get("/healthz")
    @app.get("/readyz")
    def healthy() -> dict[str, str]:
        """The process answers and its model is loaded."""
        return {"status": "ok", "model": tagger.version}

    app.exception_handler(HTTPException)(_http_problem)
    app.exception_handler(RequestValidationError)(_validation_problem)
    return app


def _requires(store: Store, scope: str) -> Callable[[str | None], None]:
    """A dependency that lets only keys of a scope through."""

    def check(x_api_key: Annotated[str | None, Header()] = None) -> None:
        caller = store.caller(x_api_key) if x_api_key else None
        if caller is None:
            raise HTTPException(401, "Send a valid key in the header X-API-Key.")
        if not caller.may(scope):
            raise HTTPException(403, f"This key does not have the scope {scope!r}.")

    return check


def _results(tagger: AspectTagger, reviews: list[Review]) -> list[dict[str, Any]]:
    stored = _stored(reviews)
    results: list[dict[str, Any]] = []
    for field in ("text", "follow_up"):
        present = [(index, row[field]) for index, row in enumerate(stored) if row[field] is not None]
        ids = [str(index) for index, _ in present]
        texts = [text for _, text in present]
        opinions, labels = tagger.tag(texts, review_ids=ids, field=field)
        by_review = defaultdict(list)
        for opinion in opinions.to_pylist():
            by_review[opinion["review_id"]].append(opinion)
        for row, text in zip(labels.to_pylist(), texts, strict=True):
            position = row["review_id"]
            name = reviews[int(position)].review_id
            spans = [_opinion(opinion, name, text) for opinion in by_review[position]]
            results.append({**row, "review_id": name, "position": int(position), "opinions": spans})
    results.sort(key=lambda result: result["position"])
    for result in results:
        del result["position"]
    return results


def _stored(reviews: list[Review]) -> list[dict[str, Any]]:
    """The texts as ingest cleans and masks them, to which all offsets refer."""
    rows = [{"text": review.text, "follow_up": review.follow_up} for review in reviews]
    return [row for batch in read(pa.Table.from_pylist(rows, _TEXTS)) for row in batch.to_pylist()]


def _opinion(opinion: dict[str, Any], review_id: str, text: str) -> dict[str, Any]:
    start, end = opinion["start"], opinion["end"]
    before = _utf16(text[:start])
    return {
        **opinion,
        "review_id": review_id,
        "opinion_id": f"{review_id}/{opinion['field']}/{start}-{end}/{opinion['sub_aspect']}",
        "start_utf16": before,
        "end_utf16": before + _utf16(text[start:end]),
    }


def _utf16(text: str) -> int:
    """Length in the units that JavaScript and Java count."""
    return len(text.encode("utf-16-le")) // 2


def _http_problem(_request: Request, error: HTTPException) -> JSONResponse:
    """An HTTP error as a problem document (RFC 9457)."""
    return _problem(error.status_code, str(error.detail))


def _validation_problem(_request: Request, error: RequestValidationError) -> JSONResponse:
    """What is wrong with a request, with the place of each fault."""
    faults = [{"location": list(fault["loc"]), "message": fault["msg"]} for fault in error.errors()]
    return _problem(422, "The request is not valid.", errors=faults)


def _problem(status: int, detail: str, **more: object) -> JSONResponse:
    return JSONResponse(
        {"type": "about:blank", "status": status, "detail": detail, **more}, status, media_type=_PROBLEM
    )
