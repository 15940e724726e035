"""What is read out of statements: numbers, counts, days, amounts, goods, variants."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_mining.evidence.claims.amounts import paid_claim
from review_mining.evidence.claims.condition import is_untouched, never_came
from review_mining.evidence.claims.counts import count_claim
from review_mining.evidence.claims.dates import day_claims
from review_mining.evidence.claims.goods import complained_goods, goods_in
from review_mining.evidence.claims.numbers import number
from review_mining.evidence.claims.variants import chosen_variants, differs

TODAY = date(2026, 3, 10)
DIGITS = "零一二三四五六七八九"


def written(value):
    """A number below 100,000 in Chinese numerals, by the grammar and not by the reader."""
    parts, gap = [], False
    for unit, sign in ((10_000, "万"), (1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            parts.append(("零" if gap and parts else "") + DIGITS[digit] + sign)
            gap = False
        else:
            gap = True
    return "".join(parts)


@given(st.integers(1, 99_999))
def test_every_written_number_is_read(value):
    assert number(written(value)) == value
    assert number(str(value)) == value


@given(st.text("零一二两三四五六七八九十百千万俩仨半几0123456789.", max_size=12))
def test_no_sequence_of_numerals_is_too_much(text):
    value = number(text)
    assert value is None or value >= 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("两", 2),
        ("俩", 2),
        ("十二", 12),
        ("三百五", 350),
        ("一千二", 1200),
        ("两万五", 25000),
        ("一百零五", 105),
        ("1.5", 1.5),
    ],
)
def test_spoken_numbers(text, value):
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "三五", "二三", "百", "十百", "半", "几"])
def test_what_is_no_number(text):
    assert number(text) is None


@pytest.mark.parametrize(
    ("statement", "bought", "received"),
    [
        ("拍了两箱梨，只发了一箱", 2, 1),
        ("我买了４个香薰，快递才送来3个", 4, 3),
        ("买了三个月", None, None),
        ("买二送一", None, None),
        ("上次买了4个没问题", None, None),
        ("朋友买了两条", None, None),
        ("拍了三张照片给你", None, None),
        ("分两单买了5个", None, None),
        ("买的两瓶洗发水，一瓶沐浴乳", None, None),
        ("三只装", None, None),
        ("一只五条腿", None, None),
        ("买了5个或者买了6个", None, None),
    ],
)
def test_counts(statement, bought, received):
    claim = count_claim(statement)
    assert (claim.bought, claim.received) == (bought, received)


@pytest.mark.parametrize(
    ("statement", "event", "low", "high"),
    [
        ("昨天收到", "received", 1, 1),
        ("前天才签收的", "received", 2, 2),
        ("刚收到货就坏", "received", 0, 3),
        ("收到货五天了", "received", 5, 5),
        ("3月1号收到的", "received", 9, 9),
        ("12月31日下单的", "bought", 69, 69),
        ("上周买的", "bought", 1, 14),
        ("买了三个多月了", "bought", 80, 130),
        ("用了俩月就坏", "used", 50, 70),
        ("穿了半年", "used", 138, 228),
    ],
)
def test_days(statement, event, low, high):
    (claim,) = day_claims(statement, TODAY)
    assert (claim.event, claim.low, claim.high) == (event, low, high)


@pytest.mark.parametrize(
    "statement",
    [
        "昨天从驿站取的",
        "昨天收到补发的",
        "昨天没收到",
        "说好昨天到货",
        "收到货三天就坏了",
        "上一个用了三年",
        "宣传能用一年",
        "用了不到三个月",
        "用了十年的牌子",
        "刚买的时候好好的",
        "刚收到时没看",
        "你们仓库昨天签收了",
        "2月30号收到的",
        "5月5号下单，5月8号下单",
    ],
)
def test_days_that_say_nothing_of_this_parcel(statement):
    assert day_claims(statement, TODAY) == []


@pytest.mark.parametrize(
    ("statement", "yuan"),
    [
        ("花了三百五买的包", 350),
        ("实付￥268", 268),
        ("299买的", 299),
        ("花了500多块", 500),
        ("双11买的", None),
        ("6.18买的", None),
        ("去医院花了五百", None),
        ("找师傅安装，花了200元", None),
        ("花了3个小时", None),
        ("多花几十块", None),
        ("不值200元", None),
    ],
)
def test_amounts(statement, yuan):
    claim = paid_claim(statement)
    assert (None if claim is None else claim[0]) == yuan


@pytest.mark.parametrize(
    ("statement", "sku", "contradicted"),
    [
        ("我买的是蓝色", "黑色 L", False),
        ("我买的是红色", "黑色 L", True),
        ("我买的白色", "米白", False),
        ("我买的藏青色", "黑色", False),
        ("我买的红色", "红枣味 500g", False),
        ("选的XXL", "2XL 灰", False),
        ("选的L", "XL 灰", True),
        ("选的L", "5L", False),
        ("下单的是39码", "40 灰", True),
        ("下单的是39码", "40cm", False),
        ("买的256G", "128GB", True),
        ("买的2米的", "1.5m", True),
        ("之前买的红色", "黑色", False),
        ("想要红色没货", "黑色", False),
    ],
)
def test_variants(statement, sku, contradicted):
    assert any(differs(trait, value, sku) for trait, value, _ in chosen_variants(statement)) == contradicted


@pytest.mark.parametrize(
    ("statement", "goods"),
    [
        ("这双鞋开胶了", {"shoes"}),
        ("你家的苹果烂了", {"fruit"}),
        ("苹果手机壳裂了", set()),
        ("鞋柜掉漆", set()),
        ("放在桌上，鞋子旁边", set()),
        ("收到的是一双袜子，发错了", set()),
        ("洗衣服的时候漏了", set()),
    ],
)
def test_goods_complained_about(statement, goods):
    assert set(complained_goods(statement)) == goods


def test_goods_of_a_product_name():
    assert goods_in("加绒运动鞋男 送袜子") == {"shoes", "underwear"}
    assert goods_in("鞋柜 三层") == set()


@pytest.mark.parametrize(
    ("statement", "untouched", "nothing"),
    [
        ("没拆封，东西没问题", True, False),
        ("包裹我一直没收到", False, True),
        ("空包裹", False, True),
        ("还没收到货，什么时候到", False, False),
        ("根本没收到短信", False, False),
        ("空包裹图是假的", False, False),
    ],
)
def test_condition(statement, untouched, nothing):
    assert (is_untouched(statement), never_came(statement)) == (untouched, nothing)


@given(st.text(max_size=400) | st.text("买拍了收到昨天用只五个月年元花色的红码L3 ，", max_size=400))
def test_no_text_breaks_a_reader(text):
    count_claim(text)
    day_claims(text, TODAY)
    paid_claim(text)
    chosen_variants(text)
    complained_goods(text)
