from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler

import pytest
from naming_endpoint import endpoint, message, send
from pydantic import ValidationError

from review_mining.config import NamingConfig, ThemesConfig
from review_mining.themes.endpoint_naming import EndpointNamer, NamingError, Unnamed

_THEME = Unnamed("材质做工", ["拉链卡顿", "拉链总是卡", "\ud800拉链"], ["掉色严重"])


def _config(url: str, timeout_s: float = 5.0) -> NamingConfig:
    return NamingConfig(base_url=url, model="namer-1", timeout_s=timeout_s)


def test_the_name_comes_back_and_complaints_go_out_as_data() -> None:
    with endpoint(lambda handler, _: send(handler, message('{"name": "拉链易卡顿"}'))) as (url, got):
        assert EndpointNamer(_config(url), "secret")(_THEME) == "拉链易卡顿"
    (path, headers, body), *more = got
    assert not more
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer secret"
    assert body["model"] == "namer-1"
    system, user = body["messages"]
    assert "拉链卡顿" not in system["content"]
    assert json.loads(user["content"]) == {
        "part": "材质做工",
        "complaints": ["拉链卡顿", "拉链总是卡", "\ud800拉链"],
        "other_names": ["掉色严重"],
    }


def test_the_key_comes_from_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with endpoint(lambda handler, _: send(handler, message('{"name": "x"}'))) as (url, got):
        monkeypatch.setenv("REVIEW_MINING_NAMING_KEY", "from outside")
        EndpointNamer.from_environment(_config(url))(_THEME)
        monkeypatch.delenv("REVIEW_MINING_NAMING_KEY")
        EndpointNamer.from_environment(_config(url))(_THEME)
    assert [headers.get("Authorization") for _, headers, _ in got] == ["Bearer from outside", None]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": null}}]}',
        message("拉链易卡顿"),
        message('{"title": "拉链易卡顿"}'),
        message('{"name": 5}'),
        message('{"name": "拉链"}') + b" " * 100_000,
        b"[" * 60_000,
    ],
)
def test_what_is_no_answer_gives_no_name(body: bytes) -> None:
    with endpoint(lambda handler, _: send(handler, body)) as (url, _), pytest.raises(NamingError):
        EndpointNamer(_config(url))(_THEME)


@pytest.mark.parametrize(
    "raw",
    [
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200,
    ],
)
def test_what_is_no_http_gives_no_name(raw: bytes) -> None:
    def answer(handler: BaseHTTPRequestHandler, _: object) -> None:
        handler.wfile.write(raw)
        handler.close_connection = True

    with endpoint(answer) as (url, _), pytest.raises(NamingError):
        EndpointNamer(_config(url))(_THEME)


def test_headers_that_trickle_in_are_not_waited_for() -> None:
    enough = threading.Event()

    def answer(handler: BaseHTTPRequestHandler, _: object) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not enough.wait(0.05):
            handler.wfile.write(b"A: b\r\n")
            handler.wfile.flush()

    with endpoint(answer) as (url, _):
        try:
            with pytest.raises(NamingError):
                EndpointNamer(_config(url, 0.5))(_THEME)
        finally:
            enough.set()


@pytest.mark.parametrize("status", [204, 400, 401, 429, 500])
def test_another_status_gives_no_name(status: int) -> None:
    with endpoint(lambda handler, _: send(handler, b"", status)) as (url, _), pytest.raises(NamingError):
        EndpointNamer(_config(url))(_THEME)


def test_a_redirect_is_not_followed() -> None:
    with endpoint(lambda handler, _: send(handler, message('{"name": "拉链卡顿"}'))) as (elsewhere, reached):

        def redirect(handler: BaseHTTPRequestHandler, _: dict) -> None:
            handler.send_response(307)
            handler.send_header("Location", f"{elsewhere}/chat/completions")
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        with endpoint(redirect) as (url, _), pytest.raises(NamingError):
            EndpointNamer(_config(url), "secret")(_THEME)
    assert reached == []


def test_a_silent_endpoint_is_left_in_time() -> None:
    done = threading.Event()
    with endpoint(lambda *_: done.wait(20) and None) as (url, _):
        with pytest.raises(NamingError):
            EndpointNamer(_config(url, 0.2))(_THEME)
        done.set()


def test_an_endpoint_that_trickles_is_left_in_time() -> None:
    done = threading.Event()

    def trickle(handler: BaseHTTPRequestHandler, _: dict) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not done.wait(0.05):
            handler.wfile.write(b" ")

    with endpoint(trickle) as (url, _):
        with pytest.raises(NamingError):
            EndpointNamer(_config(url, 0.4))(_THEME)
        done.set()


def test_nobody_there_gives_no_name() -> None:
    with endpoint(lambda *_: None) as (url, _):
        pass
    with pytest.raises(NamingError):
        EndpointNamer(_config(url))(_THEME)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/v1",
        "http://localhost.example.com/v1",
        "http://127.0.0.1.example.com",
        "https://user:password@example.com/v1",
        "http://localhost@example.com",
        "file:///etc/passwd",
        "ftp://localhost",
        "https://",
        "https://example.com/v1?key=1",
        "https://example.com/v1\nHost: other",
    ],
)
def test_only_https_or_this_machine_is_asked(url: str) -> None:
    with pytest.raises(ValidationError):
        _config(url)


@pytest.mark.parametrize("url", ["https://example.com/v1", "http://localhost:11434/v1", "http://127.0.0.1:8000"])
def test_endpoints_that_may_be_asked(url: str) -> None:
    assert _config(url).base_url == url


def test_no_endpoint_is_asked_by_default() -> None:
    assert ThemesConfig().naming is None
