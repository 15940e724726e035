"""What the page and the briefs say of a defect that one SKU has from a week on, and of orders until their complaint."""

from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from review_mining import ReviewMiner
from review_mining.report import briefs, page

START = datetime(2026, 1, 12)


@pytest.fixture(scope="module")
def content():
    """Sixteen weeks, two SKUs; black fades from week 9 on, and two orders in three stay silent."""
    rows = []
    for i in range(960):
        created = START + timedelta(days=i * 7 // 60)
        row = {"ordered_at": created - timedelta(days=6), "product_name": "帆布包", "sku": ("黑色", "米白")[i % 2]}
        if i % 3 == 0:
            fades = i >= 480 and i % 2 == 0 and i % 12 == 0
            row |= {"created_at": created, "text": "掉色很严重" if fades or i % 93 == 0 else "物流很快"}
        rows.append({"text": "", "created_at": None, **row})
    return ReviewMiner().analyze(pa.Table.from_pylist(rows)).content


def test_the_page_and_the_brief_say_since_when_and_how_sure(content, tmp_path):
    (finding,) = (one for theme in content["themes"] for one in theme["affected"])
    assert (finding["dimension"], finding["value"], finding["since"], finding["since_week"]) == (
        "sku",
        "黑色",
        "2026-03-09",
        9,
    )
    words = f"×{finding['ratio']:.1f}（{finding['n']} 次，预期 {finding['expected']:.1f}）"
    briefs.write(content, tmp_path, "zh")
    for text in (page.render(content, "zh"), (tmp_path / "briefs" / "factory.md").read_text(encoding="utf-8")):
        assert "第 9 周（3月9日）起，规格 黑色" in text
        assert words in text
    assert "week 9 (2026-03-09) onward, Variant 黑色" in page.render(content, "en")


def test_the_page_shows_complaints_by_days_since_the_order(content):
    found = content["insight"]["follow_up"]["time_to_failure"]
    assert (found["reason"], found["orders"], found["silent"]) == (None, 960, 640)
    shown = page.render(content, "zh")
    assert "960 个订单（其中 640 个没有写评价）" in shown
    assert "30 天内" in shown
