"""The classifier's errors in a shop: those of reviews like the shop's, and wide enough where little is known."""

from dataclasses import replace

import numpy as np
import pytest
from invented_shop import ASPECTS, make_confusion, make_facts, make_mentions, make_themes

from review_mining.config import InsightConfig
from review_mining.held_out import HeldOut, attitude, count_complaints, only_complaints
from review_mining.insight import analyse
from review_mining.insight.complaint_errors import complaint_ratios
from review_mining.insight.complaints import Burden
from review_mining.insight.experience import Classifier, Recipe, estimate, read_sample
from review_mining.insight.impact import share_intervals
from review_mining.insight.observations import ABSENT, ABSTAINED, MIXED, NEGATIVE, NONE, POSITIVE, Texts
from review_mining.insight.shop_errors import ShopMix, classifier_in_shop, shop_mix
from review_mining.taxonomy import load_taxonomy

CODES = ["q.size", "q.taste", "l.speed"]


def reviews(number: int, complaining: float, rng: np.random.Generator, hard: float = 1.0) -> tuple[np.ndarray, ...]:
    """True and shown labels of two aspects; who complains of one is often misread to complain of the other.

    ``hard`` multiplies the errors.
    """
    kind = rng.choice(4, number, p=[0.1, 0.9 - complaining, complaining * 0.7, complaining * 0.3])
    true = np.zeros((number, 2), dtype=np.int8)
    first = rng.random(number) < 0.6
    true[kind == 1, 0] = POSITIVE
    true[(kind == 1) & first, 1] = POSITIVE
    true[kind >= 2, 0] = np.where(first, NEGATIVE, NONE)[kind >= 2]
    true[kind >= 2, 1] = np.where(first, NONE, NEGATIVE)[kind >= 2]
    praising = (kind == 3)[:, None] & (true == NONE)
    true[praising] = POSITIVE
    shown = true.copy()
    complains = (kind >= 2)[:, None]
    silent, chance = true == NONE, rng.random((number, 2))
    shown[silent & (chance < np.where(complains, 0.2, 0.002) * hard)] = NEGATIVE
    shown[(true == NEGATIVE) & (chance < 0.12 * hard)] = NONE
    shown[(true == POSITIVE) & (chance < 0.02 * hard)] = NONE
    return true, shown


def held_out_of(natural: tuple[np.ndarray, ...], chosen: tuple[np.ndarray, ...]) -> HeldOut:
    true, shown = (np.concatenate(pair) for pair in zip(natural, chosen, strict=True))
    return HeldOut(true, shown, np.arange(len(true)) < len(natural[0]), {}, {})


def texts_of(shown: np.ndarray) -> Texts:
    number, aspects = shown.shape
    labels = np.full((aspects, 2 * number), ABSENT, dtype=np.int8)
    labels[:, :number] = shown.T
    return Texts(labels, np.arange(2 * number) < number, np.zeros(2 * number, dtype=np.int32))


def test_the_attitude_of_a_review_is_what_its_aspects_add_up_to():
    labels = np.array(
        [[NONE, POSITIVE, NEGATIVE, POSITIVE, MIXED, ABSTAINED], [NONE, NONE, NONE, NEGATIVE, NONE, NONE]]
    )
    assert attitude(labels.astype(np.int8)).tolist() == [NONE, POSITIVE, NEGATIVE, MIXED, MIXED, NONE]


def test_held_out_reviews_come_back_from_json():
    rng = np.random.default_rng(0)
    true, shown = reviews(80, 0.3, rng)
    shown[:5, 1] = ABSTAINED
    told, said = rng.random((2, 80, 3)) < 0.2
    natural = np.arange(80) < 30
    counts = count_complaints(CODES, told, said, attitude(true.T), natural)
    held_out = HeldOut(true, shown, natural, counts, count_complaints(CODES, said, told, attitude(true.T), natural))
    content = held_out.to_json()
    back = HeldOut.from_json(content, 2)
    assert back.to_json() == content
    assert (len(back.true), back.natural.sum(), (back.shown == ABSTAINED).sum()) == (80, 30, 5)
    assert held_out.complaints["q.taste"].sum(axis=1)[0].tolist() == [
        int((told & said)[:30, 1].sum()),
        int((told & ~said)[:30, 1].sum()),
        int((said & ~told)[:30, 1].sum()),
    ]


@pytest.mark.parametrize("pattern", ["04 00", "00 05", "000 000", "0 0"])
def test_patterns_of_no_labels_are_refused(pattern):
    content = {"labels": {"natural": {pattern: 1}, "chosen": {}}, "complaints": {}, "sole": {}}
    with pytest.raises(ValueError, match=r"."):
        HeldOut.from_json(content, 2)


def test_chosen_reviews_stand_in_only_where_others_are_lacking():
    rng = np.random.default_rng(1)
    natural, chosen = reviews(3000, 0.1, rng), reviews(3000, 0.5, rng, hard=3)
    natural[0][natural[0][:, 1] == NEGATIVE] = NONE
    held_out, shop = held_out_of(natural, chosen), texts_of(reviews(2000, 0.1, rng)[1])
    found = classifier_in_shop(held_out, shop_mix(held_out, shop, 50, rng), rng)
    assert found.mean[0, POSITIVE, NONE] == pytest.approx(0.02, abs=0.008)
    assert found.mean[1, NEGATIVE, NEGATIVE] == pytest.approx(1 - 3 * 0.12, abs=0.06)


def test_false_alarms_are_as_rare_as_complaints_are():
    rng = np.random.default_rng(2)
    held_out = held_out_of(reviews(3000, 0.3, rng), reviews(10, 0.5, rng))
    content, unhappy = (texts_of(reviews(3000, part, rng)[1]) for part in (0.05, 0.6))
    alarms = [
        classifier_in_shop(held_out, shop_mix(held_out, shop, 20, rng), rng).mean[1, NONE, NEGATIVE]
        for shop in (content, unhappy)
    ]
    assert alarms[0] < 0.04
    assert alarms[1] > 0.1


@pytest.mark.parametrize("complaining", [0.05, 0.3, 0.6])
def test_intervals_hold_the_truth_of_shops_unlike_the_held_out_reviews(complaining):
    rng, trials, few = np.random.default_rng(3), 40, Burden(np.ones(2), np.ones(2))
    recipe = Recipe(np.array([0.5, 0.5]), np.zeros(2), np.zeros(2), 20.0)
    true, _ = reviews(400_000, complaining, rng)
    bad = (true == NEGATIVE).mean(axis=0)
    inside, pooled = [], []
    for _ in range(trials):
        natural, chosen = reviews(400, 0.3, rng), reviews(800, 0.6, rng, hard=2)
        held_out, shop = held_out_of(natural, chosen), texts_of(reviews(2000, complaining, rng)[1])
        sample = read_sample(shop, shop.counted)
        confusion = np.zeros((2, 4, 4), dtype=np.int64)
        for aspect in range(2):
            np.add.at(confusion[aspect], (held_out.true[:, aspect], held_out.shown[:, aspect]), 1)
        ours = classifier_in_shop(held_out, shop_mix(held_out, shop, 150, rng), rng)
        for classifier, results in ((ours, inside), (Classifier.measured(confusion, 150, rng), pooled)):
            low, high = np.quantile(estimate(sample, few, classifier, recipe, rng).true_bad, (0.025, 0.975), axis=0)
            results.append((low <= bad) & (bad <= high))
    assert np.mean(inside) >= 0.9
    assert np.mean(pooled) < np.mean(inside) - 0.05


def complaints(natural: list[int], chosen: list[int]) -> np.ndarray:
    """Outcomes of reviews that only complain."""
    counts = np.zeros((2, 4, 3), dtype=np.int64)
    counts[0, NEGATIVE], counts[1, NEGATIVE] = natural, chosen
    return counts


def test_the_ratio_of_true_complaints_is_the_sub_aspects_own_or_that_of_its_kin():
    counts = {
        "q.size": complaints([600, 300, 0], [0, 0, 500]),
        "q.taste": complaints([0, 0, 0], [0, 0, 0]),
        "l.speed": complaints([600, 0, 300], [0, 0, 0]),
    }
    even = ShopMix(np.ones(4), np.ones((400, 4)))
    found = complaint_ratios(counts, even, CODES, np.array([0, 0, 1]), np.random.default_rng(0))
    ratios = np.column_stack([found[code] for code in CODES])
    medians = np.median(ratios, axis=0)
    assert medians[[0, 2]] == pytest.approx([1.5, 2 / 3], rel=0.06)
    assert medians[1] > 1.1
    assert np.ptp(ratios[:, 1]) > 5 * np.ptp(ratios[:, 0])


def test_where_no_held_out_review_complains_of_an_aspect_its_sub_aspects_have_no_ratio():
    nothing = complaints([0, 0, 0], [0, 0, 0])
    counts = {"q.size": complaints([6, 3, 0], [0, 0, 0]), "q.taste": nothing, "l.speed": nothing}
    even = ShopMix(np.ones(4), np.ones((10, 4)))
    found = complaint_ratios(counts, even, CODES, np.array([0, 0, 1]), np.random.default_rng(0))
    assert list(found) == ["q.size", "q.taste"]
    alone = complaint_ratios(dict.fromkeys(CODES, nothing), even, CODES, np.array([0, 0, 1]), np.random.default_rng(0))
    assert alone == {}


def vague_shop(known):
    """Themes of 1 % each, and what the report says of them when this is known of their complaints."""
    facts = make_facts([{"quality": "negative"}] * 12 + [{"quality": "positive"}] * 588)
    mentions = [(row, "q.size", "negative", "t") for row in range(6)]
    mentions += [(row, "q.taste", "negative", "u") for row in range(6, 12)]
    true, shown = (np.pad(part, ((0, 0), (0, 2))) for part in reviews(2000, 0.2, np.random.default_rng(4)))
    true[:50, 0], shown[:50, 0] = MIXED, MIXED
    held_out = replace(held_out_of((true, shown), (true[:0], shown[:0])), complaints=known, sole=known)
    return analyse(
        facts,
        make_mentions(mentions),
        load_taxonomy(),
        make_themes(("t", "quality", "q.size"), ("u", "quality", "q.taste")),
        aspects=ASPECTS,
        confusion=make_confusion(),
        held_out=held_out,
        config=InsightConfig(draws=400),
    )


def test_no_more_reviews_have_a_theme_than_complain_of_its_aspect():
    insight = vague_shop({"q.size": complaints([0, 3, 0], [0, 0, 0]), "q.taste": complaints([1, 3, 0], [0, 0, 0])})
    quality = insight.details["index"]["aspects"][0]["corrected"]
    complain = (quality["negative"] + quality["mixed"]) / insight.details["index"]["reviews"]
    for theme in insight.themes.to_pylist():
        assert theme["share_low"] <= theme["share"] <= theme["share_high"] < 3 * complain


def test_the_counted_share_is_held_even_where_fewer_are_thought_to_complain():
    ratio, most = np.full((50, 2), 40.0), np.tile([0.03, 2.0], (50, 1))
    low, high = share_intervals(np.array([50, 50]), 1000, ratio, most, np.array([0, 1]), np.random.default_rng(0))
    assert low == pytest.approx([0.03, 0.05])
    assert high == pytest.approx([0.05, 1.0])


def test_what_is_known_of_no_complaint_of_an_aspect_is_that_of_the_aspect():
    nothing = complaints([0, 0, 0], [0, 0, 0])
    silent = vague_shop({"q.size": nothing, "q.taste": nothing})
    assert silent.themes.equals(vague_shop({}).themes)
    assert min(silent.themes["share_high"].to_pylist()) > 0.01


def test_a_complaint_is_alone_where_its_aspect_has_no_other():
    complains = np.array([[1, 0, 1], [1, 1, 1], [0, 0, 0]], dtype=np.bool_)
    alone = only_complaints(complains, np.array([0, 0, 1]))
    assert alone.tolist() == [[True, False, True], [False, False, True], [False, False, False]]


def test_a_theme_of_a_sub_aspect_that_is_often_misread_has_the_wider_intervals():
    facts = make_facts([{"quality": "negative"}] * 60 + [{"quality": "positive"}] * 540)
    mentions = [(row, "q.size", "negative", "t") for row in range(30)]
    mentions += [(row, "q.taste", "negative", "u") for row in range(30, 60)]
    themes = make_themes(("t", "quality", "q.size"), ("u", "quality", "q.taste"))
    rng = np.random.default_rng(4)
    true, shown = (np.pad(part, ((0, 0), (0, 2))) for part in reviews(400, 0.2, rng))
    known = {"q.size": complaints([40, 2, 1], [0, 0, 0]), "q.taste": complaints([20, 20, 20], [0, 0, 0])}
    held_out = replace(held_out_of((true, shown), (true[:0], shown[:0])), complaints=known, sole=known)
    turned = dict(reversed(known.items()))
    insight, again = (
        analyse(
            facts,
            make_mentions(mentions),
            load_taxonomy(),
            themes,
            aspects=ASPECTS,
            confusion=make_confusion(),
            held_out=one,
            config=InsightConfig(draws=300),
        )
        for one in (held_out, replace(held_out, complaints=turned, sole=turned))
    )
    assert again.themes.equals(insight.themes)
    width = {theme["theme_id"]: theme["share_high"] - theme["share_low"] for theme in insight.themes.to_pylist()}
    assert width["u"] > 1.3 * width["t"]
    gain = {theme["theme_id"]: theme["impact_high"] - theme["impact_low"] for theme in insight.themes.to_pylist()}
    assert gain["u"] > 1.1 * gain["t"]
    assert {theme["share"] for theme in insight.themes.to_pylist()} == {0.05}
