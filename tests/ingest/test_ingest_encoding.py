"""Encodings told by content."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review_mining.errors import InputError
from review_mining.ingest import read

SENTENCES = [
    "质量很好，下次再来",
    "物流有点慢，等了一周",
    "客服回复及时，给个赞",
    "穿着舒服，颜色也正",
    "包装破了，里面没坏",
]
TABLE = "评价内容,评分\n" + "".join(f"{sentence},{rating}\n" for rating, sentence in enumerate(SENTENCES, start=1))


def texts_of(path):
    reading = read(path)
    return [text for batch in reading for text in batch["text"].to_pylist()], reading.notes.sources[0]


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
    ],
)
def test_encoding_is_found(tmp_path, encoding, named):
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE.encode(encoding))
    texts, notes = texts_of(path)
    assert texts == SENTENCES
    assert notes.encoding == named
    assert notes.columns == {"评价内容": "text", "评分": "rating"}


def test_utf8_with_broken_bytes_stays_utf8_and_says_where(tmp_path):
    lines = TABLE.encode().splitlines(keepends=True)
    lines[2] = lines[2].replace("慢".encode(), b"\xe6\x85")
    lines[4] = b"\xff" + lines[4]
    path = tmp_path / "a.csv"
    path.write_bytes(b"".join(lines))
    texts, notes = texts_of(path)
    assert notes.encoding == "utf-8"
    assert texts[1] == "物流有点\ufffd，等了一周"
    assert texts[3] == "\ufffd" + SENTENCES[3]
    assert (notes.replaced_characters, notes.replaced_rows) == (2, [1, 3])


def test_lines_in_two_encodings_are_both_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE.encode() + "".join(f"{sentence},5\n" for sentence in SENTENCES).encode("gbk"))
    texts, notes = texts_of(path)
    assert texts == SENTENCES * 2
    assert notes.replaced_characters == 0
    assert any("5 lines were in gb18030" in line for line in notes.warnings)


def test_gbk_after_a_long_ascii_beginning(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"review,rating\n" + b"good product indeed,5\n" * 60_000 + "质量很差不推荐,1\n".encode("gbk"))
    texts, _ = texts_of(path)
    assert texts[-1] == "质量很差不推荐"


def test_another_encoding_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(("評價內容,評分\n" + "這個產品質量真的很棒，還會繼續購買的喔,5\n" * 20).encode("big5"))
    with pytest.raises(InputError, match="encoding"):
        texts_of(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
def test_any_length_decodes_the_same(tmp_path, seed, encoding):
    rng = random.Random(seed)
    sentences = [
        "".join(rng.choices("好差快慢贵值，。的了质量物流客服abc 12", k=rng.randint(4, 60))) for _ in range(30)
    ]
    sentences = [f"评{sentence}价" for sentence in sentences]
    path = tmp_path / "a.csv"
    path.write_bytes(("评价内容,评分\n" + "".join(f"{sentence},5\n" for sentence in sentences)).encode(encoding))
    assert texts_of(path)[0] == sentences
