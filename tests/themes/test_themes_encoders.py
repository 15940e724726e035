import json
import sys
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from invented_complaints import complaints, opinions

from review_mining.config import ThemesConfig
from review_mining.errors import MissingExtraError, ModelError
from review_mining.themes import ThemeModel
from review_mining.themes.encoders import load_encoder

_OWN = Path(str(resources.files("review_mining"))) / "models" / "encoder"
_TEXTS = ["拉链用两天就坏", "快递不送上门"]


def _directory(folder: Path, **files: object) -> Path:
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_no_name_is_the_bundled_encoder_and_its_directory_gives_the_same_vectors():
    assert np.array_equal(load_encoder("")(_TEXTS), load_encoder(str(_OWN))(_TEXTS))


@pytest.mark.parametrize(
    ("library", "files"),
    [
        ("model2vec", {"config": {"model_type": "model2vec"}, "modules": []}),
        ("sentence_transformers", {"config": {"model_type": "bert"}, "modules": []}),
    ],
)
def test_a_library_that_is_not_there_is_named_with_the_line_that_installs_it(
    library: str, files: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # Python takes None here for a module that cannot be imported, whether or not it is installed.
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtraError, match=rf"{library} is not installed.*\n.*pip install .*\[embeddings\]"):
        load_encoder(str(_directory(tmp_path, **files)))


def test_a_directory_of_no_known_kind_is_refused(tmp_path: Path):
    with pytest.raises(ModelError, match="no encoder of a known kind"):
        load_encoder(str(_directory(tmp_path, config={"model_type": "bert"})))


def test_a_damaged_config_is_named(tmp_path: Path):
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=r"config\.json: is damaged"):
        load_encoder(str(tmp_path))


@pytest.mark.parametrize("name", ["no/such/directory", "../absent", "a name with blanks"])
def test_what_is_neither_a_directory_nor_a_name_is_refused(name: str):
    with pytest.raises(ModelError, match="neither a directory nor a model"):
        load_encoder(name)


def test_a_model_takes_the_encoder_that_its_settings_name_but_not_one_that_a_file_names(tmp_path: Path):
    table = opinions(complaints()[0])
    named = ThemeModel(ThemesConfig(encoder=str(_OWN))).fit(table)
    assert named.themes.equals(ThemeModel().fit(table).themes)
    named.save(tmp_path)
    with pytest.raises(ModelError, match="was fitted with the encoder"):
        ThemeModel.load(tmp_path)
    assert ThemeModel.load(tmp_path, encoder=load_encoder(str(_OWN))).assign(table).equals(named.assign(table))
    with pytest.raises(ModelError, match="neither a directory"):
        ThemeModel(ThemesConfig(encoder="no/such/directory")).fit(table)
