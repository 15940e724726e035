from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import yaml
from invented_complaints import opinions

from review_mining.themes import ThemeModel
from review_mining.themes.changes import changes
from review_mining.themes.identity import LEAST_OVERLAP, found_again

_NEW = [
    ("quality", "q.durability", span)
    for span in ("屏幕有条绿线", "屏幕出现绿线", "用一周屏幕就有绿线", "屏幕上一条绿线", "绿线横在屏幕上", "屏幕绿线")
]


def _names(model: ThemeModel) -> dict[str, str]:
    return dict(zip(model.themes["theme_id"].to_pylist(), model.themes["name"].to_pylist(), strict=True))


def _kinds(model: ThemeModel) -> dict[str, str]:
    return {change.theme_id: change.kind for change in model.changes}


def _edited(model: ThemeModel, folder: Path, **edits: object) -> ThemeModel:
    model.save(folder)
    (folder / "edits.yaml").write_text(yaml.safe_dump(edits, allow_unicode=True), encoding="utf-8")
    return ThemeModel.load(folder)


def _without(table: pa.Table, model: ThemeModel, themes: set[str]) -> pa.Table:
    return table.filter(pa.array([theme not in themes for theme in model.assign(table).to_pylist()]))


def test_the_same_complaints_give_the_same_themes_under_the_same_ids(model: ThemeModel, table: pa.Table) -> None:
    again = model.refitted(table)
    assert _names(again) == _names(model)
    assert again.assign(table).equals(model.assign(table))
    assert [(one.kind, one.before == one.now) for one in again.changes] == [("kept", True)] * model.themes.num_rows


def test_half_of_the_complaints_give_the_themes_of_the_other_half_again(table: pa.Table) -> None:
    rows = np.arange(table.num_rows)
    first = ThemeModel().fit(table.take(pa.array(rows[::2])))
    later = first.refitted(table.take(pa.array(rows[1::2])))
    kept = set(_names(first)) & set(_names(later))
    assert len(kept) >= 0.8 * len(_names(first))
    assert all(_names(later)[theme] == _names(first)[theme] for theme in kept)


def test_what_is_new_is_born_and_what_is_no_more_is_gone(model: ThemeModel, table: pa.Table) -> None:
    gone = model.assign(table).to_pylist()[0]
    later = pa.concat_tables([_without(table, model, {gone}), opinions(_NEW)])
    again = model.refitted(later)
    (born,) = set(_names(again)) - set(_names(model))
    assert "绿线" in _names(again)[born]
    assert set(_names(model)) - set(_names(again)) == {gone}
    assert _kinds(again) == dict.fromkeys(_names(model), "kept") | {born: "born", gone: "gone"}
    found = {change.theme_id: (change.before, change.now) for change in again.changes}
    assert found[born] == (0, 6)
    assert found[gone] == (0, 0)


def test_the_model_itself_is_not_changed(model: ThemeModel) -> None:
    themes = model.themes
    model.refitted(opinions(_NEW))
    assert model.themes.equals(themes)
    assert model.changes == ()


def test_a_pinned_theme_outlives_a_refit_without_its_complaints(
    model: ThemeModel, table: pa.Table, tmp_path: Path
) -> None:
    pinned = model.assign(table).to_pylist()[0]
    fixed = _edited(model, tmp_path / "one", pin=[pinned])
    later = fixed.refitted(_without(table, model, {pinned}))
    assert _names(later)[pinned] == _names(model)[pinned]
    assert later.pinned == {pinned}
    mine = table.filter(pa.array([theme == pinned for theme in model.assign(table).to_pylist()]))
    assert set(later.assign(mine).to_pylist()) == {pinned}
    nothing = later.refitted(opinions([]))
    assert list(_names(nothing)) == [pinned]
    nothing.save(tmp_path / "two")
    assert set(ThemeModel.load(tmp_path / "two").assign(mine).to_pylist()) == {pinned}


def test_a_pinned_theme_is_not_taken_over_by_a_larger_one(model: ThemeModel, table: pa.Table, tmp_path: Path) -> None:
    pinned = model.assign(table).to_pylist()[0]
    mine = table.filter(pa.array([theme == pinned for theme in model.assign(table).to_pylist()])).slice(0, 3)
    few = pa.concat_tables([_without(table, model, {pinned}), mine])
    assert set(_edited(model, tmp_path, pin=[pinned]).refitted(few).assign(mine).to_pylist()) == {pinned}
    assert pinned not in _names(model.refitted(few))


def test_what_people_have_changed_holds_after_a_refit(model: ThemeModel, table: pa.Table, tmp_path: Path) -> None:
    rows = model.themes.to_pylist()
    one, other = next((a, b) for a, b in zip(rows, rows[1:], strict=False) if a["sub_aspect"] == b["sub_aspect"])
    renamed = next(row["theme_id"] for row in rows if row["sub_aspect"] != one["sub_aspect"])
    word = one["name"][:2]
    edits = {
        "merge": {one["theme_id"]: [other["theme_id"]]},
        "split": {one["theme_id"]: [{"name": "另立的主题", "words": [word]}]},
        "rename": {renamed: "改过的名字"},
    }
    before = _edited(model, tmp_path / "one", **edits)
    after = before.refitted(table)
    assert _names(after) == _names(before)
    assert after.assign(table).equals(before.assign(table))
    after.save(tmp_path / "two")
    assert _names(ThemeModel.load(tmp_path / "two")) == _names(before)


def test_the_name_of_a_theme_that_is_gone_goes_with_it(model: ThemeModel, table: pa.Table, tmp_path: Path) -> None:
    gone = model.assign(table).to_pylist()[0]
    later = _edited(model, tmp_path / "one", rename={gone: "改过的名字"}).refitted(_without(table, model, {gone}))
    later.save(tmp_path / "two")
    assert ThemeModel.load(tmp_path / "two").themes.equals(later.themes)
    assert next(one for one in later.changes if one.kind == "gone").name == "改过的名字"


def test_a_model_of_nothing_can_be_refitted(model: ThemeModel, table: pa.Table) -> None:
    again = ThemeModel().fit(opinions([])).refitted(table)
    assert again.themes.equals(model.themes)
    assert set(_kinds(again).values()) == {"born"}


def _array(ids: str) -> np.ndarray:
    return np.array([None if one == "-" else one for one in ids], dtype=object)


def test_pairs_share_as_much_as_they_can_together() -> None:
    before, after = _array("aaaabbbb--"), _array("xxxyyybbzz")
    assert found_again(before, after, np.ones(10), "ab", "xyz") == {"x": "a", "y": "b"}
    assert found_again(before, after, np.ones(10), "ab", "z") == {}
    heavy = np.array([1, 1, 1, 9, 1, 1, 1, 1, 1, 1.0])
    assert found_again(before, after, heavy, "ab", "xyz") == {"y": "a"}


def test_an_overlap_below_the_least_is_none() -> None:
    shared = round(20 * LEAST_OVERLAP)
    before, after = _array("a" * 20), _array("x" * shared + "-" * (20 - shared))
    assert found_again(before, after, np.ones(20), "a", "x") == {"x": "a"}
    after[0] = None
    assert found_again(before, after, np.ones(20), "a", "x") == {}


def test_a_theme_says_where_it_came_from_or_went() -> None:
    before, after = _array("aaaaaabbbcc-d"), _array("aaaaxxaaayy-z")
    old, new = {one: one.upper() for one in "abcd"}, {one: one.upper() for one in "axyz"}
    found = changes(before, after, np.ones(13), old, new)
    assert [(one.kind, one.theme_id, one.before, one.now, one.other) for one in found] == [
        ("kept", "a", 6, 7, None),
        ("split", "x", 0, 2, "a"),
        ("split", "y", 0, 2, "c"),
        ("split", "z", 0, 1, "d"),
        ("merged", "b", 3, 0, "a"),
        ("merged", "c", 2, 0, "y"),
        ("merged", "d", 1, 0, "z"),
    ]
    assert [one.other_name for one in found] == [None, "A", "C", "D", "A", "Y", "Z"]
