"""The command: its files, its page, its exit statuses."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from evidence_makers import encoded, image, png_with, text_chunk

from review_mining.evidence import EvidenceConfig
from review_mining.evidence.__main__ import main
from review_mining.evidence.queue_wording import LABELS
from review_mining.tables import CASES, VERDICTS

FILES = {"verdicts.parquet", "cases.parquet", "queue.html", "evidence.json"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    out = tmp_path_factory.mktemp("sample") / "out"
    assert main(["--sample", "-o", str(out), "--quiet"]) == 0
    return out


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(encoded("JPEG"))
    (folder / "b.png").write_bytes(png_with(text_chunk("AIGC", '{"Label":"1","ProduceID":"1"}'), picture=image(99)))
    return folder


def rows(path):
    return pq.read_table(path).to_pylist()


def test_the_sample_is_judged_as_it_was_drawn(sample):
    assert {path.name for path in sample.iterdir()} == FILES
    cases = {row["case_id"]: row for row in rows(sample / "cases.parquet")}
    assert len(cases) == 15
    assert {name: row["outcome"] for name, row in cases.items() if row["outcome"] != "no_sign"} == {
        "C04": "human_review",
        "C05": "human_review",
        "C06": "strong_sign",
        "C07": "strong_sign",
        "C08": "ask_for_more",
        "C11": "human_review",
        "C13": "strong_sign",
        "C14": "human_review",
        "C15": "human_review",
    }
    assert [name for name, row in cases.items() if row["reports_ai_fake"]] == ["C11"]
    signs = {
        row["file"]: [sign["kind"] for sign in json.loads(row["signs"])]
        for row in rows(sample / "verdicts.parquet")
        if row["signs"] != "[]"
    }
    assert signs == {
        "c04_1.png": ["tc260_label"],
        "c05_1.png": ["generator_metadata"],
        "c06_1.jpg": ["exact_reuse"],
        "c07_1.jpg": ["verified_reuse"],
        "c08_1.jpg": ["unreadable"],
        "c11_1.png": ["visible_label"],
        "c13_1.jpg": ["verified_reuse"],
        "c15_1.jpg": ["iptc_ai"],
    }
    contradictions = {name: [one["kind"] for one in json.loads(row["contradictions"])] for name, row in cases.items()}
    assert {name: kinds for name, kinds in contradictions.items() if kinds} == {
        "C05": ["received_date"],
        "C06": ["taken_before_order"],
        "C14": ["taken_before_order"],
    }


def test_tables_have_their_schemas(sample):
    assert pq.read_schema(sample / "verdicts.parquet").equals(VERDICTS)
    assert pq.read_schema(sample / "cases.parquet").equals(CASES)


def test_the_document_counts_what_the_tables_hold(sample):
    document = json.loads((sample / "evidence.json").read_text(encoding="utf-8"))
    assert document["schema"] == "review_mining.evidence/1"
    assert sum(document["counts"]["outcomes"].values()) == document["counts"]["cases"] == 15
    assert document["counts"]["pictures"] == len(rows(sample / "verdicts.parquet"))


def test_the_page_shows_the_most_urgent_first_and_loads_nothing(sample):
    page = (sample / "queue.html").read_text(encoding="utf-8")
    order = re.findall(r"<h2>案件 (C\d\d)</h2>", page)
    urgency = {row["case_id"]: row["urgency"] for row in rows(sample / "cases.parquet")}
    assert [urgency[name] for name in order] == sorted(urgency.values(), reverse=True)
    assert order[0] == "C13"
    assert "default-src 'none'" in page
    assert not re.search(r"<script|https?://|src=\"(?!data:)", page)
    assert "b71152" not in page
    assert "9002610280000000636" not in page


def test_same_input_same_bytes(sample, tmp_path):
    assert main(["--sample", "-o", str(tmp_path / "again"), "--quiet"]) == 0
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (sample / name).read_bytes()


def test_sample_pictures_stay_small():
    folder = Path(__file__).parents[2] / "review_mining" / "sample" / "images"
    sizes = [path.stat().st_size for path in folder.iterdir()]
    assert len(sizes) == 17
    assert max(sizes) < 60_000
    assert sum(sizes) < 600_000


def test_every_picture_is_a_case_and_the_index_remembers(images, tmp_path):
    index = tmp_path / "index.sqlite"
    assert main(["--images", str(images), "--index", str(index), "-o", str(tmp_path / "one"), "--quiet"]) == 0
    assert {row["case_id"]: row["outcome"] for row in rows(tmp_path / "one" / "cases.parquet")} == {
        "a.jpg": "no_sign",
        "b.png": "human_review",
    }
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"case_id": "X", "images": ["a.jpg"], "buyer": "b"}', encoding="utf-8")
    assert (
        main([str(cases), "--images", str(images), "--index", str(index), "-o", str(tmp_path / "two"), "--quiet"]) == 0
    )
    (verdict,) = rows(tmp_path / "two" / "verdicts.parquet")
    assert json.loads(verdict["signs"])[0]["facts"]["other_case"] == "a.jpg"


def test_what_a_case_says_is_only_ever_text(images, tmp_path):
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\ud800"
    (images / '"><b>.jpg').write_bytes(encoded("JPEG"))
    case = {
        "case_id": evil[:40],
        "statement": evil,
        "images": ['"><b>.jpg'],
        "order": {"product_name": evil, "sku": evil},
    }
    (tmp_path / "cases.jsonl").write_text(json.dumps(case), encoding="utf-8")
    out = tmp_path / "out"
    assert main([str(tmp_path / "cases.jsonl"), "--images", str(images), "-o", str(out), "--quiet"]) == 0
    page = (out / "queue.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in page
    assert not re.search("<script|<b>|<img src=x", page)


@pytest.mark.parametrize("package", ["PIL", "defusedxml", "c2pa", "cv2", "faiss", "sqlalchemy"])
def test_without_its_extra_the_command_says_what_to_install(package, tmp_path):
    program = (
        f"import sys; sys.modules[{package!r}] = None\n"
        "from review_mining.evidence.__main__ import main\n"
        "sys.exit(main(['--sample', '-o', sys.argv[1]]))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "out")], capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install 'review-mining[evidence]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_case_reads_outcome_then_why_then_what_to_do_then_facts(sample):
    page = (sample / "queue.html").read_text(encoding="utf-8")
    for case in re.findall(r"<article.*?</article>", page, re.DOTALL):
        places = [case.index(words) for words in ('class="badge"', ">为什么<", ">怎么办<", ">事实<")]
        assert places == sorted(places)
        assert case.count("发给买家的话") == 1
    labelled = next(case for case in page.split("<article")[1:] if "案件 C04" in case)
    assert '<li class="reason moderate">' in labelled
    assert "没有用软件修过" in labelled


def test_a_picture_with_a_finding_is_never_left_out(images, tmp_path):
    for number in range(4):
        (images / f"plain{number}.jpg").write_bytes(encoded("JPEG", image(64 + number)))
    names = [f"plain{number}.jpg" for number in range(4)] + ["b.png"]
    (tmp_path / "cases.jsonl").write_text(json.dumps({"case_id": "X", "images": names}), encoding="utf-8")
    config = tmp_path / "evidence.yaml"
    config.write_text("queue: {pictures_per_case: 1}", encoding="utf-8")
    arguments = [str(tmp_path / "cases.jsonl"), "--images", str(images), "--config", str(config)]
    assert main([*arguments, "-o", str(tmp_path / "out"), "--quiet"]) == 0
    page = (tmp_path / "out" / "queue.html").read_text(encoding="utf-8")
    assert "国家标准的 AI 隐式标识" in page
    assert "+4" in page


def test_both_languages_have_the_same_labels(images, tmp_path):
    assert LABELS["zh"].keys() == LABELS["en"].keys()
    assert main(["--images", str(images), "-o", str(tmp_path / "out"), "--lang", "en", "--quiet"]) == 0
    page = (tmp_path / "out" / "queue.html").read_text(encoding="utf-8")
    assert 'lang="en"' in page
    assert "The file carries the national AI label" in page


def test_a_page_of_many_cases_says_what_it_leaves_out(images, tmp_path):
    config = tmp_path / "evidence.yaml"
    config.write_text("queue: {cases_shown: 1}", encoding="utf-8")
    arguments = ["--images", str(images), "--config", str(config), "-o", str(tmp_path / "out"), "--quiet"]
    assert main(arguments) == 0
    page = (tmp_path / "out" / "queue.html").read_text(encoding="utf-8")
    assert page.count("<article") == EvidenceConfig.model_validate({"queue": {"cases_shown": 1}}).queue.cases_shown
    assert "1 个较不紧急的案件没有显示" in page


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--images DIR"),
        (["--images", "{none}"], "is not a folder"),
        (["--sample", "--images", "{images}"], "--sample brings"),
        (["{none}", "--images", "{images}"], "cannot be read"),
        (["--images", "{images}", "--config", "{none}"], "cannot be read"),
        (["--images", "{images}", "--index", "{image}"], "picture index"),
        (["--images", "{images}", "--listings", "{none}"], "is no folder"),
        (["--images", "{images}", "--pool", "{image}", "--shop", "x"], "picture index"),
        (["--images", "{images}", "--pool", "{none}"], "belong together"),
        (["--images", "{images}", "-o", "{images}"], "exists already"),
        (["--unknown"], "unrecognized arguments"),
    ],
)
def test_wrong_usage_ends_with_two_and_says_why(arguments, words, images, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"none": tmp_path / "none", "images": images, "image": images / "a.jpg"}
    assert main([argument.format(**names) for argument in arguments] + ["--quiet"]) == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.glob("evidence-*"))
    assert not list(tmp_path.glob(".*partial*"))
