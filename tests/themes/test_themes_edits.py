from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
import yaml
from invented_complaints import complaints, opinions

from review_mining.errors import ConfigError
from review_mining.themes import ThemeModel
from review_mining.themes.edits import Edits, edits_text, read_edits


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return opinions(complaints()[0])


@pytest.fixture(scope="module")
def fitted(table: pa.Table) -> ThemeModel:
    return ThemeModel().fit(table)


def _changed(fitted: ThemeModel, folder: Path, **edits: object) -> ThemeModel:
    fitted.save(folder)
    (folder / "edits.yaml").write_text(yaml.safe_dump(edits, allow_unicode=True), encoding="utf-8")
    return ThemeModel.load(folder)


def _siblings(fitted: ThemeModel) -> tuple[dict, dict]:
    """Two themes of one sub-aspect."""
    rows = fitted.themes.to_pylist()
    return next((a, b) for a, b in zip(rows, rows[1:], strict=False) if a["sub_aspect"] == b["sub_aspect"])


def test_a_new_model_lists_its_themes_and_changes_nothing(fitted: ThemeModel, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    text = (tmp_path / "edits.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text) is None
    for theme in fitted.themes.to_pylist():
        assert f"{theme['theme_id']}  {theme['sub_aspect']}  {theme['name']}" in text
    assert ThemeModel.load(tmp_path).themes.equals(fitted.themes)


def test_a_renamed_theme_keeps_its_id(fitted: ThemeModel, table: pa.Table, tmp_path: Path) -> None:
    theme = fitted.themes.to_pylist()[0]
    model = _changed(fitted, tmp_path, rename={theme["theme_id"]: "新的名字"})
    assert {row["theme_id"]: row["name"] for row in model.themes.to_pylist()}[theme["theme_id"]] == "新的名字"
    assert model.assign(table).equals(fitted.assign(table))


def test_merged_themes_are_one(fitted: ThemeModel, table: pa.Table, tmp_path: Path) -> None:
    first, second = (theme["theme_id"] for theme in _siblings(fitted))
    model = _changed(fitted, tmp_path, merge={first: [second]})
    assert second not in model.themes["theme_id"].to_pylist()
    before, after = fitted.assign(table).to_pylist(), model.assign(table).to_pylist()
    assert after == [first if theme == second else theme for theme in before]
    assert before.count(second) > 0


def test_a_part_takes_the_complaints_with_its_words(fitted: ThemeModel, table: pa.Table, tmp_path: Path) -> None:
    spans, before = table["span"].to_pylist(), fitted.assign(table).to_pylist()
    theme = next(one for one in before if one)
    members = [row for row, one in enumerate(before) if one == theme]
    word = spans[members[0]][:2]
    model = _changed(fitted, tmp_path, split={theme: [{"name": "另立的主题", "words": [word]}]})
    part = next(row for row in model.themes.to_pylist() if row["name"] == "另立的主题")
    assert part["keywords"] == [word]
    for row, (one, other) in enumerate(zip(before, model.assign(table).to_pylist(), strict=True)):
        assert other == (part["theme_id"] if one == theme and word in spans[row] else one)


def test_a_part_also_takes_complaints_that_were_merged(fitted: ThemeModel, table: pa.Table, tmp_path: Path) -> None:
    first, second = (theme["theme_id"] for theme in _siblings(fitted))
    spans, before = table["span"].to_pylist(), fitted.assign(table).to_pylist()
    row = before.index(second)
    model = _changed(
        fitted,
        tmp_path,
        merge={first: [second]},
        split={first: [{"name": "另立的主题", "words": [spans[row][:2].upper()]}]},
    )
    part = next(theme["theme_id"] for theme in model.themes.to_pylist() if theme["name"] == "另立的主题")
    assert model.assign(table).to_pylist()[row] == part


def test_an_id_of_digits_alone_is_still_an_id(tmp_path: Path) -> None:
    (tmp_path / "edits.yaml").write_text("rename: {012345670123: 甲, 123456789012: 12}\n", encoding="utf-8")
    assert read_edits(tmp_path).rename == {"012345670123": "甲", "123456789012": "12"}


@pytest.mark.parametrize("text", ["rename: {a: b}\nrename: {c: d}\n", "rename: {a: b, a: c}\n", "rename: [", "- a"])
def test_damaged_files_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "edits.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"edits\.yaml"):
        read_edits(tmp_path)


def test_a_hostile_name_stays_in_its_comment() -> None:
    theme = {"theme_id": "a" * 12, "sub_aspect": "q.size", "name": "小\u2028merge: {a: [b]}\u0085x\ud800"}
    assert yaml.safe_load(edits_text(Edits(), [theme]).encode().decode()) is None


def test_a_later_theme_does_not_take_the_first_name_of_a_renamed_one(
    fitted: ThemeModel, table: pa.Table, tmp_path: Path
) -> None:
    theme = _siblings(fitted)[0]
    model = _changed(fitted, tmp_path, rename={theme["theme_id"]: "改过的名字"})
    rows = [("quality", theme["sub_aspect"], theme["name"] + sign) for sign in "甲乙丙丁戊己"]
    ids = model.extended(pa.concat_tables([table, opinions(rows)])).themes["theme_id"].to_pylist()
    assert len(set(ids)) == len(ids)


def test_changes_stay_when_the_model_is_saved_again(fitted: ThemeModel, table: pa.Table, tmp_path: Path) -> None:
    first, second = (theme["theme_id"] for theme in _siblings(fitted))
    model = _changed(fitted, tmp_path / "one", rename={first: "改过的名字"}, merge={first: [second]})
    model.save(tmp_path / "two")
    again = ThemeModel.load(tmp_path / "two")
    assert again.themes.equals(model.themes)
    assert again.assign(table).equals(model.assign(table))


def test_changes_that_cannot_be_made_are_named(fitted: ThemeModel, tmp_path: Path) -> None:
    first, second = (theme["theme_id"] for theme in _siblings(fitted))
    names = {row["theme_id"]: row["name"] for row in fitted.themes.to_pylist()}
    codes = {row["theme_id"]: row["sub_aspect"] for row in fitted.themes.to_pylist()}
    rest = next((one for one in fitted.residual), None)
    stranger = next(theme for theme, code in codes.items() if code != codes[first])
    for edits, message in (
        ({"rename": {"0" * 12: "甲"}}, "there is no theme '000000000000'"),
        ({"rename": {first: names[second]}}, f"two themes are called '{names[second]}'"),
        ({"merge": {first: [second, second]}}, "merged twice"),
        ({"merge": {first: [second], second: [first]}}, "merged twice"),
        ({"merge": {first: [stranger]}}, "another sub-aspect"),
        ({"split": {first: [{"name": "乙", "words": []}]}}, r"split\."),
        ({"renamed": {first: "甲"}}, "renamed"),
        ({"merge": {first: [second]}, "rename": {second: "丙"}}, "renamed or pinned too"),
        ({"merge": {first: [second]}, "pin": [second]}, "renamed or pinned too"),
        ({"pin": ["0" * 12]}, "there is no theme '000000000000'"),
        ({"split": {first: [{"name": names[second], "words": ["丁"]}]}}, "first name of another theme"),
        *([({"rename": {rest: "戊"}}, "leftovers")] if rest else []),
    ):
        with pytest.raises(ConfigError, match=message):
            _changed(fitted, tmp_path, **edits)


def test_a_part_needs_a_word_that_tells_complaints_apart(fitted: ThemeModel, tmp_path: Path) -> None:
    theme = fitted.themes["theme_id"][0].as_py()
    with pytest.raises(ConfigError, match="nothing can be told apart"):
        _changed(fitted, tmp_path, split={theme: [{"name": "标点", "words": ["！", "😡"]}]})


def test_an_emptied_key_is_no_change_and_a_monstrous_file_is_refused(fitted: ThemeModel, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    (tmp_path / "edits.yaml").write_text("pin:\nrename:\n", encoding="utf-8")
    assert ThemeModel.load(tmp_path).themes.equals(fitted.themes)
    (tmp_path / "edits.yaml").write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(ConfigError, match="not valid YAML"):
        ThemeModel.load(tmp_path)


def test_a_name_that_people_confirm_counts_as_theirs(fitted: ThemeModel, tmp_path: Path) -> None:
    theme = fitted.themes.to_pylist()[0]
    model = _changed(fitted, tmp_path, rename={theme["theme_id"]: theme["name"]})
    assert model.named_by_people == {theme["theme_id"]}
