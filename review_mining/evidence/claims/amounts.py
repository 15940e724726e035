"""How much a buyer says to have paid for the goods, in yuan."""

from __future__ import annotations

import re

from review_mining.evidence.claims.clauses import clauses
from review_mining.evidence.claims.numbers import NUMBER, number

_MONEY = r"(?:块钱?|元|大洋|人民币|rmb|RMB)"
_AMOUNT = rf"(?:[￥¥]\s?)?(?<!几)(?P<yuan>{NUMBER})(?:多|来)?(?P<unit>{_MONEY})?"
_PAID = re.compile(
    rf"(?<![多白少省再又])(?:花了|花|付了|付款|实付款?|实际支付|支付了?|交了)(?:我)?(?:将近|差不多"
    rf"|快)?{_AMOUNT}(?P<after>.{{0,2}})"
)
_BOUGHT_FOR = re.compile(rf"(?:^|[^\d.折减券送满双月号几]){_AMOUNT}(?:买的|买来|买了|买个|买一|入手|拍的)")
_OTHER_SERVICE = re.compile(
    r"医院|医药|药费|看病|看医生|挂号|体检|维修|修理|师傅|搬运|工钱|工费|工时|人工|安装费|上门费|话费|油费|车费|打车"
)
_OTHER_MONEY = re.compile(
    r"检查|运费|邮费|快递费|来回|退货费|专柜|原价|别家|实体店|线下|别人|朋友|一共|总共|合计|加起来|值|赔|门票|定金"
    r"|押金|会员|优惠|满减|差价|补了|另外|花不|想花|能花|就能|以为|说好|也就|才能|不如"
)
_TIME_OR_COUNT = re.compile(r"^[个天小分月年次遍件道]")
_SALE_DAY_OR_COUNT = re.compile(r"\d{1,2}|618|6\.18|11\.11|12\.12|1111|1212|[一二两三四五六七八九十]{1,3}")
"""Bare numbers that are no price: 双11买的, 618买的, 三个买的."""
_LEAST = 5


def paid_claim(statement: str) -> tuple[float, str] | None:
    """Read the amount that was paid for the goods.

    Args:
        statement: free text. Money for a doctor, a repair, postage or several orders is passed over, as is
            any statement that speaks of paid work.

    Returns:
        The largest amount claimed, in yuan, and the words that say so; None without a claim.
    """
    found: list[tuple[float, str]] = []
    if _OTHER_SERVICE.search(statement):
        return None
    for clause in clauses(statement):
        if not _OTHER_MONEY.search(clause):
            found.extend(_amounts(clause))
    return max(found, default=None)


def _amounts(clause: str) -> list[tuple[float, str]]:
    found = []
    for match in _PAID.finditer(clause):
        bare = match["unit"] is None
        if not (bare and (_TIME_OR_COUNT.match(match["after"]) or len(match["yuan"]) < 2)):
            found.append((number(match["yuan"]), match.group().strip()))
    for match in _BOUGHT_FOR.finditer(clause):
        if match["unit"] is not None or not _SALE_DAY_OR_COUNT.fullmatch(match["yuan"]):
            found.append((number(match["yuan"]), match.group().strip()))
    return [(yuan, words) for yuan, words in found if yuan is not None and yuan >= _LEAST]
