"""``ThemeModel`` as scikit-learn sees it."""

import pytest
from invented_complaints import complaints, opinions
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from review_mining.config import ThemesConfig
from review_mining.themes import ThemeModel
from review_mining.themes.encoders import load_encoder


@pytest.fixture(scope="module")
def table():
    return opinions(complaints()[0])


def test_a_clone_has_the_parameters_and_nothing_that_was_fitted(table):
    encoder = load_encoder("")
    model = ThemeModel(ThemesConfig(min_opinions=7), encoder=encoder, seed=4).fit(table)
    copied = clone(model)
    assert copied.get_params() == model.get_params()
    with pytest.raises(NotFittedError):
        check_is_fitted(copied)
    check_is_fitted(model)
    assert copied.fit(table).themes.equals(model.themes)


def test_parameters_can_be_set_and_strangers_are_refused():
    model = ThemeModel()
    assert model.set_params(seed=3) is model
    assert model.get_params()["seed"] == 3
    with pytest.raises(ValueError, match="colour"):
        model.set_params(colour="red")


def test_making_one_does_no_work():
    missing = "no/such/directory"
    assert ThemeModel(ThemesConfig(encoder=missing)).get_params()["config"].encoder == missing


def test_it_says_what_is_not_default():
    assert repr(ThemeModel()) == "ThemeModel()"
    assert repr(ThemeModel(seed=3)) == "ThemeModel(seed=3)"


def test_fitting_gives_the_model_and_both_at_once_give_the_themes(table):
    model = ThemeModel()
    assert model.fit(table) is model
    assert ThemeModel().fit_predict(table).equals(model.assign(table))
