"""The client against the live service, and against one that stumbles."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from live import Live, on_each_database

from review_mining.client import AsyncClient, Client, Retries, ServiceError, ServiceUnreachableError

REVIEWS = [{"review_id": "r-1", "text": "拉链用了三天就坏了", "follow_up": "客服态度很差"}]
ANSWER = {"feedback_id": "f-1"}


@contextmanager
def stumbling(*statuses: int) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server that answers with these statuses in turn, 0 for none at all; and what it was sent."""
    left, seen = list(statuses), []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append({**self.headers, "body": self.rfile.read(int(self.headers["content-length"])).decode()})
            status = left.pop(0)
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            body = json.dumps(ANSWER if status < 400 else {"detail": "not now"}).encode()
            self.send_header("Content-Length", str(len(body)))
            if status in (429, 503):
                self.send_header("Retry-After", "3")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", seen
        finally:
            server.shutdown()
            thread.join()


def test_it_reads_answers_into_their_types(live: Live):
    with Client(live.address, live.key("analyze")) as client:
        answer = client.analyze(REVIEWS)
    assert [result.field for result in answer.results] == ["text", "follow_up"]
    (opinion,) = answer.results[0].opinions
    assert (opinion.span, opinion.start_utf16) == ("拉链用了三天就坏了", 0)
    assert answer.results[0].model_extra["quality"] == "negative"


@on_each_database
def test_it_goes_the_whole_way(live: Live, tmp_path: Path):
    with Client(live.address, live.key("admin", shop="whole-way")) as client:
        assert client.judge({"case_id": "c-1", "statement": "坏了", "order": {"amount": 10}}).outcome == "ask_for_more"
        assert client.judge({"case_id": "c-2"}, {"a.png": b"no picture"}).pictures[0].file == "a.png"
        assert len(client.add_pictures("c-2", {"b.png": b"none either"}).pictures) == 2
        assert {case.case_id for case in client.cases(at_once=1)} == {"c-1", "c-2"}
        given = client.feedback({"kind": "appeal", "case_id": "c-1"})
        assert json.loads(next(client.export_feedback()))["feedback_id"] == given.feedback_id
        opinion = {
            "opinion_id": "a",
            "aspect": "quality",
            "sub_aspect": "q.material",
            "polarity": "negative",
            "span": "拉链卡",
        }
        assert client.assign([opinion]).results[0].opinion_id == "a"
        (tmp_path / "empty.csv").write_text("")
        job = client.wait(client.report(tmp_path / "empty.csv", lang="en").job_id, every_s=0.1, timeout_s=300)
        assert job.state == "failed"
        with pytest.raises(ServiceError, match="409"):
            client.download(job.job_id, "results.zip", tmp_path / "results.zip")


@on_each_database
def test_the_asynchronous_one_does_the_same(live: Live):
    async def main() -> None:
        async with AsyncClient(live.address, live.key("admin", shop="async")) as client:
            answers = await asyncio.gather(*(client.analyze(REVIEWS) for _ in range(8)))
            assert {len(answer.results) for answer in answers} == {2}
            await client.judge({"case_id": "c-1", "statement": "坏了"})
            assert [case.case_id async for case in client.cases()] == ["c-1"]
            given = await client.feedback({"kind": "appeal", "case_id": "c-1"})
            lines = [json.loads(line) async for line in client.export_feedback()]
            assert [line["feedback_id"] for line in lines] == [given.feedback_id]

    asyncio.run(main())


def test_a_refusal_says_what_is_wrong(live: Live):
    with Client(live.address, live.key("analyze")) as client, pytest.raises(ServiceError) as refused:
        client.analyze([{"review_id": "a", "text": "好"}, {"review_id": "b"}])
    assert refused.value.status == 422
    assert refused.value.errors[0]["index"] == 1
    assert refused.value.request_id


def test_it_tries_again_with_the_same_key_as_long_as_it_is_asked_to():
    pauses: list[float] = []
    with stumbling(503, 0, 429, 201) as (address, seen), Client(address, "k", pause=pauses.append) as client:
        assert client.feedback({"kind": "appeal", "case_id": "c"}).feedback_id == "f-1"
    assert len({sent["Idempotency-Key"] for sent in seen}) == 1
    assert len({sent["body"] for sent in seen}) == 1
    assert pauses[0] >= 3
    assert 0 <= pauses[1] <= 0.5
    assert pauses[2] >= 3


def test_it_gives_up_in_the_end():
    retries = Retries(attempts=3, first_s=0.001)
    with stumbling(503, 503, 503) as (address, seen), Client(address, "k", retries=retries, pause=[].append) as client:  # noqa: SIM117
        with pytest.raises(ServiceError, match="not now"):
            client.feedback({})
    assert len(seen) == 3
    with stumbling(0, 0, 0) as (address, _), Client(address, "k", retries=retries, pause=[].append) as client:  # noqa: SIM117
        with pytest.raises(ServiceUnreachableError):
            client.feedback({})


def test_a_fault_of_the_caller_is_not_tried_again():
    with stumbling(422) as (address, seen), Client(address, "k") as client, pytest.raises(ServiceError):
        client.feedback({})
    assert len(seen) == 1


def test_the_asynchronous_one_tries_again_too():
    async def main(address: str) -> None:
        pauses: list[float] = []

        async def pause(seconds: float) -> None:
            pauses.append(seconds)

        async with AsyncClient(address, "k", pause=pause) as client:
            assert (await client.feedback({})).feedback_id == "f-1"
        assert pauses[0] >= 3

    with stumbling(503, 201) as (address, _):
        asyncio.run(main(address))
