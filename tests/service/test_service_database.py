"""The service on a real PostgreSQL, with the database gone in the middle; and keys that are revoked."""

import asyncio
from pathlib import Path

import httpx
import pytest
from live import Live, running
from postgresql import running_postgresql
from settable_clock import SettableClock

from review_mining.service.callers import KEPT_S, Callers
from review_mining.service.store import Store


def call(live: Live, path: str, headers: dict[str, str]) -> httpx.Response:
    return httpx.get(f"{live.address}{path}", headers=headers, timeout=120)


@pytest.mark.postgresql
def test_a_database_that_is_gone_is_said_and_what_needs_none_is_answered(tmp_path: Path):
    server = running_postgresql(tmp_path)
    try:
        with running(tmp_path / "data", database=next(server)) as live:
            headers = live.headers("admin")
            click = {"kind": "appeal", "case_id": "c-1"}
            kept = httpx.post(f"{live.address}/v1/feedback", json=click, headers=headers, timeout=120)
            assert kept.status_code == 201
            assert kept.json()["feedback_id"] in call(live, "/v1/feedback/export", headers).text
            server.close()
            for path in ("/readyz", "/v1/cases"):
                gone = call(live, path, headers)
                assert gone.status_code == 503
                assert gone.headers["content-type"] == "application/problem+json"
                assert int(gone.headers["retry-after"]) >= 1
            assert call(live, "/healthz", {}).status_code == 200
    finally:
        server.close()


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
