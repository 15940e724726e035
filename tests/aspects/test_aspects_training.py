from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import annotated_set
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from review_mining.annotated import load_annotated
from review_mining.aspects import AspectTagger
from review_mining.errors import InputError, ModelError

_ROOT = Path(__file__).parents[2]


def _train(folder: Path, output: Path) -> Path:
    rows = annotated_set.reviews()
    train = annotated_set.write(folder / "train.jsonl", rows[:70])
    dev = annotated_set.write(folder / "dev.jsonl", rows[70:])
    moods = [(1.0, f"第{number}次买，新鲜好吃") for number in range(9)]
    moods += [(0.0, f"第{number}次就掉毛，后悔") for number in range(9)]
    common = {"rating": None, "reserved": False, "source": "invented"}
    rows = [{"text": text, "polarity": mood, **common} for mood, text in moods]
    pq.write_table(pa.Table.from_pylist(rows), folder / "polar.parquet")
    config = folder / "baseline.yaml"
    settings = {
        "train": [str(train)],
        "dev": str(dev),
        "polar": str(folder / "polar.parquet"),
        "polar_min_texts": 2,
        "version": "small",
        "min_reviews": 2,
        "min_examples": 4,
        "folds": 3,
    }
    config.write_text(json.dumps(settings), encoding="utf-8")
    _run("scripts/train_baseline.py", "--config", str(config), "-o", str(output))
    return output


def _run(*arguments: str) -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    return _train(folder, folder / "model")


def test_the_chain_learns_the_invented_set(trained: Path) -> None:
    tagger = AspectTagger.from_pretrained(trained)
    opinions, labels = tagger.tag(["上周下的单，发货太慢，客服很耐心"])
    assert labels.column("logistics").to_pylist() == ["negative"]
    assert labels.column("service").to_pylist() == ["positive"]
    assert set(opinions.column("span").to_pylist()) == {"发货太慢", "客服很耐心"}
    assert tagger.version == "small"
    assert tagger.calibration.confusion.sum(axis=(1, 2)).tolist() == [88] * 4


def test_two_trainings_give_the_same_bytes(trained: Path, tmp_path: Path) -> None:
    again = _train(tmp_path, tmp_path / "model")
    files = sorted(file.name for file in trained.iterdir())
    assert files == [
        "README.md",
        "calibration.json",
        "config.json",
        "model.safetensors",
        "polarity_vocabulary.json",
        "vocabulary.json",
    ]
    for name in files:
        assert (trained / name).read_bytes() == (again / name).read_bytes(), name


def test_the_evaluation_prints_figures(trained: Path, tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    gold = str(trained.parent / "dev.jsonl")
    printed = _run("scripts/evaluate_aspects.py", gold, "--model", str(trained), "--json", str(out))
    assert "logistics_f1" in printed
    assert json.loads(out.read_text())["figures"]["logistics_f1"][0] > 0.5


def test_the_evaluation_takes_some_sources_alone(trained: Path, tmp_path: Path) -> None:
    rows = annotated_set.reviews(20)
    gold = [annotated_set.write(tmp_path / f"{name}.jsonl", [{**row, "source": name} for row in rows]) for name in "ab"]
    command = ["scripts/evaluate_aspects.py", *map(str, gold), "--model", str(trained), "--sources"]
    assert "on 20 reviews" in _run(*command, "a")
    assert "on 40 reviews" in _run(*command, "a", "b")
    refused = subprocess.run([sys.executable, *command, "c"], cwd=_ROOT, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "No review is of c" in refused.stderr


@pytest.mark.parametrize(
    "name", ["config.json", "vocabulary.json", "polarity_vocabulary.json", "model.safetensors", "calibration.json"]
)
def test_incomplete_and_damaged_models_are_refused(trained: Path, tmp_path: Path, name: str) -> None:
    copy = tmp_path / "model"
    shutil.copytree(trained, copy)
    (copy / name).write_bytes((copy / name).read_bytes()[:40])
    with pytest.raises(ModelError, match=name):
        AspectTagger.from_pretrained(copy)
    (copy / name).unlink()
    with pytest.raises(ModelError, match=f"{name} missing"):
        AspectTagger.from_pretrained(copy)


def test_another_format_is_refused(trained: Path, tmp_path: Path) -> None:
    copy = tmp_path / "model"
    shutil.copytree(trained, copy)
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**config, "format": 99}))
    with pytest.raises(ModelError, match="format 2"):
        AspectTagger.from_pretrained(copy)


def test_a_wrong_row_is_named(tmp_path: Path) -> None:
    rows = annotated_set.reviews(3)
    rows[1]["overall"] = "splendid"
    with pytest.raises(InputError, match="row 1.*splendid"):
        load_annotated(annotated_set.write(tmp_path / "gold.jsonl", rows))
    with pytest.raises(InputError, match="no such file"):
        load_annotated(tmp_path / "absent.jsonl")


def test_labels_without_texts_are_joined_by_key(tmp_path: Path) -> None:
    rows = annotated_set.reviews(3)
    rows[0]["text"] = str(rows[0]["text"]).replace("，", "\n")
    reviews = [{"key": f"k{number}", "text": row["text"], "source": "shop"} for number, row in enumerate(rows[:2])]
    pq.write_table(pa.Table.from_pylist(reviews), tmp_path / "reviews.parquet")
    labels = [
        {"key": f"k{number}", "overall": row["overall"], "opinions": row["opinions"]} for number, row in enumerate(rows)
    ]
    path = annotated_set.write(tmp_path / "labels.jsonl", labels)
    found = load_annotated(path, tmp_path / "reviews.parquet")
    assert [(one.key, one.source) for one in found] == [("k0", "shop"), ("k1", "shop")]
    assert found[0].text == str(rows[0]["text"]).replace("\n", " ")
    opinion = rows[1]["opinions"][0]
    assert found[1].text[opinion["start"] : opinion["end"]] == opinion["span"]
    with pytest.raises(InputError, match="has no texts"):
        load_annotated(path)
