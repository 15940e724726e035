"""After-sales cases in a report: under which theme, what is at stake, and what is no fault yet."""

import json
import shutil

import jsonschema
import pyarrow.parquet as pq
import pytest
from test_report_schema import SCHEMA

from review_mining import ReviewMiner
from review_mining.errors import InputError
from review_mining.evidence.__main__ import main as judge
from review_mining.pipeline import Context
from review_mining.report import page
from review_mining.report.verification import verify
from review_mining.tables import CASE_THEMES

REVIEWS = ["拉链坏了", "拉链用两天就坏", "拉链头坏掉", "拉链容易坏", "拉链又坏", "拉链坏了没法用", "物流很快"]
CASES = [
    {"case_id": "A", "statement": "拉链坏了，电话13912345678", "order": {"amount": 100.1}},
    {"case_id": "B", "statement": "拉链又坏", "order": {"amount": 50.2}},
    {
        "case_id": "C",
        "statement": "【商家反馈】这张图明显是AI生成的。买家原话：“拉链坏了，没法用”。",
        "order": {"amount": 30},
    },
    {"case_id": "D", "statement": "拉链头坏掉"},
    {"case_id": "E", "statement": "你好", "order": {"amount": 7}},
]


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evidence")
    (folder / "images").mkdir()
    lines = "\n".join(json.dumps(case) for case in CASES)
    (folder / "cases.jsonl").write_text(lines, encoding="utf-8")
    (folder / "evidence.yaml").write_text("statement: {reports_ai_fake_threshold: 0.5}", encoding="utf-8")
    out = folder / "out"
    arguments = [str(folder / "cases.jsonl"), "--images", str(folder / "images"), "-o", str(out), "--quiet"]
    assert judge([*arguments, "--config", str(folder / "evidence.yaml")]) == 0
    return out


@pytest.fixture(scope="module")
def report(evidence, tmp_path_factory):
    out = tmp_path_factory.mktemp("report")
    return out, ReviewMiner().write(REVIEWS, out, context=Context(evidence=evidence))


def test_cases_stand_under_the_theme_of_their_statement_with_what_is_at_stake(report):
    _, content = report
    (theme,) = (theme for theme in content["themes"] if theme["n"] >= 5)
    rows = {row["theme_id"]: row for row in content["evidence"]["themes"]}
    assert rows[theme["theme_id"]] == {
        "theme_id": theme["theme_id"],
        "n": 3,
        "amount": 150.3,
        "n_in_doubt": 1,
        "amount_in_doubt": 30.0,
    }
    assert (rows[None]["n"], rows[None]["amount"]) == (1, 7.0)
    assert content["evidence"]["themes"][-1]["theme_id"] is None


def test_the_report_follows_its_schema_and_its_tables(report):
    out, content = report
    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert [error.message for error in validator.iter_errors(json.loads(json.dumps(content)))] == []
    assert verify(out) == []
    assert pq.read_schema(out / "case_themes.parquet").equals(CASE_THEMES)
    assert "13912345678" not in (out / "report.json").read_text(encoding="utf-8")


def test_a_changed_amount_is_found_out(report, tmp_path):
    out, _ = report
    copy = shutil.copytree(out, tmp_path / "copy")
    table = pq.read_table(copy / "case_themes.parquet")
    raised = table.set_column(1, "amount", [[200.0] * len(table)])
    pq.write_table(raised, copy / "case_themes.parquet")
    places = [difference.place for difference in verify(copy)]
    assert "evidence.themes[0].amount" in places
    assert "tables.case_themes.sha256" in places


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_both_columns(report, lang):
    _, content = report
    text = page.render(content, lang)
    assert {"zh": "凭证待核（另计）", "en": "Evidence to look at (apart)"}[lang] in text
    assert "150.30" in text


def test_output_of_an_earlier_version_gives_no_themes(evidence, tmp_path):
    old = shutil.copytree(evidence, tmp_path / "old")
    document = json.loads((old / "evidence.json").read_text(encoding="utf-8"))
    for case in document["cases"]:
        del case["statement"], case["amount"]
    (old / "evidence.json").write_text(json.dumps(document), encoding="utf-8")
    content = ReviewMiner().analyze(REVIEWS, context=Context(evidence=old)).content
    (row,) = content["evidence"]["themes"]
    assert (row["theme_id"], row["n"], row["n_in_doubt"], row["amount"]) == (None, 4, 1, 0.0)


@pytest.mark.parametrize("text", [None, "[]", "{", '{"cases": [1]}', '{"cases": [{"id": 1}]}', "[" * 100_000])
def test_a_damaged_evidence_folder_is_named(evidence, tmp_path, text):
    bad = shutil.copytree(evidence, tmp_path / "bad")
    (bad / "evidence.json").unlink()
    if text is not None:
        (bad / "evidence.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="evidence.json"):
        ReviewMiner().analyze(REVIEWS, context=Context(evidence=bad))
