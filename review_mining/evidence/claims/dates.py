"""When a buyer says to have bought or received the goods, and for how long to have used them.

A day is read as an interval of days before the statement: 昨天 is one day ago, 上周 one to fourteen, 一个多月 thirty to
sixty. What was said of another parcel, a pick-up point, or a promise is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from review_mining.evidence.claims.clauses import clauses
from review_mining.evidence.claims.numbers import NUMBER, number

DayEvent = Literal["received", "bought", "used"]


@dataclass(frozen=True)
class DayClaim:
    """Something that happened so many days before the statement, or has gone on for so long.

    Attributes:
        event: what happened.
        low: fewest days ago.
        high: most days ago.
        words: the words that were read.
    """

    event: DayEvent
    low: int
    high: int
    words: str


_NAMED = {
    "今": (0, 0),
    "昨": (1, 1),
    "前": (2, 2),
    "大前": (3, 3),
}
_UNIT_DAYS = {"天": (1, 0), "周": (7, 3), "星期": (7, 3), "礼拜": (7, 3), "月": (30, 10), "年": (365, 45)}
"""Days of a unit, and how far a round number of them may be off."""
_HALVES = {"半": (0.5, 0.5), "大半": (0.5, 1.0), "小半": (0.25, 0.5)}
_MOST = 1_000
_LONGEST_USE = 800
"""Days; who has used something for ten years speaks of the brand."""
_DURATION = (
    rf"(?:(?P<nearly>快|将近|差不多)?(?P<count>{NUMBER}|大半|小半|半)(?P<over>多)?"
    r"(?:个?(?P<half>多|半)?(?P<unit>天|周|星期|礼拜|年)|(?:个(?P<half_month>多|半)?"
    r"|(?<=[俩仨半]))(?P<month_unit>月))(?P<rest>多|半)?)"
)
"""Months need their 个: 3月 is March."""
_NAMED_DAY = r"(?P<named>大前|今|昨|前)(?:天|日|早|晚|儿)(?:个)?"
_LAST_WEEK = r"(?P<week>上(?:个)?(?:周|星期|礼拜)[一二三四五六日天末]?)"
_CALENDAR = (
    r"(?<![年\d一二三四五六七八九十])"
    r"(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})月(?:(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})[号日]"
    r"|(?P<part>初|底|末|中旬?))"
)
_WHEN = rf"(?:{_NAMED_DAY}|{_LAST_WEEK}|{_CALENDAR}|{_DURATION}(?:以)?前)"
_FILLER = (
    r"(?:早上|上午|中午|下午|晚上|傍晚|才|刚|刚刚|就|我|这|快递|包裹|货|东西|已经|已|终于|的时候|给我|派|,|，"
    r"|\s|在你们?(?:家|店)|在店里){0,4}"
)

_RECEIVED_VERB = r"(?:收到|签收|到手|到货|送到|拿到|到的|收的货|收货)"
_BOUGHT_VERB = r"(?:买的|买了|买回|下单|下的单|拍的|拍下|订的|购买|购入)"

_PATTERNS: tuple[tuple[DayEvent, re.Pattern[str]], ...] = (
    ("received", re.compile(_WHEN + _FILLER + _RECEIVED_VERB)),
    ("received", re.compile(r"(?P<just>刚刚?才?)(?:收到|到手|签收|到货|拿到)(?:货|了|的|手|$)")),
    (
        "received",
        re.compile(
            rf"(?:收到|签收|到手|到货)(?:货|手|东西|商品|快递|包裹)?(?:已经|已|都|有|也)?{_DURATION}(?:了"
            rf"|啦)(?!就|又|没|便)"
        ),
    ),
    ("bought", re.compile(_WHEN + _FILLER + _BOUGHT_VERB)),
    ("bought", re.compile(r"(?P<just_bought>刚刚?才?)(?:买|下单|拍)(?:的|了|下|完|$)")),
    ("bought", re.compile(rf"买(?:了|来)?(?:已经|已|都|有)?{_DURATION}(?:了|啦)(?!就|又|没|便)")),
    (
        "used",
        re.compile(
            rf"(?:用|使用|穿|戴|背|骑|睡|盖|铺)(?:了|过)?(?:已经|有|都|将近)?{_DURATION}"
            r"(?=$|了|啦|就|才|后|以后|之后|的时候|便|突然|开始|左右|都|又|还|不|没|鞋|电|屏|表)"
        ),
    ),
)
_OF_ANOTHER = re.compile(
    r"补发|换货|换的|换回|换来|重发|重新发|第[一二三]次|驿站|快递柜|菜鸟|丰巢|代收|门卫|物业|取件|取回|取的"
    r"|取到|去取|去拿|出差|在外地|不在家|才拿"
    r"|邻居|我妈|我爸|婆婆|老人|送人|送给|礼物|朋友"
)
_NOT_HAPPENED = re.compile(
    r"刚刚?(?:买|收到|到手|拿到|下单|拍)(?:回来|来|货|了|的)?(?:的)?(?:时候|时|那会|那阵|那天)"
    r"|你们.{0,6}(?:签收|收到)|仓库|退货|这款|这个牌子|一直|同款|同学|同事|回购|老顾客|还好好的|都没(?:事|坏"
    r"|问题)|没(?:有)?(?:收|到|签|买|用|穿|戴)|未(?:收|签|到)|还没|说好|承诺|预计|应该|显示|客服|平台说|想买"
    r"|要买|打算"
    r"|准备|如果|上次|上回|之前|以前"
    r"|买过|又买|也买|再买|那个|上一|第一个|原来|旧的|老的|别家|别的|宣传|保证|能用|可以用|能穿|保修|质保|本来"
    r"|一般|正常|至少|起码|不到|没到|不足|不满"
    r"|退回|寄回|收到(?:了)?(?:信息|短信|消息|通知|回复|电话|退款|钱|货款)|用(?:了)?一?(?:次|下)|去年|前年|要用"
    r"|店里的|酒店|房间"
)


def day_claims(statement: str, said_on: date) -> list[DayClaim]:
    """Read the days of a statement.

    Args:
        statement: free text. One that speaks of a pick-up point or of goods sent again gives none.
        said_on: when it was written; calendar days are taken from the last twelve months.
    """
    if _OF_ANOTHER.search(statement):
        return []
    claims: list[DayClaim] = []
    for clause in clauses(statement):
        if not _NOT_HAPPENED.search(clause):
            claims.extend(_of_clause(clause, said_on))
    return [claim for claim in claims if all(_agree(claim, other) for other in claims)]


def _agree(one: DayClaim, other: DayClaim) -> bool:
    """Whether two claims can be about the same thing; who names two days of receipt speaks of two parcels."""
    return one.event != other.event or (one.low <= other.high and other.low <= one.high)


def _of_clause(clause: str, said_on: date) -> Iterator[DayClaim]:
    seen: set[DayEvent] = set()
    for event, pattern in _PATTERNS:
        found = pattern.search(clause)
        if found is None or event in seen:
            continue
        span = _span(found.groupdict(), said_on)
        if span is not None and not (event == "used" and span[0] > _LONGEST_USE):
            seen.add(event)
            yield DayClaim(event, *span, found.group().strip("，, "))


def _span(found: dict[str, str | None], said_on: date) -> tuple[int, int] | None:
    if found.get("just"):
        return 0, 3
    if found.get("just_bought"):
        return 0, 14
    if named := found.get("named"):
        return _NAMED[named]
    if found.get("week"):
        return 1, 14
    if found.get("month"):
        return _calendar(found, said_on)
    return _duration(found)


def _duration(found: dict[str, str | None]) -> tuple[int, int] | None:
    count = found["count"] or ""
    days, slack = _UNIT_DAYS[found["unit"] or "月"]
    if count in _HALVES:
        low, high = _HALVES[count]
    else:
        value = number(count)
        if value is None or value > _MOST:
            return None
        low, high = value - (0.25 if found["nearly"] else 0), value
        if found["over"] or found["half"] or found["half_month"] or found["rest"]:
            high += 1
    return max(0, round(low * days - slack)), round(high * days + slack)


def _calendar(found: dict[str, str | None], said_on: date) -> tuple[int, int] | None:
    month = number(found["month"] or "")
    if found["part"]:
        first, last = {"初": (1, 10), "中": (10, 20), "中旬": (10, 20), "底": (20, 28), "末": (20, 28)}[found["part"]]
    else:
        day = number(found["day"] or "")
        if day is None:
            return None
        first = last = int(day)
    try:
        early, late = (date(said_on.year, int(month or 0), day) for day in (first, last))
        if early > said_on:
            early, late = early.replace(year=said_on.year - 1), late.replace(year=said_on.year - 1)
    except ValueError:
        return None
    return max(0, (said_on - late).days), (said_on - early).days
