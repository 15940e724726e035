"""Fixes from one report to the next: an owner fills in a brief, and the later report says whether it helped."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from review_mining.report.__main__ import main

COMPLAINTS = ("拉链坏了", "拉链又坏了", "拉链坏掉了")
PRAISE = ("面料厚实", "颜色好看", "做工不错", "容量很大")
START, DAYS = datetime(2026, 1, 5, 9), 70


def export(path: Path, days: int) -> Path:
    """Six reviews a day of two SKUs that break alike until, on day ``DAYS``, the red one is fixed."""
    lines = ["评价内容,评价时间,SKU,商品ID"]
    for i in range(6 * days):
        day, sku = i // 6, ("红", "蓝")[i % 2]
        broken = (i // 2) % 3 == 0 and not (sku == "红" and day >= DAYS)
        text = COMPLAINTS[i % len(COMPLAINTS)] if broken else PRAISE[i % len(PRAISE)]
        lines.append(f"{text},{START + timedelta(days=day, minutes=i)},{sku},P1")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(out: Path, *arguments: str | Path) -> dict[str, Any]:
    assert main([*map(str, arguments), "-o", str(out), "--quiet"]) == 0
    assert main(["--verify", str(out)]) == 0
    content: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return content


def fill_in(workbook: Path, theme_id: str, **cells: object) -> None:
    book = openpyxl.load_workbook(workbook)
    rows = list(book.active.iter_rows())
    heads = [cell.value for cell in rows[0]]
    row = next(row for row in rows if row[heads.index("theme_id")].value == theme_id)
    for head, value in cells.items():
        row[heads.index(head)].value = value
    book.save(workbook)


def test_a_brief_filled_in_comes_back_with_a_verdict(tmp_path: Path):
    settings = tmp_path / "settings.yaml"
    settings.write_text("count_duplicates: true\ninsight: {draws: 200}\n", encoding="utf-8")
    first = run(tmp_path / "one", export(tmp_path / "a.csv", DAYS), "--config", settings)
    assert first["insight"]["fixes"] == []
    zips = first["themes"][0]
    workbook = tmp_path / "one" / "briefs" / f"{zips['owner']}.xlsx"
    fixed = START + timedelta(days=DAYS)
    fill_in(
        workbook, zips["theme_id"], 状态="已完成", 负责人="@阿明", 修复日期=fixed, 范围="sku=红", 备注="<b>换拉链</b>"
    )

    earlier = ["--themes", tmp_path / "one" / "theme_model", "--actions", workbook.parent]
    later = run(tmp_path / "two", export(tmp_path / "b.csv", 2 * DAYS), "--config", settings, *earlier)
    (fix,) = later["insight"]["fixes"]
    assert (fix["verdict"], fix["no_control"]) == ("fell", None)
    assert fix["high"] < 0.5
    assert fix["treated"] == {"n_before": 70, "n_after": 0, "texts_before": 210, "texts_after": 210}
    theme = next(theme for theme in later["themes"] if theme["theme_id"] == zips["theme_id"])
    assert theme["fixes"] == [fix]
    page = (tmp_path / "two" / "report.html").read_text(encoding="utf-8")
    interval = f"95% 区间 {fix['low']:.2f}–{fix['high']:.2f}，对照未改动的部分"
    said = f"修复后该主题出现率为修复前的 {fix['ratio']:.2f} 倍（{interval}）：已见效"
    sheet = (tmp_path / "two" / "meeting" / "P1.html").read_text(encoding="utf-8")
    for text in (page, sheet):
        assert said in text
        assert "@阿明 · 已完成 · 2026-03-16 · 规格 红 · &lt;b&gt;换拉链&lt;/b&gt;" in text
    assert said in (tmp_path / "two" / "briefs" / f"{zips['owner']}.md").read_text(encoding="utf-8")
    again = openpyxl.load_workbook(tmp_path / "two" / "briefs" / f"{zips['owner']}.xlsx").active
    cells = [cell.value for row in again.iter_rows() for cell in row]
    assert {"已完成", "'@阿明", "2026-03-16", "sku=红", "<b>换拉链</b>"} <= set(cells)


def test_a_tampered_verdict_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    source = tmp_path / "a.csv"
    source.write_text("评价内容,评价时间\n" + "拉链坏了,2026-01-05\n" * 8, encoding="utf-8")
    first = run(tmp_path / "one", source)
    theme_id = first["themes"][0]["theme_id"]
    (tmp_path / "actions.csv").write_text(f"theme_id,status,fix_date\n{theme_id},done,2026-01-02\n", encoding="utf-8")
    out = tmp_path / "two"
    run(out, source, "--themes", tmp_path / "one" / "theme_model", "--actions", tmp_path / "actions.csv")
    content = json.loads((out / "report.json").read_text(encoding="utf-8"))
    content["insight"]["fixes"][0]["verdict"] = "fell"
    (out / "report.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    assert main(["--verify", str(out)]) == 3
    assert "insight.fixes[0].verdict" in capsys.readouterr().err


def test_a_fix_of_a_theme_that_is_not_there_is_told_and_not_lost(tmp_path: Path):
    source = tmp_path / "a.csv"
    source.write_text("评价内容\n质量很好，很满意\n", encoding="utf-8")
    (tmp_path / "actions.csv").write_text("theme_id,owner\n0123456789ab,阿明\n", encoding="utf-8")
    content = run(tmp_path / "out", source, "--actions", tmp_path / "actions.csv")
    assert content["run"]["actions"][0]["owner"] == "阿明"
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "有 1 项修复的主题编号在本报告里找不到" in page
    assert "本报告没有主题 0123456789ab" in page
