"""Logging in with a key, and out."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from review_mining.service.access import services_of
from review_mining.service.desk.pages import bare_page, page, seen_after
from review_mining.service.desk.sessions import Session
from review_mining.service.desk.visits import Visit, own_form, sessions_of, text_of, visits

router = APIRouter()
_LONGEST_KEY = 200


@router.get("/login")
async def login_page(request: Request) -> Response:
    """The form for the key."""
    return _form(request)


@router.post("/login")
async def login(request: Request) -> Response:
    """Begin a session for who holds a key."""
    async with own_form(request, sessions_of(request).read(request)) as form:
        key = text_of(form, "key")
    services = services_of(request)
    caller = await asyncio.to_thread(services.store.caller, key) if 0 < len(key) <= _LONGEST_KEY else None
    if caller is None:
        return _form(request, wrong=True)
    response = seen_after("/")
    sessions_of(request).write(response, Session.begun(caller.key_id))
    return response


@router.post("/logout")
async def logout(request: Request) -> Response:
    """Let the browser forget its session."""
    sessions = sessions_of(request)
    async with own_form(request, sessions.read(request)):
        response = seen_after("/login")
    sessions.end(response)
    return response


@router.get("/")
async def home(visit: Annotated[Visit, Depends(visits())]) -> Response:
    """The first section that the key opens."""
    if visit.caller.may("evidence"):
        return seen_after("/queue", lang=visit.request.query_params.get("lang"))
    if visit.caller.may("analyze"):
        return seen_after("/reports", lang=visit.request.query_params.get("lang"))
    return page(visit, "nothing.html")


def _form(request: Request, *, wrong: bool = False) -> Response:
    sessions, session = sessions_of(request), Session.begun()
    token = sessions.form_token(session)
    response = bare_page(request, "login.html", status=403 if wrong else 200, token=token, wrong=wrong)
    sessions.write(response, session)
    return response
