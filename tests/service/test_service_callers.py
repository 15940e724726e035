"""Callers by their keys: many who call at once cost the store one question."""

import asyncio
from pathlib import Path

import pytest

from review_mining.service.callers import Callers
from review_mining.service.store import Caller, Store, StoreUnavailableError


class Counting:
    """A store that counts how often it is asked for a key, and can be made to fail."""

    def __init__(self, store: Store) -> None:
        self.clock, self._store = store.clock, store
        self.asked, self.fails = 0, False

    def caller(self, key: str) -> Caller | None:
        self.asked += 1
        if self.fails:
            raise StoreUnavailableError("The database does not answer.")
        return self._store.caller(key)


def test_who_calls_at_once_is_looked_up_once(tmp_path: Path):
    with Store.in_directory(tmp_path) as store:
        key = store.keys.create("甲店", ["analyze"])
        counting = Counting(store)

        async def calls() -> list[Caller | BaseException | None]:
            callers = Callers(counting)
            asked = [asyncio.create_task(callers.of(key)) for _ in range(50)]
            asyncio.get_running_loop().call_soon(asked[0].cancel)
            return await asyncio.gather(*asked, callers.of("rm_unknown"), return_exceptions=True)

        gone, *known, unknown = asyncio.run(calls())
    assert isinstance(gone, asyncio.CancelledError)
    assert {caller.shop for caller in known if isinstance(caller, Caller)} == {"甲店"}
    assert (unknown, counting.asked) == (None, 2)


def test_a_question_that_failed_is_asked_again(tmp_path: Path):
    with Store.in_directory(tmp_path) as store:
        key = store.keys.create("甲店", ["analyze"])
        counting = Counting(store)

        async def calls() -> Caller | None:
            callers = Callers(counting)
            counting.fails = True
            with pytest.raises(StoreUnavailableError):
                await callers.of(key)
            counting.fails = False
            return await callers.of(key)

        caller = asyncio.run(calls())
    assert caller is not None
    assert caller.shop == "甲店"
