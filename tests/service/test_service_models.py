"""Exchanging models while requests are answered, and batches that change no answer."""

import random
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from typing import Any

import httpx
import pytest
from live import HeldTagger, Live, running

from review_mining import serve
from review_mining.aspects import AspectTagger
from review_mining.service.analysis import analyze
from review_mining.service.schemas import Review

BUNDLED = Path(str(resources.files("review_mining"))) / "models"
PARTS = ("拉链用了三天就坏了", "物流很快", "客服态度很差", "面料起球", "性价比很高", "包装破了", "色差很大", "尺码偏小")
DAMAGES = {
    "first": lambda whole: bytes(16) + whole[16:],
    "middle": lambda whole: whole[: len(whole) // 3] + whole[2 * len(whole) // 3 :],
    "last": lambda whole: whole[: len(whole) // 2],
}


def texts(number: int) -> list[str]:
    draw = random.Random(3)
    return ["，".join(draw.sample(PARTS, draw.randint(1, 5))) for _ in range(number)]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED / "aspects", tmp_path / "model"))


@pytest.fixture
def theme_model(tmp_path: Path, themes: Path) -> Path:
    return Path(shutil.copytree(themes, tmp_path / "themes"))


@pytest.fixture
def exchangeable(tmp_path: Path, model: Path, theme_model: Path) -> Iterator[Live]:
    with running(tmp_path / "data", model=str(model), themes=theme_model) as live:
        yield live


def post(live: Live, path: str, scope: str, **body: Any) -> httpx.Response:
    return httpx.post(f"{live.address}{path}", headers=live.headers(scope), timeout=60, **body)


ONE = {"reviews": [{"review_id": "a", "text": "拉链用了三天就坏了"}]}


def test_a_new_version_answers_after_the_exchange(exchangeable: Live, model: Path):
    settings = (model / "aspects.json").read_text(encoding="utf-8")
    (model / "aspects.json").write_text(settings.replace('"aspects-2"', '"aspects-3"'), encoding="utf-8")
    assert post(exchangeable, "/v1/reviews/analyze", "analyze", json=ONE).json()["model"] == "aspects-2"
    assert post(exchangeable, "/v1/models/reload", "admin").json()["versions"]["model"] == "aspects-3"
    assert post(exchangeable, "/v1/reviews/analyze", "analyze", json=ONE).json()["model"] == "aspects-3"


@pytest.mark.parametrize("file", ["model.onnx", "aspects.json", "tokenizer.json"])
def test_a_damaged_model_is_refused_and_the_old_one_stays(exchangeable: Live, model: Path, file: str):
    whole = (model / file).read_bytes()
    (model / file).write_bytes(whole[: len(whole) // 2])
    refused = post(exchangeable, "/v1/models/reload", "admin")
    assert refused.status_code == 409
    assert file in refused.json()["detail"] or str(model) in refused.json()["detail"]
    assert post(exchangeable, "/v1/reviews/analyze", "analyze", json=ONE).json()["model"] == "aspects-2"
    metrics = httpx.get(f"{exchangeable.address}/metrics").text
    assert 'review_mining_reloads_total{result="failed"} 1.0' in metrics


@pytest.mark.parametrize("part", ["first", "middle", "last"])
def test_a_damaged_theme_model_is_refused_and_the_old_one_stays(exchangeable: Live, theme_model: Path, part: str):
    opinion = {"opinion_id": "a", "aspect": "quality", "sub_aspect": "q.material", "polarity": "negative"}
    asked = {"opinions": [{**opinion, "span": "拉链总是卡"}]}
    before = post(exchangeable, "/v1/themes/assign", "analyze", json=asked).json()
    for file in [path for path in theme_model.iterdir() if path.is_file()]:
        whole = file.read_bytes()
        file.write_bytes(DAMAGES[part](whole))
        refused = post(exchangeable, "/v1/models/reload", "admin")
        assert refused.status_code == 409, file.name
        assert str(theme_model) in refused.json()["detail"]
        file.write_bytes(whole)
    assert post(exchangeable, "/v1/themes/assign", "analyze", json=asked).json() == before


@pytest.mark.parametrize(
    ("given", "file", "status"),
    [("model", "model.onnx", 1), ("themes", "themes.safetensors", 1), ("themes", "edits.yaml", 2)],
)
def test_a_damaged_model_ends_the_start_with_its_name(
    model: Path,
    theme_model: Path,
    given: str,
    file: str,
    status: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
):
    folder = {"model": model, "themes": theme_model}[given]
    (folder / file).write_bytes(DAMAGES["first"]((folder / file).read_bytes()))
    assert serve.main(["--data", str(tmp_path / "data"), f"--{given}", str(folder)]) == status
    said = capsys.readouterr().err
    assert str(folder) in said
    assert "Traceback" not in said


def test_what_was_accepted_is_finished_by_the_model_before(tmp_path: Path):
    tagger = HeldTagger()
    with running(tmp_path, tagger=tagger) as live, ThreadPoolExecutor(1) as caller:
        pending = caller.submit(post, live, "/v1/reviews/analyze", "analyze", json=ONE)
        assert tagger.begun.wait(60)
        before = live.services.models.current
        assert post(live, "/v1/models/reload", "admin").status_code == 200
        assert live.services.models.current is not before
        assert not pending.done()
        tagger.let_go.set()
        assert pending.result().json()["results"][0]["review_id"] == "a"


@pytest.mark.parametrize("name", ["baseline", "aspects"])
def test_company_changes_no_answer(name: str):
    tagger = AspectTagger.from_pretrained(name)
    reviews = [Review(review_id=str(number), text=text, follow_up=None) for number, text in enumerate(texts(40))]
    together = analyze(tagger, reviews)
    assert together == [one for review in reviews for one in analyze(tagger, [review])]
