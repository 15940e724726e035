"""What of a theme is urgent: danger beside its own words, returns and disputes of its reviews."""

from invented_shop import ASPECTS, make_confusion, make_facts, make_mentions, make_themes

from review_mining.config import InsightConfig
from review_mining.insight import analyse
from review_mining.taxonomy import load_industry, load_taxonomy

SAFETY, RETURN, DISPUTE = 1, 2, 4
TWO = make_themes(("plug", "quality", "q.durability"), ("late", "logistics", "l.speed"))


def run(rows, mentions, taxonomy=None):
    details = analyse(
        make_facts(rows),
        make_mentions(mentions),
        taxonomy or load_taxonomy(),
        TWO,
        aspects=ASPECTS,
        confusion=make_confusion(),
        config=InsightConfig(draws=200),
    ).details
    return {entry["theme_id"]: entry["severity"] for entry in details["themes"]}, details["severity"]


def test_danger_counts_for_the_theme_beside_it_and_returns_for_all():
    rows = [{"quality": "negative", "logistics": "negative", "severity": SAFETY | RETURN}] * 3
    mentions = [(i, "q.durability", "negative", "plug", "text", SAFETY) for i in range(3)]
    themes, _ = run(rows, mentions + [(i, "l.speed", "negative", "late") for i in range(2)])
    assert themes == {
        "plug": {"safety": 3, "return": 3, "dispute": 0},
        "late": {"safety": 0, "return": 2, "dispute": 0},
    }


def test_a_review_counts_once_in_whichever_text_it_says_so():
    row = {"quality": "negative", "severity": RETURN}
    row |= {f"follow_up_{name}": "negative" for name in ASPECTS} | {"follow_up_severity": RETURN | DISPUTE}
    mentions = [(0, "q.durability", "negative", "plug", field, SAFETY) for field in ("text", "text", "follow_up")]
    themes, shop = run([row], mentions)
    assert themes["plug"] == {"safety": 1, "return": 1, "dispute": 1}
    assert shop["counted"] == {"n": 1, "safety": 0, "return": 1, "dispute": 1}


def test_praise_beside_danger_is_no_danger_of_the_theme():
    themes, _ = run([{"severity": SAFETY}], [(0, "q.durability", "positive", "plug", "text", SAFETY)])
    assert themes["plug"]["safety"] == 0


def test_what_does_not_count_is_not_counted():
    rows = [{"quality": "negative", "severity": DISPUTE, "counted": False}]
    themes, shop = run(rows, [(0, "q.durability", "negative", "plug", "text", SAFETY)])
    assert themes["plug"] == {"safety": 0, "return": 0, "dispute": 0}
    assert shop["counted"]["n"] == 0


def test_what_the_industry_hides_is_not_dangerous():
    mentions = [(i, code, "negative", "plug", "text", SAFETY) for i, code in enumerate(("s.install", "q.size"))]
    apparel = load_industry("apparel").applied_to(load_taxonomy())
    themes, _ = run([{"service": "negative"}, {"quality": "negative"}], mentions, apparel)
    assert themes["plug"]["safety"] == 1


def test_the_shop_is_counted_as_a_whole_and_where_it_complains():
    rows = [{"quality": "negative", "severity": RETURN}, {"quality": "mixed"}, {"severity": SAFETY}, {}]
    _, shop = run(rows, [])
    assert shop["counted"] == {"n": 4, "safety": 1, "return": 1, "dispute": 0}
    assert shop["complaining"] == {"n": 2, "safety": 0, "return": 1, "dispute": 0}
