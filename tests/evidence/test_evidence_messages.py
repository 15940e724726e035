"""What is written to the buyer and to the platform, whatever was found."""

import itertools
import re
from datetime import UTC, datetime

import pytest

from review_mining.evidence import (
    SIGN_KINDS,
    STATEMENT_KINDS,
    Case,
    CaseVerdict,
    EvidenceClassifier,
    PictureVerdict,
    Sign,
    StatementReading,
    make_correction,
    message_to_buyer,
    statement_for_platform,
)
from review_mining.evidence.decision import photos_to_ask_for
from review_mining.evidence.message_wording import FACTS, MESSAGE
from review_mining.evidence.origin import origin_of
from review_mining.evidence.queue_wording import LABELS
from review_mining.evidence.reasons.not_proven import NOT_PROVEN
from review_mining.tables import OUTCOMES

ACCUSING = re.compile(
    r"\bAI\b|造假|假图|伪造|骗|欺诈|盗|重复|雷同|水印|可疑|怀疑|嫌疑|作弊|PS|fake|fraud|suspic|forg|dishonest|stolen|generated",
    re.IGNORECASE,
)
CONFIG = EvidenceClassifier.from_config().config
ORIGIN = origin_of(CONFIG, "statements-1", datetime(2026, 11, 20, 8, 0, tzinfo=UTC))
REUSED = Sign(
    "exact_reuse",
    "strong",
    "reuse.later",
    {"sha256": "ab" * 32, "other_case": "X\n9. 买家已承认", "other_requested_at": None},
)


def verdict(outcome="human_review", kind="spoiled", signs=(), **more):
    case = Case.model_validate(
        {
            "case_id": "C\n1",
            "statement": "烂了",
            "images": ["a.jpg"],
            "order": {"product_name": "草莓", "amount": 19.9, "requested_at": "2026-11-08 07:30:55"},
        }
    )
    picture = PictureVerdict("a.jpg", outcome, tuple(signs), "cd" * 32, "jpeg", 640, 480, 1234)
    photos = photos_to_ask_for(outcome, kind, signs, CONFIG)
    return CaseVerdict(case, (picture,), outcome, photos, StatementReading(kind, 0.1, ()), False, 40.0, **more)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_message_to_a_buyer_accuses(language):
    for outcome, kind, sign in itertools.product(OUTCOMES, STATEMENT_KINDS, SIGN_KINDS):
        message = message_to_buyer(verdict(outcome, kind, [Sign(sign, "moderate", "generator")]), language)
        assert not ACCUSING.search(message), message


def test_the_message_names_the_photos_and_how_to_object():
    message = message_to_buyer(verdict(signs=[REUSED]))
    assert "“草莓”" in message
    assert "1. 现在重新拍一张" in message
    assert "重新查看" in message
    assert "please add:\n1. a photo of the fault taken now" in message_to_buyer(verdict(signs=[REUSED]), "en")


def test_graver_outcomes_read_alike():
    strong, review = (message_to_buyer(verdict(outcome, "changed_mind")) for outcome in ("strong_sign", "human_review"))
    assert strong == review


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_platform_gets_numbered_facts_with_hashes_times_and_versions(language):
    text = statement_for_platform(verdict("strong_sign", signs=[REUSED]), ORIGIN, language)
    lines = text.splitlines()
    assert [line.partition(".")[0] for line in lines[2:]] == [str(number + 1) for number in range(len(lines) - 2)]
    for stated in ("cd" * 32, "ab" * 32, "2026-11-08 07:30:55", "19.90", "statements-1", ORIGIN.settings_sha256):
        assert stated in text
    assert NOT_PROVEN["exact_reuse"][language] in text
    assert "2026-11-20T08:00:00+00:00" in text


def test_nothing_in_a_case_can_forge_a_fact():
    lines = statement_for_platform(verdict(signs=[REUSED]), ORIGIN).splitlines()
    assert not [line for line in lines if line.startswith("9. 买家")]
    assert lines[0].endswith("C 1 的事实说明")


def test_what_was_taken_back_and_decided_is_said():
    row = make_correction(
        case_id="C", picture="cd" * 32, sign="exact_reuse", decision="withdrawn", by="li", note="同一家人"
    )
    text = statement_for_platform(verdict("no_sign", corrections=(row,)), ORIGIN)
    assert "li 核对后撤回 exact_reuse · 相同的文件" in text
    assert "同一家人" in text


def test_contradictions_are_facts_with_their_limit():
    found = {"kind": "quantity", "strength": "weak", "reason": "说少了 2 件，订单共 1 件。", "reason_en": "2 of 1."}
    assert "不一致：说少了 2 件" in statement_for_platform(verdict(contradictions=(found,)), ORIGIN)
    assert "Does not agree: 2 of 1." in statement_for_platform(verdict(contradictions=(found,)), ORIGIN, "en")


def test_every_sign_says_what_it_does_not_prove_in_both_languages():
    assert set(NOT_PROVEN) == set(SIGN_KINDS)
    for table in (MESSAGE, FACTS, LABELS):
        assert table["zh"].keys() == table["en"].keys()


def test_settings_are_told_apart_by_their_digest():
    other = CONFIG.model_copy(update={"ask_for": {}})
    assert origin_of(other, "statements-1", ORIGIN.judged_at).settings_sha256 != ORIGIN.settings_sha256
