"""Operational figures: read strictly, mapped as documented, folded in with their weight."""

import json

import pytest
from invented_shop import ASPECTS, make_confusion, make_facts, make_mentions, make_themes

from review_mining.config import InsightConfig
from review_mining.errors import ConfigError, InputError
from review_mining.insight import Metrics, analyse, load_definitions, read_metrics
from review_mining.taxonomy import load_taxonomy

CSV = "name,value,period\nquality_return_rate,0.5%,now\nquality_return_rate,8%,before\n到货时长,102,\n"


def score(metrics):
    facts = make_facts([{"quality": "positive", "logistics": "positive"}] * 40)
    insight = analyse(
        facts,
        make_mentions([]),
        load_taxonomy(),
        make_themes(),
        aspects=ASPECTS,
        confusion=make_confusion(),
        config=InsightConfig(draws=200),
        metrics=metrics,
    )
    return insight, {row["aspect"]: row["score"] for row in insight.score.to_pylist()}


@pytest.fixture
def written(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return write


def test_csv_yaml_and_json_say_the_same(written):
    from_csv = read_metrics(written("m.csv", "﻿" + CSV))
    assert from_csv.now == {"quality_return_rate": pytest.approx(0.005), "delivery_hours": 102.0}
    assert from_csv.before == {"quality_return_rate": pytest.approx(0.08)}
    mapping = read_metrics(written("m.yaml", "quality_return_rate: 0.5%\ndelivery_hours: 102\n"))
    assert mapping.now == from_csv.now
    rows = [{"name": "到货时长", "value": 102}, {"name": "Quality return rate", "value": 0.08, "period": "previous"}]
    assert read_metrics(written("m.json", json.dumps(rows))).before == {"quality_return_rate": 0.08}


def test_figures_are_worth_what_the_definition_says():
    definition = load_definitions().metrics["delivery_hours"]
    assert [definition.worth(hours) for hours in (0, 36, 102, 168, 999)] == [1.0, 1.0, 0.5, 0.0, 0.0]
    rising = load_definitions().metrics["response_rate_3min"]
    assert rising.worth(0.98) == 1.0
    assert rising.worth(0.1) == 0.0


def test_figures_are_folded_into_their_aspect_with_their_part(written):
    _, without = score(None)
    insight, with_figures = score(read_metrics(written("m.csv", "name,value\ndelivery_hours,102\n")))
    assert with_figures["logistics"] == pytest.approx(without["logistics"] * 2 / 3 + 2.5 / 3, abs=1e-4)
    assert with_figures["quality"] == without["quality"]
    (given,) = insight.details["metrics"]["given"]
    assert (given["name"], given["worth"], given["folded_in"]) == ("delivery_hours", 2.5, True)
    assert given["part"] == pytest.approx(1 / 3, abs=1e-6)
    assert insight.details["sub_items"][1]["operations"] == pytest.approx(2.5 / 3, abs=1e-6)


def test_what_was_not_given_is_listed():
    insight, _ = score(None)
    assert {entry["name"] for entry in insight.details["metrics"]["unseen"]} == set(load_definitions().metrics)
    assert Metrics.none_given().now == {}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("m.csv", "name,value\nreturn_rate,1\n", "Known figures: quality_return_rate"),
        ("m.csv", "name,value\nquality_return_rate,abc\n", r"row 0: 'abc' is not a value"),
        ("m.csv", "name,value\nquality_return_rate,3\n", "share from 0 to 1"),
        ("m.csv", "name,value\ndelivery_hours,-1\n", "hours, 0 or more"),
        ("m.csv", "name,value\ndelivery_hours,nan\n", "is not a value"),
        ("m.csv", "name,value\ndelivery_hours,1\n到货时长,2\n", "row 1: '到货时长' is given twice"),
        ("m.csv", "name,value,period\ndelivery_hours,1,lately\n", "period 'lately' is not known"),
        ("m.csv", "figure,number\n", "has the columns"),
        ("m.csv", "", "has the columns"),
        ("m.json", "{", "is not valid JSON"),
        ("m.json", "[" * 100000, "is not valid JSON"),
        ("m.yaml", "a: [", "is not valid YAML"),
        ("m.yaml", "- 1\n- 2\n", "neither a mapping nor a list"),
        ("m.yaml", "", "neither a mapping nor a list"),
    ],
)
def test_a_file_that_is_not_understood_says_why(written, name, content, message):
    with pytest.raises(InputError, match=message):
        read_metrics(written(name, content))


def test_a_missing_file_and_other_encodings_say_so(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_metrics(tmp_path / "none.csv")
    (tmp_path / "gbk.csv").write_bytes("name,value\n到货时长,1\n".encode("gbk"))
    with pytest.raises(InputError, match="not UTF-8"):
        read_metrics(tmp_path / "gbk.csv")
    (tmp_path / "big.csv").write_text("x" * 1_000_001, encoding="utf-8")
    with pytest.raises(InputError, match="larger than"):
        read_metrics(tmp_path / "big.csv")


def test_a_definition_needs_two_ends(written):
    line = "metrics: {x: {zh: 甲, en: X, aspect: quality, unit: hours, floor: 1, target: 1, weight: 0.5}}"
    with pytest.raises(ConfigError, match="must differ"):
        load_definitions(written("d.yaml", line))
