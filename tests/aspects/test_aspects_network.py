from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import annotated_set
import numpy as np
import onnxruntime
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from review_mining.annotated import load_annotated, texts_of
from review_mining.aspects import AspectTagger
from review_mining.aspects.metrics import figures_of
from review_mining.aspects.network.card import write_card
from review_mining.aspects.network.modeling import AspectNetwork
from review_mining.aspects.network.reader import open_network
from review_mining.aspects.network.teaching import read_lessons
from review_mining.aspects.network.training import export_network, train_network
from review_mining.aspects.network.training_config import AspectsConfig
from review_mining.aspects.network.windows import windows_of
from review_mining.aspects.segments import segment
from review_mining.aspects.tagger import load_reader
from review_mining.config import load
from review_mining.encoder.batching import padded
from review_mining.encoder.configuration import ReviewEncoderConfig
from review_mining.encoder.modeling import ReviewEncoderModel
from review_mining.encoder.tokenizer import train_tokenizer
from review_mining.errors import ConfigError, InputError, ModelError
from review_mining.taxonomy import load_taxonomy

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

_ROOT = Path(__file__).parents[2]
_POSITIONS = 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reviews, a small untrained encoder, and settings that let the network learn them by heart."""
    folder = tmp_path_factory.mktemp("network")
    rows = annotated_set.reviews()
    annotated_set.write(folder / "train.jsonl", rows[:60])
    annotated_set.write(folder / "held_out.jsonl", rows[40:])
    tokenizer = train_tokenizer([str(row["text"]) for row in rows] * 3, vocab_size=400, min_frequency=1)
    torch.manual_seed(0)
    encoder = ReviewEncoderModel(
        ReviewEncoderConfig(
            vocab_size=len(tokenizer),
            character_size=32,
            ngram_rows=2,
            ngram_buckets=11,
            hidden_size=64,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=_POSITIONS,
        )
    )
    encoder.save_pretrained(folder / "encoder")
    tokenizer.save_pretrained(folder / "encoder")
    trainer = {"per_device_train_batch_size": 16, "num_train_epochs": 60, "learning_rate": 5e-3, "save_steps": 1000}
    config = {
        "version": "miniature",
        "encoder": str(folder / "encoder"),
        "train": [str(folder / "train.jsonl")],
        "held_out": [str(folder / "held_out.jsonl")],
        "natural": [str(folder / "held_out.jsonl")],
        "min_examples": 2,
        "masked_share": 0.0,
        "folds": 2,
        "trainer": trainer,
    }
    (folder / "aspects.yaml").write_text(json.dumps(config), encoding="utf-8")
    _train(folder, "--output", folder / "model")
    return folder


def _train(folder: Path, *further: str | Path, status: int = 0) -> str:
    settings = ["--config", folder / "aspects.yaml", "--work", folder / "work", "--threads", "1"]
    return _run("train_aspects.py", folder, *settings, *further, status=status)


def _run(script: str, folder: Path, *arguments: str | Path, status: int = 0) -> str:
    command = [sys.executable, str(_ROOT / "scripts" / script), *map(str, arguments)]
    environment = {**os.environ, "HF_DATASETS_CACHE": str(folder / "cache"), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, text=True, check=False, timeout=180)
    assert done.returncode == status, done.stderr
    return done.stderr


def test_the_network_learns_its_reviews_by_heart(folder: Path) -> None:
    gold = load_annotated(folder / "train.jsonl")
    tagger = AspectTagger.from_pretrained(folder / "model")
    figures = figures_of(gold, *tagger.tag(texts_of(gold)), tagger.taxonomy)
    assert tagger.version == "miniature"
    assert figures["code_sign_f1"][0] > 0.9
    assert figures["mean3_qls"][0] > 0.9
    assert figures["span_char_f1"][0] > 0.8
    assert figures["overall_accuracy"][0] > 0.9


def test_full_precision_agrees_with_torch(folder: Path, tmp_path: Path) -> None:
    export_network(folder / "work" / "network", tmp_path, "fp32")
    session, tokenizer, framing = open_network(tmp_path)
    texts = [str(row["text"]) for row in annotated_set.reviews()]
    ids, mask = padded([one.ids for one in windows_of(segment(texts), tokenizer, framing)], framing.filler)
    tokens, questions = session.run(["tokens", "questions"], {"input_ids": ids, "attention_mask": mask})
    network = AspectNetwork.from_pretrained(folder / "work" / "network").eval()
    with torch.inference_mode():
        wanted = network(torch.from_numpy(ids), torch.from_numpy(mask))
    assert np.abs(questions - wanted.questions.numpy()).max() < 1e-3
    assert np.abs(tokens - wanted.tokens.numpy())[mask.astype(bool)].max() < 1e-3


def test_eight_bits_give_the_same_labels(folder: Path, tmp_path: Path) -> None:
    texts = [str(row["text"]) for row in annotated_set.reviews()]
    shutil.copytree(folder / "model", tmp_path / "exact")
    export_network(folder / "work" / "network", tmp_path / "exact", "fp32")
    tables = [AspectTagger.from_pretrained(place).tag(texts)[1] for place in (folder / "model", tmp_path / "exact")]
    for name in ("overall", "quality", "logistics", "service", "price"):
        first, second = (np.array(table[name].to_pylist()) for table in tables)
        assert (first == second).mean() >= 0.97, name


def test_opinions_stand_in_their_text_and_agree_with_labels(folder: Path) -> None:
    texts = ["", "！！！", "发货太慢，但是客服很耐心。" * 30, "ＡＢＣ 运行很流畅，价格偏贵", "\n发货真快\n\n音质清楚"]
    opinions, labels = AspectTagger.from_pretrained(folder / "model").tag(texts)
    assert labels.num_rows == len(texts)
    found = opinions.to_pylist()
    assert {one["review_id"] for one in found} >= {"2", "3", "4"}
    for one in found:
        text = texts[int(one["review_id"])]
        assert one["span"] == text[one["start"] : one["end"]]
        assert 0 < one["end"] - one["start"] <= 20
        label = labels[one["aspect"]].to_pylist()[int(one["review_id"])]
        assert label in (one["polarity"], "mixed", "abstain") or one["polarity"] == "neutral"
    long = [one for one in found if one["review_id"] == "2"]
    assert max(one["start"] for one in long) > 10 * _POSITIONS / 2
    for row in labels.to_pylist():
        assert sum(row[f"quality_{label}"] for label in ("none", "positive", "negative", "mixed")) == pytest.approx(1)


def test_a_review_reads_the_same_in_any_company(folder: Path) -> None:
    tagger = AspectTagger.from_pretrained(folder / "model")
    texts = [str(row["text"]) for row in annotated_set.reviews()]
    _, together = tagger.tag(["？？", *texts, "！"])
    alone = [row for place, text in enumerate(texts, 1) for row in _labels_alone(tagger, text, str(place))]
    assert together.to_pylist()[1:-1] == alone


def _labels_alone(tagger: AspectTagger, text: str, review_id: str) -> list[dict[str, object]]:
    return tagger.tag([text], review_ids=[review_id])[1].to_pylist()


@given(st.lists(st.text("发货慢，。 a1！很好", max_size=150), min_size=1, max_size=4))
@settings(max_examples=30, deadline=None)
def test_windows_hold_every_token_once(folder: Path, texts: list[str]) -> None:
    _, tokenizer, framing = open_network(folder / "model")
    batch = segment(texts)
    windows = windows_of(batch, tokenizer, framing)
    assert [one.review for one in windows] == sorted(one.review for one in windows)
    assert {one.review for one in windows} == set(range(len(texts)))
    assert all(len(one.ids) <= _POSITIONS and len(one.ids) == len(one.starts) + 2 for one in windows)
    for review, normalised in enumerate(batch.normalised):
        whole = tokenizer.encode(normalised.text, add_special_tokens=False)
        ids = [token for one in windows if one.review == review for token in list(one.ids)[1:-1]]
        assert ids == whole.ids


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "calibration.json", "config.json"])
def test_incomplete_and_damaged_directories_are_refused(folder: Path, tmp_path: Path, name: str) -> None:
    copy = tmp_path / "model"
    shutil.copytree(folder / "model", copy)
    (copy / name).write_text("[]", encoding="utf-8")
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        AspectTagger.from_pretrained(copy)
    (copy / name).unlink()
    with pytest.raises(ModelError, match=f"{name} missing"):
        AspectTagger.from_pretrained(copy)


def test_settings_of_another_shape_are_refused(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "model"
    shutil.copytree(folder / "model", copy)
    content = json.loads((copy / "aspects.json").read_text(encoding="utf-8"))
    for wrong in ({"format": 9}, {"scaling": {"opinions": [[1, 0]], "questions": []}}, {"pairs": [["q.size"]]}):
        (copy / "aspects.json").write_text(json.dumps({**content, **wrong}), encoding="utf-8")
        with pytest.raises(ModelError, match=r"aspects\.json"):
            AspectTagger.from_pretrained(copy)


def test_a_finished_training_is_not_done_again(folder: Path, tmp_path: Path) -> None:
    said = _train(folder, "--output", tmp_path / "again", "--resume")
    assert "resumed from" in said
    opinions = [
        AspectTagger.from_pretrained(place).tag(["发货太慢"])[0] for place in (folder / "model", tmp_path / "again")
    ]
    assert opinions[0].equals(opinions[1])


def test_training_stops_when_watched_reviews_no_longer_gain(folder: Path, tmp_path: Path) -> None:
    content = json.loads((folder / "aspects.yaml").read_text(encoding="utf-8"))
    schedule = {"num_train_epochs": 300, "save_steps": 8, "learning_rate": 2e-2}
    content |= {"patience": 1, "trainer": {**content["trainer"], **schedule}}
    (tmp_path / "aspects.yaml").write_text(json.dumps(content), encoding="utf-8")
    assert "57 annotated and 0 taught reviews" in _train(tmp_path, "--output", tmp_path / "model")
    states = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in (tmp_path / "work").glob("checkpoints/*/trainer_state.json")
    ]
    last = max(states, key=lambda state: int(state["global_step"]))
    assert last["global_step"] < last["max_steps"]
    losses = {one["step"]: one["eval_loss"] for one in last["log_history"] if "eval_loss" in one}
    assert losses[last["best_global_step"]] == min(losses.values()) < losses[last["global_step"]]


def test_left_out_sources_are_not_learnt(folder: Path, tmp_path: Path) -> None:
    rows = annotated_set.reviews()[:60]
    annotated_set.write(tmp_path / "half.jsonl", [{**row, "source": "ab"[place % 2]} for place, row in enumerate(rows)])
    content = json.loads((folder / "aspects.yaml").read_text(encoding="utf-8"))
    content |= {"train": [str(tmp_path / "half.jsonl")], "leave_out": ["b"]}
    content["trainer"] = {**content["trainer"], "num_train_epochs": 1}
    (tmp_path / "aspects.yaml").write_text(json.dumps(content), encoding="utf-8")
    assert "30 annotated and 0 taught reviews" in _train(tmp_path, "--output", tmp_path / "model")
    for change, message in (({"leave_out": ["c"]}, "no annotated review is of c"), ({"taught": ["x"]}, "exclude each")):
        (tmp_path / "aspects.yaml").write_text(json.dumps(content | change), encoding="utf-8")
        with pytest.raises(ConfigError, match=message):
            train_network(
                load(tmp_path / "aspects.yaml", AspectsConfig),
                load_taxonomy(),
                tmp_path / "none",
                resume=False,
                say=print,
            )


def test_an_encoder_that_is_not_there_is_named(folder: Path, tmp_path: Path) -> None:
    content = json.loads((folder / "aspects.yaml").read_text(encoding="utf-8"))
    (tmp_path / "aspects.yaml").write_text(json.dumps({**content, "encoder": str(tmp_path / "none")}), encoding="utf-8")
    assert "cannot be loaded" in _train(tmp_path, "--output", tmp_path / "model", status=2)
    assert not (tmp_path / "model").exists()


def test_a_student_learns_what_teachers_think(folder: Path, tmp_path: Path) -> None:
    rows = [
        {"key": f"k{number}", "text": row["text"], "source": "invented", "category": "", "polarity": None}
        | {"rating": None, "reserved": number >= 60}
        for number, row in enumerate(annotated_set.reviews())
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "reviews.parquet")
    content = json.loads((folder / "aspects.yaml").read_text(encoding="utf-8"))
    content["reviews"] = str(tmp_path / "reviews.parquet")
    (tmp_path / "aspects.yaml").write_text(json.dumps(content), encoding="utf-8")
    teachers = ["--teachers", folder / "model", "baseline"]
    command = ["--config", tmp_path / "aspects.yaml", *teachers, "--rows", "500", "--output", tmp_path / "taught.jsonl"]
    _run("distil_aspects.py", tmp_path, *command)
    taught = [json.loads(line) for line in (tmp_path / "taught.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["key"] for row in taught} == {f"k{number}" for number in range(60)}
    readers = [load_reader(folder / "model"), load_reader("baseline")]
    for row in taught[:5]:
        text = rows[int(row["key"][1:])]["text"]
        both = np.mean([reader.read(segment([text])).probabilities.overall[0] for reader in readers], axis=0)
        assert row["overall"] == pytest.approx(both.tolist(), abs=0.01)
    assert max(one["strength"] for row in taught for one in row["opinions"]) > 0.5

    content |= {"train": content["train"], "taught": [str(tmp_path / "taught.jsonl")], "repeats": 2}
    content["trainer"] = {**content["trainer"], "num_train_epochs": 20}
    (tmp_path / "aspects.yaml").write_text(json.dumps(content), encoding="utf-8")
    said = _train(tmp_path, "--output", tmp_path / "student")
    assert "60 annotated and 60 taught reviews" in said
    gold = load_annotated(folder / "train.jsonl")
    student = AspectTagger.from_pretrained(tmp_path / "student")
    assert figures_of(gold, *student.tag(texts_of(gold)), student.taxonomy)["mean3_qls"][0] > 0.8


def test_damaged_soft_labels_are_refused(folder: Path, tmp_path: Path) -> None:
    pq.write_table(pa.table({"key": ["a"], "text": ["发货太慢"], "source": [""]}), tmp_path / "reviews.parquet")
    opinion = {"code": "l.speed", "polarity": "negative", "start": 0, "end": 4, "strength": 0.9}
    whole = {"key": "a", "overall": [0, 1, 0, 0], "aspects": {"logistics": [0, 0, 1, 0]}, "opinions": [opinion]}
    aspects = ("logistics",)
    (tmp_path / "taught.jsonl").write_text(json.dumps(whole), encoding="utf-8")
    (lesson,) = read_lessons(tmp_path / "taught.jsonl", tmp_path / "reviews.parquet", aspects)
    assert (lesson.text, lesson.strengths) == ("发货太慢", (0.9,))
    for wrong in (
        {"overall": [0.5, 0.1, 0, 0]},
        {"overall": [1]},
        {"opinions": [{"code": "q.size"}]},
        {"opinions": [{**opinion, "end": 9}]},
        {"opinions": [{**opinion, "strength": 1.5}]},
        {"opinions": [{**opinion, "polarity": "good"}]},
        {"aspects": 3},
        {"aspects": {"quality": [0, 0, 1, 0]}},
    ):
        (tmp_path / "taught.jsonl").write_text(json.dumps({**whole, **wrong}), encoding="utf-8")
        with pytest.raises(InputError, match="soft label"):
            read_lessons(tmp_path / "taught.jsonl", tmp_path / "reviews.parquet", aspects)


def test_a_network_is_exported_again_in_another_precision(folder: Path, tmp_path: Path) -> None:
    command = ["--config", folder / "aspects.yaml", "--network", folder / "work" / "network", "--precision", "fp32"]
    _run("export_aspects.py", tmp_path, *command, "--output", tmp_path / "exact")
    texts = [str(row["text"]) for row in annotated_set.reviews()]
    tables = [AspectTagger.from_pretrained(place).tag(texts)[1] for place in (folder / "model", tmp_path / "exact")]
    first, second = (np.array(table["overall"].to_pylist()) for table in tables)
    assert (first == second).mean() >= 0.97
    refused = _run("export_aspects.py", tmp_path, "--network", tmp_path, "--output", tmp_path / "none", status=1)
    assert "not a trained network" in refused
    assert not (tmp_path / "none").exists()


def test_the_exported_file_says_what_it_is(folder: Path) -> None:
    described = onnxruntime.InferenceSession(folder / "model" / "model.onnx").get_modelmeta().custom_metadata_map
    assert described["kind"] == "review_mining.aspects"
    assert described["precision"] == "int8"


def test_counting_again_what_is_confused_gives_the_same(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "model", tmp_path / "model")
    file = tmp_path / "model" / "calibration.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    patterns = content["held_out"]["labels"]
    assert sum(patterns["natural"].values()) == content["reviews"]
    assert patterns["chosen"] == {}
    file.write_text(json.dumps({**content, "held_out": None}), encoding="utf-8")
    assert AspectTagger.from_pretrained(tmp_path / "model").calibration.held_out is None
    _run("calibrate_aspects.py", folder, "--config", folder / "aspects.yaml", "--model", tmp_path / "model")
    assert file.read_bytes() == (folder / "model" / "calibration.json").read_bytes()


def test_damaged_held_out_labels_are_an_error(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "model", tmp_path / "model")
    file = tmp_path / "model" / "calibration.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    content["held_out"]["labels"]["natural"] = {"01 9": 1}
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ModelError, match="calibration"):
        AspectTagger.from_pretrained(tmp_path / "model")


def test_the_card_tells_data_figures_and_calibration(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "model", tmp_path / "model")
    gold = load_annotated(folder / "train.jsonl")
    tagger = AspectTagger.from_pretrained(tmp_path / "model")
    measured = {"reviews": len(gold), "figures": figures_of(gold, *tagger.tag(texts_of(gold)), tagger.taxonomy)}
    config = load(folder / "aspects.yaml", AspectsConfig)
    counts = {"train": 60, "taught": 1234, "held_out": 48, "natural": 0}
    write_card(tmp_path / "model", config, {"Learnt": {"network": measured, "linear": measured}}, counts)
    card = (tmp_path / "model" / "README.md").read_text(encoding="utf-8")
    assert "machine-annotated" in card
    assert "Learnt (60 reviews)" in card
    value = measured["figures"]["code_sign_f1"][0]
    assert f"| code_sign_f1 | {value:.3f}" in card
    assert card.count("| quality |") == 1
    assert "$" not in card
    assert "1,234 further reviews" in card
    plot = ElementTree.parse(tmp_path / "model" / "reliability.svg")
    names = [one.text for one in plot.iter("{http://www.w3.org/2000/svg}text")]
    assert {"quality", "logistics", "service", "price"} <= set(names)
    assert len(list(plot.iter("{http://www.w3.org/2000/svg}polyline"))) == 5


def test_reliability_tells_certain_from_right(folder: Path) -> None:
    reliability = json.loads((folder / "model" / "calibration.json").read_text(encoding="utf-8"))["reliability"]
    assert set(reliability) == {"quality", "logistics", "service", "price"}
    for one in reliability.values():
        certain = [part[0] for part in one["parts"]]
        assert certain == sorted(certain)
        assert 0 <= one["error"] <= 1
