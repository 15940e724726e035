"""Who is logged in: a signed cookie that names the key by its public id, never the key itself."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from fastapi import Request, Response
from itsdangerous import BadData, URLSafeTimedSerializer

COOKIE = "review_mining_desk"
PATH = "/desk"
_NONCE_BYTES = 16
_HOUR = 3600


@dataclass(frozen=True)
class Session:
    """A visit with one browser.

    Attributes:
        key_id: public id of the key that logged in, None before that.
        nonce: random, from which the token of its forms is made.
    """

    key_id: str | None
    nonce: str

    @classmethod
    def begun(cls, key_id: str | None = None) -> Session:
        """A new session; logging in begins one too, so that nobody can prepare it for another."""
        return cls(key_id, secrets.token_urlsafe(_NONCE_BYTES))


class Sessions:
    """Reads and writes sessions.

    Args:
        key: the service's key for this purpose; sessions of another are not read.
        hours: that a session lasts.
        secure: whether browsers shall send it by HTTPS only.
    """

    def __init__(self, key: bytes, *, hours: float, secure: bool) -> None:
        self._signed = URLSafeTimedSerializer(
            key, salt="session", signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256}
        )
        self._key, self._seconds, self._secure = key, round(hours * _HOUR), secure

    def read(self, request: Request) -> Session | None:
        """Who a request comes from; None without a cookie, or with one that is too old or not of this service."""
        try:
            found = self._signed.loads(request.cookies.get(COOKIE, ""), max_age=self._seconds)
        except BadData:
            return None
        return Session(found["key_id"], found["nonce"])

    def write(self, response: Response, session: Session) -> None:
        """Let the browser keep a session."""
        content = self._signed.dumps({"key_id": session.key_id, "nonce": session.nonce})
        response.set_cookie(
            COOKIE,
            content if isinstance(content, str) else content.decode(),
            max_age=self._seconds,
            path=PATH,
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )

    def end(self, response: Response) -> None:
        """Let the browser forget its session."""
        response.delete_cookie(COOKIE, path=PATH, secure=self._secure, httponly=True, samesite="strict")

    def form_token(self, session: Session) -> str:
        """What every form of a session has to send along, and no other site can know."""
        return hmac.digest(self._key, f"form\x00{session.nonce}".encode(), hashlib.sha256).hex()

    def is_own_form(self, session: Session, token: str) -> bool:
        """Whether a form carries the token of its session."""
        return hmac.compare_digest(self.form_token(session).encode(), token.encode("utf-8", "replace"))
