"""Real files, where the research corpora are there: labels found by kind, and genuine photos left alone."""

from collections import Counter

import pytest

from review_mining.evidence import EvidenceClassifier, cases_of_pictures

pytestmark = pytest.mark.shared


def kinds(folder, tmp_path):
    # Text in pictures is measured by scripts/evidence_visible.py: reading it takes minutes.
    (tmp_path / "own.yaml").write_text("visible_label: {enabled: false}", encoding="utf-8")
    classifier = EvidenceClassifier.from_config(tmp_path / "own.yaml", images=folder)
    return Counter(
        sign.kind
        for case in cases_of_pictures(folder)
        for picture in classifier.judge(case).pictures
        for sign in picture.signs
    )


def test_declared_labels_are_read(shared, tmp_path):
    found = kinds(shared / "data" / "images" / "provenance", tmp_path)
    assert found["tc260_label"] == 5
    assert found["generator_metadata"] >= 12
    assert found["c2pa_tampered"] == 6
    assert found["c2pa_untrusted_ai"] == 1
    declared = {"tc260_label", "generator_metadata", "c2pa_tampered", "c2pa_untrusted_ai", "unreadable"}
    assert found.keys() <= {*declared, "verified_reuse"}  # several fixtures are one picture under different records


def test_genuine_photos_give_no_sign(shared, tmp_path):
    # Six of the photos are mirror images of others among them, and found to be.
    assert kinds(shared / "data" / "images" / "real", tmp_path) == Counter({"verified_reuse": 6})


def test_printed_labels_of_services_are_read(shared):
    folder = shared / "data" / "images" / "provenance" / "remove_ai_watermarks_fixtures"
    classifier = EvidenceClassifier.from_config(images=folder)
    printed = {
        str(sign.facts["text"])
        for case in cases_of_pictures(folder)
        for sign in classifier.judge(case).pictures[0].signs
        if sign.kind == "visible_label"
    }
    assert printed == {"豆包AI生成", "即梦AI"}
