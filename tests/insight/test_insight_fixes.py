"""Whether a fix worked: what is compared with what, and when nothing is claimed."""

from datetime import timedelta

import numpy as np
import pytest
from invented_shop import ASPECTS, START, day, make_confusion, make_facts, make_mentions, make_themes

from review_mining.actions import Action
from review_mining.config import InsightConfig
from review_mining.insight import analyse
from review_mining.insight.fix_effect import WEEKS, Group, effect
from review_mining.taxonomy import load_taxonomy

FIX_DAY = 84


def make_action(**fields):
    whole = {"theme_id": "zips", "owner": "", "status": "done", "scope": {}, "note": ""}
    return Action(**{**whole, "fix_date": (START + timedelta(days=FIX_DAY)).date(), **fields})


def judge(actions, *, weeks_after=12, before=(0.2, 0.2), after=(0.02, 0.2)):
    """Fixes of a shop with the SKUs red and blue, of which these parts complain about zips before and after."""
    facts, mentions = [], []
    for i in range((12 + weeks_after) * 100):
        moment = day(i * 7 // 100)
        sku, rates = (("red", "blue")[i % 2], before if i * 7 // 100 < FIX_DAY else after)
        broken = (i // 2) % 50 < 50 * rates[i % 2]
        facts.append({"created_at": moment, "sku": sku, "product_id": "P1", "product_name": "包", "batch": "B1"})
        facts[-1]["quality"] = "negative" if broken else "positive"
        if broken:
            mentions.append((i, "q.durability", "negative", "zips"))
    return analyse(
        make_facts(facts),
        make_mentions(mentions),
        load_taxonomy(),
        make_themes(("zips", "quality", "q.durability"), ("seams", "quality", "q.material")),
        aspects=ASPECTS,
        confusion=make_confusion(),
        config=InsightConfig(draws=400),
        actions=actions,
    ).details["fixes"]


def test_a_fix_that_worked_fell_against_what_was_not_touched():
    (fix,) = judge([make_action(scope={"sku": ["red"]})])
    assert fix["verdict"] == "fell"
    assert fix["no_control"] is None
    assert fix["treated"] == {"n_before": 120, "n_after": 12, "texts_before": 600, "texts_after": 600}
    assert fix["control"]["n_after"] == 120
    assert fix["low"] < fix["ratio"] < fix["high"] < 1
    assert fix["ratio"] == pytest.approx(12.5 / 120.5, abs=1e-6)


def test_a_scope_without_a_column_is_looked_for_in_all():
    (named,), (bare,) = (judge([make_action(scope={key: ["red"]})]) for key in ("sku", "any"))
    assert bare == named


def test_what_falls_everywhere_is_no_effect():
    (fix,) = judge([make_action(scope={"sku": ["red"]})], after=(0.02, 0.02))
    assert fix["verdict"] == "unclear"
    assert fix["ratio"] == pytest.approx(1.0, abs=0.01)


def test_without_a_scope_there_is_no_control_and_it_is_said():
    (fix,) = judge([make_action()], after=(0.02, 0.02))
    assert (fix["verdict"], fix["no_control"], fix["control"]) == ("fell", "everything", None)
    assert fix["treated"]["texts_before"] == 1200


def test_where_the_untouched_never_had_the_theme_they_are_no_control():
    (fix,) = judge([make_action(scope={"sku": ["red"]})], before=(0.2, 0), after=(0.02, 0))
    assert (fix["verdict"], fix["no_control"], fix["control"]) == ("fell", "too_few", None)


def test_what_got_worse_rose():
    (fix,) = judge([make_action(scope={"product": ["包"], "sku": ["red"]})], before=(0.04, 0.2), after=(0.2, 0.2))
    assert fix["verdict"] == "rose"
    assert fix["low"] > 1


@pytest.mark.parametrize(("weeks", "verdict"), [(1, "too_early"), (2, "fell")])
def test_two_weeks_must_have_passed(weeks, verdict):
    (fix,) = judge([make_action(scope={"sku": ["red"]})], weeks_after=weeks, after=(0, 0.2))
    assert fix["verdict"] == verdict
    assert (fix["ratio"] is None) == (verdict == "too_early")


def test_a_scope_that_nothing_is_in_claims_nothing():
    (fix,) = judge([make_action(scope={"sku": ["green"]})])
    assert (fix["verdict"], fix["ratio"], fix["treated"]["texts_before"]) == ("too_few", None, 0)


def test_texts_that_another_fix_of_the_theme_touched_are_no_control():
    red, blue = make_action(scope={"sku": ["red"]}), make_action(scope={"sku": ["blue"]})
    assert [fix["no_control"] for fix in judge([red, blue])] == ["everything"] * 2
    long_ago = make_action(scope={"sku": ["blue"]}, fix_date=(START - timedelta(days=200)).date())
    assert [fix["no_control"] for fix in judge([red, long_ago])][0] is None


def test_only_what_is_done_dated_and_known_is_judged_and_keeps_its_place():
    actions = [
        make_action(status="planned"),
        make_action(fix_date=None),
        make_action(theme_id="unheard"),
        make_action(scope={"sku": ["red"]}),
    ]
    assert [fix["action"] for fix in judge(actions)] == [3]


def test_one_fix_does_not_depend_on_the_others_listed():
    one = make_action(scope={"sku": ["red"]})
    (alone,) = judge([one])
    of_another_theme = make_action(theme_id="seams")
    long_ago = make_action(fix_date=(START + timedelta(FIX_DAY) - timedelta(weeks=25)).date())
    assert judge([of_another_theme, long_ago, one])[2] == {**alone, "action": 2}


def test_what_an_earlier_fix_of_the_same_texts_did_is_not_put_down_to_a_later_one():
    later = (START + timedelta(FIX_DAY + 24)).date()
    works = make_action(scope={"sku": ["red"]})
    does_nothing = make_action(scope={"product": ["包"], "sku": ["red"]}, fix_date=later)
    first, second = judge([works, does_nothing])
    assert [first["verdict"], second["verdict"]] == ["fell", "unclear"]
    assert (first["from"], first["to"]) == (START.date().isoformat(), (later - timedelta(1)).isoformat())
    assert second["from"] == works.fix_date.isoformat()
    assert second["control"]["texts_before"] == pytest.approx(second["treated"]["texts_before"], abs=1)


def test_a_fix_of_other_texts_or_of_the_same_day_does_not_shorten_the_weeks():
    red = make_action(scope={"sku": ["red"]})
    soon = make_action(scope={"sku": ["blue"]}, fix_date=(START + timedelta(FIX_DAY + 24)).date())
    spans = [[(fix["from"], fix["to"]) for fix in judge(actions)][0] for actions in ([red], [red, soon], [red, red])]
    assert spans[0] == spans[1] == spans[2]


def make_group(rates, texts, rng, spread):
    varied = np.repeat(rates, WEEKS) * rng.gamma(1 / spread**2, spread**2, 2 * WEEKS)
    held = np.full(2 * WEEKS, texts)
    return Group(rng.binomial(held, np.minimum(varied, 1)), held)


def test_the_interval_holds_the_truth_even_when_weeks_differ():
    inside = []
    for trial in range(300):
        rng = np.random.default_rng([7, trial])
        treated, control = make_group([0.05, 0.03], 100, rng, 0.5), make_group([0.05, 0.06], 200, rng, 0.5)
        found = effect(treated, control, 400, rng)
        inside.append(found.low <= 0.5 <= found.high)
    assert 0.91 <= np.mean(inside) <= 0.99


def test_weeks_that_differ_widen_the_interval():
    even, uneven = np.full(24, 10), np.tile([0, 20], 12)
    texts = np.full(24, 100)
    widths = [
        np.log(found.high / found.low)
        for found in (effect(Group(theme, texts), None, 2000, np.random.default_rng(1)) for theme in (even, uneven))
    ]
    assert widths[1] > 1.5 * widths[0]
