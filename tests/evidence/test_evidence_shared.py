"""Real files, where the research corpora are there: labels found by kind, and genuine photos left alone."""

from collections import Counter

import pytest

from review_mining.evidence import EvidenceClassifier, cases_of_pictures

pytestmark = pytest.mark.shared


def kinds(folder):
    classifier = EvidenceClassifier.from_config(images=folder)
    return Counter(
        sign.kind
        for case in cases_of_pictures(folder)
        for picture in classifier.judge(case).pictures
        for sign in picture.signs
    )


def test_declared_labels_are_read(shared):
    found = kinds(shared / "data" / "images" / "provenance")
    assert found["tc260_label"] == 5
    assert found["generator_metadata"] >= 12
    assert found["c2pa_tampered"] == 6
    assert found["c2pa_untrusted_ai"] == 1
    assert found.keys() <= {"tc260_label", "generator_metadata", "c2pa_tampered", "c2pa_untrusted_ai", "unreadable"}


def test_genuine_photos_give_no_sign(shared):
    assert kinds(shared / "data" / "images" / "real") == Counter()
