"""The whole training in miniature: one layer, a hundred steps, invented reviews."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import invented_texts
import numpy as np
import numpy.typing as npt
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoTokenizer

from review_mining.config import load
from review_mining.encoder.distillation import distil
from review_mining.encoder.evaluation import LinearProbe, accuracy
from review_mining.encoder.labelled import load_tasks
from review_mining.encoder.modeling import ReviewEncoderModel
from review_mining.encoder.pretraining import pretrain
from review_mining.encoder.sentences import contrastive_loss, learn_sentences
from review_mining.encoder.torch_features import TorchFeatures
from review_mining.encoder.trainer import arguments_of
from review_mining.encoder.training_config import EncoderConfig
from review_mining.errors import ConfigError, InputError, ModelError

pytestmark = pytest.mark.usefixtures("own_cache")

_ROOT = Path(__file__).parents[2]
_STEPS, _SAVE = 100, 7
_LIMIT_S = 120


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Settings of the chain; a checkpoint falls into the middle of a pass over the corpus."""
    folder = tmp_path_factory.mktemp("texts")
    (folder / "corpus.txt").write_text("\n".join(invented_texts.corpus()) + "\n", encoding="utf-8")
    annotated = invented_texts.write_lines(folder / "train.jsonl", invented_texts.annotated_rows())
    schedule = {"per_device_train_batch_size": 16, "learning_rate": 3e-3, "logging_steps": 10}
    return {
        "version": "miniature",
        "corpus": {"files": [str(folder / "corpus.txt")], "max_tokens": 24, "processes": 1},
        "tokenizer": {"vocab_size": 400, "min_frequency": 1},
        "model": {
            "character_size": 24,
            "ngram_rows": 800,
            "ngram_buckets": 2000,
            "ngram_size": 12,
            "hidden_size": 32,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "intermediate_size": 48,
            "max_position_embeddings": 64,
        },
        "initialisation": {"min_count": 3},
        "pretraining": {
            "generator_size": 16,
            "trainer": {**schedule, "max_steps": _STEPS, "save_steps": _SAVE, "warmup_steps": 10},
        },
        "tasks": {
            "reviews": str(invented_texts.write_reviews(folder / "reviews.parquet")),
            "opinions": str(invented_texts.write_opinions(folder / "opinions")),
            "intents": str(invented_texts.write_intents(folder / "intents")),
            "max_tokens": 32,
            "trainer": {**schedule, "num_train_epochs": 8, "dropout": 0.1, "table_rate": 2.0, "save_steps": 1000},
        },
        "sentences": {"annotated": [str(annotated)], "size": 8, "steps": 60, "batch_size": 32},
        "distillation": {
            "student": {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 16},
            "trainer": {**schedule, "max_steps": 40, "save_steps": 1000},
        },
    }


def _written(folder: Path, settings: Mapping[str, Any], **changes: object) -> Path:
    path = folder / "encoder.yaml"
    path.write_text(json.dumps({**settings, **changes}, ensure_ascii=False), encoding="utf-8")
    return path


def _command(script: str, config: Path, work: Path, *further: str) -> list[str]:
    path = str(_ROOT / "scripts" / script)
    return [sys.executable, path, "--config", str(config), "--work", str(work), "--threads", "1", *further]


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "HF_DATASETS_CACHE": str(folder), "OMP_NUM_THREADS": "1"}


def _run(command: list[str], cache: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=_ROOT, env=_environment(cache), capture_output=True, text=True, check=False, timeout=_LIMIT_S
    )


def _ready(checkpoint: Path) -> bool:
    """The trainer's state is the last file of a checkpoint to be written."""
    try:
        return bool(json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return False


def _killed_after(command: list[str], checkpoint: Path, cache: Path) -> int:
    """Exit status of a run that is killed as soon as it has written the checkpoint."""
    end = time.monotonic() + _LIMIT_S
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=_ROOT, env=_environment(cache), **quiet) as process:
        while process.poll() is None:
            if _ready(checkpoint) or time.monotonic() > end:
                process.send_signal(signal.SIGKILL)
            try:
                process.wait(timeout=0.01)
            except subprocess.TimeoutExpired:
                continue
    return process.returncode


def _weights(work: Path) -> dict[str, torch.Tensor]:
    return load_file(work / "objective.safetensors")


def _losses(work: Path) -> list[float]:
    state = max(work.glob("checkpoints/checkpoint-*/trainer_state.json"), key=lambda path: path.stat().st_mtime_ns)
    return [entry["loss"] for entry in json.loads(state.read_text())["log_history"] if "loss" in entry]


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory: pytest.TempPathFactory, settings: dict[str, Any]) -> Path:
    """The working directory after pre-training without interruption."""
    folder = tmp_path_factory.mktemp("pretrained")
    config = _written(folder, settings)
    done = _run(_command("pretrain_encoder.py", config, folder / "work"), folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(folder / "work" / "pretrained")
    assert "started from step 0" in done.stderr
    return folder / "work"


@pytest.fixture(scope="module")
def tuned(pretrained: Path, settings: dict[str, Any]) -> Path:
    """The same directory after tuning."""
    config = _written(pretrained.parent, settings)
    done = _run(_command("tune_encoder.py", config, pretrained), pretrained.parent)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(pretrained / "final")
    return pretrained


def test_pretraining_leaves_an_encoder_and_checkpoints(pretrained: Path) -> None:
    encoder = ReviewEncoderModel.from_pretrained(pretrained / "pretrained")
    tokenizer = AutoTokenizer.from_pretrained(pretrained / "pretrained")
    assert encoder.config.vocab_size == len(tokenizer)
    checkpoints = {path.name for path in (pretrained / "checkpoints").iterdir()}
    assert checkpoints == {"checkpoint-98", "checkpoint-100"}
    first = ReviewEncoderModel.from_pretrained(pretrained / "initial").state_dict()
    assert any(not torch.equal(weight, first[name]) for name, weight in encoder.state_dict().items())
    for name, weight in encoder.state_dict().items():
        assert torch.equal(weight, _weights(pretrained)[f"encoder.{name}"]), name


def test_pretraining_learns(pretrained: Path) -> None:
    losses = _losses(pretrained)
    assert np.isfinite(losses).all()
    assert np.mean(losses[-3:]) < np.mean(losses[:3])


def test_killed_and_resumed_is_the_same_as_never_stopped(
    pretrained: Path, settings: dict[str, Any], tmp_path: Path
) -> None:
    work = tmp_path / "work"
    for name in ("tokenizer", "pieces", "initial"):
        shutil.copytree(pretrained / name, work / name)
    command = _command("pretrain_encoder.py", _written(tmp_path, settings), work)
    status = _killed_after(command, work / "checkpoints" / f"checkpoint-{_SAVE}", tmp_path)
    assert status == -signal.SIGKILL
    assert not (work / "pretrained").exists()
    resumed = _run([*command, "--resume"], tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    assert "resumed from" in resumed.stderr
    wanted = _weights(pretrained)
    for name, weight in _weights(work).items():
        torch.testing.assert_close(weight, wanted[name], msg=lambda text, name=name: f"{name}: {text}")


def test_a_checkpoint_that_was_cut_off_is_passed_over(
    pretrained: Path, settings: dict[str, Any], tmp_path: Path
) -> None:
    work = tmp_path / "work"
    for name in ("tokenizer", "pieces", "initial", "checkpoints"):
        shutil.copytree(pretrained / name, work / name)
    for name in ("trainer_state.json", "optimizer.pt"):
        (work / "checkpoints" / "checkpoint-100" / name).unlink()
    said: list[str] = []
    pretrain(load(_written(tmp_path, settings), EncoderConfig), work, resume=True, say=said.append)
    assert f"resumed from {work / 'checkpoints' / 'checkpoint-98'}" in said


def test_settings_that_the_trainer_does_not_know_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="max_step"):
        arguments_of({"max_step": 3}, tmp_path, 0)


def test_tuning_learns_polarity(tuned: Path, settings: dict[str, Any], tmp_path: Path) -> None:
    config = load(_written(tmp_path, settings), EncoderConfig)
    assert config.tasks is not None
    polarity = next(task for task in load_tasks(config.tasks) if task.name == "polarity/invented")
    figure = accuracy(LinearProbe(TorchFeatures.from_pretrained(tuned / "tuned")), polarity)
    assert figure.n == 12
    assert figure.value >= 0.75
    known = polarity.select(~polarity.reserved)
    learnt = TorchFeatures.from_pretrained(tuned / "tuned")(known.texts)
    before = TorchFeatures.from_pretrained(tuned / "pretrained")(known.texts)
    assert _separation(learnt, known.targets) > 1.5 * _separation(before, known.targets)


def _separation(vectors: npt.NDArray[np.float32], labels: npt.ArrayLike) -> float:
    """Cosine of texts of one label less that of texts of different labels, on average."""
    unit = vectors - vectors.mean(axis=0)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    likeness, label = unit @ unit.T, np.asarray(labels)
    same = label[:, None] == label[None, :]
    others = ~np.eye(len(label), dtype=np.bool_)
    return float(likeness[same & others].mean() - likeness[~same].mean())


def test_sentence_vectors_gather_what_means_the_same(tuned: Path) -> None:
    features = TorchFeatures.from_pretrained(tuned / "final")
    spans = [review.span for review in invented_texts.REVIEWS]
    labels = [f"{review.code}{review.polarity}" for review in invented_texts.REVIEWS]
    vectors = features.sentence_vectors(spans)
    assert vectors.shape == (60, 8)
    # Tuned states already lie at 0.93 of a largest value near 1; what is left of the way is to be gone.
    assert _separation(vectors, labels) > max(0.98, _separation(features(spans), labels) + 0.03)


def test_sentences_leave_the_encoder_as_it_was(tuned: Path) -> None:
    one, other = (load_file(tuned / name / "model.safetensors") for name in ("tuned", "final"))
    assert other.keys() - one.keys() == {"sentence.weight"}
    assert all(torch.equal(weight, other[name]) for name, weight in one.items())


def test_a_student_comes_near_its_teacher(pretrained: Path, settings: dict[str, Any], tmp_path: Path) -> None:
    config = load(_written(tmp_path, settings), EncoderConfig)
    folder = distil(config, pretrained, tmp_path / "student", resume=False, say=lambda _: None)
    student = ReviewEncoderModel.from_pretrained(folder)
    assert (student.config.hidden_size, len(AutoTokenizer.from_pretrained(folder))) == (16, student.config.vocab_size)
    assert len(torch.unique(student.embeddings.code_of_row)) > 10  # it knows n-grams, like its teacher
    losses = _losses(tmp_path / "student")
    assert np.mean(losses[-1:]) < 0.9 * losses[0]


def test_distillation_needs_a_finished_teacher(pretrained: Path, settings: dict[str, Any], tmp_path: Path) -> None:
    config = load(_written(tmp_path, settings), EncoderConfig)
    work = tmp_path / "teacher"
    for name in ("tokenizer", "pieces", "pretrained"):
        shutil.copytree(pretrained / name, work / name)
    with pytest.raises(ModelError, match="objective"):
        distil(config, work, tmp_path / "student", resume=False, say=lambda _: None)
    (work / "objective.safetensors").write_bytes(b"cut off")
    with pytest.raises(ModelError, match="damaged"):
        distil(config, work, tmp_path / "student", resume=False, say=lambda _: None)
    with pytest.raises(ConfigError, match="distillation"):
        distil(config.model_copy(update={"distillation": None}), work, tmp_path, resume=False, say=lambda _: None)


def test_sentences_need_their_section_and_file(tuned: Path, settings: dict[str, Any], tmp_path: Path) -> None:
    config = load(_written(tmp_path, settings), EncoderConfig)
    with pytest.raises(ConfigError, match="sentences"):
        learn_sentences(config.model_copy(update={"sentences": None}), tuned, say=lambda _: None)
    assert config.sentences is not None
    absent = config.sentences.model_copy(update={"annotated": (tmp_path / "absent.jsonl",)})
    with pytest.raises(InputError, match="absent"):
        learn_sentences(config.model_copy(update={"sentences": absent}), tuned, say=lambda _: None)


def test_the_contrastive_loss_is_that_of_its_definition() -> None:
    labels = torch.tensor([0, 0, 1, 1, 2])
    vectors = torch.nn.functional.one_hot(labels, 3).float() * 5
    # A text of a pair has one of its kind at likeness 1 and three others at 0; the fifth has none and does not count.
    wanted = -np.log(np.exp(2) / (np.exp(2) + 3))
    assert contrastive_loss(vectors, labels, temperature=0.5).item() == pytest.approx(wanted, abs=1e-5)
