from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from review_mining.annotated import AnnotatedOpinion, load_annotated
from review_mining.aspects import AspectTagger
from review_mining.aspects.annotation.agreement import agreement
from review_mining.aspects.annotation.rounds import Labels, read_labels, read_round, write_labels
from review_mining.aspects.annotation.selection import SelectionConfig, choose, load_candidates, spread
from review_mining.taxonomy import load_taxonomy

_ROOT = Path(__file__).parents[2]
_TEXTS = {
    "a": "发货太慢，质量一般",
    "b": "很好很好\n客服耐心",
    "c": "春眠不觉晓",
}
_ANSWERS = (
    "1\t-\tl.speed-|发货太慢;q.general~|质量一般",
    "2\t+\tq.general+|很好;q.general+|很好;s.attitude+|客服耐心",
    "3\tx\t",
)


def _round(folder: Path, lines: tuple[str, ...] = _ANSWERS) -> tuple[list[Labels], list[str]]:
    batches, answers = folder / "batches", folder / "answers"
    batches.mkdir(exist_ok=True)
    answers.mkdir(exist_ok=True)
    keys = [json.dumps({"number": number, "key": key}) for number, key in enumerate(_TEXTS, start=1)]
    (batches / "keys.jsonl").write_text("\n".join(keys), encoding="utf-8")
    (answers / "batch_001.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    labels, faults = read_round(batches, answers, _TEXTS, load_taxonomy())
    return labels, [str(fault) for fault in faults]


def test_answers_become_labels_with_offsets(tmp_path: Path) -> None:
    labels, faults = _round(tmp_path)
    assert not faults
    assert [(one.key, one.overall) for one in labels] == [("a", "negative"), ("b", "positive"), ("c", "not_a_review")]
    assert labels[0].opinions == (
        AnnotatedOpinion("l.speed", "negative", 0, 4),
        AnnotatedOpinion("q.general", "neutral", 5, 9),
    )
    # The same words twice are two places; a line break counts as one sign.
    assert [(one.start, one.end) for one in labels[1].opinions] == [(0, 2), (2, 4), (5, 9)]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("1\t?\t", "overall sign"),
        ("3\tx\tq.general-|春眠", "x goes without opinions"),
        ("1\t-\tl.unknown-|发货太慢", "not a code and a sign"),
        ("1\t-\tl.speed|发货太慢", "not a code and a sign"),
        ("1\t-\tl.speed-|发货很慢", "do not stand in the review"),
        ("1\t-\tl.speed-|", "empty or longer"),
        ("9\t-\t", "the number of a review"),
        ("1 - l.speed-|发货太慢", "separated by tabs"),
    ],
)
def test_a_line_at_fault_is_named(tmp_path: Path, line: str, problem: str) -> None:
    labels, faults = _round(tmp_path, (_ANSWERS[1], line))
    assert [one.key for one in labels] == ["b"]
    (fault,) = faults
    assert problem in fault
    assert "batch_001.tsv" in fault
    assert "row 1" in fault


def test_a_review_is_answered_once(tmp_path: Path) -> None:
    _, faults = _round(tmp_path, (_ANSWERS[0], _ANSWERS[0]))
    assert "answered before" in faults[0]


def test_stored_labels_hold_no_text_and_come_back(tmp_path: Path) -> None:
    labels, _ = _round(tmp_path)
    write_labels(labels, tmp_path / "labels.jsonl")
    stored = (tmp_path / "labels.jsonl").read_text(encoding="utf-8")
    assert stored.isascii()
    assert read_labels(tmp_path / "labels.jsonl") == labels
    rows = [{"key": key, "text": text, "source": "invented"} for key, text in _TEXTS.items()]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "reviews.parquet")
    found = load_annotated(tmp_path / "labels.jsonl", tmp_path / "reviews.parquet")
    assert [(one.key, one.overall, one.opinions) for one in found] == [
        (one.key, one.overall, one.opinions) for one in labels
    ]


def test_readers_who_agree_score_one_and_others_less(tmp_path: Path) -> None:
    labels, _ = _round(tmp_path)
    taxonomy = load_taxonomy()
    assert agreement(labels, labels, taxonomy)["code_sign_f1"][0] == 1.0
    other = [Labels(one.key, one.overall, one.opinions[:1]) for one in labels[:2]]
    value, _, _ = agreement(labels, other, taxonomy)["code_sign_f1"]
    assert value == pytest.approx(2 * 2 / (4 + 2))  # the two 很好 are one code and sign


def test_the_comparison_prints_figures(tmp_path: Path) -> None:
    labels, _ = _round(tmp_path)
    for name, own in (("first", labels), ("second", labels[:2])):
        write_labels(own, tmp_path / f"{name}.jsonl")
    told = _run("compare_annotations.py", tmp_path / "first.jsonl", tmp_path / "second.jsonl")
    assert told.startswith("2 reviews read twice")
    assert "code_sign_f1             1.000" in told
    (tmp_path / "second.jsonl").write_text('{"key": "a"}', encoding="utf-8")
    assert "row 0" in _run("compare_annotations.py", tmp_path / "first.jsonl", tmp_path / "second.jsonl", status=2)


def _pool(path: Path) -> Path:
    rows = [
        {
            "key": f"k{number}",
            "source": "large" if number % 10 else "small",
            "category": "家居",
            "text": f"第{number}次买，" + ("快递员把杯子摔坏了" if number % 7 == 0 else "质量很好"),
            "polarity": float(number % 3 > 0),
            "rating": None,
            "reserved": number % 5 == 0,
        }
        for number in range(200)
    ]
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def test_reserved_annotated_and_long_reviews_are_no_candidates(tmp_path: Path) -> None:
    pool = _pool(tmp_path / "reviews.parquet")
    found = load_candidates(pool, reserved=False, without=frozenset({"k1"}), max_characters=12)
    numbers = {int(key[1:]) for key in found.keys}
    assert numbers == {n for n in range(2, 200) if n % 5 and n % 7}
    held = load_candidates(pool, reserved=True, without=frozenset(), sources=("small",), max_characters=400)
    assert {int(key[1:]) for key in held.keys} == set(range(0, 200, 10))


def test_small_groups_are_drawn_more_often() -> None:
    groups = np.array(["large"] * 900 + ["small"] * 100)
    drawn = spread(groups, 200, np.random.default_rng(0))
    assert len(set(drawn.tolist())) == 200
    share = (groups[drawn] == "small").mean()
    assert 0.17 < share < 0.33  # by roots 0.25, by rows 0.10


def test_complaints_and_rare_codes_come_first(tmp_path: Path) -> None:
    found = load_candidates(
        _pool(tmp_path / "reviews.parquet"), reserved=False, without=frozenset(), max_characters=400
    )
    config = SelectionConfig(negatives=0.5, rare=0.3, doubtful=0.1, rare_words={"l.damage": ("摔坏",)})
    chosen = found.select(choose(found, AspectTagger.from_pretrained(), config, 40, np.random.default_rng(0)))
    assert len(set(chosen.keys)) == 40
    assert sum("摔坏" in text for text in chosen.texts) >= 12
    assert chosen.negative.sum() >= 20


def test_the_commands_write_batches_and_take_answers(tmp_path: Path) -> None:
    pool, batches = str(_pool(tmp_path / "reviews.parquet")), tmp_path / "round"
    _run("select_for_annotation.py", "--reviews", pool, "--natural", "--rows", "5", "--batch-rows", "3", "-o", batches)
    lines = [line for path in sorted(batches.glob("*.txt")) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line.split("\t")[0] for line in lines] == ["1", "2", "3", "4", "5"]
    answers = tmp_path / "answers"
    answers.mkdir()
    (answers / "batch_001.tsv").write_text("".join(f"{n}\t~\t\n" for n in (1, 2, 3)), encoding="utf-8")
    output = tmp_path / "out.jsonl"
    told = _run("check_annotations.py", *_places(pool, batches, answers, output))
    assert told.startswith("3 reviews, 0 opinions")
    assert len(output.read_text(encoding="utf-8").splitlines()) == 3


def test_nothing_is_written_while_a_line_is_at_fault(tmp_path: Path) -> None:
    pool, batches, answers = str(_pool(tmp_path / "reviews.parquet")), tmp_path / "round", tmp_path / "answers"
    _run("select_for_annotation.py", "--reviews", pool, "--natural", "--rows", "3", "-o", batches)
    answers.mkdir()
    (answers / "batch_001.tsv").write_text("1\t!\t\n", encoding="utf-8")
    output = tmp_path / "out.jsonl"
    told = _run(
        "check_annotations.py", "--reviews", pool, "--batches", batches, "--answers", answers, "-o", output, status=2
    )
    assert "row 0" in told
    assert not output.exists()


def _places(pool: str, batches: Path, answers: Path, output: Path) -> list[str | Path]:
    return ["--reviews", pool, "--batches", batches, "--answers", answers, "-o", output]


def _run(script: str, *arguments: str | Path, status: int = 0) -> str:
    command = [sys.executable, str(_ROOT / "scripts" / script), *map(str, arguments)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == status, done.stderr
    return done.stdout + done.stderr
