"""The batcher, with real threads and an event loop; gates instead of sleeps decide the order of events."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence

import pytest

from review_mining.service.batching import Batcher, ClosedError, DeadlineError, OverloadedError


class Worker:
    """Doubles numbers, one batch at a time, each when its gate is opened."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = threading.Semaphore(0)
        self.begun = threading.Semaphore(0)

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        self.begun.release()
        assert self.gate.acquire(timeout=20)
        if -1 in items:
            raise ValueError("a bad item")
        return [2 * item for item in items]

    async def has_begun(self) -> None:
        assert await asyncio.to_thread(self.begun.acquire, timeout=20)


def run(job: Callable[[Worker, Batcher[int, int]], Awaitable[None]], *, waiting: int = 100) -> Worker:
    """Run a job with a batcher of one worker and batches of four."""
    worker = Worker()

    async def main() -> None:
        batcher = Batcher(worker, max_batch=4, max_waiting=waiting, workers=1)
        await job(worker, batcher)
        worker.gate.release(100)
        await batcher.close()

    asyncio.run(main())
    return worker


def test_what_waits_together_is_computed_together():
    async def job(worker: Worker, batcher: Batcher[int, int]) -> None:
        first = asyncio.create_task(batcher.submit([1]))
        await worker.has_begun()
        others = [asyncio.create_task(batcher.submit([number])) for number in (2, 3, 4)]
        await asyncio.sleep(0)
        worker.gate.release(2)
        assert await first == [2]
        assert [await other for other in others] == [[4], [6], [8]]

    assert run(job).batches == [[1], [2, 3, 4]]


def test_a_large_request_does_not_hold_up_a_small_one():
    async def job(worker: Worker, batcher: Batcher[int, int]) -> None:
        large = asyncio.create_task(batcher.submit(list(range(10))))
        await worker.has_begun()
        small = asyncio.create_task(batcher.submit([50]))
        await asyncio.sleep(0)
        worker.gate.release(2)
        assert await small == [100]
        assert not large.done()
        worker.gate.release(10)
        assert await large == [2 * number for number in range(10)]

    assert run(job).batches == [[0, 1, 2, 3], [4, 5, 50, 6], [7, 8, 9]]


def test_a_full_queue_refuses_and_says_when_to_return():
    async def job(worker: Worker, batcher: Batcher[int, int]) -> None:
        running = asyncio.create_task(batcher.submit([1]))
        await worker.has_begun()
        waiting = asyncio.create_task(batcher.submit([2, 3]))
        await asyncio.sleep(0)
        with pytest.raises(OverloadedError) as refused:
            await batcher.submit([4])
        assert refused.value.retry_after >= 1
        worker.gate.release(10)
        assert (await running, await waiting) == ([2], [4, 6])
        assert await batcher.submit([4]) == [8]

    run(job, waiting=2)


def test_what_cannot_be_done_in_time_is_refused_at_once():
    async def job(worker: Worker, batcher: Batcher[int, int]) -> None:
        loop = asyncio.get_running_loop()
        full = asyncio.create_task(batcher.submit([1, 2, 3, 4]))
        await worker.has_begun()
        # A batch that took long: four items in a tenth of a second at least.
        await asyncio.wait([full], timeout=0.1)
        worker.gate.release()
        await full
        running = asyncio.create_task(batcher.submit([5]))
        await worker.has_begun()
        waiting = asyncio.create_task(batcher.submit(list(range(40))))
        await asyncio.sleep(0)
        with pytest.raises(OverloadedError):
            await batcher.submit(list(range(40)), deadline=loop.time() + 0.5)
        # A single one has its turn among the first, whatever waits.
        small = asyncio.create_task(batcher.submit([7], deadline=loop.time() + 60))
        await asyncio.sleep(0)
        worker.gate.release(100)
        assert (await running, await small, len(await waiting)) == ([10], [14], 40)

    run(job)


def test_what_is_late_is_never_computed():
    async def job(worker: Worker, batcher: Batcher[int, int]) -> None:
        running = asyncio.create_task(batcher.submit([1]))
        await worker.has_begun()
        with pytest.raises(DeadlineError):
            await batcher.submit([99], deadline=asyncio.get_running_loop().time() + 0.001)
        assert batcher.waiting == 0
        worker.gate.release(10)
        await running

    assert run(job).batches == [[1]]


def test_a_caller_that_is_gone_keeps_no_room():
    async def job(worker: Worker, batcher: Batcher[int, int]) -> None:
        running = asyncio.create_task(batcher.submit([1]))
        await worker.has_begun()
        gone = asyncio.create_task(batcher.submit([99]))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        assert batcher.waiting == 0
        worker.gate.release(10)
        await running

    assert run(job).batches == [[1]]


def test_a_bad_item_fails_its_own_request_only():
    async def job(worker: Worker, batcher: Batcher[int, int]) -> None:
        first = asyncio.create_task(batcher.submit([1]))
        await worker.has_begun()
        bad, good = asyncio.create_task(batcher.submit([-1])), asyncio.create_task(batcher.submit([3]))
        await asyncio.sleep(0)
        worker.gate.release(10)
        assert (await first, await good) == ([2], [6])
        with pytest.raises(ValueError, match="a bad item"):
            await bad

    assert run(job).batches == [[1], [-1, 3], [-1], [3]]


def test_closing_finishes_what_was_accepted():
    async def job(worker: Worker, batcher: Batcher[int, int]) -> None:
        accepted = [asyncio.create_task(batcher.submit([number])) for number in (1, 2)]
        await worker.has_begun()
        closing = asyncio.create_task(batcher.close())
        await asyncio.sleep(0)
        with pytest.raises(ClosedError):
            await batcher.submit([3])
        worker.gate.release(10)
        await closing
        assert [await one for one in accepted] == [[2], [4]]

    run(job)
