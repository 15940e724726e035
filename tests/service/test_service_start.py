"""The service as a process: its command, its signals, its container's commands, and the snippets of its page."""

import ast
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import yaml
from live import Live
from PIL import Image
from processes import CHECKOUT, free_port, started

from review_mining import keys, serve

DOCKERFILE = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")
PAGE = (CHECKOUT / "docs" / "service.md").read_text(encoding="utf-8")


def commands() -> dict[str, list[str]]:
    """The Dockerfile's CMD and health check, as lists."""
    joined = DOCKERFILE.replace("\\\n", " ")
    start = re.search(r"^CMD (\[.*\])$", joined, re.MULTILINE)
    health = re.search(r"^HEALTHCHECK .*CMD (\[.*\])$", joined, re.MULTILINE)
    assert start
    assert health
    return {"start": json.loads(start[1]), "health": json.loads(health[1])}


def test_the_containers_commands_work_and_a_stop_signal_ends_them_well(tmp_path: Path):
    port = free_port()
    replaced = {"0.0.0.0": "127.0.0.1", "8000": port, "/data": str(tmp_path / "data"), "python": sys.executable}
    start = [replaced.get(word, word) for word in commands()["start"]]
    health = [replaced.get(word, word).replace(":8000/", f":{port}/") for word in commands()["health"]]
    with started(start, tmp_path / "log") as process:
        assert subprocess.run(health, check=False, timeout=60).returncode == 0
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert subprocess.run(health, check=False, capture_output=True, timeout=60).returncode != 0
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_the_container_is_not_root_and_its_root_is_read_only():
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert users
    assert users[-1] not in ("root", "0")
    assert all("slim" in image for image in re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    compose = yaml.safe_load((CHECKOUT / "compose.yaml").read_text(encoding="utf-8"))["services"]["service"]
    assert compose["read_only"] is True
    assert compose["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in compose["ports"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--config", "nothing.yaml"], "cannot be read"),
        (["--model", "nothing"], "neither a model directory nor a bundled model"),
        (["--themes", "nothing"], "nothing"),
        (["--database", "mysql://x"], "not supported"),
    ],
)
def test_what_cannot_start_says_why(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert serve.main(["--data", str(tmp_path), *arguments]) in (1, 2)
    assert said in capsys.readouterr().err


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found


def test_the_pages_curl_lines_work(live: Live, tmp_path: Path):
    assert shutil.which("curl"), "the page's snippets are run with curl (Debian: apt-get install curl)"
    for name, colour in (("photo.jpg", (1, 2, 3)), ("second.jpg", (3, 2, 1))):
        Image.new("RGB", (64, 64), colour).save(tmp_path / name)
    (tmp_path / "export.csv").write_text("评价内容,评分\n质量很好,5\n", encoding="utf-8")
    environment = {**os.environ, "KEY": live.key("admin", shop="page")}
    for block in blocks("sh"):
        command = ["sh", "-c", block.replace("http://127.0.0.1:8000", live.address)]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=120, check=True)
        assert isinstance(json.loads(done.stdout), dict)


def test_the_pages_python_lines_work(live: Live, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("KEY", live.key("analyze", shop="page"))
    for block in blocks("python"):
        exec(compile(block.replace("http://127.0.0.1:8000", live.address), "docs/service.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "q.durability negative 拉链用了三天就坏了" in printed
    assert ast.literal_eval(printed.splitlines()[-1]) == ["negative"]


def test_the_process_names_no_one_in_its_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    data, port = tmp_path / "data", free_port()
    assert keys.main(["create", "--data", str(data), "--shop", "demo", "--scope", "admin"]) == 0
    headers = {"X-API-Key": capsys.readouterr().out.strip()}
    command = [sys.executable, "-m", "review_mining.serve", "--port", port, "--data", str(data)]
    with started(command, tmp_path / "log") as process, httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
        review = {"review_id": "r-13800138000", "text": "打我电话13800138000"}
        assert (
            http.post("/v1/reviews/analyze", json={"reviews": [review]}, headers=headers, timeout=60).status_code == 200
        )
        assert http.get("/v1/cases", params={"cursor": "13800138000"}, headers=headers).status_code == 422
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    log = (tmp_path / "log").read_text()
    assert "/v1/reviews/analyze 200" in log
    assert "13800138000" not in log
    assert headers["X-API-Key"] not in log
