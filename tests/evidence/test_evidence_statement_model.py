"""The trained reader of statements: its figures, its steadiness, and models that cannot be used."""

import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_evidence_statement import NOT_REPORTS

from review_mining.config import default_file, load
from review_mining.errors import InputError, ModelError
from review_mining.evidence import STATEMENT_KINDS, EvidenceClassifier, KeywordRules, load_statement_model
from review_mining.evidence.labelled import load_statements, near_duplicates
from review_mining.evidence.statement_config import StatementsConfig
from review_mining.evidence.statement_figures import statement_figures
from review_mining.evidence.statement_fitting import fit_statements
from review_mining.evidence.statement_storage import bundled, open_encoder, save_statement_model

ANNOTATIONS = Path(__file__).parents[2] / "annotations"
TRAIN, TEST = ANNOTATIONS / "statements.jsonl", ANNOTATIONS / "statements_test.jsonl"


@pytest.fixture(scope="module")
def model():
    return load_statement_model()


@pytest.fixture
def copied(tmp_path):
    shutil.copytree(bundled("statements"), tmp_path / "model")
    return tmp_path / "model"


@pytest.fixture(scope="module")
def measured(model):
    return statement_figures(load_statements(TEST), model, resamples=10)


def test_the_card_prints_what_is_measured(measured):
    card = (bundled("statements") / "README.md").read_text(encoding="utf-8")
    printed = {row[1]: float(row[2]) for row in re.finditer(r"^\| (\w+) \| ([\d.]+) \|", card, re.MULTILINE)}
    assert printed == {name: round(value, 3) for name, (value, _, _) in measured.items()}
    assert printed["kind_macro_f1"] >= 0.85
    assert printed["fake_precision"] >= 0.95
    assert printed["fake_recall"] >= 0.8


def test_the_model_beats_the_rules(measured):
    rules = statement_figures(load_statements(TEST), KeywordRules(), resamples=10)
    assert all(measured[name][0] > rules[name][0] for name in measured if name != "fake_precision")


@pytest.mark.parametrize("statement", NOT_REPORTS)
def test_what_only_sounds_alike_is_no_report(model, statement):
    assert model.read(statement).fake_score < model.threshold


def test_a_statement_is_read_alike_in_any_company(model):
    statements = [one.text for one in load_statements(TEST)[:40]]
    forwards = [model.read(one) for one in statements]
    assert [model.read(one) for one in reversed(statements)] == forwards[::-1]
    assert load_statement_model().read(statements[0]) == forwards[0]


@pytest.mark.parametrize("blank", ["", " \n", "　"])
def test_nothing_said_claims_nothing(model, blank):
    reading = model.read(blank)
    assert (reading.kind, reading.fake_score, reading.cues) == ("other", 0.0, ())


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_text_has_a_reading(model, text):
    reading = model.read(text)
    assert reading.kind in STATEMENT_KINDS
    assert 0 <= reading.fake_score <= 1


def test_a_long_statement_is_read(model):
    assert model.read("买家发来的图明显是AI生成的。" * 1_400).fake_score >= model.threshold


def test_the_classifier_reads_with_the_model(model):
    classifier = EvidenceClassifier.from_config()
    assert classifier.reader.method == model.method
    verdict = classifier.judge({"case_id": "A", "statement": "烂果图网上搜得到，同一张图退了三家"})
    assert (verdict.reports_ai_fake, verdict.outcome) == (True, "human_review")


@pytest.mark.parametrize("name", ["config.json", "vocabulary.json", "cues.json", "model.safetensors"])
def test_an_incomplete_model_names_what_is_missing(copied, name):
    (copied / name).unlink()
    with pytest.raises(ModelError, match=re.escape(name)):
        load_statement_model(copied)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("config.json", "{", "damaged"),
        ("config.json", '{"kind": "else"}', "not a model"),
        ("vocabulary.json", "[1]", "list of strings"),
        ("vocabulary.json", '["好"]', "should be finite and of shape"),
        ("cues.json", "[]", "object of lists"),
        ("cues.json", '{"one": ["好"]}', "does not fit"),
        ("model.safetensors", "no tensors", "damaged"),
    ],
)
def test_a_damaged_model_is_refused(copied, name, content, complaint):
    (copied / name).write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=complaint):
        load_statement_model(copied)


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        ("encoder", "0" * 64, "another encoder"),
        ("kinds", ["other"], "other kinds"),
        ("threshold", None, "threshold|not understood|NoneType"),
    ],
)
def test_a_model_of_something_else_is_refused(copied, key, value, complaint):
    config = json.loads((copied / "config.json").read_text(encoding="utf-8"))
    (copied / "config.json").write_text(json.dumps(config | {key: value}), encoding="utf-8")
    with pytest.raises(ModelError, match=complaint):
        load_statement_model(copied)


def test_the_same_statements_train_the_same_model(tmp_path):
    config = load(default_file("train/statements.yaml"), StatementsConfig)
    statements = load_statements(TRAIN)[::12]
    encode = open_encoder(bundled("encoder")).encode
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        save_statement_model(
            fit_statements(statements, ["屏幕拖影，照片发灰"] * 4, config, encode).model,
            tmp_path / name,
            bundled("encoder"),
        )
    files = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert all((tmp_path / "first" / one).read_bytes() == (tmp_path / "second" / one).read_bytes() for one in files)
    stored = load_statement_model(tmp_path / "first")
    right = sum(stored.read(one.text).kind == one.kind for one in statements)
    assert right > 0.9 * len(statements)


def test_train_and_test_share_no_statement():
    train, test = load_statements(TRAIN), load_statements(TEST)
    assert len(train) >= 2_000
    assert len(test) >= 400
    assert near_duplicates([one.text for one in train], [one.text for one in test], limit=0.5) == []


def test_near_duplicates_share_trigrams():
    assert near_duplicates(["苹果全烂了", "杯子碎了"], ["苹果全烂了啊", "没收到货"], limit=0.5) == [(0, 0)]
    assert near_duplicates(["差"], ["差", "好"], limit=0.5) == [(0, 0)]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "no JSON"),
        ('{"text": "烂了", "kind": "spoiled", "fake": 0}', "exactly the keys"),
        ('{"text": " ", "kind": "spoiled", "fake": 0, "part": "a"}', "blank"),
        ('{"text": "烂了", "kind": "rotten", "fake": 0, "part": "a"}', "rotten"),
        ('{"text": "烂了", "kind": "spoiled", "fake": 2, "part": "a"}', "neither 0 nor 1"),
    ],
)
def test_a_line_that_is_no_labelled_statement_is_named(tmp_path, line, complaint):
    path = tmp_path / "statements.jsonl"
    path.write_text('{"text": "碎了", "kind": "damaged_in_transit", "fake": 0, "part": "a"}\n' + line, encoding="utf-8")
    with pytest.raises(InputError, match=complaint) as caught:
        load_statements(path)
    assert caught.value.row == 1
