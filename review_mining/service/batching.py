"""Micro-batching: what several callers ask for at once is computed together, in bounded memory.

A batch is whatever waits when a worker becomes free, so that a lone caller waits for nobody and a crowd fills batches
by itself; no timer is involved. Waiting requests take turns of half a batch (round robin): those that fit a turn are
served in the order in which they came, and one of a thousand items does not hold up one of a single item. What cannot
be done before its deadline at the present speed is refused at once, for in overload it would only delay what can.

Kept libraries were looked at first. LitServe and Ray Serve bring batching as part of servers of their own; ``batched``
and ``async-batcher`` queue without an upper bound and know neither deadlines nor shares.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_MEMORY_OF_RATE = 0.8
"""How much of the estimated rate each batch leaves as it was."""
_LONGEST_RETRY = 60


class OverloadedError(Exception):
    """More is waiting than the queue holds.

    Args:
        retry_after: seconds until there is likely to be room.
    """

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"The queue is full; try again in {retry_after} s.")
        self.retry_after = retry_after


class DeadlineError(Exception):
    """The caller's time was up before the result was there."""


class ClosedError(Exception):
    """Nothing new is accepted any more."""


@dataclass(eq=False)
class _Request(Generic[Item, Result]):
    items: Sequence[Item]
    deadline: float
    answer: asyncio.Future[None]
    results: dict[int, Result] = field(default_factory=dict)
    taken: int = 0

    @property
    def untaken(self) -> int:
        return len(self.items) - self.taken


@dataclass(frozen=True, eq=False)
class _Part(Generic[Item, Result]):
    """Consecutive items of one request within a batch."""

    request: _Request[Item, Result]
    first: int
    items: Sequence[Item]


class Batcher(Generic[Item, Result]):
    """Computes the items of concurrent requests in shared batches. Used from one event loop.

    Args:
        run: computes one result per item, in order; called in a thread of its own.
        max_batch: items of a batch.
        max_waiting: items that may wait; the smallest bound on memory that a full queue needs.
        workers: batches that are computed at once.
    """

    def __init__(
        self, run: Callable[[Sequence[Item]], Sequence[Result]], *, max_batch: int, max_waiting: int, workers: int
    ) -> None:
        self._run, self._max_batch, self._max_waiting = run, max_batch, max_waiting
        self._turn = max(1, max_batch // 2)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="batch")
        self._free = workers
        self._queue: deque[_Request[Item, Result]] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._rate = 0.0
        self._closed = False

    @property
    def waiting(self) -> int:
        """Items that no worker has begun yet."""
        return sum(request.untaken for request in self._queue)

    async def submit(self, items: Sequence[Item], deadline: float = math.inf) -> list[Result]:
        """Have items computed.

        Args:
            items: one or more.
            deadline: in the event loop's time; what is not begun by then is never computed.

        Returns:
            One result per item, in order.

        Raises:
            OverloadedError: the queue has no room for all of them, or they would not be done by the deadline.
            DeadlineError: the deadline passed.
            ClosedError: the batcher is closed.
        """
        if self._closed:
            raise ClosedError
        loop = asyncio.get_running_loop()
        too_late = self._seconds_until_done(len(items)) > deadline - loop.time()
        if too_late or self.waiting + len(items) > self._max_waiting:
            raise OverloadedError(self._retry_after())
        request: _Request[Item, Result] = _Request(items, deadline, loop.create_future())
        self._queue.append(request)
        self._dispatch()
        try:
            async with asyncio.timeout_at(None if math.isinf(deadline) else deadline):
                await request.answer
        except TimeoutError as error:
            raise DeadlineError from error
        finally:
            # Also when the caller is gone: what it no longer waits for keeps no room.
            self._forget(request)
        return [request.results[place] for place in range(len(items))]

    async def close(self) -> None:
        """Accept nothing more, finish what was accepted, and end the threads."""
        self._closed = True
        while self._running:
            await asyncio.wait(self._running)
        self._threads.shutdown(wait=False)

    def _dispatch(self) -> None:
        while self._free and (parts := self._next_batch()):
            self._free -= 1
            task = asyncio.create_task(self._compute(parts))
            self._running.add(task)
            task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._free += 1
        self._dispatch()

    def _next_batch(self) -> list[_Part[Item, Result]]:
        """Turns of the waiting requests, until the batch is full."""
        self._drop_late()
        parts: list[_Part[Item, Result]] = []
        room = self._max_batch
        while room and self._queue:
            request = self._queue.popleft()
            size = min(request.untaken, self._turn, room)
            parts.append(_Part(request, request.taken, request.items[request.taken : request.taken + size]))
            request.taken += size
            room -= size
            if request.untaken:
                self._queue.append(request)
        return parts

    def _drop_late(self) -> None:
        now = asyncio.get_running_loop().time()
        for request in [one for one in self._queue if one.deadline <= now or one.answer.done()]:
            self._queue.remove(request)
            if not request.answer.done():
                request.answer.set_exception(DeadlineError())

    async def _compute(self, parts: Sequence[_Part[Item, Result]]) -> None:
        loop = asyncio.get_running_loop()
        started, items = loop.time(), [item for part in parts for item in part.items]
        try:
            results = await loop.run_in_executor(self._threads, self._run, items)
        except Exception as error:
            if len(parts) == 1:
                _fail(parts[0].request, error)
            else:
                # One request's items must not cost the others theirs.
                for part in parts:
                    await self._compute([part])
            return
        if len(items) > self._turn:
            # Smaller batches say little of the speed under load.
            self._learn_rate(len(items) / max(loop.time() - started, 1e-6))
        place = 0
        for part in parts:
            _deliver(part, results[place : place + len(part.items)])
            place += len(part.items)

    def _learn_rate(self, rate: float) -> None:
        self._rate = _MEMORY_OF_RATE * self._rate + (1 - _MEMORY_OF_RATE) * rate if self._rate else rate

    def _seconds_until_done(self, items: int) -> float:
        """At the speed of the last full batches; 0 before there were any."""
        turns = math.ceil(items / self._turn) * self._turn
        ahead = sum(min(request.untaken, turns) for request in self._queue)
        return (ahead + items) / self._rate if self._rate else 0.0

    def _retry_after(self) -> int:
        return min(_LONGEST_RETRY, max(1, math.ceil(self.waiting / self._rate))) if self._rate else 1

    def _forget(self, request: _Request[Item, Result]) -> None:
        if request in self._queue:
            self._queue.remove(request)


def _deliver(part: _Part[Item, Result], results: Sequence[Result]) -> None:
    request = part.request
    request.results.update(enumerate(results, part.first))
    if len(request.results) == len(request.items) and not request.answer.done():
        request.answer.set_result(None)


def _fail(request: _Request[Item, Result], error: Exception) -> None:
    if not request.answer.done():
        request.answer.set_exception(error)
