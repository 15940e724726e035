"""Who called a moment ago: looking a key up costs as much processor time as tagging half a review."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict

from review_mining.service.store import Caller, Store

KEPT_S = 1.0
"""For how long a revoked key may still open what it opened."""
_MOST = 10_000


class Callers:
    """Callers by their keys, each asked of the store once a second at most; unknown keys are asked for every time.

    Args:
        store: knows the keys.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        # By digest, so that no key stays in memory.
        self._known: OrderedDict[bytes, tuple[Caller, float]] = OrderedDict()
        self._asked: dict[bytes, asyncio.Task[Caller | None]] = {}

    async def of(self, key: str) -> Caller | None:
        """Who holds a key, or None for an unknown one.

        Raises:
            StoreError: the store does not answer.
        """
        digest = hashlib.sha256(key.encode("utf-8", "replace")).digest()
        found = self._known.get(digest)
        if found is not None and self._store.clock.monotonic() < found[1]:
            return found[0]
        # Those who call with the key meanwhile wait for the same answer.
        if (asked := self._asked.get(digest)) is None:
            asked = self._asked[digest] = asyncio.create_task(self._ask(key, digest))
            asked.add_done_callback(lambda _: self._asked.pop(digest))
        return await asyncio.shield(asked)

    async def _ask(self, key: str, digest: bytes) -> Caller | None:
        now = self._store.clock.monotonic()
        caller = await asyncio.to_thread(self._store.caller, key)
        self._known.pop(digest, None)
        if caller is not None:
            self._known[digest] = (caller, now + KEPT_S)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        return caller
