"""What a statement says of the state of the whole parcel: unopened and sound, or never received."""

from __future__ import annotations

import re

from review_mining.evidence.claims.clauses import folded

_UNTOUCHED = re.compile(
    r"(?:没|未|没有|从未|尚未)(?:有)?(?:拆封|拆开|拆过|开封|开箱|打开|使用过|用过)|没拆(?!封)|未拆|全新(?:没|未)"
    r"|(?:东西|商品|货)(?:没|没有)(?:问题|毛病)|(?:商品|东西)(?:完好|没坏)"
)
_NOTICE = r"(?!短信|通知|消息|信息|退款|回复|电话|钱|货款|补)"
_NOT_RECEIVED = re.compile(
    rf"(?:一直|从|根本|压根|始终)(?:都)?(?:没|未)(?:有)?(?:收到|拿到|见到){_NOTICE}"
    rf"|(?:我|本人)(?:没|未)(?:有)?(?:收到|拿到){_NOTICE}"
    r"|空(?:包裹|盒子?|箱子?)(?!压|破|间|图|照|的?照片)|里面(?:什么|啥)(?:都|也)没"
)
_STILL_WAITING = re.compile(r"还没(?:有)?收到|什么时候(?:能)?(?:到|发)|还(?:没|未)发货|物流(?:不动|没更新)")


def is_untouched(statement: str) -> bool:
    """Whether the buyer says that the goods are unopened or without fault."""
    return _UNTOUCHED.search(folded(statement)) is not None


def never_came(statement: str) -> bool:
    """Whether the buyer says that nothing came; who is still waiting says no such thing."""
    text = folded(statement)
    return _NOT_RECEIVED.search(text) is not None and _STILL_WAITING.search(text) is None
