"""A report's directory with a hundred invented reviews, built by hand rather than by the pipeline."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from review_mining.tables import JUDGED, OPINIONS, REVIEWS, review_aspects_schema
from review_mining.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
ASPECTS = ("quality", "logistics", "service", "price")
START = datetime(2026, 1, 5, 9, 30)

# Text with its opinions: words, sub-aspect, polarity.
SENTENCES = [
    ("背起来很轻，容量也够用，喜欢", [("背起来很轻", "q.function", "positive"), ("喜欢", "q.general", "positive")]),
    (
        "物流第二天就到了，包得很仔细",
        [("物流第二天就到了", "l.speed", "positive"), ("包得很仔细", "l.packaging", "positive")],
    ),
    ("客服讲得清楚，颜色也正", [("客服讲得清楚", "s.attitude", "positive"), ("颜色也正", "q.appearance", "positive")]),
    ("拉链用了一周就卡死了，再也拉不动", [("拉链用了一周就卡死了", "q.durability", "negative")]),
    (
        "走线歪歪扭扭，价钱倒是不贵",
        [("走线歪歪扭扭", "q.material", "negative"), ("价钱倒是不贵", "p.value", "positive")],
    ),
    (
        "等了九天才送来，快递也不打电话",
        [("等了九天才送来", "l.speed", "negative"), ("快递也不打电话", "l.courier", "negative")],
    ),
    ("问了三次没人回，寒心", [("问了三次没人回", "s.attitude", "negative")]),
    ("=SUM(A1)是什么赠品？<script>alert('x')</script>面料倒挺厚实", [("面料倒挺厚实", "q.material", "positive")]),
]
DEFECT = ("新到的这只拉链头一碰就掉，没法用", [("拉链头一碰就掉", "q.durability", "negative")])
LATER = ("背了半个月，拉链齿开始咬不住", [("拉链齿开始咬不住", "q.durability", "negative")])
THEMES = {
    "q.durability": "拉链卡死、拉链头掉落",
    "l.speed": "送货太慢",
    "s.attitude": "客服不回话",
    "q.material": "走线歪",
}
PRODUCTS = (("P100", "云雀双肩包", ("灰色", "黑色")), ("P200", "青禾保温杯", ("350ml", "500ml")))


def theme_id(code):
    return hashlib.sha256(code.encode()).hexdigest()[:12]


def build_rows():
    reviews, judged, opinions, labels = [], [], [], []
    for i in range(104):
        product_id, product, skus = PRODUCTS[i % 2]
        defective = i >= 64 and i % 4 == 0
        text, found = DEFECT if defective else SENTENCES[i % len(SENTENCES)]
        late = i % 13 == 3
        created = START + timedelta(hours=13 * i)
        verdict = {98: "empty", 99: "default_text", 100: "duplicate", 101: "duplicate", 102: "template"}.get(i, "ok")
        text = {"empty": "", "default_text": "此用户没有填写评价。"}.get(verdict, text)
        found = [] if verdict in ("empty", "default_text") else found
        review_id = f"r{i:03}"
        negative = any(polarity == "negative" for _, _, polarity in found)
        reviews.append(
            {
                "review_id": review_id,
                "text": text,
                "follow_up": LATER[0] if late else None,
                "rating": 2.0 if negative else 5.0,
                "created_at": created,
                "follow_up_at": created + timedelta(days=15 + i % 5) if late else None,
                "product_id": product_id,
                "product_name": product,
                "sku": skus[(i // 2) % 2],
                "batch": "B2602" if defective else "B2601",
                "region": ("广东", "浙江", "四川")[i % 3],
                "likes": i % 7,
                "has_image": i % 3 == 0,
            }
        )
        judged.append(
            {
                "review_id": review_id,
                "verdict": verdict,
                "duplicate_of": "r004" if verdict == "duplicate" else None,
                "reason": None if verdict == "ok" else f"{verdict} 的原因",
            }
        )
        for field, body, items in (("text", text, found), ("follow_up", *(LATER if late else (None, [])))):
            if body is None:
                continue
            opinions.extend(build_opinion(review_id, field, body, *item) for item in items)
            labels.append(build_label(review_id, field, items))
    return reviews, judged, opinions, labels


def build_opinion(review_id, field, text, words, code, polarity):
    start = text.index(words)
    end = start + len(words)
    return {
        "opinion_id": f"{review_id}/{field}/{start}-{end}/{code}",
        "review_id": review_id,
        "field": field,
        "aspect": TAXONOMY.aspect_of(code),
        "sub_aspect": code,
        "polarity": polarity,
        "confidence": 0.9,
        "start": start,
        "end": end,
        "span": words,
        "theme_id": theme_id(code) if polarity == "negative" and code in THEMES else None,
    }


def build_label(review_id, field, items):
    row = {"review_id": review_id, "field": field, "overall": "positive"}
    for aspect in ASPECTS:
        signs = {polarity for _, code, polarity in items if TAXONOMY.aspect_of(code) == aspect}
        label = "mixed" if len(signs) == 2 else (signs.pop() if signs else "none")
        row[aspect] = label
        row |= {
            f"{aspect}_{name}": 0.91 if name == label else 0.03 for name in ("none", "positive", "negative", "mixed")
        }
    if any(row[aspect] == "negative" for aspect in ASPECTS):
        row["overall"] = "negative"
    return row


def write_tables(out: Path) -> None:
    reviews, judged, opinions, labels = build_rows()
    for name, rows, schema in (
        ("reviews", reviews, REVIEWS),
        ("judged", judged, JUDGED),
        ("opinions", opinions, OPINIONS),
        ("review_aspects", labels, review_aspects_schema(ASPECTS)),
    ):
        pq.write_table(pa.Table.from_pylist(rows, schema), out / f"{name}.parquet", compression="zstd")


@pytest.fixture
def tables(tmp_path):
    """A directory with the four tables that counting starts from."""
    write_tables(tmp_path)
    return tmp_path
