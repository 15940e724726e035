from __future__ import annotations

import csv
import json
from pathlib import Path

import datasets
import invented_texts
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerFast

from review_mining.encoder.corpus import NO_WORD, load_texts, tokenise, weighted, word_numbers
from review_mining.encoder.training_config import CorpusConfig
from review_mining.errors import InputError
from review_mining.text import Segmenter, normalise_all

pytestmark = pytest.mark.usefixtures("own_cache")

_TEXTS = [review.text for review in invented_texts.REVIEWS[::6]]


def _config(*files: Path, max_tokens: int = 64) -> CorpusConfig:
    return CorpusConfig(files=files, max_tokens=max_tokens, processes=1)


def _write(path: Path, texts: list[str], column: str = "text") -> Path:
    if path.suffix == ".parquet":
        pq.write_table(pa.table({column: texts}), path)
    elif path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[column, "stars"], *([text, "5"] for text in texts)])
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps({column: text}) + "\n" for text in texts), encoding="utf-8")
    else:
        path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def _rows(*texts: str, source: str = "invented") -> datasets.Dataset:
    return datasets.Dataset.from_dict({"text": list(texts), "source": [source] * len(texts)})


@pytest.mark.parametrize("suffix", [".parquet", ".jsonl", ".csv", ".txt"])
def test_every_kind_of_file_gives_its_texts(tmp_path: Path, suffix: str) -> None:
    found = load_texts(_config(_write(tmp_path / f"shop{suffix}", _TEXTS)))
    assert found["text"][:] == list(normalise_all(_TEXTS))
    assert set(found["source"]) == {"shop"}


def test_a_column_of_sources_is_kept_and_files_are_joined(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": _TEXTS[:2], "source": ["one", "two"]}), tmp_path / "first.parquet")
    files = tmp_path / "first.parquet", _write(tmp_path / "second.txt", _TEXTS[2:4])
    assert load_texts(_config(*files))["source"][:] == ["one", "two", "second", "second"]


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"texts\.docx.*not a kind of file"):
        load_texts(_config(tmp_path / "texts.docx"))
    with pytest.raises(InputError, match=r"absent\.csv.*no such file"):
        load_texts(_config(tmp_path / "absent.csv"))
    with pytest.raises(InputError, match=r"wrong\.jsonl, column 'text'"):
        load_texts(_config(_write(tmp_path / "wrong.jsonl", _TEXTS, column="review")))


def test_repetitions_near_repetitions_and_scraps_are_left_out(tmp_path: Path) -> None:
    long = "昨天收到的台灯，光线柔和不刺眼，底座很稳，孩子写作业用正合适，全家人都非常满意"
    texts = [long, _TEXTS[0], long, long + "！", long.replace("全家人", "全家"), "好！！", "", _TEXTS[1]]
    found = load_texts(_config(_write(tmp_path / "texts.parquet", texts)))
    assert found["text"][:] == list(normalise_all([long, _TEXTS[0], _TEXTS[1]]))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1 台灯光线柔和", "台灯光线柔和"),
        ("3, 0, 台灯光线柔和", "台灯光线柔和"),
        ("台灯光线柔和 1", "台灯光线柔和"),
        ("0 台灯光线柔和 2 4", "台灯光线柔和"),
        ("台 灯 光 线 柔 和", "台灯光线柔和"),
        ("2个台灯光线柔和", "2个台灯光线柔和"),
        ("台灯光线柔和用了30", "台灯光线柔和用了30"),
        ("台灯 usb 光线柔和", "台灯 usb 光线柔和"),
    ],
)
def test_label_fields_and_spacing_are_stripped(tmp_path: Path, written: str, kept: str) -> None:
    assert load_texts(_config(_write(tmp_path / "one.parquet", [written])))["text"][:] == [kept]


def test_personal_data_is_masked(tmp_path: Path) -> None:
    texts = ["换货请打我手机13812345678，谢谢店家"]
    (found,) = load_texts(_config(_write(tmp_path / "one.parquet", texts)))["text"]
    assert "138" not in found
    assert "5678" not in found
    assert found.startswith("换货请打我手机")


def test_pieces_fit_and_joined_are_the_text(tokenizer: PreTrainedTokenizerFast) -> None:
    texts = list(normalise_all(invented_texts.corpus(40)))
    pieces = tokenise(_rows(*texts), tokenizer, _config(max_tokens=12))
    assert max(pieces["length"]) <= 12
    joined: list[int] = []
    for ids, words, length in zip(pieces["input_ids"], pieces["words"], pieces["length"], strict=True):
        assert len(ids) == len(words) == length
        assert (ids[0], ids[-1]) == (tokenizer.cls_token_id, tokenizer.sep_token_id)
        assert (words[0], words[-1]) == (NO_WORD, NO_WORD)
        assert words[1] == 0
        assert set(np.diff(words[1:-1])) <= {0, 1}
        joined.extend(ids[1:-1])
    assert joined == [token for ids in tokenizer(texts, add_special_tokens=False)["input_ids"] for token in ids]
    assert len(pieces) > len(texts)


def test_word_numbers_are_those_of_the_segmenter(tokenizer: PreTrainedTokenizerFast) -> None:
    segmenter = Segmenter()
    texts = list(normalise_all([*invented_texts.corpus(20), "买了iPhones，128元，用着真不错"]))
    pieces = tokenise(_rows(*texts), tokenizer, _config(max_tokens=100))
    assert len(pieces) == len(texts)
    for text, words in zip(texts, pieces["words"], strict=True):
        spans = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
        segments = segmenter.tokenize(text)
        starts = np.cumsum([0, *map(len, segments)])
        wanted = [int(np.searchsorted(starts, start, side="right")) - 1 for start, _ in spans]
        assert words[1:-1] == wanted


def test_a_piece_ends_with_a_word(tokenizer: PreTrainedTokenizerFast) -> None:
    segmenter = Segmenter()
    (text,) = normalise_all(["客服态度差，说两句就骂人。发货太慢，等了半个月"])
    pieces = tokenise(_rows(text), tokenizer, _config(max_tokens=8))
    ends = set(np.cumsum([len(word) for word in segmenter.tokenize(text)]).tolist())
    cuts = np.cumsum(np.array(pieces["length"][:]) - 2).tolist()
    assert cuts[-1] == len(text)
    assert set(cuts) <= ends


@given(st.lists(st.text("好看快慢", min_size=1, max_size=4), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_each_character_has_the_number_of_its_word(words: list[str]) -> None:
    text = "".join(words)
    wanted = [number for number, word in enumerate(words) for _ in word]
    assert word_numbers([(place, place + 1) for place in range(len(text))], words).tolist() == wanted


def test_weights_repeat_thin_out_and_remove() -> None:
    names = ["twice"] * 3 + ["half"] * 1000 + ["never"] * 4 + ["more"] * 1000 + ["once"] * 5
    pieces = datasets.Dataset.from_dict({"source": names, "row": list(range(len(names)))})
    weights = {"twice": 2.0, "half": 0.5, "never": 0.0, "more": 1.25}
    found = weighted(pieces, weights, seed=0)
    counts = {name: found["source"][:].count(name) for name in set(names)}
    assert (counts["twice"], counts["never"], counts["once"]) == (6, 0, 5)
    assert 440 < counts["half"] < 560
    assert 1190 < counts["more"] < 1310
    rows = np.bincount(found["row"][:], minlength=len(names))
    assert set(rows[3:1003]) == {0, 1}
    assert set(rows[1007:2007]) == {1, 2}
    assert weighted(pieces, weights, seed=0)["row"][:] == found["row"][:]
    assert weighted(pieces, weights, seed=1)["row"][:] != found["row"][:]
