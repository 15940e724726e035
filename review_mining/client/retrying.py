"""When a call is tried again: exponential backoff with full jitter, and what Retry-After says.

Jitter as in Brooker, Exponential Backoff And Jitter (AWS Architecture Blog, 2015).
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import httpx

_AGAIN = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, kw_only=True)
class Retries:
    """How patient a client is.

    Attributes:
        attempts: calls in all, the first included.
        first_s: most seconds before the second call; doubled for each further one.
        longest_s: most seconds between two calls, also where the service asks for more.
    """

    attempts: int = 5
    first_s: float = 0.25
    longest_s: float = 20.0

    def pause(self, attempt: int, answer: httpx.Response | None) -> float | None:
        """Seconds until a call is tried again, or None when it is not.

        Args:
            attempt: number of the call that has ended, from 1.
            answer: what it got, None where no answer came.
        """
        if attempt >= self.attempts or (answer is not None and answer.status_code not in _AGAIN):
            return None
        drawn = random.uniform(0, min(self.longest_s, self.first_s * 2 ** (attempt - 1)))
        return max(drawn, min(_asked_for(answer), self.longest_s))


def _asked_for(answer: httpx.Response | None) -> float:
    """Seconds of Retry-After; the service gives no dates."""
    value = answer.headers.get("retry-after", "") if answer is not None else ""
    return float(value) if value.isdecimal() else 0.0
