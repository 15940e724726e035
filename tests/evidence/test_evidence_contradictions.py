"""Contradictions of a case: found, weighed, explained, and never more than a question."""

import json

import pytest
from evidence_makers import encoded, exif_segment, image, jpeg_with, png_with, text_chunk, tiff_block
from hypothesis import given, settings
from hypothesis import strategies as st

from review_mining.config import load
from review_mining.errors import ConfigError
from review_mining.evidence import EvidenceClassifier, EvidenceConfig, KeywordRules
from review_mining.evidence.config import ContradictionWeights
from review_mining.evidence.output import cases_table

MAKE, MODEL, TAKEN, OFFSET, SERIAL, GPS = 0x010F, 0x0110, 0x9003, 0x9011, 0xA431, 0x8825
ORDER = {
    "order_id": "o1",
    "product_name": "纯棉背心",
    "sku": "黑色 L",
    "quantity": 1,
    "amount": 89.0,
    "ordered_at": "2026-10-01 12:00:00",
    "delivered_at": "2026-10-05 12:00:00",
    "requested_at": "2026-10-20 12:00:00",
}


def photo(taken=None, offset=None, model="Phone A", serial=None, colour=(90, 90, 90)):
    first = [(MAKE, b"Maker\x00"), (MODEL, model.encode() + b"\x00")]
    deeper = [(TAKEN, taken.encode() + b"\x00")] if taken else []
    deeper += [(OFFSET, offset.encode() + b"\x00")] if offset else []
    deeper += [(SERIAL, serial.encode() + b"\x00")] if serial else []
    return jpeg_with(exif_segment(tiff_block(first, exif_entries=deeper)), picture=image(64, colour))


@pytest.fixture
def judge(tmp_path):
    """Judge a statement with pictures; one classifier per test, so that it remembers."""
    classifier = EvidenceClassifier(EvidenceConfig(), KeywordRules(), images=tmp_path)
    numbers = iter(range(1000))

    def judged(statement="", *, pictures=(), buyer="b1", **order):
        number = next(numbers)
        names = []
        for place, data in enumerate(pictures):
            names.append(f"{number}_{place}.jpg")
            (tmp_path / names[-1]).write_bytes(data)
        facts = {name: value for name, value in {**ORDER, **order}.items() if value is not None}
        case = {"case_id": f"c{number}", "statement": statement, "images": names, "order": facts, "buyer": buyer}
        return classifier.judge(case)

    return judged


def kinds(verdict):
    return [found["kind"] for found in verdict.contradictions]


def test_a_quantity_of_none_and_a_clock_at_the_end_of_time_say_nothing(judge):
    late = photo("9999:12:31 23:00:00", "-10:00")
    assert kinds(judge("买了一件，领口是破的", quantity=0, pictures=[late], requested_at=None)) == []


def test_orders_without_an_id_are_not_one_order(judge):
    judge("没拆封，不想要了", order_id="", buyer=None)
    assert kinds(judge("收到就坏了", order_id="", buyer=None)) == []


@pytest.mark.parametrize(
    ("statement", "order", "kind"),
    [
        ("这双鞋开胶了", {}, "product"),
        ("拍了三件，只发了一件", {}, "quantity"),
        ("我买的红色", {}, "variant"),
        ("花了三百块买的", {}, "amount"),
        ("昨天收到的，领口是破的", {}, "received_date"),
        ("上周买的就破了", {"ordered_at": "2026-06-01", "delivered_at": None}, "order_date"),
        ("穿了半年就破洞", {}, "used_longer"),
    ],
)
def test_a_statement_against_its_order(judge, statement, order, kind):
    verdict = judge(statement, **order)
    assert kinds(verdict) == [kind]
    assert verdict.outcome == "ask_for_more"
    (found,) = verdict.contradictions
    assert found["strength"] == "weak"
    assert "可能" in found["reason"]
    assert "may" in found["reason_en"] or "likely" in found["reason_en"]
    (sign,) = verdict.signs
    assert (sign.kind, sign.reason, dict(sign.facts)) == ("statement_contradiction", found["reason"], found["facts"])


@pytest.mark.parametrize(
    ("statement", "order"),
    [
        ("拍了三件，只发了一件", {"quantity": 3}),
        ("拍了三件，只发了一件", {"quantity": None}),
        ("拍了三件，只发了一件", {"sku": "3件装"}),
        ("手柄就一把", {"product_name": "游戏机"}),
        ("我买的黑色", {}),
        ("花了90块买的", {}),
        ("10月6号收到的", {}),
        ("昨天收到的", {"delivered_at": None}),
        ("昨天收到的", {"requested_at": None}),
        ("穿了两周就破洞", {}),
        ("买家说穿了半年就破洞", {}),
        ("这双鞋开胶了", {"product_name": "运动鞋"}),
        ("这双鞋开胶了", {"product_name": "春季新款 轻便"}),
        ("", {}),
    ],
)
def test_a_statement_that_fits_or_cannot_be_compared(judge, statement, order):
    assert kinds(judge(statement, **order)) == []


def test_a_picture_taken_before_the_order(judge):
    verdict = judge("领口破了", pictures=[photo("2026:09:01 10:00:00")])
    assert kinds(verdict) == ["taken_before_order"]
    assert verdict.outcome == "human_review"
    assert verdict.pictures[0].outcome == "no_sign"
    assert verdict.contradictions[0]["facts"]["zone_known"] is False


def test_a_picture_taken_before_delivery(judge):
    assert kinds(judge("破了", pictures=[photo("2026:10:02 10:00:00")])) == ["taken_before_delivery"]


@pytest.mark.parametrize(
    "taken",
    [
        "2026:10:06 10:00:00",
        "2026:10:03 18:00:00",  # two days before delivery: within what clocks and carriers are off
        "2019:01:01 00:03:00",  # a clock that nobody has set
        "1970:05:01 00:00:00",
        "2027:05:01 00:00:00",  # ahead of the request
        "2026:13:41 00:00:00",
        "yesterday",
    ],
)
def test_times_that_tell_nothing(judge, taken):
    assert kinds(judge("破了", pictures=[photo(taken)])) == []


def test_a_zone_moves_the_time(judge):
    near = {"ordered_at": "2026-10-01 12:00:00", "delivered_at": None}
    assert kinds(judge("破了", pictures=[photo("2026:09:29 05:00:00", "-08:00")], **near)) == []
    assert kinds(judge("破了", pictures=[photo("2026:09:29 05:00:00", "+08:00")], **near)) == ["taken_before_order"]


def test_a_request_before_delivery_is_about_another_parcel(judge):
    order = {"requested_at": "2026-10-03 12:00:00"}
    assert kinds(judge("还没到", pictures=[photo("2026:10:02 10:00:00")], **order)) == []


def test_several_cameras_are_only_a_note(judge):
    verdict = judge("破了", pictures=[photo(), photo(model="Phone B", colour=(9, 9, 9))])
    assert kinds(verdict) == ["cameras"]
    assert (verdict.outcome, verdict.signs, verdict.contradictions[0]["strength"]) == ("no_sign", (), "note")


def test_two_bodies_of_one_model_are_told_apart_without_their_numbers(judge):
    verdict = judge("破了", pictures=[photo(serial="S-11"), photo(serial="S-22", colour=(9, 9, 9))])
    assert kinds(verdict) == ["cameras"]
    assert "S-11" not in json.dumps(verdict.contradictions)


def test_pictures_far_apart_where_the_order_has_no_dates(judge):
    pictures = [photo("2026:03:01 10:00:00"), photo("2026:09:01 10:00:00", colour=(9, 9, 9))]
    undated = {"ordered_at": None, "delivered_at": None}
    assert kinds(judge("破了", pictures=pictures, **undated)) == ["taken_apart"]


def test_pictures_without_exif_or_with_a_broken_one_are_ordinary(judge):
    broken = jpeg_with(exif_segment(tiff_block([(MODEL, b"\xff\xfe\x00")])[:20]))
    pictures = [encoded("JPEG"), encoded("PNG"), png_with(text_chunk("Title", "x")), broken]
    assert kinds(judge("破了", pictures=pictures)) == []


def test_a_place_is_never_read(judge):
    block = tiff_block([(MODEL, b"Phone A\x00"), (GPS, b"31.2304 N 121.4737 E")])
    verdict = judge("破了", pictures=[jpeg_with(exif_segment(block))])
    assert "31.23" not in repr(verdict)


def test_claims_of_one_order_that_exclude_each_other(judge):
    judge("不想要了，没拆封，东西没问题")
    assert kinds(judge("收到就坏了，裂开了")) == ["exclusive_claims"]
    assert kinds(judge("收到就坏了，裂开了", order_id="o2")) == []
    assert kinds(judge("收到就坏了，裂开了", buyer="b2")) == []


def test_fewer_pieces_than_before(judge):
    pack = {"sku": "6瓶装"}
    judge("只收到5瓶，少一瓶", **pack)
    assert kinds(judge("只收到2瓶，少四瓶", **pack)) == ["received_counts"]
    assert kinds(judge("只收到5瓶，少一瓶", **pack)) == []


LONG = "打开箱子全是碎渣，泡沫一点没垫，四个碗碎了三个，麻烦给个说法"


def test_the_same_words_for_another_order(judge):
    judge(LONG)
    assert "same_text" not in kinds(judge(LONG))
    assert kinds(judge(LONG + "！！", order_id="o2")) == ["same_text"]
    verdict = judge(LONG, order_id="o3", buyer="b9")
    assert kinds(verdict) == ["same_text_other_buyer"]
    assert verdict.signs == ()
    assert LONG not in json.dumps(verdict.contradictions, ensure_ascii=False)


def test_short_phrases_repeat_by_chance(judge):
    judge("质量太差")
    assert kinds(judge("质量太差", order_id="o2")) == []


def test_the_oldest_statement_is_forgotten(tmp_path):
    config = EvidenceConfig.model_validate({"contradictions": {"cases_remembered": 2}})
    classifier = EvidenceClassifier(config, KeywordRules(), images=tmp_path)

    def told(name, statement, order):
        return classifier.judge({"case_id": name, "statement": statement, "order": {"order_id": order}, "buyer": "b"})

    told("a", LONG, "o1")
    told("b", "快递把外箱压扁了，里面的瓶子漏了一半，纸箱都是湿的，请处理", "o2")
    assert kinds(told("c", LONG, "o3")) == ["same_text"]
    told("d", "衣服腋下开线，线头特别多，穿一次就成这样了，请给我一个解决办法", "o4")
    told("e", "屏幕有三条亮线，换了电源也一样，机器用起来发烫，申请换新机", "o5")
    assert kinds(told("f", LONG, "o6")) == []


@pytest.mark.parametrize(
    ("weight", "outcome", "listed"),
    [("off", "no_sign", 0), ("note", "no_sign", 1), ("weak", "ask_for_more", 1), ("moderate", "human_review", 1)],
)
def test_the_settings_weigh_a_kind(weight, outcome, listed):
    config = EvidenceConfig.model_validate({"contradictions": {"weights": {"variant": weight}}})
    verdict = EvidenceClassifier(config, KeywordRules()).judge(
        {"case_id": "a", "statement": "我买的红色", "order": ORDER}
    )
    assert (verdict.outcome, len(verdict.contradictions)) == (outcome, listed)


def test_no_contradiction_can_be_strong(tmp_path):
    path = tmp_path / "evidence.yaml"
    path.write_text("contradictions: {weights: {product: strong}}", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"weights\.product"):
        load(path, EvidenceConfig)
    assert "strong" not in {getattr(ContradictionWeights(), name) for name in ContradictionWeights.model_fields}


def test_the_column_holds_them(judge):
    (row,) = cases_table([judge("我买的红色")]).to_pylist()
    (found,) = json.loads(row["contradictions"])
    assert found.keys() == {"kind", "strength", "reason", "reason_en", "facts"}


@settings(max_examples=60, deadline=None)
@given(
    statement=st.text("这双鞋苹果买了三五个件红黑色昨天收到用半年花元L，", max_size=60),
    quantity=st.none() | st.integers(0, 5),
    amount=st.none() | st.floats(0, 1e6),
    days=st.integers(-400, 400),
)
def test_contradictions_never_decide_a_case(statement, quantity, amount, days):
    order = {
        **ORDER,
        "quantity": quantity,
        "amount": amount,
        "delivered_at": f"2026-{1 + days % 12:02}-05T00:00:00+02:00",
    }
    classifier = EvidenceClassifier(EvidenceConfig(), KeywordRules())
    assert classifier.judge({"case_id": "a", "statement": statement, "order": order}).outcome != "strong_sign"


def test_a_hostile_statement_is_read_in_time(judge):
    for piece in ("买了", "三百五十", "昨天收到", "这双鞋", "一", "红色的", "花了9999", "，"):
        judge((piece * 20_000)[:20_000])
