"""What comes up later: follow-ups against first texts, and orders until their first complaint."""

from datetime import timedelta

import pytest
from invented_shop import ASPECTS, day, make_confusion, make_facts, make_mentions, make_themes
from scipy.stats import binomtest

from review_mining.config import InsightConfig
from review_mining.insight import analyse
from review_mining.taxonomy import load_taxonomy

THEMES = make_themes(("zip", "quality", "q.durability"), ("fade", "quality", "q.material"))
LATER = {f"follow_up_{name}": "none" for name in ASPECTS} | {"follow_up_quality": "negative"}


def follow_up(rows, mentions):
    return analyse(
        make_facts(rows),
        make_mentions(mentions),
        load_taxonomy(),
        THEMES,
        aspects=ASPECTS,
        confusion=make_confusion(),
        config=InsightConfig(draws=200),
    ).details["follow_up"]


def test_what_grows_between_both_texts_is_told_from_what_is_repeated():
    rows = [{"quality": "negative", "created_at": day(0), "follow_up_at": day(10 + i), **LATER} for i in range(40)]
    mentions = [(i, "q.durability", "negative", "zip", "follow_up") for i in range(12)]
    mentions += [(i, "q.durability", "negative", "zip") for i in range(11, 14)]
    mentions += [(i, "q.material", "negative", "fade", field) for i in range(20, 40) for field in ("text", "follow_up")]
    mentions += [(i, "q.material", "negative", "fade", "follow_up") for i in range(3)]
    mentions += [(i, "q.material", "negative", "fade") for i in range(3, 6)]
    fade, zips = follow_up(rows, mentions)["themes"]
    assert (zips["first_alone"], zips["follow_up_alone"], zips["in_first"], zips["in_follow_up"]) == (2, 11, 3, 12)
    assert (fade["first_alone"], fade["follow_up_alone"]) == (3, 3)
    assert (zips["comes_later"], fade["comes_later"]) == (True, False)
    assert zips["q"] == pytest.approx(2 * binomtest(11, 13, 0.5, "greater").pvalue, abs=1e-6)
    assert (zips["days_low"], zips["median_days"], zips["days_high"]) == (12.75, 15.5, 18.25)


def test_reviews_without_a_follow_up_say_nothing_of_what_comes_later():
    rows = [{"quality": "negative", "created_at": day(0)}] * 50
    rows += [{"quality": "none", "created_at": day(0), "follow_up_at": day(30), **LATER}] * 3
    mentions = [(i, "q.durability", "negative", "zip") for i in range(50)]
    mentions += [(i, "q.durability", "negative", "zip", "follow_up") for i in range(50, 53)]
    (zips,) = follow_up(rows, mentions)["themes"]
    assert (zips["in_first"], zips["first_alone"], zips["follow_up_alone"]) == (50, 0, 3)
    assert (zips["q"], zips["comes_later"]) == (None, False)


def orders(*, silent, dated=True):
    """Two hundred orders over 100 days, 40 of them written about, ten with a zip that breaks after 9 to 27 days."""
    rows, mentions = [], []
    for i in range(200):
        row = {"ordered_at": day(i // 2) if dated else None}
        if i % 5 == 0:
            waited = 9 + 2 * (i // 20)
            row |= {"quality": "negative" if i % 20 == 0 else "positive", "created_at": day(i // 2 + waited)}
            if i % 20 == 0:
                mentions.append((i, "q.durability", "negative", "zip"))
        else:
            row |= {"verdict": "empty", "counted": False}
        rows += [row] if silent or i % 5 == 0 else []
    return rows, mentions if silent else [(row // 5, *rest) for row, *rest in mentions]


def by_hand(rows, failed, until, last):
    """The product-limit estimate, order by order."""
    waits = [(failed[i] if i in failed else (last - row["ordered_at"]).days, i in failed) for i, row in enumerate(rows)]
    alive = 1.0
    for moment in sorted({wait for wait, failure in waits if failure and wait <= until}):
        at_risk = sum(wait >= moment for wait, _ in waits)
        alive *= 1 - sum(wait == moment and failure for wait, failure in waits) / at_risk
    return 1 - alive


def test_orders_are_followed_to_their_first_complaint_or_to_the_end_of_the_data():
    rows, mentions = orders(silent=True)
    found = follow_up(rows, mentions)["time_to_failure"]
    assert (found["reason"], found["orders"], found["silent"]) == (None, 200, 160)
    (zips,) = found["themes"]
    assert (zips["theme_id"], zips["n"]) == ("zip", 10)
    last = max(row["created_at"] for row in rows if "created_at" in row)
    failed = {row: (rows[row]["created_at"] - rows[row]["ordered_at"]).days for row, *_ in mentions}
    for point in zips["curve"]:
        assert point["share"] == pytest.approx(by_hand(rows, failed, point["days"], last), abs=1e-6)
        assert point["low"] is None or point["low"] <= point["share"] <= point["high"]
    assert [point["days"] for point in zips["curve"]] == [7, 15, 30, 60, 90]
    shares = [point["share"] for point in zips["curve"]]
    assert shares == sorted(shares)
    assert shares[0] == 0 < shares[-1] < 0.1


def test_a_follow_up_is_dated_by_itself_and_the_first_complaint_counts():
    rows, mentions = orders(silent=True)
    rows = [
        row | LATER | {"follow_up_at": row["created_at"] + timedelta(50)} if "quality" in row else row for row in rows
    ]
    again = mentions + [(*mention, "follow_up") for mention in mentions]
    before, after = (follow_up(rows, given)["time_to_failure"]["themes"][0] for given in (mentions, again))
    assert before == after
    alone = follow_up(rows, [(*mention, "follow_up") for mention in mentions])["time_to_failure"]["themes"][0]
    assert [point["share"] for point in alone["curve"]][2] == 0


def test_an_order_after_its_complaint_is_an_error_and_not_followed():
    rows, mentions = orders(silent=True)
    rows[0]["created_at"] = rows[0]["ordered_at"] - timedelta(3)
    assert follow_up(rows, mentions)["time_to_failure"]["themes"][0]["n"] == 9


def test_without_order_dates_or_silent_buyers_there_is_a_reason_and_no_curve():
    for options, reason in (
        ({"silent": False}, "no_silent_buyers"),
        ({"silent": True, "dated": False}, "no_order_dates"),
    ):
        found = follow_up(*orders(**options))["time_to_failure"]
        assert (found["reason"], found["themes"]) == (reason, None)


def test_a_few_blanks_among_reviews_are_not_the_silent_buyers():
    rows, mentions = orders(silent=True)
    written = [row for row in rows if "quality" in row] * 3
    blanks = [row for row in rows if "quality" not in row][:60]
    found = follow_up(written + blanks, [(row // 5, *rest) for row, *rest in mentions])["time_to_failure"]
    assert (found["reason"], found["orders"], found["silent"]) == ("no_silent_buyers", 180, 60)


def test_few_complaints_make_no_curve():
    rows, mentions = orders(silent=True)
    found = follow_up(rows, mentions[:4])["time_to_failure"]
    assert (found["reason"], found["themes"]) == (None, [])
    assert found["orders"] == 200


@pytest.mark.parametrize("verdict", ["duplicate", "near_duplicate", "template", "not_a_review"])
def test_orders_whose_text_does_not_count_are_orders_all_the_same(verdict):
    rows, mentions = orders(silent=True)
    uncounted = [row | {"verdict": verdict, "counted": False} if "quality" in row else row for row in rows]
    assert follow_up(uncounted, mentions)["time_to_failure"] == follow_up(rows, mentions)["time_to_failure"]


def test_who_complains_only_in_the_follow_up_to_a_blank_is_not_silent():
    rows, mentions = orders(silent=True)
    for verdict, i in (("empty", 1), ("default_text", 2)):
        waited = 12 if i == 1 else 20
        rows[i] |= LATER | {"verdict": verdict, "follow_up_at": rows[i]["ordered_at"] + timedelta(waited)}
        mentions.append((i, "q.durability", "negative", "zip", "follow_up"))
    found = follow_up(rows, mentions)["time_to_failure"]
    assert (found["orders"], found["silent"], found["themes"][0]["n"]) == (200, 158, 12)
    failed = {row: (rows[row].get("created_at", day(0)) - rows[row]["ordered_at"]).days for row, *_ in mentions}
    failed |= {1: 12, 2: 20}
    last = max(row["created_at"] for row in rows if "created_at" in row)
    (point,) = (point for point in found["themes"][0]["curve"] if point["days"] == 30)
    assert point["share"] == pytest.approx(by_hand(rows, failed, 30, last), abs=1e-6)


def test_a_complaint_in_a_follow_up_without_a_day_leaves_its_order_out():
    rows, mentions = orders(silent=True)
    rows[5] |= LATER | {"quality": "none"}
    late = [*mentions, (5, "q.durability", "negative", "zip", "follow_up")]
    (zips,) = follow_up(rows, late)["time_to_failure"]["themes"]
    assert zips["n"] == 10
    last = max(row["created_at"] for row in rows if "created_at" in row)
    failed = {row: (rows[row]["created_at"] - rows[row]["ordered_at"]).days for row, *_ in mentions}
    followed = [row for i, row in enumerate(rows) if i != 5]
    failed = {row - (row > 5): waited for row, waited in failed.items()}
    for point in zips["curve"]:
        assert point["share"] == pytest.approx(by_hand(followed, failed, point["days"], last), abs=1e-6)
