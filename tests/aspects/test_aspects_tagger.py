from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_mining.aspects import AspectTagger
from review_mining.errors import ModelError, UsageError
from review_mining.tables import ABSTAIN, LABELS, OPINIONS, OVERALL, review_aspects_schema

_TEXTS = (
    "物流很快，客服态度也好，就是手机发热严重",
    "",
    "   ",
    "😀😀😀",
    "坏的\ud800坏的",
    "質量很差！！！！包裝也破了",
    "ＡＢＣ　东西不错",
    "……",
)


@pytest.fixture(scope="module", params=["aspects", "baseline"])
def tagger(request: pytest.FixtureRequest) -> AspectTagger:
    return AspectTagger.from_pretrained(request.param)


def test_the_network_is_the_default() -> None:
    assert AspectTagger.from_pretrained().version == AspectTagger.from_pretrained("aspects").version


def test_tables_have_the_agreed_shape(tagger: AspectTagger) -> None:
    opinions, labels = tagger.tag(_TEXTS[:4], review_ids=["a", "b", "c", "d"], field="follow_up")
    assert opinions.schema == OPINIONS
    assert labels.schema == review_aspects_schema(tuple(tagger.taxonomy.aspects))
    assert labels.column("review_id").to_pylist() == ["a", "b", "c", "d"]
    assert set(labels.column("field").to_pylist()) == {"follow_up"}


def test_plain_reviews_are_understood(tagger: AspectTagger) -> None:
    opinions, labels = tagger.tag(["物流很快，第二天就到了", "客服态度恶劣，不给退货"])
    assert labels.column("logistics").to_pylist() == ["positive", "none"]
    assert labels.column("service").to_pylist() == ["none", "negative"]
    assert labels.column("overall").to_pylist() == ["positive", "negative"]
    assert "l.speed" in opinions.column("sub_aspect").to_pylist()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40) | st.sampled_from(_TEXTS), max_size=5))
def test_spans_stand_in_the_text_and_labels_are_sound(tagger: AspectTagger, texts: list[str]) -> None:
    usable = [text.encode("utf-8", "replace").decode() for text in texts]
    opinions, labels = tagger.tag(usable)
    for row in opinions.to_pylist():
        assert row["span"] == usable[int(row["review_id"])][row["start"] : row["end"]] != ""
        assert 0.0 <= row["confidence"] <= 1.0
        assert row["opinion_id"] == f"{row['review_id']}/text/{row['start']}-{row['end']}/{row['sub_aspect']}"
    for row in labels.to_pylist():
        assert row["overall"] in OVERALL
        for aspect in tagger.taxonomy.aspects:
            assert row[aspect] in (*LABELS, ABSTAIN)
            assert sum(row[f"{aspect}_{label}"] for label in LABELS) == pytest.approx(1.0)


_TOGETHER = [text for text in _TEXTS if text.isprintable() or not text.strip()] * 3


def _alone(tagger: AspectTagger) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    tables = [tagger.tag([text], review_ids=[str(place)]) for place, text in enumerate(_TOGETHER)]
    return [row for table, _ in tables for row in table.to_pylist()], [
        row for _, table in tables for row in table.to_pylist()
    ]


@pytest.mark.parametrize("model", ["baseline", "aspects"])
def test_a_text_reads_the_same_in_any_company(model: str) -> None:
    tagger = AspectTagger.from_pretrained(model)
    opinions, labels = tagger.tag(_TOGETHER)
    assert (opinions.to_pylist(), labels.to_pylist()) == _alone(tagger)


def test_labels_and_opinions_agree(tagger: AspectTagger) -> None:
    opinions, labels = tagger.tag(["屏幕很好，电池不行，物流很慢，客服耐心，价格便宜", *_TEXTS[:1]])
    signs: dict[tuple[str, str], set[str]] = {}
    for row in opinions.to_pylist():
        signs.setdefault((row["review_id"], row["aspect"]), set()).add(row["polarity"])
    for row in labels.to_pylist():
        for aspect in tagger.taxonomy.aspects:
            found = signs.get((row["review_id"], aspect), set()) - {"neutral"}
            if row[aspect] in ("positive", "negative"):
                assert found == {row[aspect]}
            if row[aspect] == "none":
                assert not found


def test_lone_surrogates_and_long_texts_pass(tagger: AspectTagger) -> None:
    _, labels = tagger.tag(["坏的\ud800坏的", "物流很快，东西不错。" * 10_000, "好" * 100_000])
    assert labels.num_rows == 3


def test_no_text_gives_empty_tables(tagger: AspectTagger) -> None:
    opinions, labels = tagger.tag([])
    assert (opinions.num_rows, labels.num_rows) == (0, 0)


def test_wrong_calls_are_explained(tagger: AspectTagger) -> None:
    with pytest.raises(UsageError, match="2 texts came with 1"):
        tagger.tag(["a", "b"], review_ids=["a"])
    with pytest.raises(UsageError, match="title"):
        tagger.tag(["a"], field="title")
    with pytest.raises(ModelError, match="baseline"):
        AspectTagger.from_pretrained("no-such-model")
