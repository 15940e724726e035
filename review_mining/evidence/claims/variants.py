"""The colour, size or capacity that a buyer says was ordered, and those that an SKU names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from review_mining.evidence.claims.clauses import clauses, folded

Trait = Literal["colour", "letter_size", "shoe_size", "capacity"]

_FAMILIES: Mapping[str, frozenset[str]] = {
    name: frozenset(families.split())
    for families, names in {
        "red": "红 大红 酒红 枣红 砖红 正红 朱红 中国红",
        "red pink": "玫红 桃红 西瓜红 粉红 豆沙",
        "pink": "粉 樱花粉 浅粉 藕粉 裸粉 嫩粉",
        "orange": "橙 橘 桔 橘红 橙红",
        "yellow": "黄 姜黄 柠檬黄 鹅黄 明黄",
        "yellow beige": "米黄 奶黄 香槟",
        "green": "绿 墨绿 军绿 草绿 薄荷绿 果绿 豆绿 浅绿 深绿 抹茶",
        "green blue": "青 湖蓝 孔雀蓝 薄荷 蓝绿 湖绿",
        "blue": "蓝 天蓝 浅蓝 深蓝 宝蓝 雾霾蓝 牛仔蓝 雾蓝",
        "blue black": "藏青 藏蓝 海军蓝",
        "blue purple": "蓝紫 雪青",
        "purple": "紫 浅紫 深紫 香芋 香芋紫 薰衣草",
        "black": "黑 纯黑 曜石黑",
        "grey": "灰 浅灰 雾灰 银灰 麻灰",
        "grey black": "深灰 黑灰 炭灰 枪灰",
        "white": "白 纯白 本白",
        "white beige": "米白 奶白 乳白 象牙白",
        "beige": "米 杏 燕麦",
        "brown": "棕 咖 咖啡 褐 巧克力",
        "brown beige": "卡其 驼 奶茶 焦糖 原木 浅咖",
        "gold yellow": "金 香槟金",
        "grey white": "银",
    }.items()
    for name in names.split()
}
_ALIKE = frozenset(
    frozenset(pair.split())
    for pair in (
        "white beige",
        "white grey",
        "grey black",
        "grey blue",
        "brown beige",
        "brown orange",
        "brown red",
        "brown black",
        "pink red",
        "pink purple",
        "pink orange",
        "pink beige",
        "orange yellow",
        "orange red",
        "yellow gold",
        "yellow beige",
        "green blue",
        "blue purple",
        "blue black",
        "gold beige",
        "gold brown",
        "gold orange",
        "red purple",
    )
)
"""Families that two people may name differently for the same thing."""

_COLOUR = "|".join(sorted(_FAMILIES, key=len, reverse=True))
_LETTER = r"(?:\d?X{1,4}[SL]|[SML])"
_CHOSEN = (
    r"(?:买|拍下|拍|选|订购|订|我要(?=的)|要(?=的是?)|下单选?)(?:了|的时候选的)?(?:的)?(?:明明|分明|就|都"
    r"|应该)?(?:是|选的)?(?:个"
    r"|一件|一个|一双|一条)?"
)
_CLAIMS: tuple[tuple[Trait, re.Pattern[str]], ...] = (
    ("colour", re.compile(rf"{_CHOSEN}(?P<value>{_COLOUR})(?:色|款|(?<![米金银青咖驼杏])(?:的|$))")),
    ("letter_size", re.compile(rf"{_CHOSEN}(?P<value>{_LETTER})(?![A-Za-z0-9])")),
    ("shoe_size", re.compile(rf"{_CHOSEN}(?P<value>[23456]\d(?:\.5)?)码")),
    ("capacity", re.compile(rf"{_CHOSEN}(?P<value>\d+(?:\.\d+)?)(?P<unit>GB?|TB?|米|m|寸)(?![A-Za-z0-9])")),
)
_IN_SKU: Mapping[Trait, re.Pattern[str]] = {
    "colour": re.compile(rf"(?P<value>{_COLOUR})(?:色|款|(?![\u4e00-\u9fff]))"),
    "letter_size": re.compile(rf"(?<![A-Za-z0-9])(?P<value>{_LETTER})(?![A-Za-z0-9])"),
    "shoe_size": re.compile(
        r"(?<![\d.])(?P<value>[23456]\d(?:\.5)?)(?![\d.]|\s?(?:cm|ml|L|g|kg|寸|W|片|包|个"
        "|抽|支))"
    ),
    "capacity": re.compile(r"(?<![\d.])(?P<value>\d+(?:\.\d+)?)\s?(?P<unit>GB?|TB?|米|m|寸)(?![A-Za-z0-9])"),
}
_OTHER_CHOICE = re.compile(
    r"之前|上次|上回|以前|想|本来|原来|犹豫|还是|没货|缺货|平时|一般|平常|老公|老婆|朋友|同事|照片|图|截图|如果"
    r"|要不|换成|再买|又买|也买|两|各|都买|第一次"
)


def chosen_variants(statement: str) -> list[tuple[Trait, str, str]]:
    """The traits that the buyer says were ordered.

    Args:
        statement: free text. Wishes, earlier purchases and several colours at once are passed over.

    Returns:
        Trait, its value, and the words that say so.
    """
    found = []
    for clause in clauses(statement):
        if _OTHER_CHOICE.search(clause):
            continue
        for trait, pattern in _CLAIMS:
            if match := pattern.search(clause):
                found.append((trait, _value(match), match.group()))
    return found


def differs(trait: Trait, value: str, sku: str) -> bool:
    """Whether an SKU names this trait, and another value of it than the buyer.

    Colours that people name differently for the same thing (米白 and 白, 藏青 and 黑) do not differ. An SKU that names
    several sizes or none says nothing.

    Args:
        trait: what is compared.
        value: as :func:`chosen_variants` gives it.
        sku: as the shop writes it.
    """
    named = {_value(match) for match in _IN_SKU[trait].finditer(folded(sku))}
    if trait == "colour":
        return bool(named) and not any(_may_be_one(value, other) for other in named)
    if trait == "capacity":
        named = {other for other in named if other.split()[1] == value.split()[1]}
    return len(named) == 1 and value not in named


def _value(match: re.Match[str]) -> str:
    unit = match.groupdict().get("unit")
    if unit is not None:
        return f"{float(match['value']):g} {({'m': '米'}).get(unit, unit[0])}"
    value = match["value"]
    if "X" in value and not value[0].isdigit():
        crosses = value.count("X")
        return f"{crosses if crosses > 1 else ''}X{value[-1]}"
    return value.removeprefix("1") if "X" in value else value


def _may_be_one(one: str, other: str) -> bool:
    if one in other or other in one:
        return True
    pairs = {frozenset((first, second)) for first in _FAMILIES[one] for second in _FAMILIES[other]}
    return any(len(pair) == 1 or pair in _ALIKE for pair in pairs)
