"""The taxonomy and the industries that change it."""

import pytest

from review_mining.errors import ConfigError, UsageError
from review_mining.insight import load_definitions
from review_mining.taxonomy import Industry, industry_names, load_industry, load_taxonomy

INDUSTRIES = ["apparel", "beauty", "books", "car_accessories", "electronics", "food", "home_appliances"]


def test_every_promised_industry_is_there():
    assert industry_names() == INDUSTRIES


@pytest.mark.parametrize("name", INDUSTRIES)
def test_an_industry_fits_the_taxonomy(name):
    taxonomy, industry = load_taxonomy(), load_industry(name)
    applied = industry.applied_to(taxonomy)
    assert sum(aspect.weight for aspect in applied.aspects.values()) == pytest.approx(1.0)
    assert set(applied.sub_aspects) == set(taxonomy.sub_aspects) - set(industry.hide)
    assert all(0 < sub.weight <= 2 for sub in applied.sub_aspects.values())
    assert not set(industry.hide) & {*industry.rename, *industry.sub_weights, *industry.hints}
    names = [sub.zh for sub in applied.sub_aspects.values()]
    assert len(names) == len(set(names))
    assert {code: applied.sub_aspects[code].hints for code in industry.hints} == dict(industry.hints)


@pytest.mark.parametrize("name", INDUSTRIES)
def test_a_hint_points_at_one_code(name):
    hints = [word for words in load_industry(name).hints.values() for word in words]
    assert len(hints) == len(set(hints))


def test_every_operational_figure_belongs_to_an_aspect():
    assert {item.aspect for item in load_definitions().metrics.values()} <= set(load_taxonomy().aspects)


def test_a_code_or_aspect_that_does_not_exist_is_named():
    industry = Industry(zh="甲", en="X", hide=("q.nothing",), weights={"taste": 1.0})
    with pytest.raises(ConfigError, match=r"\['q.nothing', 'taste'\]"):
        industry.applied_to(load_taxonomy())


def test_an_unknown_industry_lists_the_known_ones(tmp_path):
    with pytest.raises(UsageError, match="apparel, beauty, books"):
        load_industry("toys")
    (tmp_path / "toys.yaml").write_text("zh: 玩具\nen: Toys\nsub_weights: {q.safety: 2.0}\n", encoding="utf-8")
    own = load_industry(str(tmp_path / "toys.yaml")).applied_to(load_taxonomy())
    assert own.sub_aspects["q.safety"].weight == 2.0


def test_an_unknown_key_is_an_error_that_names_it(tmp_path):
    (tmp_path / "toys.yaml").write_text("zh: 玩具\nen: Toys\nhidden: [q.taste]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="hidden"):
        load_industry(str(tmp_path / "toys.yaml"))


def test_a_code_without_an_aspect_is_an_error(tmp_path):
    file = tmp_path / "t.yaml"
    file.write_text(
        "version: '1'\naspects: {}\nsub_aspects: {q.size: {zh: 大小, en: Size, owner: factory}}\n", encoding="utf-8"
    )
    with pytest.raises(ConfigError, match=r"'q.size' belongs to no aspect"):
        load_taxonomy(file)
