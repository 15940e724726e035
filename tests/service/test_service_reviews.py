"""The HTTP service, with its real model and a real key store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from review_mining import keys
from review_mining.service.app import create_app
from review_mining.service.config import ServiceConfig
from review_mining.service.services import Services


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("service")


@pytest.fixture(scope="module")
def client(data: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Services.open(data, ServiceConfig()))) as client:
        yield client


def make_key(data: Path, scope: str, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    assert keys.main(["create", "--data", str(data), "--shop", "demo", "--scope", scope]) == 0
    return {"X-API-Key": capsys.readouterr().out.strip()}


def test_it_analyses_each_field(client: TestClient, data: Path, capsys: pytest.CaptureFixture[str]):
    reviews = [
        {"review_id": "a", "text": "😀拉链用了三天就坏了，我的电话13800138000", "follow_up": "客服态度很差"},
        {"review_id": "a", "text": "物流很快"},
    ]
    answer = client.post("/v1/reviews/analyze", json={"reviews": reviews}, headers=make_key(data, "analyze", capsys))
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [(row["review_id"], row["field"]) for row in results] == [("a", "text"), ("a", "follow_up"), ("a", "text")]
    (opinion,) = [one for one in results[0]["opinions"] if one["span"].startswith("拉链")]
    assert opinion["sub_aspect"] == "q.durability"
    stored = "😀拉链用了三天就坏了，我的电话＊＊＊＊＊＊＊＊＊＊＊"
    assert stored[opinion["start"] : opinion["end"]] == opinion["span"]
    units = stored.encode("utf-16-le")
    assert units[2 * opinion["start_utf16"] : 2 * opinion["end_utf16"]].decode("utf-16-le") == opinion["span"]
    assert [row["logistics"] for row in results][2] == "positive"


def test_a_blank_review_keeps_its_place(client: TestClient, data: Path, capsys: pytest.CaptureFixture[str]):
    reviews = [{"review_id": "a", "text": ""}, {"review_id": "b", "text": "质量很好"}]
    answer = client.post("/v1/reviews/analyze", json={"reviews": reviews}, headers=make_key(data, "admin", capsys))
    assert [row["review_id"] for row in answer.json()["results"]] == ["a", "b"]


@pytest.mark.parametrize(("headers", "status"), [({}, 401), ({"X-API-Key": "rm_wrong"}, 401)])
def test_without_a_key_there_is_no_answer(client: TestClient, headers: dict[str, str], status: int):
    answer = client.post("/v1/reviews/analyze", json={"reviews": [{"review_id": "a", "text": "好"}]}, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_key_of_another_scope_is_refused(client: TestClient, data: Path, capsys: pytest.CaptureFixture[str]):
    body = {"reviews": [{"review_id": "a", "text": "好"}]}
    answer = client.post("/v1/reviews/analyze", json=body, headers=make_key(data, "feedback", capsys))
    assert answer.status_code == 403


def test_a_fault_is_named_with_its_place(client: TestClient, data: Path, capsys: pytest.CaptureFixture[str]):
    body = {"reviews": [{"review_id": "a", "text": "好"}, {"review_id": "b"}]}
    answer = client.post("/v1/reviews/analyze", json=body, headers=make_key(data, "analyze", capsys))
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"location": ["body", "reviews", 1, "text"], "message": "Field required", "index": 1}
    ]


def test_no_key_is_stored_as_it_is(data: Path, capsys: pytest.CaptureFixture[str]):
    key = make_key(data, "analyze", capsys)["X-API-Key"]
    assert all(key.encode() not in file.read_bytes() for file in data.rglob("*") if file.is_file())


def test_health_needs_no_key(client: TestClient):
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/readyz").status_code == 200
