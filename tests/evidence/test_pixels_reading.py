"""Pixels in a run: off by default, refused below the bar, weak at most, and never the end of a run."""

import json
import shutil

import numpy as np
import pytest
from evidence_makers import encoded
from PIL import Image
from pixel_makers import photo

from review_mining.errors import ConfigError, ModelError
from review_mining.evidence import EvidenceClassifier
from review_mining.evidence.pixels.detector import Bar
from review_mining.evidence.pixels.export import export_classifier
from review_mining.evidence.pixels.features import ResidualFeatures
from review_mining.evidence.pixels.linear import LinearProbe
from review_mining.evidence.pixels.storage import load_pixel_detector, save_settings
from review_mining.evidence.pixels.threshold import Calibration

COLUMNS = ResidualFeatures()(np.zeros((1, 128, 128, 3), np.uint8)).shape[1]
GOOD, POOR = Bar(0.9, 0.6, 0.01, 0.01), Bar(0.6, 0.9, 0.05, 0.01)


def detector(folder, *, log_odds=2.0, bar=GOOD):
    """One that gives every crop the same log odds; its genuine photos scored 0."""
    folder.mkdir()
    export_classifier(LinearProbe(np.zeros(COLUMNS), log_odds), COLUMNS, folder / "model.onnx")
    save_settings("invented-1", ResidualFeatures(), COLUMNS, Calibration.of(np.zeros(299), 0.01, 0.95), bar, folder)
    return folder


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "photo.jpg").write_bytes(encoded("JPEG", Image.fromarray(photo(0))))
    (folder / "small.png").write_bytes(encoded("PNG"))
    (folder / "broken.jpg").write_bytes(encoded("JPEG", Image.fromarray(photo(0)))[:900])
    return folder


def judged(folder, settings, name="photo.jpg"):
    path = folder.parent / "evidence.yaml"
    path.write_text(f"pixels: {settings}", encoding="utf-8")
    classifier = EvidenceClassifier.from_config(path, images=folder)
    return classifier.judge({"case_id": "A", "statement": "杯子裂了", "images": [name]}).pictures[0]


def test_pixels_are_off_by_default(pictures):
    classifier = EvidenceClassifier.from_config(images=pictures)
    assert classifier.pictures.pixels is None
    picture = classifier.judge({"case_id": "A", "images": ["photo.jpg"]}).pictures[0]
    assert (picture.pixel_score, picture.pixel_p_value) == (None, None)


def test_an_anomaly_is_a_weak_sign_that_states_its_false_alarms(tmp_path, pictures):
    picture = judged(pictures, f"{{enabled: true, model: {detector(tmp_path / 'model')}}}")
    (sign,) = picture.signs
    assert (sign.kind, sign.strength, picture.outcome) == ("pixel_anomaly", "weak", "ask_for_more")
    assert picture.pixel_score == pytest.approx(1 / (1 + np.exp(-2)), abs=1e-4)
    assert picture.pixel_p_value == pytest.approx(1 / 300, abs=1e-4)
    assert "每千张误报不超过约 10 张" in sign.reason
    assert "10 false alarms in a thousand" in sign.reason_in("en")
    assert sign.facts["false_alarm_rate"] == 0.01


def test_an_ordinary_picture_has_a_score_and_no_sign(tmp_path, pictures):
    picture = judged(pictures, f"{{enabled: true, model: {detector(tmp_path / 'model', log_odds=-1.0)}}}")
    assert picture.signs == ()
    assert picture.pixel_p_value == 1


@pytest.mark.parametrize("name", ["small.png", "broken.jpg", "absent.jpg"])
def test_what_cannot_be_looked_at_has_no_score(tmp_path, pictures, name):
    picture = judged(pictures, f"{{enabled: true, model: {detector(tmp_path / 'model')}}}", name)
    assert picture.pixel_score is None
    assert all(sign.kind == "unreadable" for sign in picture.signs)


def test_a_detector_below_its_bar_is_refused_unless_it_is_wanted_anyway(tmp_path, pictures):
    model = detector(tmp_path / "model", bar=POOR)
    with pytest.raises(ConfigError, match="AUC 0.600 on unseen generators"):
        judged(pictures, f"{{enabled: true, model: {model}}}")
    picture = judged(pictures, f"{{enabled: anyway, model: {model}}}")
    assert picture.signs[0].facts["passed_its_bar"] is False


def test_a_switched_on_detector_that_is_not_there_is_named(tmp_path, pictures):
    with pytest.raises(ModelError, match="model.onnx missing"):
        judged(pictures, f"{{enabled: true, model: {tmp_path}}}")


def test_a_detector_survives_its_round_trip(tmp_path):
    found = load_pixel_detector(detector(tmp_path / "model", bar=POOR))
    assert (found.method, found.bar, found.calibration.threshold) == ("invented-1", POOR, 0.0)
    assert json.loads((tmp_path / "model/config.json").read_text(encoding="utf-8"))["passes_its_bar"] is False


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        ("kind", "else", "not a model"),
        ("features", "residuals-0", "vision model"),
        ("columns", 7, "takes"),
        ("genuine", [0.0], "cannot support"),
        ("genuine", "none", "not understood"),
        ("bar", {"auc": 1.0}, "not understood"),
        ("rate", None, "not understood"),
    ],
)
def test_settings_that_do_not_fit_are_refused(tmp_path, key, value, complaint):
    folder = detector(tmp_path / "model")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {key: value}), encoding="utf-8")
    with pytest.raises(ModelError, match=complaint):
        load_pixel_detector(folder)


def test_a_damaged_graph_is_refused(tmp_path):
    folder = detector(tmp_path / "model")
    (folder / "model.onnx").write_bytes((folder / "model.onnx").read_bytes()[:50])
    with pytest.raises(ModelError, match="damaged"):
        load_pixel_detector(folder)
    shutil.rmtree(folder)
