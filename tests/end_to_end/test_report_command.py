"""The report command on good inputs, with its flags."""

import csv
import json
import re
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import xlsxwriter

from review_mining.report import briefs, page
from review_mining.report.__main__ import main
from review_mining.taxonomy import Language

ROWS = [
    ("拉链用了三天就坏了，客服也不理人", "1", "2026-03-02 10:00:00", "P1"),
    ("物流很快，包装也很好", "5", "2026-03-20 10:00:00", "P2"),
    ("质量很好，很满意", "5", "2026-04-05 10:00:00", "P1"),
    ("发货太慢，等了一周", "2", "2026-04-20 10:00:00", "P1"),
]
NAMES = ("评价内容", "评分", "评价时间", "商品ID")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "导出.csv"
    path.write_bytes("\r\n".join(",".join(row) for row in (NAMES, *ROWS)).encode("gbk"))
    return path


def run(out: Path, *arguments: str | Path) -> dict[str, Any]:
    assert main([*map(str, arguments), "-o", str(out), "--quiet"]) == 0
    assert main(["--verify", str(out)]) == 0
    content: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return content


def test_a_gbk_export(export: Path, tmp_path: Path):
    content = run(tmp_path / "out", export)
    assert content["run"]["input"]["sources"][0]["encoding"].lower() in ("gbk", "gb18030")
    reviews = pq.read_table(tmp_path / "out" / "reviews.parquet").to_pylist()
    assert [(row["text"], row["rating"], row["product_id"]) for row in reviews] == [
        (text, float(stars), product) for text, stars, _, product in ROWS
    ]


def test_a_workbook_with_worded_stars_and_follow_ups(tmp_path: Path):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["content", "score", "afterUserComment"])
        sheet.write_row(1, 0, ["物流很快", "star5", "拉链用了三天就坏了"])
    content = run(tmp_path / "out", tmp_path / "a.xlsx")
    (review,) = pq.read_table(tmp_path / "out" / "reviews.parquet").to_pylist()
    assert (review["rating"], review["follow_up"]) == (5.0, "拉链用了三天就坏了")
    assert content["insight"]["follow_up"]["n"] == 1


def test_days_and_product_select_and_are_counted(export: Path, tmp_path: Path):
    content = run(tmp_path / "out", export, "--since", "2026-03-10", "--until", "2026-04-10", "--product", "P1")
    assert content["read"]["rows"] == 1
    assert {k: n for k, n in content["run"]["left_out"].items() if n} == {
        "before_since": 1,
        "after_until": 1,
        "other_product": 1,
    }


def test_a_selection_of_nothing_is_an_error(export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main([str(export), "--product", "P9", "-o", str(tmp_path / "out"), "--quiet"]) == 2
    assert "--product" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_column_can_be_named(tmp_path: Path):
    (tmp_path / "a.csv").write_text("甲,乙\n1,质量很好\n", encoding="utf-8")
    run(tmp_path / "out", tmp_path / "a.csv", "--map", "text=乙")
    assert pq.read_table(tmp_path / "out" / "reviews.parquet").column("text").to_pylist() == ["质量很好"]


def test_english_page_industry_comparison_metrics_and_actions(sample: Path, tmp_path: Path):
    theme = json.loads((sample / "report.json").read_text(encoding="utf-8"))["themes"][0]["theme_id"]
    (tmp_path / "metrics.csv").write_text("name,value\nquality_return_rate,2%\n", encoding="utf-8")
    (tmp_path / "actions.csv").write_text(f"theme_id,owner,status,note\n{theme},阿明,进行中,已改版\n", encoding="utf-8")
    flags = ["--lang", "en", "--industry", "apparel", "--compare-to", "2026-08-24..2026-09-20"]
    files = ["--metrics", tmp_path / "metrics.csv", "--actions", tmp_path / "actions.csv"]
    content = run(tmp_path / "out", "--sample", *flags, *files, "--themes", sample / "theme_model")
    assert content["insight"]["comparison"]["before"]["from"] == "2026-08-24"
    assert [given["name"] for given in content["insight"]["metrics"]["given"]] == ["quality_return_rate"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert '<html lang="en"' in page
    assert "阿明 · In progress · whole shop · 已改版" in page


def test_themes_of_an_earlier_report_keep_their_ids(sample: Path, export: Path, tmp_path: Path):
    run(tmp_path / "out", export, "--themes", sample / "theme_model")
    ids = [
        set(pq.read_table(out / "themes.parquet").column("theme_id").to_pylist()) for out in (sample, tmp_path / "out")
    ]
    assert ids[0] <= ids[1]
    content = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert set(content["run"]["themes_new"]) == ids[1] - ids[0]


def test_a_new_complaint_in_a_later_export_is_announced(tmp_path: Path):
    for name, texts in (
        ("before", ["拉链坏了", "拉链用两天就坏", "拉链头坏掉", "拉链容易坏", "拉链又坏", "拉链坏了没法用"]),
        (
            "later",
            ["打开一股霉味", "一股霉味", "霉味太重", "全是霉味", "霉味很大", "有股霉味", "霉味洗不掉", "里面一股霉味"],
        ),
    ):
        (tmp_path / f"{name}.csv").write_text(
            "评价内容\n" + "".join(f"{text}，太差了\n" for text in texts), encoding="utf-8"
        )
    before = run(tmp_path / "one", tmp_path / "before.csv")
    assert before["run"]["themes_new"] == []
    content = run(tmp_path / "two", tmp_path / "later.csv", "--themes", tmp_path / "one" / "theme_model")
    names = {theme["theme_id"]: theme["name"] for theme in content["themes"]}
    assert any("霉味" in names[new] for new in content["run"]["themes_new"])
    assert "上次报告没有的主题" in (tmp_path / "two" / "report.html").read_text(encoding="utf-8")


ZIPS = ["拉链坏了", "拉链用两天就坏", "拉链头坏掉", "拉链容易坏", "拉链又坏", "拉链坏了没法用"]
MOULD = ["打开一股霉味", "一股霉味", "霉味太重", "全是霉味", "霉味很大", "有股霉味", "霉味洗不掉", "里面一股霉味"]
LEAKS = ["杯子漏水", "盖子漏水严重", "一倒就漏水", "漏水了", "到手就漏水", "杯盖漏水"]


def _write(path: Path, texts: list[str]) -> Path:
    path.write_text("评价内容\n" + "".join(f"{text}，太差了\n" for text in texts), encoding="utf-8")
    return path


def test_a_refit_keeps_ids_and_says_what_has_changed(tmp_path: Path):
    before = run(tmp_path / "one", _write(tmp_path / "before.csv", [*ZIPS, *MOULD]))
    assert (before["run"]["themes_drift"], before["run"]["themes_changes"]) == (None, [])
    assert "与上次相比" not in (tmp_path / "one" / "report.html").read_text(encoding="utf-8")
    ids = {word: theme["theme_id"] for word in ("拉链", "霉味") for theme in before["themes"] if word in theme["name"]}
    later, settings = _write(tmp_path / "later.csv", [*MOULD, *LEAKS]), tmp_path / "refit.yaml"
    settings.write_text("themes: {refit: true}\n", encoding="utf-8")
    arguments = (later, "--themes", tmp_path / "one" / "theme_model", "--config", settings)
    content = run(tmp_path / "two", *arguments)
    kinds = {change["theme_id"]: change["kind"] for change in content["run"]["themes_changes"]}
    assert (kinds[ids["霉味"]], kinds[ids["拉链"]]) == ("kept", "gone")
    assert ids["拉链"] not in {theme["theme_id"] for theme in content["themes"]}
    names = {theme["theme_id"]: theme["name"] for theme in content["themes"]}
    assert any("漏" in names[new] for new in content["run"]["themes_new"])
    page = (tmp_path / "two" / "report.html").read_text(encoding="utf-8")
    assert "与上次相比" in page
    assert "主题已重新归类" in page
    (tmp_path / "one" / "theme_model" / "edits.yaml").write_text(f"pin: [{ids['拉链']}]\n", encoding="utf-8")
    content = run(tmp_path / "three", *arguments)
    pinned = next(theme for theme in content["themes"] if theme["theme_id"] == ids["拉链"])
    assert (pinned["n"], content["run"]["themes_pinned"]) == (0, [ids["拉链"]])
    assert "已固定" in (tmp_path / "three" / "report.html").read_text(encoding="utf-8")


def test_a_report_on_other_goods_says_that_the_themes_should_be_found_anew(tmp_path: Path):
    run(tmp_path / "one", _write(tmp_path / "before.csv", [*ZIPS, *MOULD]))
    later = _write(tmp_path / "later.csv", ["快递一直不送上门", "客服骂人", "刚买就降价", "外包装破损", "发错颜色"] * 4)
    settings = tmp_path / "shown.yaml"
    settings.write_text("{count_duplicates: true, report: {themes_shown: 1}}\n", encoding="utf-8")
    content = run(tmp_path / "two", later, "--themes", tmp_path / "one" / "theme_model", "--config", settings)
    assert content["run"]["themes_drift"]["level"] == "large"
    page = (tmp_path / "two" / "report.html").read_text(encoding="utf-8")
    assert "themes: {refit: true}" in page
    assert "这次没有出现：" in page


def test_each_owner_gets_a_brief_and_all_one_list_of_tasks(sample: Path):
    content = json.loads((sample / "report.json").read_text(encoding="utf-8"))
    themes = content["themes"][: content["run"]["settings"]["report"]["themes_shown"]]
    with (sample / "briefs" / "tasks.csv").open(encoding="utf-8-sig", newline="") as file:
        tasks = list(csv.DictReader(file))
    assert [task["theme_id"] for task in tasks] == [theme["theme_id"] for theme in themes]
    briefs = {path.stem: path.read_text(encoding="utf-8") for path in (sample / "briefs").glob("*.md")}
    assert set(briefs) == {theme["owner"] for theme in themes}
    assert briefs["factory"].startswith("# 工厂：要处理的问题")
    for theme, task in zip(themes, tasks, strict=True):
        assert f"## {theme['priority']}. " in briefs[theme["owner"]]
        assert f"n = {theme['n']}" in task["说明"]
        assert all(content["quotes"][quote]["text"] in task["说明"] for quote in theme["quotes"])


def test_hostile_words_stay_words_in_briefs(sample: Path, tmp_path: Path):
    content = json.loads((sample / "report.json").read_text(encoding="utf-8"))
    bad = "=HYPERLINK(1)[点我](http://x.example)<b>太差</b>\n# 标题"
    for theme in content["themes"]:
        theme["name"] = bad
    for quote in content["quotes"].values():
        quote["text"] = quote["sku"] = bad
    briefs.write(content, tmp_path, "zh")
    with (tmp_path / "briefs" / "tasks.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    for brief in (tmp_path / "briefs").glob("*.md"):
        text = brief.read_text(encoding="utf-8")
        assert not re.search(r"(?<!\\)(?:\]\(|<b)", text)
        assert "http:" not in text
        assert "\n# 标题" not in text


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "约 2026-10-12 起（2026-10-09 至 2026-10-14）由 0.8% 升到 2.4%"),
        ("en", "Since about 2026-10-12 (2026-10-09 to 2026-10-14) up from 0.8% to 2.4%"),
    ],
)
def test_a_dated_change_is_said_on_the_page_and_in_the_brief(sample: Path, tmp_path: Path, lang: Language, said: str):
    content = json.loads((sample / "report.json").read_text(encoding="utf-8"))
    theme = content["themes"][0]
    theme["change_point"] = {"date": "2026-10-12", "low": "2026-10-09", "high": "2026-10-14", "q": 0.01}
    theme["change_point"] |= {"rate_before": 0.008, "rate_after": 0.024}
    assert page.render(content, lang).count(said) == 1
    briefs.write(content, tmp_path, lang)
    assert said in (tmp_path / "briefs" / f"{theme['owner']}.md").read_text(encoding="utf-8")


def test_evidence_gets_its_section(tmp_path: Path):
    from review_mining.evidence.__main__ import main as evidence

    assert evidence(["--sample", "-o", str(tmp_path / "evidence"), "--quiet"]) == 0
    content = run(tmp_path / "out", "--sample", "--evidence", tmp_path / "evidence")
    assert sum(row["n"] for row in content["evidence"]["cases"]) == 15


def test_two_runs_give_the_same_bytes(sample: Path, tmp_path: Path):
    run(tmp_path / "again", "--sample")
    texts = []
    for out in (sample, tmp_path / "again"):
        content = json.loads((out / "report.json").read_text(encoding="utf-8"))
        del content["run"]["created_at"]
        texts.append(json.dumps(content, ensure_ascii=False))
    assert texts[0] == texts[1]


def test_quiet_says_nothing_and_otherwise_the_summary_is_said(
    export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main([str(export), "-o", str(tmp_path / "a"), "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
    assert main([str(export), "-o", str(tmp_path / "b")]) == 0
    said = capsys.readouterr()
    assert str(tmp_path / "b" / "report.html") in said.out
    assert "4 rows" in said.err


def test_an_existing_directory_is_kept_unless_forced(export: Path, tmp_path: Path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine").write_text("1")
    assert main([str(export), "-o", str(out), "--quiet"]) == 2
    assert (out / "mine").exists()
    assert main([str(export), "-o", str(out), "--quiet", "--force"]) == 0
    assert not (out / "mine").exists()


def test_an_interrupt_leaves_nothing(sample: Path, tmp_path: Path):
    rows = pq.read_table(sample / "reviews.parquet").column("text").to_pylist() * 60
    (tmp_path / "a.csv").write_text(
        "评价内容\n" + "\n".join(f"{t} {i}" for i, t in enumerate(rows) if "\n" not in t), "utf-8"
    )
    results = tmp_path / "results"
    results.mkdir()
    command = [sys.executable, "-m", "review_mining.report", str(tmp_path / "a.csv"), "-o", str(results / "out")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    while not list(results.glob(".out.partial-*/.workspace/originals.sqlite")):
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.01)
        assert process.returncode is None, process.stderr.read()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in said
    assert not list(results.iterdir())
    shutil.rmtree(results)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--sample", "a.csv"],
        ["--sample", "--map", "text"],
        ["--sample", "--industry", "nothing"],
        ["--sample", "--config", "no.yaml"],
    ],
)
def test_wrong_usage_is_2(arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main([*arguments, "-o", str(tmp_path / "out"), "--quiet"]) == 2
    assert capsys.readouterr().err.startswith("review-mining: ")
    assert not (tmp_path / "out").exists()
