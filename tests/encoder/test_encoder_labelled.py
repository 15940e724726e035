from __future__ import annotations

from collections import Counter
from pathlib import Path

import invented_texts
import numpy as np
import pyarrow.parquet as pq
import pytest
from invented_texts import REVIEWS

from review_mining.encoder.labelled import LabelledTexts, load_tasks, prepared
from review_mining.encoder.sentences import load_opinions
from review_mining.encoder.training_config import TasksConfig
from review_mining.errors import InputError

_POLARITY = "polarity/invented"


@pytest.fixture(scope="module")
def tasks_config(tmp_path_factory: pytest.TempPathFactory) -> TasksConfig:
    folder = tmp_path_factory.mktemp("tasks")
    return TasksConfig(
        reviews=invented_texts.write_reviews(folder / "reviews.parquet"),
        opinions=invented_texts.write_opinions(folder / "opinions"),
        intents=invented_texts.write_intents(folder / "intents"),
    )


def _load(config: TasksConfig, **changes: object) -> dict[str, LabelledTexts]:
    return {task.name: task for task in load_tasks(config.model_copy(update=changes))}


def test_every_task_is_read_with_its_labels(tasks_config: TasksConfig) -> None:
    tasks = _load(tasks_config)
    kinds = {name: (task.kind, len(task.texts), task.outputs) for name, task in tasks.items()}
    assert kinds == {
        _POLARITY: ("binary", 60, 1),
        "stars": ("ordinal", 60, 4),
        "opinions": ("labels", 60, 2),
        "intents": ("classes", 15, 3),
    }
    texts = prepared([review.text for review in REVIEWS])
    assert tasks[_POLARITY].texts == tasks["stars"].texts == tasks["opinions"].texts == texts
    assert tasks[_POLARITY].targets.tolist() == [review.polarity for review in REVIEWS]
    assert tasks["stars"].targets.tolist() == [review.stars for review in REVIEWS]
    assert set(tasks[_POLARITY].sources) == {"invented/家居"}


def test_a_rare_category_is_no_label(tasks_config: TasksConfig) -> None:
    opinions = _load(tasks_config)["opinions"]
    assert opinions.names == ("整体/正面", "整体/负面")
    assert opinions.targets.tolist() == [[review.polarity, 1 - review.polarity] for review in REVIEWS]


def test_reserved_rows_are_marked(tasks_config: TasksConfig) -> None:
    tasks = _load(tasks_config)
    fifths = (np.arange(60) % 5 == 0).tolist()
    assert [tasks[name].reserved.tolist() for name in (_POLARITY, "stars", "opinions")] == [fifths] * 3
    assert tasks["intents"].reserved.tolist() == [False] * 12 + [True] * 3
    kept = tasks["opinions"].select(~tasks["opinions"].reserved)
    assert (len(kept.texts), kept.targets.shape, kept.reserved.any()) == (48, (48, 2), False)
    assert kept.texts[0] == prepared([REVIEWS[1].text])[0]


def test_texts_of_excluded_files_are_left_out(tasks_config: TasksConfig, tmp_path: Path) -> None:
    held = invented_texts.write_lines(tmp_path / "dev.jsonl", invented_texts.annotated_rows(REVIEWS[10:14]))
    tasks = _load(tasks_config, exclude=(held,))
    gone = set(prepared([review.text for review in REVIEWS[10:14]]))
    for name in (_POLARITY, "stars", "opinions"):
        assert len(tasks[name].texts) == 56
        assert gone.isdisjoint(tasks[name].texts)


def test_tasks_that_are_not_configured_are_not_read(tasks_config: TasksConfig) -> None:
    assert list(_load(tasks_config, opinions=None, intents=None)) == [_POLARITY, "stars"]


def test_texts_are_normalised_and_masked() -> None:
    (found,) = prepared(["ＡＢＣ很好&amp;看，打13812345678"])
    assert found.startswith("abc很好&看,打")
    assert "1381" not in found


@pytest.mark.parametrize("name", ["reviews", "opinions", "intents"])
def test_a_missing_file_is_named(tasks_config: TasksConfig, tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="absent"):
        _load(tasks_config, **{name: tmp_path / "absent"})


def test_a_missing_column_is_named(tasks_config: TasksConfig, tmp_path: Path) -> None:
    rows = pq.read_table(tasks_config.reviews)
    pq.write_table(rows.drop_columns(["key"]), tmp_path / "reviews.parquet")
    with pytest.raises(InputError, match=r"reviews\.parquet[\s\S]*key"):
        _load(tasks_config, reviews=tmp_path / "reviews.parquet")
    invented_texts.write_opinions(tmp_path / "opinions")
    (tmp_path / "opinions" / "Train_makeup_labels.csv").write_text("id,Categories\n1,整体\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"labels\.csv, column 'Polarities'"):
        _load(tasks_config, opinions=tmp_path / "opinions")


def test_lines_that_are_not_json_are_refused(tasks_config: TasksConfig, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"key": "a"}\nnot json\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"broken\.jsonl"):
        _load(tasks_config, exclude=(broken,))


def test_an_intent_without_its_fields_is_named(tasks_config: TasksConfig, tmp_path: Path) -> None:
    folder = invented_texts.write_intents(tmp_path / "intents")
    invented_texts.write_lines(folder / "dev.json", [{"sentence": "怎么还不发货"}])
    with pytest.raises(InputError, match=r"dev\.json"):
        _load(tasks_config, intents=folder)


def test_annotated_opinions_are_read_one_by_one(tmp_path: Path) -> None:
    path = invented_texts.write_lines(tmp_path / "train.jsonl", invented_texts.annotated_rows())
    found = load_opinions([path])
    assert found.spans == prepared([review.span for review in REVIEWS])
    assert found.codes == [review.code for review in REVIEWS]
    assert found.reviews == list(range(60))
    assert len(load_opinions([path, path]).spans) == 120
    with pytest.raises(InputError, match="opinions"):
        load_opinions([invented_texts.write_lines(tmp_path / "wrong.jsonl", [{"text": "很好"}])])
    with pytest.raises(InputError, match=r"absent\.jsonl"):
        load_opinions([tmp_path / "absent.jsonl"])


def test_annotated_reviews_teach_frequent_sub_aspects(tasks_config: TasksConfig, tmp_path: Path) -> None:
    rows = invented_texts.annotated_rows()
    stored = [{name: row[name] for name in ("key", "overall", "opinions")} for row in rows]
    annotated = invented_texts.write_lines(tmp_path / "labels.jsonl", stored)
    held = invented_texts.write_lines(tmp_path / "dev.jsonl", invented_texts.annotated_rows(REVIEWS[:1]))
    aspects = _load(tasks_config, annotated=(annotated,) * 3, exclude=(held,))["aspects"]
    known = REVIEWS[1:] * 3  # three files, so that some codes are frequent enough
    assert aspects.texts == prepared([review.text for review in known])
    counts = Counter((review.code, review.polarity) for review in known)
    signs = {1: "positive", 0: "negative"}
    wanted = sorted(f"{code}/{signs[sign]}" for (code, sign), count in counts.items() if count >= 20)
    assert aspects.names == tuple(wanted)
    assert 0 < len(wanted) < len(counts)
    assert aspects.targets.sum() == sum(count for count in counts.values() if count >= 20)
    assert not aspects.reserved.any()
