"""Decisions of people: written once, never lost, obeyed by later runs."""

import json
from hashlib import sha256

import pytest
from evidence_makers import encoded, jpeg_with, label_element, xmp_segment

from review_mining.errors import InputError
from review_mining.evidence import EvidenceClassifier, append_correction, make_correction, read_corrections
from review_mining.evidence.__main__ import main
from review_mining.evidence.recalibration import read_runs

CASE = {"case_id": "A", "statement": "杯子裂了", "images": ["label.jpg"]}
REPORT = {"case_id": "R", "statement": "买家的图明显是AI生成的", "images": ["plain.jpg"]}


@pytest.fixture
def folder(tmp_path):
    images = tmp_path / "images"
    images.mkdir()
    (images / "label.jpg").write_bytes(jpeg_with(xmp_segment(label_element())))
    (images / "plain.jpg").write_bytes(encoded("JPEG"))
    return images


@pytest.fixture
def path(tmp_path):
    return tmp_path / "corrections.jsonl"


def decided(decision="withdrawn", sign="tc260_label", picture=None, case="A", **more):
    return make_correction(case_id=case, picture=picture, sign=sign, decision=decision, by="li", **more)


@pytest.fixture(scope="module")
def parts():
    made = EvidenceClassifier.from_config()
    return made.config, made.reader


@pytest.fixture
def judged(folder, path, parts):
    return lambda case: EvidenceClassifier(*parts, images=folder, corrections=read_corrections(path)).judge(case)


def digest(folder):
    return sha256((folder / "label.jpg").read_bytes()).hexdigest()


def test_decisions_come_back_as_they_were_made(path):
    made = [decided("upheld"), decided(picture="ab" * 32, note="买家补了视频，电话13912345678")]
    for one in made:
        append_correction(path, one)
    assert list(read_corrections(path).rows) == made
    assert "13912345678" not in path.read_text(encoding="utf-8")


def test_a_line_cut_off_by_an_interruption_does_not_spoil_the_next(path):
    append_correction(path, decided())
    path.write_bytes(path.read_bytes() + b'{"case_id": "B", "si')
    append_correction(path, decided(case="C"))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(lines[number])["case_id"] for number in (0, 2)] == ["A", "C"]
    with pytest.raises(InputError, match="row 1") as raised:
        read_corrections(path)
    assert "can be deleted" in str(raised.value)


def test_a_withdrawn_sign_is_listed_and_counts_no_more(folder, path, judged):
    append_correction(path, decided(picture=digest(folder)))
    verdict = judged(CASE)
    assert verdict.outcome == verdict.pictures[0].outcome == "no_sign"
    assert verdict.pictures[0].signs == ()
    assert [sign.kind for sign in verdict.pictures[0].withdrawn] == ["tc260_label"]
    assert [row.decision for row in verdict.corrections] == ["withdrawn"]


def test_it_stays_for_another_case_another_picture_and_after_a_later_decision(folder, path, judged):
    append_correction(path, decided(picture="0" * 64))
    append_correction(path, decided(picture=digest(folder), case="B"))
    assert judged(CASE).outcome == "human_review"
    append_correction(path, decided(picture=digest(folder)))
    append_correction(path, decided("upheld", picture=digest(folder)))
    assert judged(CASE).outcome == "human_review"


def test_a_withdrawn_reading_of_a_statement_is_no_report(path, judged):
    append_correction(path, decided(sign="reports_ai_fake", case="R"))
    verdict = judged(REPORT)
    assert (verdict.outcome, verdict.reports_ai_fake) == ("no_sign", False)
    assert verdict.reading.fake_score > 0.5


def test_a_decision_without_a_picture_is_about_all_of_the_case(path, judged):
    append_correction(path, decided())
    verdict = judged(CASE)
    assert verdict.outcome == "no_sign"
    assert [sign.kind for sign in verdict.pictures[0].withdrawn] == ["tc260_label"]


@pytest.mark.parametrize("sign", ["reports_ai_fake", "statement_contradiction"])
def test_what_belongs_to_the_case_has_no_picture(sign):
    with pytest.raises(InputError, match="leave out the picture"):
        decided(sign=sign, picture="ab" * 32)


def test_a_withdrawn_contradiction_is_listed_and_counts_no_more(folder, path, judged, tmp_path):
    case = {"case_id": "Q", "statement": "拍了三件，只发了一件", "images": ["plain.jpg"]}
    case |= {"order": {"product_name": "纯棉背心", "quantity": 1}}
    path.touch()
    assert judged(case).outcome == "ask_for_more"
    append_correction(path, decided(sign="statement_contradiction", case="Q"))
    verdict = judged(case)
    assert (verdict.outcome, verdict.signs, verdict.contradictions) == ("no_sign", (), ())
    assert [sign.message for sign in verdict.withdrawn] == ["contradiction.quantity"]
    (tmp_path / "cases.jsonl").write_text(json.dumps(case), encoding="utf-8")
    out = tmp_path / "out"
    run = [str(tmp_path / "cases.jsonl"), "--images", str(folder), "--corrections", str(path), "-o", str(out)]
    assert main([*run, "--quiet"]) == 0
    assert "已撤回：陈述提到的件数" in (out / "queue.html").read_text(encoding="utf-8")
    found = read_runs([out])
    assert (found.raised["statement_contradiction"], found.strengths["statement_contradiction"]) == (1, "weak")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("[1]", "row 1"),
        ("{", "is no JSON object"),
        ('{"case_id": "A"}', "'sign'"),
        ('{"case_id": "A", "sign": "nose", "decision": "upheld", "by": "x", "at": "2026-01-01T00:00:00Z"}', "sign"),
        ('{"case_id": "A", "sign": "iptc_ai", "decision": "upheld", "by": "x", "at": "2026-01-01T00:00:00"}', "at"),
        (
            '{"case_id": "A", "picture": "../x", "sign": "iptc_ai", "decision": "upheld", "by": "x",'
            ' "at": "2026-01-01T00:00:00Z"}',
            "picture",
        ),
        ("[" * 70_000, "longer than"),
        ("[" * 60_000, "is no JSON object"),
    ],
)
def test_a_row_that_is_no_decision_is_named(path, line, words):
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match="row 1") as raised:
        read_corrections(path)
    assert words in str(raised.value)


def test_the_command_adds_lists_and_a_run_obeys(folder, path, tmp_path, capsys):
    added = ["appeals", "add", "--corrections", str(path), "--case", "A", "--sign", "tc260_label", "--by", "li"]
    added += ["--picture", digest(folder), "--decision", "withdrawn", "--note", "复核过原图\t没问题"]
    assert main(added) == 0
    assert main(["appeals", "list", "--corrections", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split("\t")[1:] == [
        "A",
        digest(folder)[:12],
        "tc260_label",
        "withdrawn",
        "li",
        "复核过原图 没问题",
    ]
    cases = tmp_path / "cases.jsonl"
    cases.write_text(json.dumps(CASE), encoding="utf-8")
    out = tmp_path / "out"
    run = [str(cases), "--images", str(folder), "--corrections", str(path), "-o", str(out), "--quiet"]
    assert main(run) == 0
    (case,) = json.loads((out / "evidence.json").read_text(encoding="utf-8"))["cases"]
    assert case["outcome"] == "no_sign"
    assert [sign["kind"] for sign in case["pictures"][0]["withdrawn"]] == ["tc260_label"]
    assert case["corrections"][0]["by"] == "li"


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "--corrections", "{none}"],
        ["add", "--corrections", "{path}", "--case", "A", "--sign", "nose", "--decision", "upheld", "--by", "x"],
        ["add", "--corrections", "{path}", "--case", "", "--sign", "iptc_ai", "--decision", "upheld", "--by", "x"],
        ["add", "--corrections", "{none}/x", "--case", "A", "--sign", "iptc_ai", "--decision", "upheld", "--by", "x"],
        [],
    ],
)
def test_wrong_usage_records_nothing(path, tmp_path, arguments, capsys):
    names = {"none": tmp_path / "none", "path": path}
    assert main(["appeals", *(argument.format(**names) for argument in arguments)]) == 2
    assert capsys.readouterr().err
    assert not path.exists()
