"""Who calls: keys are checked before a body is read, scopes before a route acts."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Annotated, cast

from fastapi import Header, Request, Security
from fastapi.security import APIKeyHeader
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from review_mining.service.callers import Callers
from review_mining.service.problems import ProblemError, problem
from review_mining.service.services import Services
from review_mining.service.store import Caller, RateLimiter, ShopStore, Store, StoreError

KEY_HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, description="A key of `review-mining keys create`.")
_CLOSE = {"Connection": "close"}
_LONGEST_KEY = 200


class AccessMiddleware:
    """Lets only known keys, at their rate, to anything below ``/v1/``.

    Args:
        app: the application behind it.
        store: where keys are looked up.
        limiter: how often they may call.
    """

    def __init__(self, app: ASGIApp, store: Store, limiter: RateLimiter) -> None:
        self._app, self._callers, self._limiter = app, Callers(store), limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its caller, or answer it with 401 or 429."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        key = Headers(scope=scope).get("x-api-key", "")
        try:
            caller = await self._callers.of(key) if 0 < len(key) <= _LONGEST_KEY else None
        except StoreError as error:
            await problem(503, str(error), headers={"Retry-After": "1", **_CLOSE})(scope, receive, send)
            return
        if caller is None:
            headers = {"WWW-Authenticate": "ApiKey", **_CLOSE}
            await problem(401, "Send a valid key in the header X-API-Key.", headers=headers)(scope, receive, send)
            return
        scope["state"]["caller"], scope["state"]["key_id"] = caller, caller.key_id
        if (seconds := self._limiter.wait(caller)) > 0:
            headers = {"Retry-After": str(math.ceil(seconds)), **_CLOSE}
            detail = f"This key may call {caller.per_minute} times a minute."
            await problem(429, detail, headers=headers)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def services_of(request: Request) -> Services:
    """The parts of the application that a request came to."""
    return cast("Services", request.app.state.services)


def requires(scope: str) -> Callable[..., Awaitable[Caller]]:
    """A dependency that lets only keys of a scope through, and says who calls."""

    async def check(request: Request, _key: Annotated[str | None, Security(KEY_HEADER)] = None) -> Caller:
        caller = cast("Caller", request.state.caller)
        if not caller.may(scope):
            raise ProblemError(403, f"This key does not have the scope {scope!r}.")
        return caller

    return check


def shop_of(request: Request, caller: Caller) -> ShopStore:
    """What the caller's shop can see."""
    return services_of(request).store.for_shop(caller.shop, actor=caller.key_id)


async def deadline(
    request: Request,
    x_request_timeout: Annotated[
        float | None, Header(ge=0.1, le=3600, description="Seconds after which the answer is of no use.")
    ] = None,
) -> float:
    """The moment, in the event loop's time, until which a request wants its answer."""
    limits = services_of(request).config.deadlines
    seconds = limits.default_s if x_request_timeout is None else min(x_request_timeout, limits.longest_s)
    return asyncio.get_running_loop().time() + seconds


async def idempotency_key(
    idempotency_key: Annotated[
        str | None,
        Header(
            pattern="^[!-~]{1,255}$",
            description="The same key with the same request within a day is done once and answered the same.",
        ),
    ] = None,
) -> str | None:
    """The key under which a write happens once, None where the caller sent none."""
    return idempotency_key
