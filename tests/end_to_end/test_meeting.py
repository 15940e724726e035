"""Meeting sheets: a page per product with its own figures and words, safe whatever a product is called."""

import copy
import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from review_mining.report import meeting
from review_mining.report.__main__ import main

HOSTILE = '../<script>alert(1)</script>"&CON'


@pytest.fixture(scope="module")
def content(sample: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((sample / "report.json").read_text(encoding="utf-8"))
    return found


def test_each_product_has_a_sheet_that_the_page_links(sample: Path, content: dict[str, Any]):
    reviews = pq.read_table(sample / "reviews.parquet", columns=["product_id"]).column(0).to_pylist()
    verdicts = pq.read_table(sample / "judged.parquet", columns=["verdict"]).column(0).to_pylist()
    counted = Counter(product for product, verdict in zip(reviews, verdicts, strict=True) if verdict == "ok")
    assert {sheet["product"]: sheet["reviews"] for sheet in content["meeting"]} == counted
    page = (sample / "report.html").read_text(encoding="utf-8")
    for sheet in content["meeting"]:
        assert f'href="meeting/{sheet["file"]}"' in page
        assert content["products"][sheet["product"]] in (sample / "meeting" / sheet["file"]).read_text(encoding="utf-8")


def test_its_figures_and_words_are_of_this_product_alone(sample: Path, content: dict[str, Any]):
    rows = pq.read_table(sample / "reviews.parquet", columns=["review_id", "product_id"]).to_pylist()
    product_of = {row["review_id"]: row["product_id"] for row in rows}
    counted = {
        row["review_id"] for row in pq.read_table(sample / "judged.parquet").to_pylist() if row["verdict"] == "ok"
    }
    opinions = pq.read_table(sample / "opinions.parquet").to_pylist()
    for sheet in content["meeting"]:
        reviews: dict[str, set[str]] = {}
        for opinion in opinions:
            mine = opinion["review_id"] in counted and product_of[opinion["review_id"]] == sheet["product"]
            if mine and opinion["polarity"] == "negative" and opinion["theme_id"]:
                reviews.setdefault(opinion["theme_id"], set()).add(opinion["review_id"])
        named = {theme["theme_id"] for theme in content["themes"] if theme["stability"] > 0}
        numbers = sorted((len(ids) for theme, ids in reviews.items() if theme in named), reverse=True)
        assert [topic["n"] for topic in sheet["themes"]] == numbers[:5]
        page = (sample / "meeting" / sheet["file"]).read_text(encoding="utf-8")
        for topic in sheet["themes"]:
            assert topic["n"] == len(reviews[topic["theme_id"]])
            assert topic["share_low"] < topic["share"] == pytest.approx(topic["n"] / sheet["reviews"], abs=1e-6)
            assert topic["now"] + topic["before"] <= topic["n"] + 1
            assert 0 < len(topic["quotes"]) <= 2
            for quote in (content["quotes"][opinion] for opinion in topic["quotes"]):
                assert quote["product_id"] == sheet["product"]
                assert quote["text"] in page


def test_reviews_without_products_are_one_sheet(tmp_path: Path):
    (tmp_path / "a.csv").write_text("评价内容\n" + "拉链坏了\n" * 3 + "面料厚实\n", encoding="utf-8")
    assert main([str(tmp_path / "a.csv"), "-o", str(tmp_path / "out"), "--quiet", "--lang", "en"]) == 0
    assert main(["--verify", str(tmp_path / "out")]) == 0
    (sheet,) = (tmp_path / "out" / "meeting").iterdir()
    assert sheet.name == "shop.html"
    assert "Whole shop" in sheet.read_text(encoding="utf-8")


def test_hostile_products_stay_in_the_folder_and_apart(tmp_path: Path):
    names = [HOSTILE, "abc", "ABC", "con", "。", "商品 一"]
    rows = [f'面料厚实,"{name.replace(chr(34), chr(34) * 2)}"' for name in names]
    (tmp_path / "a.csv").write_text("\n".join(["评价内容,商品ID", *rows]) + "\n", encoding="utf-8")
    settings = tmp_path / "settings.yaml"
    settings.write_text("count_duplicates: true\n", encoding="utf-8")
    arguments = [str(tmp_path / "a.csv"), "-o", str(tmp_path / "out"), "--quiet", "--config", str(settings)]
    assert main(arguments) == 0
    files = [path.name for path in (tmp_path / "out" / "meeting").iterdir()]
    assert len({name.lower() for name in files}) == len(names)
    assert all(re.fullmatch(r"[\w-]+\.html", name) for name in files)
    assert "con.html" not in files
    assert not [path for path in tmp_path.iterdir() if "script" in path.name]
    for path in (tmp_path / "out" / "meeting").iterdir():
        assert "<script" not in path.read_text(encoding="utf-8")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert 'href="meeting/%E5%95%86%E5%93%81_%E4%B8%80-' in page


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_sheet_is_one_printed_page_however_long_its_words(content: dict[str, Any], tmp_path: Path, lang: Any):
    content = copy.deepcopy(content)
    long = "这个问题说来话长" * 40
    for theme in content["themes"]:
        theme["name"] = long
    for quote in content["quotes"].values():
        quote.update(text=long, before=long, after=long, sku=long)
    content["products"] = {product: long for product in content["products"]}
    content["run"]["actions"] = [
        {"theme_id": theme["theme_id"], "owner": long, "status": "planned", "fix_date": None, "scope": {}, "note": long}
        for theme in content["themes"]
    ]
    meeting.write(content, tmp_path, lang)
    sheet = next((tmp_path / "meeting").iterdir())
    flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={tmp_path / 'sheet.pdf'}"]
    subprocess.run([shutil.which("chromium"), *flags, sheet.as_uri()], check=True, capture_output=True)
    assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "sheet.pdf").read_bytes())) == 1
