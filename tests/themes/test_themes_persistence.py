import json

import pytest
from invented_complaints import complaints, opinions

from review_mining.errors import ModelError
from review_mining.themes import ThemeModel

FILES = ("themes.json", "themes.safetensors")


@pytest.fixture(scope="module")
def table():
    return opinions(complaints()[0])


@pytest.fixture
def saved(table, tmp_path):
    ThemeModel(seed=3).fit(table).save(tmp_path / "model")
    return tmp_path / "model"


def test_a_loaded_model_is_the_saved_one(saved, table):
    loaded, fitted = ThemeModel.load(saved), ThemeModel(seed=3).fit(table)
    assert loaded.themes.equals(fitted.themes)
    assert loaded.assign(table).equals(fitted.assign(table))
    assert loaded.seed == 3


def test_the_same_opinions_give_the_same_bytes(saved, table, tmp_path):
    ThemeModel(seed=3).fit(table).save(tmp_path / "again")
    ThemeModel.load(saved).save(tmp_path / "copied")
    for file in FILES:
        content = (saved / file).read_bytes()
        assert (tmp_path / "again" / file).read_bytes() == content
        assert (tmp_path / "copied" / file).read_bytes() == content


def test_a_model_of_nothing_can_be_kept(tmp_path):
    ThemeModel().fit(opinions([])).save(tmp_path)
    assert ThemeModel.load(tmp_path).themes.num_rows == 0


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_named(saved, file):
    (saved / file).unlink()
    with pytest.raises(ModelError, match=file):
        ThemeModel.load(saved)


@pytest.mark.parametrize("file", FILES)
def test_a_damaged_file_is_an_error(saved, file):
    (saved / file).write_bytes(b"\x00\x01{not what was written")
    with pytest.raises(ModelError, match="damaged"):
        ThemeModel.load(saved)


def test_another_format_is_refused(saved):
    facts = json.loads((saved / "themes.json").read_text())
    (saved / "themes.json").write_text(json.dumps(facts | {"format": 99}))
    with pytest.raises(ModelError, match="format 99"):
        ThemeModel.load(saved)


@pytest.mark.parametrize("change", [{"vocabulary": []}, {"sub_aspects": {"q.x": {}}}, {"seed": None}])
def test_facts_that_do_not_fit_the_arrays_are_refused(saved, change):
    facts = json.loads((saved / "themes.json").read_text())
    (saved / "themes.json").write_text(json.dumps(facts | change))
    with pytest.raises(ModelError, match="incomplete"):
        ThemeModel.load(saved)
