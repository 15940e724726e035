import json
from importlib import resources

import jsonschema

from review_mining import ReviewMiner

SCHEMA = json.loads((resources.files("review_mining") / "report" / "schema.json").read_text(encoding="utf-8"))


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_reports_follow_it():
    validator = jsonschema.Draft202012Validator(SCHEMA)
    miner = ReviewMiner()
    for reviews in (["拉链用了三天就坏了，客服也不理人", "物流很快"], ["好"], [""], ["发货太慢，等了一周"] * 12):
        content = json.loads(json.dumps(miner.analyze(reviews).content))
        assert [error.message for error in validator.iter_errors(content)] == []
