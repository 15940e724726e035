"""The parts of the pixel detector: crops, features, threshold, degradation, gate, figures and export."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pixel_makers import photo
from sklearn.ensemble import HistGradientBoostingClassifier

from review_mining.errors import UsageError
from review_mining.evidence.pixels.conditions import conditions
from review_mining.evidence.pixels.crops import decode, take_crops
from review_mining.evidence.pixels.degrade import draw_degradation, encode
from review_mining.evidence.pixels.detector import Bar
from review_mining.evidence.pixels.export import export_classifier
from review_mining.evidence.pixels.features import ResidualFeatures
from review_mining.evidence.pixels.figures import auc, found_at, predictive_value, with_interval
from review_mining.evidence.pixels.gate import leakage
from review_mining.evidence.pixels.linear import LinearProbe
from review_mining.evidence.pixels.samples import GENUINE, Sample, Samples, measure, together
from review_mining.evidence.pixels.storage import open_log_odds
from review_mining.evidence.pixels.threshold import Calibration, photos_needed


@given(st.integers(128, 900), st.integers(128, 900))
@settings(max_examples=30, deadline=None)
def test_crops_lie_inside_on_the_grid_of_blocks(height, width):
    rows, columns = np.mgrid[:height, :width]
    places = np.stack([rows % 256, columns % 256, rows // 256 * 16 + columns // 256], axis=2).astype(np.uint8)
    crops = take_crops(Image.fromarray(places), 128, 3)
    assert 1 <= len(crops) <= 9
    assert crops.shape[1:] == (128, 128, 3)
    assert not (crops[:, 0, 0, :2] % 8).any()
    assert len({crop[0, 0].tobytes() for crop in crops}) == len(crops)


def test_a_picture_smaller_than_a_crop_has_none():
    assert take_crops(Image.new("RGB", (500, 127)), 128, 3) is None


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_what_does_not_decode_is_nothing(data):
    assert decode(data) is None


def test_transparent_and_paletted_pictures_become_rgb():
    for mode in ("RGBA", "P", "L", "1", "CMYK", "I;16"):
        out = io.BytesIO()
        Image.new(mode, (40, 30)).save(out, "TIFF")
        found = decode(out.getvalue())
        assert (found.mode, found.size) == ("RGB", (40, 30))


@pytest.mark.parametrize(
    "crop",
    [np.zeros((128, 128, 3)), np.full((128, 128, 3), 255), np.random.default_rng(0).integers(0, 256, (128, 128, 3))],
    ids=["black", "white", "noise"],
)
def test_features_are_finite_and_do_not_depend_on_the_company(crop):
    features = ResidualFeatures()
    crops = np.stack([crop, photo(1)[:128, :128], crop]).astype(np.uint8)
    found = features(crops)
    assert np.isfinite(found).all()
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[0], features(crops[:1])[0], rtol=1e-4, atol=1e-4)


def test_features_tell_sharp_from_smoothed():
    sharp = photo(2)[:128, :128]
    smooth = np.asarray(Image.fromarray(sharp).resize((64, 64)).resize((128, 128)))
    one, other = ResidualFeatures()(np.stack([sharp, smooth]))
    assert np.abs(one - other).max() > 0.5


@pytest.mark.parametrize(("rate", "photos"), [(0.05, 59), (0.02, 149), (0.01, 299), (0.005, 598), (0.001, 2995)])
def test_a_rate_needs_so_many_photos(rate, photos):
    assert photos_needed(rate, 0.95) == photos
    assert Calibration.of(np.arange(photos), rate, 0.95).threshold == photos - 1
    with pytest.raises(UsageError, match=f"at least {photos}"):
        Calibration.of(np.arange(photos - 1), rate, 0.95)


def test_the_rate_is_kept_as_often_as_promised():
    generator = np.random.default_rng(0)
    kept = [1 - Calibration.of(generator.random(200), 0.05, 0.9).threshold <= 0.05 for _ in range(1000)]
    assert 0.89 <= np.mean(kept) <= 0.97


def test_p_values_count_the_genuine_photos_above():
    calibration = Calibration.of(np.arange(99), 0.1, 0.9)
    assert calibration.p_value(1000) == 0.01
    assert calibration.p_value(-1) == 1
    assert calibration.p_value(97) == 0.03


def test_p_values_of_genuine_photos_are_uniform():
    generator = np.random.default_rng(1)
    found = []
    for _ in range(400):
        scores = generator.normal(size=60)
        found.append(Calibration.of(scores[1:], 0.1, 0.9).p_value(scores[0]))
    assert all(abs(np.mean(np.asarray(found) <= level) - level) < 0.06 for level in (0.1, 0.25, 0.5, 0.75))


def test_a_degraded_picture_keeps_its_size_and_loses_its_metadata():
    image = Image.fromarray(photo(3))
    for seed in range(12):
        data = draw_degradation(np.random.default_rng(seed)).apply(image, 128)
        with Image.open(io.BytesIO(data)) as found:
            assert found.format in ("JPEG", "WEBP")
            assert min(found.size) >= 128
            assert not found.getexif()
            assert not {"comment", "icc_profile", "xmp"} & set(found.info)
        assert data == draw_degradation(np.random.default_rng(seed)).apply(image, 128)


def test_every_condition_gives_a_picture():
    image = Image.fromarray(photo(4))
    assert all(decode(change(image)) is not None for change in conditions().values())


def test_trees_and_their_export_agree_also_on_thresholds(tmp_path):
    generator = np.random.default_rng(0)
    # Few distinct values, so that many lie right beside a threshold.
    features = (generator.integers(0, 9, (400, 5)) / 7).astype(np.float32)
    trees = HistGradientBoostingClassifier(max_iter=20, early_stopping=False).fit(features, features.sum(axis=1) > 2.5)
    export_classifier(trees, 5, tmp_path / "model.onnx")
    exported = open_log_odds(tmp_path / "model.onnx", 5)(features)
    np.testing.assert_allclose(exported, trees.decision_function(features), atol=1e-4)


def test_a_linear_probe_and_its_export_agree(tmp_path):
    features = np.random.default_rng(0).normal(size=(200, 7)).astype(np.float32) * 3 + 1
    probe = LinearProbe.fit(features, features[:, 2] > 1, penalty=1.0)
    export_classifier(probe, 7, tmp_path / "model.onnx")
    np.testing.assert_allclose(open_log_odds(tmp_path / "model.onnx", 7)(features), probe.log_odds(features), atol=1e-4)
    assert auc(probe.log_odds(features)[features[:, 2] <= 1], probe.log_odds(features)[features[:, 2] > 1]) > 0.95


def _table(made_brighter):
    samples = []
    for seed in range(24):
        pixels = photo(seed, side=128)
        for maker in (GENUINE, "twin"):
            changed = np.clip(pixels.astype(int) + (40 if maker and made_brighter else 0), 0, 255).astype(np.uint8)
            samples.append(Sample(str(seed), "drawn", maker, encode(Image.fromarray(changed), "JPEG", 60 + seed)))
    return measure(samples, ResidualFeatures(), 1)


def test_the_gate_is_tight_on_pairs_that_do_not_differ():
    found = leakage(_table(made_brighter=False), resamples=20)
    assert found.tight
    assert found.file[0] == found.thumbnail[0] == 0.5


def test_the_gate_opens_on_pairs_that_thumbnails_tell_apart():
    assert not leakage(_table(made_brighter=True), resamples=20).tight


def test_tables_are_stored_joined_and_cut(tmp_path):
    table = _table(made_brighter=False)
    table.save(tmp_path / "table.npz")
    stored = Samples.load(tmp_path / "table.npz")
    both = together([stored, stored])
    made = both.select(both.made)
    assert (len(table), len(both), len(made)) == (48, 96, 48)
    assert set(made.makers) == {"twin"}
    np.testing.assert_array_equal(made.features[:24], table.features[1::2])
    np.testing.assert_allclose(table.per_picture(np.arange(48.0)), np.arange(48.0))


def test_figures():
    genuine, made = np.arange(100.0), np.asarray([99.5, 99.5, 50.5, -1.0])
    assert auc(genuine, made) == pytest.approx((100 + 100 + 51 + 0) / 400)
    assert found_at(genuine, made, 0.01) == 0.5
    assert predictive_value(0.5, 0.01, 0.02) == pytest.approx(0.5051, abs=1e-4)
    assert predictive_value(0.0, 0.0, 0.1) == 0
    value, low, high = with_interval(auc, genuine, made, resamples=50)
    assert low <= value <= high


@pytest.mark.parametrize(
    ("values", "failures"),
    [
        ((0.85, 0.70, 0.02, 0.01), 0),
        ((0.79, 0.70, 0.02, 0.01), 1),
        ((0.85, 0.90, 0.02, 0.01), 1),
        ((0.70, 0.90, 0.03, 0.01), 3),
    ],
)
def test_the_bar(values, failures):
    assert len(Bar(*values).failures) == failures
