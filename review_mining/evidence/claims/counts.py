"""How many pieces a buyer says were bought and were received."""

from __future__ import annotations

import re
from dataclasses import dataclass

from review_mining.evidence.claims.clauses import clauses
from review_mining.evidence.claims.numbers import NUMBER, number

MEASURES = "个件双瓶盒包箱袋只条套台本支把罐桶片张卷副床顶部辆份对枚棵盆株提听杯根"
_PIECES = rf"(?P<number>{NUMBER})(?P<measure>[{MEASURES}])"
_NO_PIECES = (
    r"(?!多?月|半月|星期|礼拜|小时|钟头|季度|学期|平方|平米|字|问题|要求|人|颜色|色|款|尺码|口味|味道|规格|型号"
    r"|地方|星"
    r"|视频|照片|图|照|月"
    r"|装|送|免|赠|意思|理由|电话|原因|办法|角|洞|孔|口子|印|坑|包装)"
)
_BOUGHT = re.compile(
    rf"(?:买|(?<!个)拍|下单|订购|订|购|我要|要了)(?:了|的|下|的是|了有)?(?:{_PIECES}"
    rf"|(?P<pair>[俩仨])(?![月个人口]))(?!\s*[个]?月){_NO_PIECES}"
)
_BOUGHT_QUANTITY = re.compile(rf"(?:购买|下单|订单|拍的?)(?:的)?(?:数量|件数)(?:是|为)?(?P<number>{NUMBER})(?![.\d])")
_PAID_FOR = re.compile(rf"付(?:了)?(?:(?P<number>{NUMBER})[{MEASURES}]|(?P<pair>[俩仨]))的?(?:钱|款)")
_RECEIVED = re.compile(
    rf"(?:(?<![一二两三四五六七八九十几每\d])只|才|就|仅|仅仅|实际|实际只)(?:给我)?(?:收到|收|发|来|送来|送"
    rf"|到|给|寄|拿到)(?:了|来)?"
    rf"(?:{_PIECES}|(?P<pair>[俩仨])(?![月个人口])){_NO_PIECES}(?P<noun>\w{{0,2}})"
)
_RECEIVED_PLAINLY = re.compile(rf"(?:收到|送来|到货|发来)(?:了|的)?{_PIECES}{_NO_PIECES}(?=$|[少缺差没还另])")

_NOT_THIS_PURCHASE = re.compile(
    r"想|打算|准备|再买|又买|再拍|又拍|没买|没拍|别买|如果|要是|本来|原来|上次|上回|之前|以前|去年|前年"
    r"|第[一二]次|朋友|同事|别人|人家|邻居"
    r"|也买|都买|多买|少买|补拍|说买|能买|一共|总共|合计|多拍|重拍|重新拍|近拍|麻烦|各买|每年|每月|每回|会买"
    r"|不如|重新|补|每次|经常|老公|老婆|闺蜜|亲戚|别家|其他家|还要"
    r"|需要|不要|要求|主要|只要|快要|要不|要么"
)
_SEVERAL_ORDERS = re.compile(
    r"[两二三四五六七八九十几\d]\s*(?:单|个订单|笔订单|次下单)|分(?:开|别|次|批|几|了?[两二三四五几]次)|补发"
    r"|重发|换货"
)
_WHAT_CAME = re.compile(r"[只就才少缺差]|收到|发[来给了]|来[了的]|到[了手]|送来|结果|打开|实际|快递")
"""Where a clause about what was ordered turns to what came."""
_ANY_PIECES = re.compile(rf"{NUMBER}[{MEASURES}]")
_LISTED = re.compile(rf"(?:和|还有|跟|加|另外)?{NUMBER}[{MEASURES}](?![月]|多月|星期|礼拜|小时)")
"""A clause that goes on counting other goods: 买的两瓶洗发水，一瓶沐浴乳."""


@dataclass(frozen=True)
class CountClaim:
    """Numbers of pieces in a statement; None where it gives none, or more than one.

    Attributes:
        bought: pieces said to be ordered.
        received: pieces said to have come, where the buyer says that some are missing.
        noun: up to two characters that follow the received pieces: what they are, empty where nothing follows.
        words: the words that were read.
    """

    bought: int | None
    received: int | None
    noun: str
    words: tuple[str, ...]


def count_claim(statement: str) -> CountClaim:
    """Read how many pieces were bought and received.

    Args:
        statement: free text. One that speaks of several orders or of goods sent again, or lists them, gives no number.
    """
    parts = clauses(statement)
    if _SEVERAL_ORDERS.search(statement) or any(_LISTED.match(part) for part in parts):
        return CountClaim(None, None, "", ())
    bought = [found for part in parts for found in _bought(part)]
    received = [found for part in parts for found in _received(part)]
    one_bought, one_received = _agreed(bought), _agreed(received)
    noun = received[0].groupdict().get("noun") or "" if received else ""
    words = tuple(found.group() for found in (*bought[:1], *received[:1]))
    return CountClaim(one_bought, one_received, noun, words)


def _bought(clause: str) -> list[re.Match[str]]:
    ordered = _WHAT_CAME.split(clause, maxsplit=1)[0]
    if _NOT_THIS_PURCHASE.search(clause) or len(_ANY_PIECES.findall(ordered)) > 1:
        return []
    return [found for rule in (_BOUGHT_QUANTITY, _PAID_FOR, _BOUGHT) for found in rule.finditer(ordered)]


def _received(clause: str) -> list[re.Match[str]]:
    found = list(_RECEIVED.finditer(clause))
    return found or list(_RECEIVED_PLAINLY.finditer(clause))


def _agreed(found: list[re.Match[str]]) -> int | None:
    """The one whole number that all matches give."""
    values = {number(match.groupdict().get("pair") or match["number"]) for match in found}
    if len(values) != 1 or (value := values.pop()) is None or not value.is_integer():
        return None
    return int(value)
