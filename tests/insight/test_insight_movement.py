"""How themes moved, whatever periods are compared."""

import numpy as np
from invented_shop import ASPECTS, day, make_confusion, make_facts, make_mentions, make_themes

from review_mining.config import InsightConfig
from review_mining.insight import analyse
from review_mining.taxonomy import load_taxonomy

DAYS = 240
THEMES = 40


def changes(compare_to):
    """Change points of themes that are spoken of in bursts of four days and whose rate never changes for good."""
    rng = np.random.default_rng(5)
    bursts = np.repeat(rng.gamma(0.25, 4.0, (THEMES, DAYS // 4)), 4, axis=1)
    rows, mentions = [], []
    for number in range(DAYS):
        for theme, n in enumerate(rng.poisson(0.3 * bursts[:, number])):
            mentions += [(len(rows) + place, "q.size", "negative", f"t{theme}") for place in range(n)]
            rows += [{"quality": "negative", "created_at": day(number)}] * n
        rows += [{"quality": "positive", "created_at": day(number)}] * 10
    insight = analyse(
        make_facts(rows),
        make_mentions(mentions),
        load_taxonomy(),
        make_themes(*((f"t{theme}", "quality", "q.size") for theme in range(THEMES))),
        aspects=ASPECTS,
        confusion=make_confusion(),
        config=InsightConfig(draws=200),
        compare_to=compare_to,
    )
    return {entry["theme_id"]: entry["change_point"] for entry in insight.details["themes"]}


def test_bursts_are_no_change_for_good_however_few_days_are_compared():
    last = f"{day(DAYS - 10):%Y-%m-%d}..{day(DAYS - 6):%Y-%m-%d}"
    found = changes(last)
    assert found == changes(None)
    assert sum(change is not None for change in found.values()) <= 1
