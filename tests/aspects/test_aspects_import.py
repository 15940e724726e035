from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from review_mining.annotated import load_annotated
from review_mining.aspects.annotation.imports import import_annotations, write_annotations
from review_mining.errors import InputError
from review_mining.taxonomy import Taxonomy, load_taxonomy

_OWN = """
version: mine
aspects: {taste: {letter: t, zh: 口味, en: Taste, weight: 1}, room: {letter: r, zh: 环境, en: Room, weight: 1}}
sub_aspects: {t.sweet: {zh: 甜度, en: Sweetness, owner: factory}, r.general: {zh: 环境, en: Room, owner: listing}}
"""


def _imported(folder: Path, name: str, content: str, taxonomy: Taxonomy | None = None) -> list[dict[str, Any]]:
    (folder / name).write_text(content, encoding="utf-8")
    return import_annotations(folder / name, taxonomy or load_taxonomy())


def test_rows_of_a_table_join_to_reviews(tmp_path: Path) -> None:
    content = (
        "text,aspect,polarity,span\n"
        "发货慢，质量好,l.speed,负面,发货慢\n"
        "发货慢，质量好,quality,1,质量好\n"
        '"第一行\n第二行",service,positive,\n'
        "还没用,,,\n"
    )
    rows = _imported(tmp_path, "mine.csv", content)
    write_annotations(rows, tmp_path / "mine.jsonl")
    first, second, third = load_annotated(tmp_path / "mine.jsonl")
    assert [(one.code, one.polarity, one.start, one.end) for one in first.opinions] == [
        ("l.speed", "negative", 0, 3),
        ("q.general", "positive", 4, 7),
    ]
    assert (first.overall, second.overall, third.overall) == ("neutral", "positive", "neutral")
    assert second.text == "第一行 第二行"
    assert (second.opinions[0].start, second.opinions[0].end) == (0, 7)
    assert third.opinions == ()


def test_an_own_taxonomy_and_attitude_are_kept(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(_OWN, encoding="utf-8")
    own = load_taxonomy(tmp_path / "own.yaml")
    rows = _imported(tmp_path, "mine.csv", "text,aspect,polarity,overall\n太甜了,t.sweet,-1,not_a_review\n", own)
    assert rows[0]["opinions"][0]["code"] == "t.sweet"
    assert rows[0]["overall"] == "not_a_review"
    with pytest.raises(InputError, match="'taste' is neither"):
        _imported(tmp_path, "mine.csv", "text,aspect,polarity\n太甜了,taste,-1\n", own)


def _task(text: str, *values: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"text": text}, "annotations": [{"result": [{"value": value} for value in values]}]}


def test_label_studio_stretches_become_opinions(tmp_path: Path) -> None:
    tasks = [
        _task("😀慢，慢", {"start": 4, "end": 5, "text": "慢", "labels": ["l.speed-"]}),
        _task("很好", {"start": 0, "end": 2, "labels": ["q.general+"]}, {"choices": ["positive"]}),
    ]
    first, second = _imported(tmp_path, "project.json", json.dumps(tasks))
    # The browser counted the picture as two; the second 慢 is the nearest.
    assert (first["opinions"][0]["start"], first["overall"]) == (3, "negative")
    assert (second["opinions"][0]["end"], second["overall"]) == (2, "positive")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.csv", "text,aspect\n好,q.size\n", "column 'polarity'"),
        ("a.csv", "text,aspect,polarity\n好,q.size,great\n", "row 0.*great"),
        ("a.csv", "text,aspect,polarity\n好,q.none,1\n", "row 0.*q.none"),
        ("a.csv", "text,aspect,polarity\n,q.size,1\n", "row 0.*empty"),
        ("a.csv", "text,aspect,polarity,span\n好,q.size,1,坏\n", "row 0.*do not stand"),
        ("a.csv", f"text,aspect,polarity\n{'好' * 20_001},q.size,1\n", "row 0.*20,000"),
        ("a.json", "{", "is not JSON"),
        ("a.json", '[{"data": {}}]', "row 0.*not a task"),
        ("a.json", json.dumps([_task("好", {"start": 0, "end": 1, "labels": ["q.size"]})]), "row 0"),
        ("a.json", json.dumps([_task("好", {"choices": ["great"]})]), "row 0.*great"),
        ("a.txt", "", "neither .csv nor .json"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, name: str, content: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        _imported(tmp_path, name, content)


def test_other_encodings_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("text,aspect,polarity\n好,q.size,1\n".encode("gbk"))
    with pytest.raises(InputError, match="UTF-8"):
        import_annotations(tmp_path / "a.csv", load_taxonomy())
