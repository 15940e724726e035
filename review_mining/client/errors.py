"""What a call of the service may end with.

::

    ReviewMiningError
    ├── ServiceError              the service answered with a problem document
    └── ServiceUnreachableError   it did not answer, however often it was asked
"""

from __future__ import annotations

from typing import Any

import httpx

from review_mining.errors import ReviewMiningError


class ServiceError(ReviewMiningError):
    """The service refused a call.

    Attributes:
        status: HTTP status.
        detail: what was wrong.
        errors: the faults of the request with ``location``, ``message`` and, in a list, ``index``.
        request_id: under which the service's log holds the call.
    """

    def __init__(self, status: int, detail: str, errors: list[dict[str, Any]], request_id: str) -> None:
        lines = "".join(f"\n  {'.'.join(map(str, one['location']))}: {one['message']}" for one in errors)
        super().__init__(f"{status}: {detail}{lines}")
        self.status, self.detail, self.errors, self.request_id = status, detail, errors, request_id

    @classmethod
    def of(cls, response: httpx.Response) -> ServiceError:
        """The error in a response, also one that a proxy in between has made."""
        try:
            content = response.json()
        except ValueError:
            content = {}
        if not isinstance(content, dict):
            content = {}
        detail = str(content.get("detail", response.reason_phrase))
        request_id = response.headers.get("x-request-id", "")
        return cls(response.status_code, detail, content.get("errors") or [], request_id)


class ServiceUnreachableError(ReviewMiningError):
    """No answer came."""
