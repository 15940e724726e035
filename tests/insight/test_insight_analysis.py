"""The whole stage on invented shops: what it finds, what it refuses to claim, what never changes."""

import json
from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_shop import (
    ASPECTS,
    day,
    make_confusion,
    make_facts,
    make_mentions,
    make_shop,
    make_themes,
    sharp_confusion,
)

from review_mining.config import InsightConfig
from review_mining.errors import ModelError, UsageError
from review_mining.insight import analyse
from review_mining.tables import SCORE, THEMES
from review_mining.taxonomy import Aspect, SubAspect, Taxonomy, load_industry, load_taxonomy

TAXONOMY = load_taxonomy()
FAST = InsightConfig(draws=200)


def run(facts, mentions, themes, *, confusion=None, taxonomy=TAXONOMY, aspects=ASPECTS, **options):
    return analyse(
        facts,
        mentions,
        taxonomy,
        themes,
        aspects=aspects,
        confusion=make_confusion(len(aspects)) if confusion is None else confusion,
        **{"config": FAST, **options},
    )


def score_of(insight, aspect="total"):
    return next(row for row in insight.score.to_pylist() if row["aspect"] == aspect)


def theme_of(insight, theme_id):
    return next(row for row in insight.themes.to_pylist() if row["theme_id"] == theme_id)


def change_of(insight, theme_id):
    return next(entry for entry in insight.details["themes"] if entry["theme_id"] == theme_id)["change_point"]


@pytest.fixture(scope="module")
def shop():
    return run(*make_shop())


def test_tables_keep_their_schemas_and_details_are_json(shop):
    assert shop.score.schema == SCORE
    assert shop.themes.schema == THEMES
    assert shop.score.column("aspect").to_pylist() == [*ASPECTS, "total"]
    assert json.loads(json.dumps(shop.details, allow_nan=False)) == shop.details


def test_the_defect_that_began_is_new_first_and_where_it_is(shop):
    zips = theme_of(shop, "zips")
    assert (zips["priority"], zips["trend"], zips["owner"], zips["n"]) == (1, "new", "factory", 40)
    assert zips["trend_q"] < 0.001
    assert 0 < zips["impact_low"] <= zips["impact"] <= zips["impact_high"]
    found = {(entry["theme_id"], entry["dimension"], entry["value"]) for entry in shop.details["affected"]}
    assert ("zips", "batch", "B2") in found
    bad = next(entry for entry in shop.details["affected"] if entry["dimension"] == "batch")
    assert (bad["n"], bad["within"]) == (40, None)
    assert bad["expected"] == bad["expected_in_shop"] == pytest.approx(40 * 280 / 1120, rel=0.01)
    assert 1 < bad["ratio_low"] < bad["ratio"] <= 4.0
    assert not any(theme == "zips" and dimension in ("sku", "region") for theme, dimension, _ in found)


def test_a_constant_nuisance_is_steady(shop):
    assert theme_of(shop, "late")["trend"] == "steady"
    assert change_of(shop, "late") is None


def test_the_day_on_which_the_defect_began_is_found(shop):
    change = change_of(shop, "zips")
    assert day(77) <= datetime.fromisoformat(change["date"]) <= day(91)
    assert change["low"] <= change["date"] <= change["high"]
    assert change["rate_before"] == 0
    assert change["rate_after"] > 0.1
    assert change["q"] < 0.01


def test_the_order_of_rows_does_not_matter_to_what_moved(shop):
    facts, mentions, themes = make_shop()
    order = np.random.default_rng(0).permutation(facts.num_rows)
    moved = np.argsort(order)[mentions.column("row").to_numpy()]
    shuffled = mentions.set_column(0, "row", pa.array(moved, pa.int64()))
    shuffled = shuffled.take(np.random.default_rng(1).permutation(mentions.num_rows))
    again = run(facts.take(order), shuffled, themes)
    for column in ("theme_id", "n", "trend", "trend_q"):
        assert again.themes.column(column).equals(shop.themes.column(column))
    for theme_id in ("zips", "late", "fades"):
        assert change_of(again, theme_id) == change_of(shop, theme_id)


def test_the_share_is_the_counted_share_inside_its_interval(shop):
    for theme in shop.themes.to_pylist():
        assert theme["share"] == pytest.approx(theme["n"] / 1120, abs=1e-6)
        assert 0 <= theme["share_low"] <= theme["share"] <= theme["share_high"] <= 1


def test_quality_fell_and_logistics_did_not(shop):
    quality, logistics = score_of(shop, "quality"), score_of(shop, "logistics")
    assert quality["change_high"] < 0
    assert logistics["change_low"] < 0 < logistics["change_high"]
    comparison = shop.details["comparison"]
    now = comparison["now"]["scores"]["quality"]["score"]
    assert quality["change"] == pytest.approx(now - quality["previous"], abs=2e-6)
    assert comparison["now"] | {"scores": None} == {
        "from": "2025-05-26",
        "to": "2025-06-22",
        "texts": comparison["now"]["texts"],
        "scores": None,
    }


def test_weeks_cover_every_text_and_show_the_fall(shop):
    periods = shop.details["over_time"]["periods"]
    assert sum(period["texts"] for period in periods) == shop.details["index"]["texts"]
    scores = [period["scores"]["quality"]["score"] for period in periods[:16]]
    assert max(scores[13:16]) < min(scores[:11])
    assert not any(period["thin"] for period in periods)


def test_follow_ups_tell_what_breaks_later_and_when(shop):
    follow_up = shop.details["follow_up"]
    quality = follow_up["aspects"][0]
    assert (follow_up["n"], follow_up["median_days"]) == (23, 20.0)
    assert quality["worsened"] == sum(
        n for first in ("none", "positive") for later, n in quality["transitions"][first].items() if later == "negative"
    )
    assert follow_up["themes"] == [
        {
            "theme_id": "fades",
            "in_first": 0,
            "in_follow_up": 23,
            "only_in_follow_up": True,
            "first_alone": 0,
            "follow_up_alone": 23,
            "q": 0.0,
            "comes_later": True,
            "median_days": 20.0,
            "days_low": 20.0,
            "days_high": 20.0,
        }
    ]
    assert follow_up["time_to_failure"] == {"reason": "no_order_dates", "orders": 0, "silent": 0, "themes": None}


def test_ratings_are_laid_beside_the_texts(shop):
    ratings = shop.details["ratings"]
    assert ratings["n"] == 1120
    assert ratings["by_overall"]["negative"] == {"n": 40, "mean": 1.0}
    assert (ratings["high_but_negative"], ratings["low_but_positive"]) == (0, 0)


def test_groups_are_scored_and_the_bad_batch_is_the_worse(shop):
    batches = next(part for part in shop.details["breakdown"] if part["dimension"] == "batch")["values"]
    assert [(entry["value"], entry["n"], entry["top_theme"]) for entry in batches] == [
        ("B1", 840, "late"),
        ("B2", 280, "zips"),
    ]
    assert batches[1]["scores"]["quality"]["high"] < batches[0]["scores"]["quality"]["low"]
    names = [part["dimension"] for part in shop.details["breakdown"]]
    assert names == ["product_id", "sku", "batch", "region"]


def test_points_lost_add_up_to_what_is_missing(shop):
    for part in shop.details["sub_items"]:
        lost = sum(item["points_lost"] for item in part["items"])
        assert lost + part["unattributed"] + part["prior"] + part["operations"] == pytest.approx(part["lost"], abs=1e-4)
        assert part["lost"] == pytest.approx(5 - score_of(shop, part["aspect"])["score"], abs=1e-5)


def test_the_same_input_gives_the_same_figures_and_another_seed_others(shop):
    again, other = run(*make_shop()), run(*make_shop(), seed=1)
    assert json.dumps(again.details) == json.dumps(shop.details)
    assert again.score.equals(shop.score)
    assert again.themes.equals(shop.themes)
    assert other.score.column("score").equals(shop.score.column("score"))
    assert not other.score.column("low").equals(shop.score.column("low"))


def test_without_dates_nothing_is_said_of_time():
    insight = run(*make_shop(dated=False))
    assert insight.details["comparison"] is None
    assert insight.details["over_time"]["periods"] == []
    assert insight.details["over_time"]["undated"] == insight.details["index"]["texts"]
    assert set(insight.themes.column("trend").to_pylist()) == {"unknown"}
    assert change_of(insight, "zips") is None
    assert insight.score.column("change").null_count == 5
    assert theme_of(insight, "zips")["impact"] > 0


def test_one_day_is_no_trend():
    facts = make_facts([{"quality": "positive", "created_at": day(0)}] * 30)
    insight = run(facts, make_mentions([]), make_themes())
    assert insight.details["comparison"] is None
    assert len(insight.details["over_time"]["periods"]) == 1


NOTHING = make_mentions([])


@pytest.mark.parametrize(
    ("rows", "n"),
    [
        ([], 0),
        ([{"quality": "negative"}], 1),
        ([{"counted": False, "quality": "negative"}] * 3, 0),
        ([{"quality": "abstain", "logistics": "abstain", "service": "abstain", "price": "abstain"}] * 30, 30),
        ([{"quality": "positive"}] * 30, 30),
        ([{name: None for name in ASPECTS}] * 4, 4),
    ],
)
def test_little_or_nothing_to_count_is_no_error(rows, n):
    insight = run(make_facts(rows), NOTHING, make_themes(("t", "quality", "q.size")))
    total = score_of(insight)
    assert total["n"] == n
    assert 0 <= total["low"] <= total["score"] <= total["high"] <= 5
    assert theme_of(insight, "t")["impact"] is None
    assert theme_of(insight, "t")["trend"] == "unknown"
    json.dumps(insight.details, allow_nan=False)


def test_no_themes_are_no_error():
    insight = run(make_facts([{"quality": "negative"}] * 9), make_mentions([(0, "q.size", "negative")]), make_themes())
    assert insight.themes.num_rows == 0
    assert insight.themes.schema == THEMES


def test_without_any_opinion_the_index_is_the_prior_and_knows_nothing():
    quality = score_of(run(make_facts([{}] * 5), NOTHING, make_themes(), confusion=sharp_confusion()), "quality")
    assert quality["score"] == pytest.approx(4.0, abs=1e-6)
    assert quality["high"] - quality["low"] > 2


def test_the_formula_with_a_classifier_that_never_errs():
    rows = [{"quality": "positive"}] * 60 + [{"quality": "negative"}] * 10 + [{"quality": "mixed"}] * 10
    quality = score_of(run(make_facts(rows), NOTHING, make_themes(), confusion=sharp_confusion()), "quality")
    assert quality["score"] == pytest.approx(5 * (16 + 65) / (20 + 65 + 15), abs=1e-3)
    assert quality["n"] == 80


def test_support_below_the_minimum_claims_nothing():
    facts = make_facts(
        [{"quality": "negative", "created_at": day(i)} for i in range(4)] + [{"created_at": day(60)}] * 9
    )
    mentions = make_mentions([(i, "q.size", "negative", "t") for i in range(4)])
    theme = theme_of(run(facts, mentions, make_themes(("t", "quality", "q.size"))), "t")
    assert theme["n"] == 4
    assert (theme["impact"], theme["impact_low"], theme["trend"], theme["trend_q"]) == (None, None, "unknown", None)


def test_impact_is_the_difference_that_removal_makes():
    rows = [{"quality": "negative"}] * 10 + [{"quality": "mixed"}] * 10 + [{"quality": "positive"}] * 60
    mentions = [(i, "q.size", "negative", "t") for i in range(20)]
    sharp = sharp_confusion()
    before = run(make_facts(rows), make_mentions(mentions), make_themes(("t", "quality", "q.size")), confusion=sharp)
    after = run(make_facts([{}] * 10 + [{"quality": "positive"}] * 70), NOTHING, make_themes(), confusion=sharp)
    gain = score_of(after)["score"] - score_of(before)["score"]
    assert theme_of(before, "t")["impact"] == pytest.approx(gain, abs=1e-3)


def test_a_review_with_another_complaint_is_not_regained():
    rows = [{"quality": "negative"}] * 10 + [{"quality": "positive"}] * 60
    both = [(i, code, "negative", theme) for i in range(10) for code, theme in (("q.size", "t"), ("q.taste", "u"))]
    insight = run(
        make_facts(rows), make_mentions(both), make_themes(("t", "quality", "q.size"), ("u", "quality", "q.taste"))
    )
    assert theme_of(insight, "t")["impact"] == 0
    assert theme_of(insight, "u")["impact"] == 0


def test_a_grave_complaint_weighs_more_and_its_removal_leaves_the_lighter_one():
    rows = [{"quality": "negative"}] * 10 + [{"quality": "positive"}] * 60
    food = load_industry("food").applied_to(TAXONOMY)
    both = [(i, code, "negative", theme) for i in range(10) for code, theme in (("q.safety", "t"), ("q.size", "u"))]
    themes = make_themes(("t", "quality", "q.safety"), ("u", "quality", "q.size"))
    plain = run(make_facts(rows), make_mentions(both), themes)
    weighted = run(make_facts(rows), make_mentions(both), themes, taxonomy=food)
    assert score_of(weighted, "quality")["score"] < score_of(plain, "quality")["score"]
    assert theme_of(weighted, "t")["impact"] > 0
    assert theme_of(weighted, "u")["impact"] == 0


def test_hidden_codes_do_not_count_and_are_listed():
    apparel = load_industry("apparel").applied_to(TAXONOMY)
    rows = [{"service": "negative"}] * 4 + [{"service": "mixed"}] * 2 + [{"service": "positive"}] * 6
    mentions = [(i, "s.install", "negative") for i in range(6)] + [(0, "s.attitude", "negative")]
    insight = run(make_facts(rows), make_mentions(mentions), make_themes(), taxonomy=apparel)
    assert insight.details["hidden"] == {"mentions": {"s.install": 6}, "relabelled": 5}
    assert insight.details["index"]["aspects"][2]["predicted"] == {"none": 3, "positive": 8, "negative": 1, "mixed": 0}


def test_uncounted_rows_show_only_in_the_second_figure():
    facts = make_facts(
        [{"quality": "positive"}] * 40 + [{"quality": "negative", "counted": False, "verdict": "duplicate"}] * 40
    )
    insight = run(facts, NOTHING, make_themes())
    everything = insight.details["including_left_out"]
    assert (insight.details["index"]["reviews"], everything["reviews"]) == (40, 80)
    assert everything["scores"]["quality"]["score"] < score_of(insight, "quality")["score"] - 1


def test_another_taxonomy_brings_its_own_aspects():
    own = Taxonomy(
        version="x",
        aspects={
            "room": Aspect(letter="r", zh="房间", en="Room", weight=0),
            "food": Aspect(letter="f", zh="餐", en="Food", weight=0),
        },
        sub_aspects={"r.bed": SubAspect(zh="床", en="Bed", owner="factory")},
    )
    facts = make_facts([{"room": "negative"}] * 8 + [{"food": "positive"}] * 8, aspects=["room", "food"])
    insight = run(facts, NOTHING, make_themes(), taxonomy=own, aspects=["room", "food"], confusion=make_confusion(2))
    room, food, total = (score_of(insight, name)["score"] for name in ("room", "food", "total"))
    assert total == pytest.approx((room + food) / 2, abs=1e-5)


def test_parts_of_other_models_are_refused():
    facts = make_facts([{}])
    with pytest.raises(ModelError, match="no labels for the aspects"):
        run(facts.drop_columns(["price"]), NOTHING, make_themes())
    with pytest.raises(ModelError, match="shape"):
        run(facts, NOTHING, make_themes(), confusion=make_confusion(2))
    with pytest.raises(ModelError, match="does not have the model's aspects"):
        run(facts, NOTHING, make_themes(), aspects=["quality", "room"])
    with pytest.raises(ModelError, match="themes are of aspects"):
        run(facts, NOTHING, make_themes(("t", "room", "r.bed")))
    with pytest.raises(UsageError, match="not understood"):
        run(facts, NOTHING, make_themes(), compare_to="yesterday")


LABEL_ROWS = st.lists(st.sampled_from(["none", "positive", "negative", "mixed", "abstain"]), min_size=1, max_size=40)


@settings(max_examples=40, deadline=None)
@given(LABEL_ROWS, st.integers(1, 20))
def test_adding_negatives_never_raises_the_score(labels, more):
    rows = [{"quality": label} for label in labels]
    before = run(make_facts(rows), NOTHING, make_themes())
    after = run(make_facts(rows + [{"quality": "negative"}] * more), NOTHING, make_themes())
    for aspect in ("quality", "total"):
        assert score_of(after, aspect)["score"] <= score_of(before, aspect)["score"] + 2e-4


CODES = ["q.size", "q.taste", "q.safety"]


@settings(max_examples=40, deadline=None)
@given(LABEL_ROWS, st.data())
def test_figures_stay_in_their_bounds(labels, data):
    position = st.integers(0, len(labels) - 1)
    mention = st.tuples(
        position,
        st.sampled_from(CODES),
        st.sampled_from(["negative", "positive", "neutral"]),
        st.sampled_from(["t", "u", None]),
    )
    mentions = data.draw(st.lists(mention, max_size=60))
    facts = make_facts([{"quality": label, "created_at": day(i * 3)} for i, label in enumerate(labels)])
    themes = make_themes(("t", "quality", "q.size"), ("u", "quality", "q.taste"))
    insight = run(facts, make_mentions(mentions), themes, taxonomy=load_industry("food").applied_to(TAXONOMY))
    for row in insight.score.to_pylist():
        assert 0 <= row["low"] <= row["score"] <= row["high"] <= 5
    for theme in insight.themes.to_pylist():
        assert 0 <= theme["share_low"] <= theme["share"] <= theme["share_high"] <= 1
        assert theme["impact"] is None or 0 <= theme["impact_low"] <= theme["impact"] <= theme["impact_high"] <= 5
    assert sorted(insight.themes.column("priority").to_pylist()) == [1, 2]


def test_chunked_and_plain_string_columns_count_alike():
    facts, mentions, themes = make_shop()
    half = facts.num_rows // 2
    chunked = pa.concat_tables([facts.slice(0, half), facts.slice(half)])
    plain = facts.cast(
        pa.schema([(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in facts.schema])
    )
    expected = run(facts, mentions, themes)
    for other in (chunked, plain):
        assert run(other, mentions, themes).details == expected.details


def test_a_wider_measured_error_gives_a_wider_interval():
    facts, mentions, themes = make_shop()
    narrow = score_of(run(facts, mentions, themes, confusion=make_confusion(size=50)), "quality")
    wide = score_of(run(facts, mentions, themes, confusion=make_confusion()), "quality")
    assert wide["high"] - wide["low"] > 1.3 * (narrow["high"] - narrow["low"])
    assert np.isfinite(wide["score"])


def test_complaints_without_a_theme_are_counted():
    rows = [{"quality": "negative"}] * 4
    mentions = [
        (0, "q.durability", "negative", "zips"),
        (1, "q.material", "negative", "rest"),
        (2, "q.size", "negative"),
    ]
    themes = make_themes(("zips", "quality", "q.durability"), ("rest", "quality", "q.material"))
    leftovers = themes.set_column(5, "stability", pa.array([0.9, 0.0]))
    found = run(make_facts(rows), make_mentions([*mentions, (3, "q.size", "positive")]), leftovers)
    assert found.details["grouping"] == {"complaints": 3, "in_themes": 1, "left_over": 1, "alone": 1}
