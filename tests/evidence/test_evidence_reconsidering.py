"""Verdicts that are kept as text, and what decisions about their signs make of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from review_mining.errors import InputError
from review_mining.evidence import EvidenceClassifier, Sign, reconsidered
from review_mining.evidence.corrections import Corrections, make_correction
from review_mining.evidence.kept_verdicts import read_verdict_record, verdict_record


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> EvidenceClassifier:
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "a.png").write_bytes(b"not a picture")
    return EvidenceClassifier.from_config(images=folder)


CASES = [
    {"case_id": "plain", "statement": "收到就碎了", "images": ["a.png"], "order": {"order_id": "1", "amount": 80}},
    {"case_id": "report", "statement": "烂果图网上搜得到，同一张图退了三家", "images": ["a.png"]},
    {
        "case_id": "less",
        "statement": "我买了三件，收到两件",
        "order": {"quantity": 1, "requested_at": "2025-03-01T10:00:00"},
    },
    {"case_id": "quiet", "statement": ""},
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case_id"])
def test_a_verdict_is_read_again_as_it_was(classifier: EvidenceClassifier, case: dict[str, object]):
    verdict = classifier.judge(case)
    assert read_verdict_record(verdict_record(verdict)) == verdict


def test_a_record_holds_neither_buyer_nor_personal_data(classifier: EvidenceClassifier):
    verdict = classifier.judge({"case_id": "p", "statement": "碎了，打13800138000", "buyer": "b-77"})
    record = verdict_record(verdict)
    assert "13800138000" not in record
    assert "b-77" not in record


def test_half_a_character_in_what_was_read_does_no_harm(classifier: EvidenceClassifier):
    found = Sign("tc260_label", "moderate", "aigc.label", {"producer": "碎\udc80"})
    verdict = replace(classifier.judge(CASES[3]), signs=(found,))
    (kept,) = read_verdict_record(verdict_record(verdict)).signs
    assert kept.facts == {"producer": "碎?"}


@pytest.mark.parametrize("record", ["", "{}", "[]", '{"case": 1}', "\x00"])
def test_what_is_no_record_is_refused(record: str):
    with pytest.raises(InputError):
        read_verdict_record(record)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case_id"])
@pytest.mark.parametrize("decision", ["upheld", "withdrawn"])
def test_decisions_lead_where_judging_anew_would(
    classifier: EvidenceClassifier, tmp_path: Path, case: dict[str, object], decision: str
):
    verdict = classifier.judge(case)
    subjects = [(one.sha256, sign.kind) for one in verdict.pictures for sign in one.signs]
    subjects += [(None, sign.kind) for sign in verdict.signs]
    subjects += [(None, "reports_ai_fake")] if verdict.reports_ai_fake else []
    made = tuple(
        make_correction(case_id=case["case_id"], picture=sha256, sign=sign, decision=decision, by="x")
        for sha256, sign in subjects
    )
    anew = EvidenceClassifier(
        classifier.config, classifier.reader, images=classifier.images, corrections=Corrections(made)
    ).judge(case)
    assert reconsidered(verdict, made, classifier.config) == anew
    assert reconsidered(verdict, (), classifier.config) == verdict
