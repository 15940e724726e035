"""The ordinal model against its definition, and what it says of themes in invented shops."""

import numpy as np
import pytest
from invented_shop import ASPECTS, make_confusion, make_facts, make_mentions, make_shop, make_themes
from scipy import optimize, sparse
from scipy.special import expit

from review_mining.config import InsightConfig
from review_mining.insight import analyse
from review_mining.insight.ordinal import PRIOR_DEVIATION, Rows, expected, fit, refitted
from review_mining.taxonomy import load_taxonomy

TWO = make_themes(("guilty", "quality", "q.durability"), ("innocent", "quality", "q.size"))


def run(facts, mentions, themes, **options):
    return analyse(
        facts,
        mentions,
        load_taxonomy(),
        themes,
        aspects=ASPECTS,
        confusion=make_confusion(),
        **{"config": InsightConfig(draws=200), **options},
    )


def impacts(*shop, **options):
    details = run(*shop, **options).details["themes"]
    return {entry["theme_id"]: entry["rating_impact"] for entry in details}


def probabilities(thresholds, merit):
    below = np.column_stack([np.zeros(len(merit)), expit(thresholds - merit[:, None]), np.ones(len(merit))])
    return np.diff(below, axis=1)


def invented_rows(rng, rows=60, features=3, levels=4):
    x = (rng.random((rows, features)) < 0.4).astype(float)
    level = np.concatenate([np.arange(levels), rng.integers(levels, size=rows - levels)])
    return x, Rows(sparse.csr_array(x), level, levels)


def by_definition(x, level, weights, levels):
    """Most probable parameters by a search that knows only the probabilities; gaps are searched as logarithms."""

    def thresholds(vector):
        return np.cumsum(np.concatenate([vector[:1], np.exp(vector[1 : levels - 1])]))

    def loss(vector):
        slopes = vector[levels - 1 :]
        chosen = probabilities(thresholds(vector), x @ slopes)[np.arange(len(level)), level]
        return (slopes @ slopes) / (2 * PRIOR_DEVIATION**2) - weights @ np.log(np.maximum(chosen, 1e-300))

    start = np.concatenate([[-1.0], np.zeros(levels - 2 + x.shape[1])])
    found = optimize.minimize(loss, start, method="BFGS", options={"gtol": 1e-7, "maxiter": 2000}).x
    return thresholds(found), found[levels - 1 :]


@pytest.mark.parametrize("levels", [2, 3, 5])
def test_the_fit_is_what_the_definition_gives(levels):
    rng = np.random.default_rng(levels)
    x, rows = invented_rows(rng, levels=levels)
    weights = rng.integers(1, 5, size=len(x)).astype(float)
    found = fit(rows, weights)
    thresholds, slopes = by_definition(x, rows.level, weights, levels)
    np.testing.assert_allclose(found.thresholds, thresholds, atol=2e-4)
    np.testing.assert_allclose(found.slopes, slopes, atol=2e-4)


def test_planted_coefficients_come_back():
    rng = np.random.default_rng(5)
    x = (rng.random((60_000, 3)) < 0.2).astype(float)
    thresholds, slopes = np.array([-3.0, -2.0, -1.0]), np.array([-2.0, 0.0, 0.7])
    level = (x @ slopes + rng.logistic(size=len(x)) > thresholds[:, None]).sum(axis=0)
    found = fit(Rows(sparse.csr_array(x), level, 4), np.ones(len(x)))
    np.testing.assert_allclose(found.thresholds, thresholds, atol=0.06)
    np.testing.assert_allclose(found.slopes, slopes, atol=0.06)


def test_one_step_to_other_weights_is_nearly_a_new_fit():
    rng = np.random.default_rng(8)
    _, rows = invented_rows(rng, rows=400)
    fitted, weights = fit(rows, np.ones(400)), rng.gamma(np.ones(400))
    anew, stepped = fit(rows, weights), refitted(rows, weights, fitted)
    before = np.abs(fitted.vector - anew.vector).max()
    assert np.abs(stepped.vector - anew.vector).max() < before / 5


def test_thresholds_keep_their_order_however_far_the_step():
    _, rows = invented_rows(np.random.default_rng(1), rows=30, levels=5)
    weights = np.where(rows.level == 2, 1e-6, 1.0)
    stepped = refitted(rows, weights, fit(rows, np.ones(30)))
    assert (np.diff(stepped.thresholds) > 0).all()


def test_the_expected_outcome_is_the_mean_of_the_levels():
    values, thresholds, merit = np.array([1.0, 2.0, 5.0]), np.array([-1.0, 0.5]), np.array([-2.0, 0.0, 3.0])
    np.testing.assert_allclose(expected(values, thresholds, merit), probabilities(thresholds, merit) @ values)


def test_who_breaks_zips_pays_in_stars():
    found = impacts(*make_shop())
    zips = found["zips"]
    assert zips["n"] == 40
    assert zips["per_review"] == pytest.approx(4.0, abs=0.4)
    assert zips["points"] == pytest.approx(zips["per_review"] * 40 / 1120, abs=1e-4)
    assert 0 < zips["low"] < zips["points"] < zips["high"]
    assert found["late"]["low"] <= 0.02


def guilt_and_company(n=900):
    """One theme costs three stars; another is mentioned mostly beside it and costs nothing by itself."""
    rows, mentions = [], []
    for i in range(n):
        guilty, innocent = i % 9 == 0, i % 9 == 0 and i % 4 or i % 31 == 2
        stars = (1.0, 2.0, 3.0)[i % 3] if guilty else (4.0, 5.0, 5.0)[i // 2 % 3]
        rows.append({"quality": "negative" if guilty or innocent else "none", "rating": stars})
        mentions += [(i, "q.durability", "negative", "guilty")] if guilty else []
        mentions += [(i, "q.size", "negative", "innocent")] if innocent else []
    return rows, mentions


def test_a_theme_is_not_charged_with_what_another_costs():
    rows, mentions = guilt_and_company()
    found = impacts(make_facts(rows), make_mentions(mentions), TWO)
    mine = [rows[i]["rating"] for i, _, _, theme in mentions if theme == "innocent"]
    assert np.mean([row["rating"] for row in rows]) - np.mean(mine) > 1.5
    assert abs(found["innocent"]["per_review"]) < 0.5
    assert found["innocent"]["low"] < 0 < found["innocent"]["high"]
    assert found["guilty"]["low"] > 0.1


def test_complaints_without_a_theme_are_not_charged_to_one():
    rows = [{"quality": "negative", "logistics": "negative", "rating": 1.0 + i % 2} for i in range(40)]
    rows += [{"quality": "negative", "rating": 4.0 + i % 2} for i in range(40)]
    rows += [{"rating": 4.0 + i % 2} for i in range(300)] + [
        {"logistics": "negative", "rating": 1.0 + i % 2} for i in range(60)
    ]
    mentions = make_mentions([(i, "q.durability", "negative", "guilty") for i in range(80)])
    assert abs(impacts(make_facts(rows), mentions, TWO)["guilty"]["per_review"]) < 0.3


def test_the_order_of_the_rows_changes_nothing():
    rows, mentions = guilt_and_company()
    last = len(rows) - 1
    turned = [(last - i, *rest) for i, *rest in mentions]
    assert impacts(make_facts(rows[::-1]), make_mentions(turned), TWO) == impacts(
        make_facts(rows), make_mentions(mentions), TWO
    )


def test_half_stars_round_up_and_stars_from_follow_ups_count():
    rows, mentions = guilt_and_company()
    halves = [row | {"rating": max(row["rating"] - 0.5, 1.0)} for row in rows]
    later = [(*mention, "follow_up") for mention in mentions]
    spread = [row | {"quality": "none", "follow_up_quality": row["quality"]} for row in halves]
    plain = impacts(make_facts(rows), make_mentions(mentions), TWO)
    assert impacts(make_facts(spread), make_mentions(later), TWO) == plain


@pytest.mark.parametrize(
    "change",
    [
        lambda i, row: row | {"rating": 5.0},
        lambda i, row: row | {"rating": None},
        lambda i, row: row if i < 199 else row | {"rating": None},
        lambda i, row: row if i < 199 else row | {"counted": False},
    ],
)
def test_too_few_or_equal_ratings_claim_nothing(change):
    rows, mentions = guilt_and_company()
    facts = make_facts([change(i, row) for i, row in enumerate(rows)])
    assert impacts(facts, make_mentions(mentions), TWO) == {"guilty": None, "innocent": None}


@pytest.mark.parametrize("impossible", [np.inf, -np.inf, -3.0, 0.0, 7.0])
def test_a_rating_outside_the_scale_is_no_rating(impossible):
    rows, mentions = guilt_and_company()
    strange, unrated = (
        run(
            make_facts([row | {"rating": rating} if i % 5 == 0 else row for i, row in enumerate(rows)]),
            make_mentions(mentions),
            TWO,
        ).details
        for rating in (impossible, None)
    )
    assert strange["themes"] == unrated["themes"]
    assert strange["ratings"] == unrated["ratings"]


def test_a_theme_without_support_claims_nothing_and_the_others_stay():
    rows, mentions = guilt_and_company()
    few = [mention for mention in mentions if mention[3] == "guilty"] + [(2, "q.size", "negative", "innocent")] * 9
    found = impacts(make_facts(rows), make_mentions(few), TWO)
    assert found["innocent"] is None
    assert found["guilty"]["points"] > 0


def test_an_export_without_a_rating_column_claims_nothing():
    facts, mentions, themes = make_shop()
    assert set(impacts(facts.drop_columns(["rating"]), mentions, themes).values()) == {None}
