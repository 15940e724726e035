"""From drawn photos to a stored detector: aligned twins, resuming, repeatability, and a probe of a vision model."""

import io

import numpy as np
import pytest
import torch
from PIL import Image
from pixel_makers import photo
from safetensors.torch import save_file
from transformers import ViTConfig, ViTModel

from review_mining.config import default_file, load
from review_mining.errors import InputError, ModelError, UsageError
from review_mining.evidence.pixels.alignment import align, make_pair
from review_mining.evidence.pixels.autoencoder import Autoencoder
from review_mining.evidence.pixels.features import ResidualFeatures
from review_mining.evidence.pixels.photos import Photo, read_photos, split
from review_mining.evidence.pixels.preparation import prepare
from review_mining.evidence.pixels.probe import BackboneFeatures
from review_mining.evidence.pixels.samples import Samples
from review_mining.evidence.pixels.storage import load_pixel_detector
from review_mining.evidence.pixels.training import train_detector
from review_mining.evidence.pixels.training_config import AutoencoderConfig, PixelsTrainConfig

UPSAMPLINGS = ("transposed", "nearest", "bilinear", "shuffle")


@pytest.fixture(scope="module")
def research(tmp_path_factory):
    """Drawn pictures where the research data would be: two sources of photos, one generator."""
    folder = tmp_path_factory.mktemp("research")
    for number, name in enumerate(("real/market", "real/street", "ai/brush")):
        (folder / name).mkdir(parents=True)
        for seed in range(12):
            image = Image.fromarray(photo(100 * number + seed, side=160))
            image.save(folder / name / f"{seed:02}.jpg", quality=90)
    return folder


@pytest.fixture(scope="module")
def vision(tmp_path_factory):
    """A vision transformer with random weights in the format of Hugging Face."""
    folder = tmp_path_factory.mktemp("vision")
    torch.manual_seed(0)
    config = ViTConfig(
        image_size=32, patch_size=8, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    ViTModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    """What trainings of this module keep between them."""
    return tmp_path_factory.mktemp("work")


def settings(work, **changes):
    return PixelsTrainConfig.model_validate(
        {
            "version": "drawn-1",
            "work": work,
            "real": "real",
            "generated": "ai",
            "calibration_share": 0.6,
            "false_alarm_rate": 0.25,
            "confidence": 0.75,
            "pairs": 2,
            "autoencoders": [
                {"name": "one", "upsampling": "nearest", "factor": 2, "channels": 2, "steps": 3, "sharpening": 0.1},
                {"name": "two", "upsampling": "shuffle", "factor": 4, "channels": 2, "rounded": True, "steps": 2},
            ],
            "resamples": 10,
            "trees": {"count": 5, "leaves": 4, "smallest_leaf": 5},
            **changes,
        }
    )


def trained(config, research, folder):
    folder.mkdir()
    said = []
    return train_detector(config, research, folder, said.append), said


def test_the_same_settings_give_the_same_detector_and_are_not_made_twice(research, tmp_path):
    first, said = trained(settings(tmp_path / "work"), research, tmp_path / "first")
    again, resumed = trained(settings(tmp_path / "work"), research, tmp_path / "again")
    assert len(said) > len(resumed) == 1
    for name in ("model.onnx", "config.json", "README.md"):
        written = (tmp_path / "first" / name).read_bytes()
        assert written == (tmp_path / "again" / name).read_bytes()
    detector = load_pixel_detector(tmp_path / "first")
    assert detector.bar == pytest.approx(first.bar(0.25))
    assert 0 <= detector.read(Image.fromarray(photo(5))).p_value <= 1
    assert "false alarms on unseen sources" in (tmp_path / "first/README.md").read_text(encoding="utf-8")
    np.testing.assert_array_equal(first.genuine, again.genuine)


def test_what_is_kept_between_runs_depends_on_the_settings_alone(research, tmp_path):
    tables = []
    for name in ("one", "other"):
        prepare(settings(tmp_path / name, pairs=1), research, ResidualFeatures(), lambda _: None)
        tables.append({path.relative_to(tmp_path / name): path.read_bytes() for path in tmp_path.glob(f"{name}/*/*")})
    assert len(tables[0]) == 7
    assert tables[0].keys() == tables[1].keys()
    for path in (path for path in tables[0] if path.suffix == ".npz"):
        one, other = (Samples.load(tmp_path / name / path) for name in ("one", "other"))
        np.testing.assert_array_equal(one.features, other.features)


def test_too_few_photos_for_the_rate_end_the_training(research, work, tmp_path):
    with pytest.raises(UsageError, match="Give at least 299"):
        trained(settings(work, false_alarm_rate=0.01, confidence=0.95), research, tmp_path / "model")


def test_a_vision_model_is_probed_by_the_same_training(research, vision, work, tmp_path):
    trained(settings(work, backbone=vision), research, tmp_path / "model")
    detector = load_pixel_detector(tmp_path / "model", vision)
    assert detector.features.side == 32
    assert 0 <= detector.read(Image.fromarray(photo(7))).score <= 1
    with pytest.raises(ModelError, match="Name its directory"):
        load_pixel_detector(tmp_path / "model")


def test_another_vision_model_than_the_one_that_was_probed_is_refused(research, vision, work, tmp_path):
    trained(settings(work, backbone=vision), research, tmp_path / "model")
    torch.manual_seed(1)
    ViTModel(ViTModel.from_pretrained(vision).config).save_pretrained(tmp_path / "other")
    with pytest.raises(ModelError, match="another vision model"):
        load_pixel_detector(tmp_path / "model", tmp_path / "other")


def test_a_folder_without_a_vision_model_is_refused(tmp_path):
    save_file({"weight": torch.zeros(1)}, tmp_path / "model.safetensors")
    with pytest.raises(ModelError, match="no vision model"):
        BackboneFeatures.from_directory(tmp_path)


@pytest.mark.parametrize("upsampling", UPSAMPLINGS)
def test_a_twin_has_the_size_and_the_coarse_colours_of_its_photo(research, upsampling):
    torch.manual_seed(0)
    network = Autoencoder(AutoencoderConfig(name="raw", upsampling=upsampling, factor=4, channels=2)).eval()
    one = read_photos(research / "real", 128)[0]
    for seed in range(4):
        genuine, made = align(one, network, np.random.default_rng(seed))
        assert genuine.size == made.size
        assert genuine.tobytes() != made.tobytes()
        coarse = [np.asarray(image.resize((4, 4), Image.Resampling.BOX), dtype=float) for image in (genuine, made)]
        assert np.abs(coarse[0] - coarse[1]).mean() < 12


def test_the_files_of_a_pair_are_of_one_kind(research):
    network = Autoencoder(AutoencoderConfig(name="raw", upsampling="nearest", factor=2, channels=2)).eval()
    one = read_photos(research / "real", 128)[3]
    for seed in range(6):
        pair = make_pair(one, network, 128, np.random.default_rng(seed))
        photo_file, twin_file = (Image.open(io.BytesIO(data)) for data in (pair.photo, pair.twin))
        assert (photo_file.format, photo_file.size) == (twin_file.format, twin_file.size)
        assert getattr(photo_file, "quantization", None) == getattr(twin_file, "quantization", None)


def test_photos_are_split_alike_in_every_source():
    photos = [Photo(f"{source}/{number}", source, b"") for source in "ab" for number in range(50)]
    learnt, calibrating = split(photos, 0.64, seed=0)
    assert sorted(one.name for one in (*learnt, *calibrating)) == sorted(one.name for one in photos)
    assert [sum(one.source == source for one in calibrating) for source in "ab"] == [32, 32]
    assert split(photos, 0.64, seed=0) == (learnt, calibrating)
    assert split(photos, 0.64, seed=1) != (learnt, calibrating)


def test_a_folder_without_pictures_is_named(tmp_path):
    with pytest.raises(InputError, match="holds no picture"):
        read_photos(tmp_path, 128)


def test_the_committed_settings_are_understood():
    config = load(default_file("train/pixels.yaml"), PixelsTrainConfig)
    assert {one.upsampling for one in config.autoencoders} == set(UPSAMPLINGS)
    assert config.generated != config.real
