"""Outcomes: what may and what may never reach ``strong_sign``."""

import itertools

import pytest
from evidence_makers import encoded, image, jpeg_with, label_element, png_with, text_chunk, xmp_segment
from scene_makers import jpeg, scene

from review_mining.config import load
from review_mining.errors import ConfigError, InputError
from review_mining.evidence import SIGN_KINDS, Case, EvidenceClassifier, EvidenceConfig, Sign
from review_mining.evidence.decision import counting_signs, photos_to_ask_for, picture_outcome


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "plain.jpg").write_bytes(encoded("JPEG"))
    (tmp_path / "scene.jpg").write_bytes(jpeg(scene(1, (320, 240))))
    (tmp_path / "label.jpg").write_bytes(jpeg_with(xmp_segment(label_element())))
    (tmp_path / "broken.jpg").write_bytes(encoded("JPEG")[:300])
    (tmp_path / "both.png").write_bytes(png_with(text_chunk("AIGC", '{"Label":"1","ProduceID":"1"}'))[:-40])
    (tmp_path / "icon.png").write_bytes(encoded("PNG", image(8)))
    return tmp_path


@pytest.fixture
def classifier(folder):
    return EvidenceClassifier.from_config(images=folder)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("plain.jpg", "no_sign"),
        ("label.jpg", "human_review"),
        ("broken.jpg", "ask_for_more"),
        ("both.png", "human_review"),
        ("absent.jpg", "ask_for_more"),
    ],
)
def test_outcome_of_a_picture(classifier, name, outcome):
    verdict = classifier.judge({"case_id": "A", "statement": "杯子裂了", "images": [name]})
    assert verdict.outcome == verdict.pictures[0].outcome == outcome
    assert verdict.pictures[0].pixel_score is None


def test_a_broken_file_is_asked_for_again(classifier):
    verdict = classifier.judge({"case_id": "A", "statement": "少发了一个", "images": ["broken.jpg"]})
    assert "重新上传" in verdict.ask_for[0]
    assert len(verdict.ask_for) > 1


def test_a_claim_without_a_picture_asks_for_one(classifier):
    assert classifier.judge({"case_id": "A", "statement": "面里吃出头发"}).outcome == "ask_for_more"
    assert classifier.judge({"case_id": "B", "statement": "不想要了，没拆封"}).outcome == "no_sign"


def test_a_report_of_fake_evidence_goes_to_a_person(classifier):
    verdict = classifier.judge({"case_id": "A", "statement": "买家的图明显是AI生成的", "images": ["plain.jpg"]})
    assert (verdict.outcome, verdict.reports_ai_fake) == ("human_review", True)
    assert verdict.pictures[0].outcome == "no_sign"


def test_the_same_file_from_a_second_buyer(classifier):
    first, second = (
        classifier.judge({"case_id": name, "images": ["scene.jpg"], "buyer": {"buyer_id": name}}) for name in "AB"
    )
    assert (first.outcome, second.outcome) == ("no_sign", "strong_sign")
    assert second.ask_for == ()


def test_a_blank_that_two_buyers_send_proves_nothing(classifier):
    first, second = (classifier.judge({"case_id": name, "images": ["plain.jpg"], "buyer": name}) for name in "AB")
    assert (first.outcome, second.outcome) == ("no_sign", "human_review")
    assert "占位图" in second.pictures[0].signs[0].reason


def test_small_pictures_repeat_by_chance(classifier):
    verdicts = [classifier.judge({"case_id": name, "images": ["icon.png"], "buyer": name}) for name in "AB"]
    assert [verdict.outcome for verdict in verdicts] == ["no_sign", "no_sign"]


@pytest.mark.parametrize("zone", ["", "+08:00"])
def test_the_first_sender_is_found_by_time_not_by_row(folder, zone):
    rows = [("late", f"2026-10-09 08:00:00{zone}"), ("early", f"2026-10-01 08:00:00{zone}"), ("undated", None)]
    cases = [
        Case.model_validate(
            {"case_id": name, "images": ["scene.jpg"], "buyer": name, "order": {"requested_at": requested}}
        )
        for name, requested in rows
    ]
    verdicts = EvidenceClassifier.from_config(images=folder).judge_all(cases)
    assert [verdict.case.case_id for verdict in verdicts] == ["late", "early", "undated"]
    assert [verdict.outcome for verdict in verdicts] == ["strong_sign", "no_sign", "human_review"]


def test_buyer_facts_change_nothing(folder):
    verdicts = []
    for refunds in (0, 90):
        case = {
            "case_id": "A",
            "statement": "杯子裂了",
            "images": ["label.jpg"],
            "buyer": {"buyer_id": "b", "level": "V1", "refunds_12m": refunds},
        }
        verdicts.append(EvidenceClassifier.from_config(images=folder).judge(case))
    assert verdicts[0] == verdicts[1]


def test_only_proof_reaches_the_strong_outcome():
    rules = EvidenceConfig().decision
    for kind, strength in itertools.product(SIGN_KINDS, ("strong", "moderate", "weak", "supports_buyer")):
        reached = picture_outcome([Sign(kind, strength, "generator")], rules) == "strong_sign"
        assert reached == (strength == "strong" and kind in ("c2pa_trusted_ai", "exact_reuse", "verified_reuse"))


WEAK, MODERATE, STRONG, CAMERA = (
    Sign("pixel_anomaly", "weak", "generator"),
    Sign("tc260_label", "moderate", "generator"),
    Sign("exact_reuse", "strong", "generator"),
    Sign("c2pa_camera", "supports_buyer", "generator"),
)


@pytest.mark.parametrize(
    ("signs", "outcome"),
    [
        ([CAMERA], "no_sign"),
        ([WEAK], "ask_for_more"),
        ([WEAK, CAMERA], "no_sign"),
        ([MODERATE, CAMERA], "human_review"),
        ([STRONG, WEAK, CAMERA], "strong_sign"),
        ([Sign("unreadable", "weak", "generator"), CAMERA], "ask_for_more"),
    ],
)
def test_what_speaks_for_the_buyer_takes_weight_from_weak_signs_only(signs, outcome):
    assert picture_outcome(signs, EvidenceConfig().decision) == outcome


def test_support_never_makes_an_outcome_graver():
    rules = EvidenceConfig.model_validate({"decision": {"weak": "no_sign", "supported": "human_review"}}).decision
    assert picture_outcome([WEAK, CAMERA], rules) == "no_sign"


@pytest.mark.parametrize(
    ("most", "outcome"), [("moderate", "human_review"), ("weak", "ask_for_more"), ("none", "no_sign")]
)
def test_a_kind_can_count_for_less_than_was_found(most, outcome):
    rules = EvidenceConfig.model_validate({"decision": {"at_most": {"exact_reuse": most}}}).decision
    assert picture_outcome([STRONG], rules) == outcome


def test_a_kind_never_counts_for_more_than_was_found():
    rules = EvidenceConfig.model_validate({"decision": {"at_most": {"pixel_anomaly": "moderate"}}}).decision
    assert picture_outcome([WEAK], rules) == "ask_for_more"


def test_what_settles_a_sign_is_asked_first_and_nothing_twice(classifier):
    signs = [MODERATE, Sign("iptc_ai", "moderate", "generator")]
    asked = photos_to_ask_for("human_review", "spoiled", signs, classifier.config)
    assert "没有用软件修过" in asked[0].zh
    assert len(asked) == len(set(asked)) == 3
    assert all(photo.zh != photo.en for photo in asked)
    assert photos_to_ask_for("strong_sign", "spoiled", signs, classifier.config) == ()


@pytest.mark.parametrize("most", [{"visible_label": "none"}, {}])
def test_what_does_not_count_asks_for_nothing(classifier, most):
    decision = classifier.config.decision.model_copy(update={"at_most": most})
    config = classifier.config.model_copy(update={"decision": decision})
    signs = [Sign("visible_label", "moderate", "visible.declared"), Sign("pixel_anomaly", "weak", "pixels.anomaly")]
    support = [Sign("c2pa_camera", "supports_buyer", "c2pa.camera"), *signs]
    counted = {sign.kind for sign in counting_signs(support, config.decision)}
    assert counted == ({"visible_label"} if not most else set())
    assert {sign.kind for sign in counting_signs(signs, config.decision)} == {"pixel_anomaly", *counted}


def test_every_kind_that_may_ask_names_a_photo(classifier):
    without_one = {"c2pa_camera", "unreadable"}
    assert set(SIGN_KINDS) - without_one <= set(classifier.config.ask_for)


def test_the_default_file_says_what_the_code_says(classifier):
    built_in = EvidenceConfig(ask_for=classifier.config.ask_for)
    assert classifier.config == built_in


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("decision: {decisive: [pixel_anomaly]}", "can never decide"),
        ("decision: {decisive: [tc260_label]}", "can never decide"),
        ("decision: {weak: strong_sign}", "decision.weak"),
        ("limits: {bites: 3}", "limits.bites"),
        ("ask_for: {broken_heart: [x]}", "ask_for"),
    ],
)
def test_settings_that_would_accuse_too_easily_are_refused(tmp_path, text, words):
    path = tmp_path / "evidence.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=words):
        load(path, EvidenceConfig)


def test_a_mapping_that_is_no_case(classifier):
    with pytest.raises(InputError, match="case_id"):
        classifier.judge({"images": []})
