"""Masks: exact cases, properties, and a floor on the written test set."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_mining.ingest import read
from review_mining.ingest.masking import KINDS, STAR, mask, mask_order_id
from review_mining.ingest.masking_score import parse_case, score

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "masking_cases.jsonl").read_text(encoding="utf-8").splitlines()
]


def test_the_set_is_large_enough():
    cases = [parse_case(row["marked"]) for row in ROWS]
    assert sum(bool(case.gold) for case in cases) >= 200
    assert sum(not case.gold for case in cases) >= 200
    assert {entity.kind for case in cases for entity in case.gold} == set(KINDS)


@pytest.mark.parametrize("held_out", [False, True])
def test_floor_of_precision_and_recall(held_out):
    result = score([parse_case(row["marked"]) for row in ROWS if row["held_out"] is held_out])
    assert result.character_recall >= 0.98
    assert result.character_precision >= 0.98
    assert result.untouched_share >= 0.98
    assert min(row.recall for row in result.kinds.values()) >= 0.9
    assert min(row.precision for row in result.kinds.values()) >= 0.9


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13812345678。", "电话＊＊＊＊＊＊＊＊＊＊＊。"),
        ("电话１３８１２３４５６７８。", "电话＊＊＊＊＊＊＊＊＊＊＊。"),
        ("加微信ab_12345哦", "加微信＊＊＊＊＊＊＊＊哦"),
        ("型号ＡＢ－１２３４５６", "型号ＡＢ－１２３４５６"),
        ("寄到杭州市文三路138号", "寄到＊＊＊＊＊＊＊＊＊＊"),
    ],
)
def test_exact_masks(text, masked):
    assert mask(text)[0] == masked


def test_the_rows_own_order_number_is_masked_in_its_text():
    assert mask("单子A1B2C3没发", "A1B2C3")[0] == "单子＊＊＊＊＊＊没发"
    assert mask_order_id("12345678") == "＊＊＊＊5678"


def test_masks_are_counted_and_order_ids_stored_masked():
    reading = read([{"评价内容": "打13812345678，邮箱a@b.com", "订单号": "99887766", "商家回复": "请加微信kefu_001"}])
    (row,) = [row for batch in reading for row in batch.to_pylist()]
    assert row["text"] == "打＊＊＊＊＊＊＊＊＊＊＊，邮箱＊＊＊＊＊＊＊"
    assert row["reply"] == "请加微信＊＊＊＊＊＊＊＊"
    assert row["order_id"] == "＊＊＊＊7766"
    assert reading.notes.masked == {"chat_handle": 1, "email": 1, "phone": 1}


pieces = st.sampled_from(
    ["1", "3", "８", "12345678", "13812345678", "-", " ", "微信", "QQ", "vx", ":", "a", "@b.cn", "路", "号"]
)


@given(st.lists(pieces | st.characters(exclude_categories=("Cs",)), max_size=30).map("".join))
def test_length_and_everything_unmasked_stay(text):
    masked, kinds = mask(text)
    assert len(masked) == len(text)
    assert all(new in (old, STAR) for old, new in zip(text, masked, strict=True))
    assert bool(kinds) == (masked != text) or STAR in text


@pytest.mark.parametrize("piece", ["a", "1", "1-", "a.", "微信", "路1", "一", "号", "(0", "@a.", "订单", "区1栋"])
def test_long_runs_do_not_take_long(piece):
    mask(piece * 60_000)
