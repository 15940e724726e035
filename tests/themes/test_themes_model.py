from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_complaints import complaints, opinions

from review_mining.config import ThemesConfig
from review_mining.errors import UsageError
from review_mining.taxonomy import load_taxonomy
from review_mining.themes import COLUMNS, ThemeModel


@pytest.fixture(scope="module")
def table():
    return opinions(complaints()[0])


@pytest.fixture(scope="module")
def model(table):
    return ThemeModel().fit(table)


def test_themes_are_the_issues_the_complaints_were_written_about(model, table):
    issues = complaints()[1]
    assert len(issues) >= 120
    assert len({code for _, code, _ in complaints()[0]}) == 6
    by_theme = defaultdict(Counter)
    for issue, theme in zip(issues, model.assign(table).to_pylist(), strict=True):
        by_theme[theme][issue] += 1
    by_theme.pop(None, None)
    placed = sum(sum(counts.values()) for counts in by_theme.values())
    assert sum(max(counts.values()) for counts in by_theme.values()) / placed >= 0.9
    assert placed / len(issues) >= 0.9


def test_every_issue_has_its_theme(model):
    named = "".join(name for name in model.themes["name"].to_pylist())
    for issue in ("拉链", "掉色", "充不进", "漏水", "上门", "驿站", "破", "气泡膜", "回复", "骂人", "降价", "差价"):
        assert issue in named


def test_themes_table_is_well_formed(model, table):
    themes = model.themes
    assert themes.schema == COLUMNS
    names, ids = themes["name"].to_pylist(), themes["theme_id"].to_pylist()
    assert len(set(names)) == len(names)
    assert len(set(ids)) == len(ids)
    assert all(len(identity) == 12 and int(identity, 16) >= 0 for identity in ids)
    known = dict(zip(table["opinion_id"].to_pylist(), table["span"].to_pylist(), strict=True))
    for theme in themes.to_pylist():
        assert 1 <= len(theme["keywords"]) <= 8
        assert len(set(theme["keywords"])) == len(theme["keywords"])
        assert 0.0 <= theme["stability"] <= 1.0
        quoted = [known[identity] for identity in theme["quotes"]]
        assert len(set(quoted)) == len(quoted) >= 1


def test_names_are_short_and_free_of_who_and_how_strongly(model):
    for name in model.themes["name"].to_pylist():
        assert len(name) <= 14
        assert not any(word in name for word in ("非常", "特别", "居然", "这个", "我", "，"))


def test_order_of_rows_does_not_matter(model, table):
    shuffled = table.take(pa.array(np.random.default_rng(3).permutation(table.num_rows)))
    again = ThemeModel().fit(shuffled)
    assert again.themes.equals(model.themes)
    expected = dict(zip(table["opinion_id"].to_pylist(), model.assign(table).to_pylist(), strict=True))
    found = dict(zip(shuffled["opinion_id"].to_pylist(), again.assign(shuffled).to_pylist(), strict=True))
    assert found == expected


def test_fitted_opinions_keep_their_theme_one_by_one(model, table):
    together = model.assign(table).to_pylist()
    alone = [model.assign(table.slice(row, 1)).to_pylist()[0] for row in range(table.num_rows)]
    assert np.mean([a == b for a, b in zip(together, alone, strict=True)]) >= 0.98


def test_exact_repeats_share_a_theme_whatever_their_punctuation(model):
    variants = ["刚买就降价", "刚买就降价！！！", " 刚买就降价 😡"]
    assert len(set(model.assign(opinions([("price", "p.change", text) for text in variants])).to_pylist())) == 1


def test_only_negative_opinions_have_themes(model, table):
    positive = opinions([("price", "p.change", "刚买就降价")], polarity="positive")
    assert model.assign(positive).to_pylist() == [None]
    mixed = pa.concat_tables([table, opinions([("quality", "q.material", "面料很舒服")] * 50, polarity="positive")])
    assert ThemeModel().fit(mixed).themes.equals(model.themes)


def test_new_complaints_go_to_the_issue_they_name(model):
    names = dict(zip(model.themes["theme_id"].to_pylist(), model.themes["name"].to_pylist(), strict=True))
    rows = [
        ("price", "p.change", "才买没几天又降价"),
        ("quality", "q.durability", "水杯漏水"),
        ("service", "s.attitude", "客服还骂人"),
    ]
    assert [
        word in names[theme]
        for word, theme in zip(("降价", "漏水", "骂人"), model.assign(opinions(rows)).to_pylist(), strict=True)
    ] == [True] * 3


def test_what_resembles_nothing_has_no_theme(model):
    rows = [("price", "p.change", "qwerty zzz"), ("quality", "q.unheard", "刚买就降价"), ("price", "p.change", "")]
    assert model.assign(opinions(rows)).to_pylist() == [None, None, None]


def test_one_theme_is_a_legal_answer():
    rows = [
        ("quality", "q.durability", span)
        for span in ("充不进电", "一直充不进电", "充不进电了", "又充不进电", "充不进电")
    ]
    themes = ThemeModel().fit(opinions(rows)).themes
    assert [name for name in themes["name"].to_pylist() if "充不进电" in name]
    assert themes.num_rows == 1


def test_unlike_complaints_stay_in_the_residual_theme():
    rows = [("quality", "q.material", span) for span in ("线头多", "掉漆", "起毛球", "钮扣松", "缝隙大", "味道刺鼻")]
    model = ThemeModel(taxonomy=load_taxonomy()).fit(opinions(rows))
    assert model.themes["name"].to_pylist() == ["其他材质做工"]
    few = ThemeModel(ThemesConfig(min_opinions=10)).fit(opinions(rows))
    assert few.themes.num_rows == 0
    assert few.assign(opinions(rows)).null_count == 6


def test_a_sub_aspect_has_no_more_named_themes_than_allowed(table):
    themes = ThemeModel(ThemesConfig(max_per_sub_aspect=1)).fit(table).themes
    named = [row["sub_aspect"] for row in themes.to_pylist() if not row["name"].startswith("其他")]
    assert max(Counter(named).values()) == 1


def test_fit_sample_bounds_what_is_looked_at_and_is_chosen_by_id(table):
    many = pa.concat_tables([table, opinions([("price", "p.change", f"降价{n}元") for n in range(400)])])
    config = ThemesConfig(fit_sample=100)
    assert (
        ThemeModel(config)
        .fit(many)
        .themes.equals(ThemeModel(config).fit(many.take(pa.array(range(many.num_rows)[::-1]))).themes)
    )


def test_nothing_negative_gives_no_themes():
    empty = ThemeModel().fit(opinions([]))
    assert empty.themes.num_rows == 0
    assert empty.assign(opinions([("price", "p.change", "刚买就降价")])).to_pylist() == [None]
    assert len(empty.assign(opinions([]))) == 0


def test_misuse_is_named(table):
    with pytest.raises(UsageError, match="not fitted"):
        ThemeModel().assign(table)
    with pytest.raises(UsageError, match="sub_aspect"):
        ThemeModel().fit(table.drop_columns(["sub_aspect"]))


def test_parameters_are_readable_and_kept():
    config = ThemesConfig(min_opinions=7)
    assert ThemeModel(config, seed=4).get_params()["config"] is config


HOSTILE = [
    "",
    " ",
    None,
    "😡😡😡",
    "！！！？？",
    "坏" * 10_000,
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "\u200b\u200d",
    "ａｂｃ",
    "的",
    "不",
    "\x00坏了",
]


def test_hostile_spans_neither_break_a_fit_nor_an_assignment(model):
    rows = opinions([("quality", "q.durability", span) for span in HOSTILE] * 3)
    fitted = ThemeModel().fit(rows)
    assert len(fitted.assign(rows)) == len(model.assign(rows)) == 3 * len(HOSTILE)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=30)), max_size=25))
def test_any_spans_can_be_fitted_and_assigned(spans):
    clean = [span.encode("utf-8", "ignore").decode() if span is not None else None for span in spans]
    rows = opinions([("quality", "q.material", span) for span in clean])
    model = ThemeModel().fit(rows)
    assert set(model.assign(rows).to_pylist()) - {None} <= set(model.themes["theme_id"].to_pylist())
