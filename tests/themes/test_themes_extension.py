from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from invented_complaints import complaints, opinions

from review_mining.config import ThemesConfig
from review_mining.themes import ThemeModel

_NEW = [
    ("quality", "q.durability", span)
    for span in ("屏幕有条绿线", "屏幕出现绿线", "用一周屏幕就有绿线", "屏幕上一条绿线", "绿线横在屏幕上", "屏幕绿线")
]
_NEW_CODE = [
    ("quality", "q.taste", span) for span in ("有股霉味", "打开一股霉味", "霉味很重", "霉味太大", "全是霉味", "霉味")
]


@pytest.fixture(scope="module")
def before() -> pa.Table:
    return opinions(complaints()[0])


@pytest.fixture(scope="module")
def model(before: pa.Table) -> ThemeModel:
    return ThemeModel().fit(before)


def test_a_frequent_new_complaint_becomes_a_theme_and_old_ones_stay(model: ThemeModel, before: pa.Table) -> None:
    later = opinions([*complaints()[0], *_NEW, *_NEW_CODE])
    again = model.extended(later)
    old, new = ({row["theme_id"]: row for row in one.themes.to_pylist()} for one in (model, again))
    assert all(new[theme_id] == row for theme_id, row in old.items())
    added = {theme_id: row for theme_id, row in new.items() if theme_id not in old}
    assert any("绿线" in row["name"] and row["sub_aspect"] == "q.durability" for row in added.values())
    assert any("霉味" in row["name"] and row["sub_aspect"] == "q.taste" for row in added.values())
    assert again.assign(before).to_pylist() == model.assign(before).to_pylist()
    found = again.assign(opinions(_NEW)).to_pylist()
    assert sum(theme in added for theme in found) >= 4


def test_what_is_rare_or_known_adds_nothing(model: ThemeModel, before: pa.Table) -> None:
    assert model.extended(before).themes.equals(model.themes)
    assert model.extended(opinions(_NEW[:2])).themes.equals(model.themes)
    assert model.extended(opinions([])).themes.equals(model.themes)


def test_a_full_sub_aspect_takes_only_what_is_more_frequent_than_its_rarest_theme(before: pa.Table) -> None:
    durability = before.filter(pc.equal(before["sub_aspect"], "q.durability"))
    found = ThemeModel().fit(durability)
    most = found.themes.num_rows - len(found.residual)
    full = ThemeModel(ThemesConfig(max_per_sub_aspect=most)).fit(durability)
    rarest = min(n for n in Counter(full.assign(durability).to_pylist()).values())
    few = pa.concat_tables([durability, opinions(_NEW[: max(1, rarest - 1)])])
    assert full.extended(few).themes.equals(full.themes)
    many = pa.concat_tables([durability, opinions(_NEW * 20)])
    assert any("绿线" in name for name in full.extended(many).themes["name"].to_pylist())


def test_the_model_itself_is_not_changed(model: ThemeModel) -> None:
    themes = model.themes
    model.extended(opinions(_NEW))
    assert model.themes.equals(themes)


def test_a_model_of_nothing_can_be_extended(before: pa.Table, model: ThemeModel) -> None:
    assert ThemeModel().fit(opinions([])).extended(before).themes.equals(model.themes)


def test_an_extended_model_can_be_kept(model: ThemeModel, tmp_path) -> None:
    again = model.extended(opinions(_NEW))
    again.save(tmp_path)
    loaded = ThemeModel.load(tmp_path)
    assert loaded.themes.equals(again.themes)
    assert loaded.assign(opinions(_NEW)).equals(again.assign(opinions(_NEW)))
