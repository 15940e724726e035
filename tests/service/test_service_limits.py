"""What a hostile or unlucky caller meets: raw sockets, tiny limits, and no waiting longer than they say."""

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from live import HeldTagger, Live, running
from starlette.types import Message, Receive, Scope, Send

from review_mining.service.config import Deadlines, Limits, ReviewsQueue, ServiceConfig
from review_mining.service.connection import protocol
from review_mining.service.limits import LimitsMiddleware
from review_mining.service.problems import ProblemError

CONFIG = ServiceConfig(
    limits=Limits(
        json_bytes=20_000, upload_bytes=30_000, json_memory_bytes=50_000, uploads_bytes=70_000, body_s=0.2, requests=64
    ),
    deadlines=Deadlines(longest_s=60),
    reviews=ReviewsQueue(batch=4, waiting=1000, workers=1),
)


@pytest.fixture(scope="module")
def tight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with running(tmp_path_factory.mktemp("tight"), CONFIG) as live:
        live.server.config.timeout_keep_alive = 1
        yield live


def said(live: Live, *pieces: bytes) -> tuple[int, dict[str, object], bytes]:
    """Send pieces as they are, read until the service closes the connection: status, problem, head."""
    with socket.create_connection(("127.0.0.1", live.port), timeout=30) as connection:
        for piece in pieces:
            connection.sendall(piece)
        answer = b""
        while received := connection.recv(65536):
            answer += received
    if not answer:
        return 0, {}, b""
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body) if body else {}, head.lower()


def head(live: Live, *lines: str) -> bytes:
    asked = ["POST /v1/reviews/analyze HTTP/1.1", "Host: localhost", f"X-API-Key: {live.key('analyze')}"]
    return "\r\n".join([*asked, "Content-Type: application/json", *lines, "", ""]).encode()


def test_a_body_that_is_declared_too_large_is_not_read(tight: Live):
    status, problem, headers = said(tight, head(tight, "Content-Length: 20001"))
    assert (status, problem["status"]) == (413, 413)
    assert b"connection: close" in headers


def test_a_chunked_body_is_counted_while_it_comes(tight: Live):
    chunk = b"%x\r\n%s\r\n" % (7000, b"x" * 7000)
    status, problem, _ = said(tight, head(tight, "Transfer-Encoding: chunked"), chunk * 3)
    assert status == 413
    assert problem["detail"] == "The body may have 20,000 bytes at most."


def test_an_upload_is_counted_too(tight: Live):
    files = {"reviews": ("a.csv", b"x" * 40_000)}
    answer = httpx.post(f"{tight.address}/v1/reports", files=files, headers=tight.headers("analyze"))
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/v1/reviews/analyze", "/v1/themes/assign", "/v1/feedback"])
def test_a_body_that_only_calls_itself_an_upload_is_read_no_further_than_json(tight: Live, path: str):
    headers = {**tight.headers("admin"), "Content-Type": "multipart/form-data; boundary=x"}
    answer = httpx.post(f"{tight.address}{path}", content=b"x" * 25_000, headers=headers)
    assert answer.status_code == 413


def test_uploads_that_are_in_hand_together_are_counted():
    """The third is more than all may have; what has ended leaves its room again."""
    let_go = asyncio.Event()
    statuses: list[int] = []

    async def reading(_scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await receive()
        except ProblemError as error:
            statuses.append(error.status_code)
            return
        await let_go.wait()
        statuses.append(200)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"x" * 30_000, "more_body": False}

    async def send(_message: Message) -> None: ...

    async def main() -> None:
        app = LimitsMiddleware(reading, CONFIG.limits)
        scope = {"type": "http", "path": "/v1/reports", "headers": [(b"content-type", b"multipart/form-data")]}
        first = [asyncio.create_task(app(scope, receive, send)) for _ in range(3)]
        await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        assert statuses == [503]
        let_go.set()
        await asyncio.gather(*first, app(scope, receive, send))

    asyncio.run(main())
    assert statuses == [503, 200, 200, 200]


def test_a_half_open_upload_is_given_up(tight: Live):
    status, problem, headers = said(tight, head(tight, "Content-Length: 100"), b'{"reviews": [')
    assert (status, problem["detail"]) == (408, "The body did not arrive in time.")
    assert b"connection: close" in headers


def half_an_upload(live: Live, path: str) -> bytes:
    """Head and beginning of a multipart body whose file never ends."""
    asked = [f"POST {path} HTTP/1.1", "Host: localhost", f"X-API-Key: {live.key('admin')}", "Content-Length: 9000"]
    asked += ["Content-Type: multipart/form-data; boundary=x", "", "--x"]
    field = "reviews" if path == "/v1/reports" else "pictures"
    asked += [f'Content-Disposition: form-data; name="{field}"; filename="a.png"', "", "half"]
    return "\r\n".join(asked).encode()


UPLOADS = ["/v1/reports", "/v1/evidence/judge", "/v1/cases/c-1/pictures"]


def nothing_is_left(live: Live) -> bool:
    folders = (live.services.store.incoming, live.services.judge.incoming)
    return not any(list(folder.iterdir()) for folder in folders)


@pytest.mark.parametrize("path", UPLOADS)
def test_an_upload_that_stops_half_way_is_given_up_and_leaves_nothing(tight: Live, path: str):
    status, problem, headers = said(tight, half_an_upload(tight, path))
    assert (status, problem["detail"]) == (408, "The body did not arrive in time.")
    assert b"connection: close" in headers
    assert nothing_is_left(tight)


def test_uploads_whose_sender_is_gone_leave_nothing(tmp_path: Path):
    """Without a time limit to speak of: that the connection is closed is enough."""
    with running(tmp_path) as live:
        until = time.monotonic() + 60
        for number, path in enumerate(UPLOADS, 1):
            with socket.create_connection(("127.0.0.1", live.port), timeout=30) as connection:
                connection.sendall(half_an_upload(live, path))
            while len(re.findall('_requests_total{.*status="400"', httpx.get(f"{live.address}/metrics").text)) < number:
                assert time.monotonic() < until
        assert nothing_is_left(live)


@pytest.mark.parametrize("piece", [b"", b"GET /heal", b"GET /healthz HTTP/1.1\r\nHost: lo"])
def test_half_a_head_is_given_up(tight: Live, piece: bytes):
    assert said(tight, piece)[0] == 0


def test_half_a_second_head_is_given_up(tight: Live):
    whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    status, problem, _ = said(tight, whole, b"GET /heal")
    assert (status, problem["status"]) == (200, "ok")


def test_an_answer_that_nobody_takes_is_given_up():
    ended = threading.Event()

    async def endless(_scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        gone = asyncio.create_task(receive())
        while not gone.done() or (await gone)["type"] != "http.disconnect":
            await send({"type": "http.response.body", "body": b"x" * 1_000_000, "more_body": True})
            gone = asyncio.create_task(receive()) if gone.done() else gone
            await asyncio.sleep(0)
        ended.set()

    settings = uvicorn.Config(endless, http=protocol(0.2), log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(settings)
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket() as connection:
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
        thread.start()
        connection.connect(listening.getsockname())
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        given_up = ended.wait(30)
        server.should_exit = True
        connection.close()
        thread.join(60)
    assert given_up


def test_an_unknown_caller_uploads_nothing(tight: Live):
    unknown = b"POST /v1/reviews/analyze HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000\r\n\r\n"
    status, _, headers = said(tight, unknown)
    assert status == 401
    assert b"connection: close" in headers


def test_a_caller_that_leaves_in_the_middle_harms_no_other(tight: Live):
    with socket.create_connection(("127.0.0.1", tight.port), timeout=30) as connection:
        connection.sendall(head(tight, "Content-Length: 100") + b"{")
    assert httpx.get(f"{tight.address}/readyz").status_code == 200


@pytest.mark.parametrize("body", [b"{", b"[" * 9000, b'{"reviews": "\xff"}', b"", b"null", b'{"reviews": [NaN]}'])
def test_what_is_no_json_is_said(tight: Live, body: bytes):
    headers = {**tight.headers("analyze"), "Content-Type": "application/json"}
    answer = httpx.post(f"{tight.address}/v1/reviews/analyze", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def reviews(number: int) -> dict[str, list[dict[str, str]]]:
    return {"reviews": [{"review_id": str(place), "text": "质量好"} for place in range(number)]}


@contextmanager
def calling(live: Live, **headers: str) -> Iterator[Callable[[int], Future[httpx.Response]]]:
    """Calls that run beside the test, each with so many reviews."""
    headers = {**live.headers("analyze"), **headers}
    with httpx.Client(base_url=live.address, headers=headers, timeout=120) as http, ThreadPoolExecutor(8) as callers:
        yield lambda number: callers.submit(http.post, "/v1/reviews/analyze", json=reviews(number))


def test_a_deadline_that_passes_is_said(tmp_path: Path):
    tagger = HeldTagger()
    with running(tmp_path, CONFIG, tagger=tagger) as live:
        with calling(live, **{"X-Request-Timeout": "0.1"}) as call:
            answer = call(1).result()
        tagger.let_go.set()
    assert answer.status_code == 504
    assert "X-Request-Timeout" in answer.json()["detail"]


def test_overload_is_refused_and_what_was_accepted_is_answered(tmp_path: Path):
    tagger = HeldTagger()
    config = CONFIG.model_copy(update={"reviews": ReviewsQueue(batch=250, waiting=1000, workers=1)})
    with running(tmp_path, config, tagger=tagger) as live, calling(live) as call:
        pending = [call(250) for _ in range(6)]
        # The refusals come at once, while those that were accepted wait.
        first, _ = wait(pending, timeout=60, return_when=FIRST_COMPLETED)
        refused = first.pop().result()
        tagger.let_go.set()
        answers = [one.result() for one in pending]
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) >= 1
    accepted = [answer for answer in answers if answer.status_code == 200]
    assert {answer.status_code for answer in answers} == {200, 503}
    assert len(accepted) in (4, 5)
    assert all(len(answer.json()["results"]) == 250 for answer in accepted)


def test_stopping_finishes_what_was_accepted(tmp_path: Path):
    tagger = HeldTagger()
    with running(tmp_path, CONFIG, tagger=tagger) as live:
        with calling(live) as call:
            pending = call(30)
            assert tagger.begun.wait(60)
            live.server.should_exit = True
            tagger.let_go.set()
            assert len(pending.result().json()["results"]) == 30
        live.thread.join(60)
        assert not live.thread.is_alive()
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{live.address}/healthz")
