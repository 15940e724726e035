"""Complaints that are told as facts: no word of theirs judges ("三天了还没发货", "打开少一个盖子")."""

from __future__ import annotations

import re

_JUDGING = re.compile(
    "[好差慢快烂贵坏糟丑破假脏臭吵卡坑骗难粗硬薄弱低次渣怕]|恶劣|垃圾|失望|满意|不错|喜欢|讨厌|后悔|气人|生气|无语|一般|凑合|郁闷"
    "|便宜|实惠|划算|不值|值得|不行|不符|不足|不爽|不舒服|不方便|麻烦|敷衍|傲慢|态度|劣质|简陋|寒酸|可恶|无耻|欺|黑心|忽悠|服了"
)


_NEUTRAL = re.compile(
    "快递|快件|快运|快车|会员卡|保修卡|电话卡|内存卡|储蓄卡|银行卡|显卡|网卡|刷卡|卡片|卡号|好几|好多|刚好|正好|最好|好像|好评|差评|差价"
    r"|[一二两三四五六七八九十几多每上下这那首再\d]次|次日|坏了|破损|破了|硬盘|硬件|薄膜|说好|约好|低价|降低|怕是|恐怕|难道"
)
"""Words that hold a sign of judgement and judge nothing."""


def is_implicit(words: str) -> bool:
    """Whether the words of a complaint hold no judgement.

    Example:
        >>> is_implicit("三天了还没发货"), is_implicit("发货太慢")
        (True, False)
    """
    return not _JUDGING.search(_NEUTRAL.sub("", words))
