import json
from importlib import resources

import jsonschema

from review_mining import ReviewMiner
from review_mining.config import ReportConfig, ThemesConfig

SCHEMA = json.loads((resources.files("review_mining") / "report" / "schema.json").read_text(encoding="utf-8"))


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_reports_follow_it():
    validator = jsonschema.Draft202012Validator(SCHEMA)
    miner = ReviewMiner()
    for reviews in (["拉链用了三天就坏了，客服也不理人", "物流很快"], ["好"], [""], ["发货太慢，等了一周"] * 12):
        content = json.loads(json.dumps(miner.analyze(reviews).content))
        assert [error.message for error in validator.iter_errors(content)] == []


def test_a_report_that_carries_themes_on_follows_it():
    reviews = ["拉链坏了", "拉链用两天就坏", "拉链头坏掉", "拉链容易坏", "拉链又坏", "拉链坏了没法用"]
    first = ReviewMiner().analyze(reviews)
    for refit in (False, True):
        config = ReportConfig(themes=ThemesConfig(refit=refit))
        content = ReviewMiner(themes=first.directory / "theme_model", config=config).analyze(reviews).content
        plain = json.loads(json.dumps(content))
        assert [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(plain)] == []
        assert plain["run"]["themes_drift"]["level"] == "none"
        assert bool(plain["run"]["themes_changes"]) == refit
