"""Who visits a page: the cookie is read, its key looked up anew, and its scope checked, on every page."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

from fastapi import Request
from starlette.datastructures import FormData

from review_mining.evidence.reasons import Language
from review_mining.service.access import services_of
from review_mining.service.desk.sessions import Session, Sessions
from review_mining.service.problems import ProblemError
from review_mining.service.store import Caller, ShopStore

LANGUAGE_COOKIE = "review_mining_language"
_FIELDS = 60


class LoginNeededError(Exception):
    """The page is for those who are logged in."""


@dataclass(frozen=True)
class Visit:
    """A request by someone who is logged in.

    Attributes:
        request: the request.
        session: of the browser.
        caller: whose key it was.
    """

    request: Request
    session: Session
    caller: Caller

    @property
    def shop(self) -> ShopStore:
        """What the caller's shop can see."""
        return services_of(self.request).store.for_shop(self.caller.shop, actor=self.caller.key_id)

    @property
    def language(self) -> Language:
        """In which the page is written."""
        return language_of(self.request)


def sessions_of(request: Request) -> Sessions:
    """What reads the cookies of the application that a request came to."""
    return cast("Sessions", request.app.state.sessions)


def language_of(request: Request) -> Language:
    """Chinese, unless the address or an earlier visit asks for English."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    return "en" if asked == "en" else "zh"


def visits(*scopes: str, counted: bool = True) -> Callable[[Request], Awaitable[Visit]]:
    """A dependency that lets in who is logged in with a key of all these scopes.

    Args:
        scopes: that the key must have.
        counted: whether it counts as a call of the key; the pictures of a page do not.
    """

    async def check(request: Request) -> Visit:
        session = sessions_of(request).read(request)
        services = services_of(request)
        known = session is not None and session.key_id is not None
        caller = await asyncio.to_thread(services.store.keys.holder, str(session.key_id)) if known and session else None
        if session is None or caller is None:
            raise LoginNeededError
        request.state.key_id = caller.key_id
        for scope in scopes:
            if not caller.may(scope):
                raise ProblemError(403, f"This key does not have the scope {scope!r}.")
        if counted and (seconds := services.limiter.wait(caller)) > 0:
            headers = {"Retry-After": str(math.ceil(seconds))}
            raise ProblemError(429, f"This key may call {caller.per_minute} times a minute.", headers=headers)
        return Visit(request, session, caller)

    return check


@asynccontextmanager
async def own_form(request: Request, session: Session | None, *, files: int = 0) -> AsyncIterator[FormData]:
    """A form that was sent from a page of the same login.

    Args:
        request: not read yet.
        session: of the browser.
        files: how many files it may hold.

    Raises:
        ProblemError: it does not carry the token of its login (403).
    """
    async with request.form(max_files=files, max_fields=_FIELDS) as form:
        if session is None or not sessions_of(request).is_own_form(session, text_of(form, "csrf")):
            raise ProblemError(403, "The form has expired. Go back, load the page again, and send it once more.")
        yield form


def text_of(form: FormData, name: str) -> str:
    """A field of a form, without space around it; empty where there is none."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""
