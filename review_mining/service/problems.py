"""Errors as problem documents (RFC 9457), with the place and the index of what is wrong."""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from review_mining.errors import ConfigError, InputError, ModelError, UsageError
from review_mining.service.batching import ClosedError, DeadlineError, OverloadedError
from review_mining.service.store import (
    ConflictError,
    CursorError,
    StoreUnavailableError,
    UnknownRecordError,
)

MEDIA_TYPE = "application/problem+json"
_SHOWN_FAULTS = 20
_RETRY_WHEN_CLOSED = 5
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    location: list[str | int] = Field(examples=[["body", "reviews", 1, "text"]])
    message: str = Field(examples=["Field required"])
    index: int | None = Field(None, description="Place in the list of the request, from 0, of what is wrong.")


class Problem(BaseModel):
    """A problem document."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["The request is not valid."])
    errors: list[Fault] | None = None


class ProblemError(HTTPException):
    """An error with all that its document says.

    Args:
        status: HTTP status.
        detail: what is wrong and what to do.
        errors: the faults of a request.
        headers: further headers.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: list[dict[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail, headers=headers)
        self.errors = errors


def problem(
    status: int,
    detail: str,
    *,
    errors: list[dict[str, Any]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document as a response."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors is not None:
        content["errors"] = errors
    # A key of a request may hold half a character, which no answer can carry.
    body = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
    return Response(body, status, headers=headers, media_type=MEDIA_TYPE)


def fault(location: list[str | int], message: str) -> dict[str, Any]:
    """A fault with the index that its location names, if it does."""
    index = next((part for part in location if isinstance(part, int)), None) if location[1:] else None
    found: dict[str, Any] = {"location": location, "message": message}
    return found if index is None else {**found, "index": index}


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route's OpenAPI says of the problems that it may answer with."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in sorted(statuses)}


def install(app: FastAPI) -> None:
    """Let the application answer every error with a problem document."""
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(RequestValidationError)(_invalid)
    for kind in _STATUSES:
        app.exception_handler(kind)(_known)
    for kind, answer in ((OverloadedError, _overloaded), (ClosedError, _closed), (DeadlineError, _late)):
        app.exception_handler(kind)(answer)
    app.exception_handler(ClientDisconnect)(_gone)
    app.exception_handler(OSError)(_disk_full)


_STATUSES: dict[type[Exception], int] = {
    UnknownRecordError: 404,
    ConflictError: 409,
    CursorError: 422,
    InputError: 422,
    UsageError: 422,
    ModelError: 409,
    ConfigError: 409,
    StoreUnavailableError: 503,
}


def _known(_request: Request, error: Exception) -> Response:
    status = next(status for kind, status in _STATUSES.items() if isinstance(error, kind))
    headers = {"Retry-After": "1"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return problem(status, str(error), headers=headers)


def _http(request: Request, error: HTTPException) -> Response:
    if isinstance(error.__cause__, OSError) and error.__cause__.errno in _FULL:
        # FastAPI takes whatever happens while a form is read for a fault of the caller.
        return _disk_full(request, error.__cause__)
    errors = error.errors if isinstance(error, ProblemError) else None
    return problem(error.status_code, str(error.detail), errors=errors, headers=error.headers)


def _invalid(_request: Request, error: RequestValidationError) -> Response:
    faults = [fault(list(one["loc"]), one["msg"]) for one in error.errors()[:_SHOWN_FAULTS]]
    more = len(error.errors()) - len(faults)
    detail = "The request is not valid." + (f" {more} further faults are not listed." if more > 0 else "")
    return problem(422, detail, errors=faults)


def _overloaded(_request: Request, error: OverloadedError) -> Response:
    return problem(503, str(error), headers={"Retry-After": str(error.retry_after)})


def _closed(_request: Request, _error: ClosedError) -> Response:
    detail = "The service is stopping or has just changed its model; try again."
    return problem(503, detail, headers={"Retry-After": str(_RETRY_WHEN_CLOSED)})


def _late(_request: Request, _error: DeadlineError) -> Response:
    detail = "The answer was not ready in time; ask for less at once, or give X-Request-Timeout more seconds."
    return problem(504, detail)


def _disk_full(_request: Request, error: OSError) -> Response:
    if error.errno not in _FULL:
        raise error
    return problem(503, "The disk is full; nothing of this request was kept.", headers={"Retry-After": "60"})


def _gone(_request: Request, _error: ClientDisconnect) -> Response:
    return problem(400, "The request ended before its body was complete.")
