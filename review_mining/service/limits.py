"""What requests may cost: bodies are counted and timed while they come in, and only so many are in hand at once."""

from __future__ import annotations

import asyncio
from typing import Literal

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from review_mining.service.config import Limits
from review_mining.service.problems import ProblemError, problem

Where = Literal["memory", "disk"]
_UPLOADS = frozenset({"/v1/evidence/judge", "/v1/reports"})
"""Calls below ``/v1/`` that read multipart bodies part by part onto the disk; all others read them into memory."""
_CLOSE = {"Connection": "close"}
"""The rest of a refused body is not worth reading."""
_BUSY = {"Retry-After": "1", **_CLOSE}


class LimitsMiddleware:
    """Refuses bodies that are too large or too slow, also without a Content-Length, and more requests than it may.

    Args:
        app: the application behind it.
        limits: the settings.
    """

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app, self._limits = app, limits
        self._requests = 0
        self._held: dict[Where, int] = {"memory": 0, "disk": 0}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 413 or 503."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._requests >= self._limits.requests:
            await problem(503, "Too many requests are in hand.", headers=_BUSY)(scope, receive, send)
            return
        headers = Headers(scope=scope)
        body = _Body(self, receive, "disk" if _is_upload(scope["path"], headers) else "memory")
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > body.limit:
            await problem(413, body.too_large, headers=_CLOSE)(scope, receive, send)
            return
        self._requests += 1
        try:
            await self._app(scope, body.receive, send)
        finally:
            self._requests -= 1
            self._held[body.where] -= body.held

    def limit(self, where: Where) -> int:
        """Bytes that one body may have."""
        return self._limits.json_bytes if where == "memory" else self._limits.upload_bytes

    def time_for_body(self) -> float:
        """Moment, in the event loop's time, until which a body that begins now must be complete."""
        return asyncio.get_running_loop().time() + self._limits.body_s

    def hold(self, size: int, where: Where) -> bool:
        """Count bytes that stay until their request has ended; whether there is room for them."""
        self._held[where] += size
        most = self._limits.json_memory_bytes if where == "memory" else self._limits.uploads_bytes
        return self._held[where] <= most


class _Body:
    """One body on its way in."""

    def __init__(self, limits: LimitsMiddleware, receive: Receive, where: Where) -> None:
        self._limits, self._receive, self.where = limits, receive, where
        self.limit = limits.limit(where)
        self.too_large = f"The body may have {self.limit:,} bytes at most."
        self._until: float | None = None
        self._size = 0
        self._complete = False
        self.held = 0

    async def receive(self) -> Message:
        if self._complete:
            return await self._receive()
        self._until = self._until or self._limits.time_for_body()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError as error:
            raise ProblemError(408, "The body did not arrive in time.", headers=_CLOSE) from error
        self._complete = message["type"] != "http.request" or not message.get("more_body", False)
        self._count(len(message.get("body", b"")))
        return message

    def _count(self, size: int) -> None:
        self._size += size
        if self._size > self.limit:
            raise ProblemError(413, self.too_large, headers=_CLOSE)
        self.held += size
        if not self._limits.hold(size, self.where):
            raise ProblemError(503, "Too many large requests are in hand.", headers=_BUSY)


def _is_upload(path: str, headers: Headers) -> bool:
    is_multipart = headers.get("content-type", "").startswith("multipart/")
    return is_multipart and (path in _UPLOADS or path.endswith("/pictures") or not path.startswith("/v1/"))
