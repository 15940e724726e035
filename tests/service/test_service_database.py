"""The service on a real PostgreSQL, with the database gone in the middle, and back; and keys that are revoked."""

import asyncio
import json
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from live import Live, running
from postgresql import running_postgresql, stopped_postgresql
from settable_clock import SettableClock

from review_mining.service.callers import KEPT_S, Callers
from review_mining.service.store import Store


def call(live: Live, path: str, headers: dict[str, str]) -> httpx.Response:
    return httpx.get(f"{live.address}{path}", headers=headers, timeout=120)


@pytest.mark.postgresql
def test_a_database_that_goes_is_said_and_one_that_comes_back_is_used_again(tmp_path: Path):
    with contextmanager(running_postgresql)(tmp_path) as url, running(tmp_path / "data", database=url) as live:
        headers = live.headers("admin")

        def click() -> httpx.Response:
            asked = {"kind": "appeal", "case_id": "c-1"}
            return httpx.post(f"{live.address}/v1/feedback", json=asked, headers=headers, timeout=120)

        kept = [click().json()["feedback_id"]]
        with stopped_postgresql(url):
            for gone in (call(live, "/readyz", headers), call(live, "/v1/cases", headers), click()):
                assert gone.status_code == 503
                assert gone.headers["content-type"] == "application/problem+json"
                assert int(gone.headers["retry-after"]) >= 1
            assert call(live, "/healthz", {}).status_code == 200
        assert call(live, "/readyz", headers).status_code == 200
        kept.append(click().json()["feedback_id"])
        lines = call(live, "/v1/feedback/export", headers).text.splitlines()
        assert [json.loads(line)["feedback_id"] for line in lines] == kept


def test_a_revoked_key_opens_nothing_a_second_later(tmp_path: Path):
    clock = SettableClock()
    with Store.in_directory(tmp_path, clock=clock) as store:
        key = store.keys.create("demo", ["analyze"])
        callers = Callers(store)
        known = asyncio.run(callers.of(key))
        assert known is not None
        store.keys.revoke(known.key_id)
        clock.pass_time(KEPT_S)
        assert asyncio.run(callers.of(key)) is None
        assert asyncio.run(callers.of("rm_unknown")) is None
