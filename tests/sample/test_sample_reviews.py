"""The bundled reviews: rebuilt to the same bytes, and holding the facts that their README says were planted."""

import csv
import json
import re
import subprocess
import sys
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "review_mining" / "sample"
SHARED = ROOT.parent / "shared" / "data"
SOUTHWEST = {"四川", "重庆", "贵州", "云南"}
DYE = re.compile(r"掉色|染|褪色|浮色|掉黑|黑印|全黑|一片黑|蹭哪哪黑|发白|黑水|变灰|见色|黢黑|整张湿巾都黑|整个背是花的")
COURIER = re.compile(
    r"驿站|上门|派送|派件|派了|拖了三天|快递柜|门卫室|自取|自己去|送上楼|楼道口|代收点|趴窝|停了四天|蜗牛|九天"
)
PRICE = re.compile(r"降|便宜(二十多|一顿)|109|79，|少25|满减|第二件半价|这周69")


@pytest.fixture(scope="module")
def rows():
    with (SAMPLE / "reviews.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def week(row):
    return (datetime.fromisoformat(row["评价时间"]).date() - date(2026, 8, 24)).days // 7 + 1


def test_rebuilding_gives_the_same_bytes(tmp_path):
    built = tmp_path / "reviews.csv"
    subprocess.run([sys.executable, ROOT / "scripts/build_sample.py", "-o", built], check=True, capture_output=True)
    assert built.read_bytes() == (SAMPLE / "reviews.csv").read_bytes()
    assert list(tmp_path.iterdir()) == [built]


def test_size_span_and_variety(rows):
    assert len(rows) == 612
    assert len({row["评价ID"] for row in rows}) == len({row["订单编号"] for row in rows}) == len(rows)
    assert {week(row) for row in rows} == set(range(1, 13))
    assert len({row["商品ID"] for row in rows}) == 3
    assert len({row["评价内容"] for row in rows}) >= 560
    assert (SAMPLE / "reviews.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_orders_precede_reviews_precede_follow_ups(rows):
    for row in rows:
        assert row["下单时间"] < row["评价时间"]
        assert bool(row["追评内容"]) == bool(row["追评时间"])
        assert not row["追评时间"] or row["评价时间"] < row["追评时间"] < "2026-11-23"


def test_ratings_are_mostly_good_and_worsen_from_week_8(rows):
    bad = [row for row in rows if row["评分"] in "12"]
    assert 0.08 < len(bad) / len(rows) < 0.15
    before, after = ([row["评分"] in "12" for row in rows if (week(row) >= 8) == late] for late in (False, True))
    assert sum(after) / len(after) > 2 * sum(before) / len(before)


def test_the_dye_defect_is_in_one_batch_from_week_8_and_rises(rows):
    bag = [row for row in rows if row["商品ID"] == "730100000101"]
    bleeding = [row for row in bag if DYE.search(row["评价内容"])]
    assert {(row["SKU"], row["生产批次"]) for row in bleeding} == {("黑色", "B2609")}
    by_week = Counter(map(week, bleeding))
    assert [by_week[n] for n in range(1, 13)] == [0] * 7 + [3, 5, 6, 8, 10]
    later = [
        row for row in bag if DYE.search(row["追评内容"]) or "全黑" in row["追评内容"] or "黑了" in row["追评内容"]
    ]
    assert {(row["SKU"], row["生产批次"]) for row in later} == {("黑色", "B2609")}
    assert len(later) == 4
    sound = [row for row in bag if row["生产批次"] == "B2609" and row not in bleeding and row not in later]
    assert len(sound) > 10


def test_courier_complaints_are_in_the_southwest_by_one_courier(rows):
    poor = [
        row
        for row in rows
        if COURIER.search(row["评价内容"]) and row["收货地区"] in SOUTHWEST and row["快递公司"] == "云路快递"
    ]
    assert sum(week(row) >= 5 for row in poor) >= 20
    elsewhere = [row for row in rows if "驿站" in row["评价内容"] and row not in poor]
    assert not elsewhere


def test_follow_ups_tell_of_faults_after_20_to_40_days(rows):
    assert sum(bool(row["追评内容"]) for row in rows) == 62
    fault = re.compile(r"充不|漏|没电|没劲|不转|充满只能|没反应|渗|时好时坏|坏了|电充不满")
    failing = [row for row in rows if row["商品ID"] == "730100000202" and fault.search(row["追评内容"])]
    days = [
        (datetime.fromisoformat(r["追评时间"]).date() - datetime.fromisoformat(r["评价时间"]).date()).days
        for r in failing
    ]
    assert len(failing) == 22
    assert min(days) >= 20
    assert max(days) <= 40
    assert all(row["评分"] in "45" for row in failing)


def test_price_complaints_gather_in_weeks_10_and_11(rows):
    angry = [row for row in rows if PRICE.search(row["评价内容"]) and row["评分"] in "123" and week(row) in (10, 11)]
    assert len(angry) == 12


def test_duplicates_defaults_and_blanks(rows):
    counts = Counter(
        row["评价内容"] for row in rows if len(row["评价内容"]) >= 14 and "没有填写" not in row["评价内容"]
    )
    reviews_twice = [text for text, n in counts.items() if n == 2 and "评价模板" not in text and "系统默认" not in text]
    assert len(reviews_twice) == 12
    assert sum(not row["评价内容"].strip() for row in rows) == 3
    assert sum("系统" in text or "用户" in text for text in (row["评价内容"] for row in rows)) == 12


def test_fifteen_cases_name_the_pictures_that_are_described():
    cases = [json.loads(line) for line in (SAMPLE / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [case["case_id"] for case in cases] == [f"C{n:02d}" for n in range(1, 16)]
    described = re.findall(
        r"^(c\d\d_\d\.\w+):", (ROOT / "scripts/sample/pictures.yaml").read_text(encoding="utf-8"), re.M
    )
    assert [image for case in cases for image in case["images"]] == described


@pytest.mark.shared
def test_no_text_is_taken_from_the_research_corpora(rows):
    known = set(pq.read_table(SHARED / "reviews.parquet", columns=["text"])["text"].to_pylist())
    known |= set(pq.read_table(SHARED / "pretrain.parquet", columns=["text"])["text"].to_pylist())
    for path in (SHARED / "aspects").glob("*.jsonl"):
        known |= {json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()}
    known |= set(
        re.findall(
            r'"([^"\n]{4,})"', "".join(p.read_text(encoding="utf-8") for p in (SHARED / "complaints").glob("*.json"))
        )
    )
    ours = {text for row in rows for text in (row["评价内容"], row["追评内容"])}
    # Platforms' default strings are shared by nature, and up to three characters are nobody's.
    common = [text for text in ours & known if len(text) > 3 and not re.search("用户|系统默认", text)]
    assert common == []
