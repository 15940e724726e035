"""The desk as an application of its own, mounted below ``/desk``; its errors are pages."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from importlib import resources
from typing import Any

from fastapi import FastAPI, Request, Response

from review_mining.service import problems
from review_mining.service.desk.pages import bare_page, seen_after
from review_mining.service.desk.routes import appeals, case, login, new_case, queue, reports
from review_mining.service.desk.sessions import Sessions
from review_mining.service.desk.visits import LoginNeededError
from review_mining.service.desk.wording import ERRORS
from review_mining.service.services import Services

_DRAWN_AT_ONCE = 2
_STATIC = {"desk.css": "text/css", "desk.js": "text/javascript", "icon.svg": "image/svg+xml"}
_KEPT = {"Cache-Control": "max-age=600"}

Handler = Callable[[Request, Exception], Response]


def create_desk(services: Services) -> FastAPI:
    """Build the desk.

    Args:
        services: the parts that it shares with the API.
    """
    desk = FastAPI(title="desk", docs_url=None, redoc_url=None, openapi_url=None)
    settings = services.config.desk
    desk.state.services = services
    desk.state.sessions = Sessions(
        services.store.derived_key("desk"), hours=settings.session_hours, secure=settings.secure_cookies
    )
    desk.state.drawing = asyncio.Semaphore(_DRAWN_AT_ONCE)
    for part in (login, queue, case, new_case, appeals, reports):
        desk.include_router(part.router)
    for name, media_type in _STATIC.items():
        desk.add_api_route(f"/{name}", _static(name, media_type), methods=["GET"])
    _install_errors(desk)
    return desk


def _static(name: str, media_type: str) -> Callable[[], Response]:
    content = (resources.files(__package__) / "static" / name).read_bytes()

    def answer() -> Response:
        return Response(content, media_type=media_type, headers=_KEPT)

    return answer


def _install_errors(desk: FastAPI) -> None:
    """The errors of the API, each as a page in words for shop staff."""
    builtin = set(desk.exception_handlers.values())
    problems.install(desk)
    for kind, answer in list(desk.exception_handlers.items()):
        if answer not in builtin:
            desk.add_exception_handler(kind, _as_page(answer))
    desk.add_exception_handler(LoginNeededError, lambda _request, _error: seen_after("/login"))


def _as_page(answer: Callable[..., Any]) -> Handler:
    def page(request: Request, error: Exception) -> Response:
        made = answer(request, error)
        document = json.loads(bytes(made.body))
        status = made.status_code if made.status_code in ERRORS else 422
        kept = {name: value for name, value in made.headers.items() if name == "retry-after"}
        return bare_page(
            request,
            "error.html",
            status=made.status_code,
            headers=kept,
            shown=status,
            detail=document["detail"],
            faults=[fault["message"] for fault in document.get("errors", [])],
        )

    return page
