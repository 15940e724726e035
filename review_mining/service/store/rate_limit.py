"""How often a key may call: a token bucket per key, in the memory of one process.

A bucket in the database would cost every call a synced write. Kept in memory, several server processes each allow the
full rate, and a restart fills the buckets.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from review_mining.service.store.clock import Clock
from review_mining.service.store.records import Caller

_BURST_SECONDS = 10
_MAX_BUCKETS = 10_000
_MINUTE = 60.0


class RateLimiter:
    """Buckets that hold up to ten seconds' worth of calls and fill at the key's rate.

    Args:
        clock: its monotonic side fills the buckets.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, caller: Caller) -> float:
        """Count one call.

        Returns:
            0.0 when it is allowed; else it is not counted, and this many seconds must pass first.
        """
        per_second = caller.per_minute / _MINUTE
        size = max(1.0, per_second * _BURST_SECONDS)
        with self._lock:
            now = self._clock.monotonic()
            tokens, then = self._buckets.pop(caller.key_id, (size, now))
            tokens = min(size, tokens + (now - then) * per_second)
            allowed = tokens >= 1
            self._buckets[caller.key_id] = (tokens - 1 if allowed else tokens, now)
            if len(self._buckets) > _MAX_BUCKETS:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / per_second
