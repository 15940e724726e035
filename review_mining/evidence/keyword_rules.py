"""Reading a statement by keyword rules: the named baseline that a trained model must beat.

Two questions: what is claimed (``statement_kind``), and does the writer say that the *evidence* was made or stolen
(``reports_ai_fake``). The second is easily confused with complaints about AI customer service or AI-made listing
pictures, and with buyers who defend themselves; such clauses are struck out before cues are counted.
"""

from __future__ import annotations

import re

from review_mining.evidence.statement import StatementKind, StatementReading

METHOD = "keyword-rules/1"
THRESHOLD = 0.5

_KINDS: tuple[tuple[StatementKind, str], ...] = (
    (
        "foreign_body",
        r"(?:有|吃出|发现|看到|混|爬|夹)(?:了|着|有)?.{0,6}(?:头发|虫子?|蟑螂|苍蝇|蚂蚁|异物|石子|塑料片|铁丝|玻璃渣|毛发)|异物|吃出",
    ),
    (
        "expired",
        r"过期|过了?保质期|(?:临|近)期|(?:日期|保质期).{0,8}(?:过了|过期|涂改|改过|不新鲜)|生产日期是.{0,6}年前",
    ),
    (
        "spoiled",
        r"发霉|霉(?:点|斑|了|变)|长毛|变质|馊|发臭|臭了|烂(?:了|掉)?(?:好几|一半|[几两三四五六七八九十\d]+[个颗只斤])|腐烂|坏果|烂果|哈喇|酸了|不新鲜"
        r"|受潮|死(?:了|的)?[几一两三四五六\d]*只|化(?:了|成水)|流水了",
    ),
    (
        "suspected_fake",
        r"假货|假的(?!图|照)|是假(?!图|照)|山寨|高仿|仿(?:冒|品)|(?:不是|非|怀疑不是)正品|不像正品|冒牌"
        r"|防伪(?:码)?.{0,6}(?:查不到|无效|不对)|贴牌",
    ),
    (
        "wrong_item",
        r"发错|错发|寄错|拿错|装错|(?:拍|买|要|订)的?(?:是|了)?.{1,10}(?:发|寄|给|来|收到)(?:来|我|过来)?(?:了|的)?(?:一?[个件双只款])?(?:却)?(?:是)?.{0,4}"
        r"(?:色|码|款|灰|黑|白|红|蓝|绿|粉|黄)|不是我(?:买|拍|要|订)的|颜色(?:发)?错|型号(?:发)?(?:错|不对)",
    ),
    (
        "missing",
        r"(?:少|漏|缺|没)(?:发|寄|装|给)|少了|缺(?:了|件|少)|漏(?:了|件)|(?:没有|没见|不见|找不到|未见).{0,8}(?:线|刷|配件|赠品|说明书|充电|盖|螺丝|遥控)"
        r"|只(?:有|收到|发|来)(?:了)?[一两二三四五六七八九十\d]+[个件包瓶盒袋双只]|空(?:盒|包裹|箱)|没收到|数量不(?:对|够)",
    ),
    (
        "damaged_in_transit",
        r"(?:外?箱|盒子?|包装|快递|纸箱|包裹).{0,8}(?:瘪|压|破|烂|变形|撞|湿|摔|扁)|压(?:扁|坏|碎|烂|变形)|(?:路上|运输|途中|物流|快递).{0,8}(?:摔|碎|坏|破|损|弄)"
        r"|摔(?:坏|碎|烂|破)|碎(?:了|成|的|一地|渣)|(?:收到|到手|拆开|打开).{0,8}(?:碎|裂|破|漏|洒)|裂(?:了|开)?(?:一道|一条)|漏(?:液|油|水|气)|洒(?:了|出)",
    ),
    (
        "defective",
        r"(?:开|充|用|启|打)不(?:了机|机|了电|进电|了|动|开|亮)|坏了|故障|失灵|不(?:转|亮|通电|工作|制冷|加热|出水)|没反应|异响|烧(?:焦|坏|了)|短路|漏电|冒烟"
        r"|开(?:线|胶)|脱线|掉(?:色|漆|毛|扣)|崩(?:开|了|线)|断(?:了|裂|掉|开)|(?:破|烂)了?.{0,4}洞|起球|裂(?:了|开|纹|的)|卡(?:顿|死)|黑屏|死机|质量(?:问题|太差|差)|瑕疵|线头",
    ),
    (
        "size",
        r"(?:偏|太|有点|过于)(?:大|小|长|短|紧|松|肥|宽|窄)|(?:大|小)了(?:一|两|半|\d)(?:码|号|圈)|尺[码寸].{0,6}(?:不|错|偏|对不上)|穿不(?:上|下|进)|码(?:数|子)?不(?:对|合|准)|挤脚",
    ),
    (
        "not_as_described",
        r"(?:跟|和|与).{0,8}(?:图片|描述|详情|页面|介绍|宣传|直播|照片).{0,8}(?:不(?:一样|符|同|一致)|差(?:太|很|好)?(?:多|远|大|别)|两回事|两码事)|图文不符|描述不符"
        r"|货不对板|虚假宣传|色差|实物.{0,8}(?:不一样|差|不符|两回事)|(?:材质|面料|成分|含量|容量|参数).{0,8}(?:不符|不对|不是|没有宣传|虚标)|虚标",
    ),
    (
        "changed_mind",
        r"不想要|不喜欢|不要了|用不(?:着|上|到)|买(?:多|重复|错)了|拍(?:多|错|重)了|多买|无理由|没拆封|未拆封|换主意|不合适|家里已经有|不需要了",
    ),
)

_ALL_KINDS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)

_SPLIT = re.compile(r"[。！？!?；;\n…]+")
_PICTURE = r"(?:图片?|照片|相片|视频|凭证|证据|截图|配图|晒图)"
_AI = r"(?:A\s?I|人工智能|AIGC|豆包|即梦|可灵|文心一格|midjourney|SD|大模型)"
_MADE = r"(?:生成|合成|做|画|[PＰ]|修|伪造|造|搞|弄|跑|编|改)"
_EDITED = r"(?:[PＰ]S|[PＰ]|修|合成|伪造|造假|美图)"

_PLAIN = (
    rf"{_PICTURE}.{{0,16}}{_AI}.{{0,4}}{_MADE}",
    rf"{_AI}.{{0,6}}{_MADE}.{{0,8}}(?:{_PICTURE}|假图|的$)",
    r"水印.{0,8}(?:没|还在|都在|擦|去|抹|裁|露)|(?:带着|有|留着).{0,6}(?:AI|豆包|即梦|生成).{0,6}水印",
    rf"(?:同一?|一)(?:张|套|组){_PICTURE}.{{0,12}}(?:退|申请|骗|用|发)(?:过|了)?.{{0,6}}"
    r"(?:[两二三四五六七八九十\d几多]|好几|别家|不同)",
)
_SUGGESTIVE = (
    rf"{_PICTURE}.{{0,8}}(?:假的|是假|造假|伪造)|假(?:图|照片|视频|凭证)|伪造.{{0,6}}{_PICTURE}",
    rf"{_PICTURE}.{{0,10}}(?:是|被|都|全|明显|肯定|疑似|像){{1,2}}.{{0,4}}{_EDITED}(?:过|的|出来|上去|图)",
    r"(?:^|[^A-Za-z])[PＰ](?:过的?|的)?图|[PＰ]S痕迹|(?:拿|用)(?:张|了)?[PＰ]S?(?:过)?的",
    r"(?:^|[是用拿发的])网图|盗(?:用)?.{0,6}(?:图|照片)",
    rf"(?:网上|百度|小红书|别人(?:家)?(?:评论)?).{{0,8}}(?:找|搜|扒|偷|下载|拿|存)(?:来|到|下来)?的?.{{0,4}}{_PICTURE}",
    rf"{_PICTURE}.{{0,10}}(?:网上|百度|小红书|别人|别家).{{0,8}}(?:找|搜|扒|偷|下载|拿|存|盗)",
    r"(?:[六七6７7]|多)(?:根|个)手指|手指.{0,6}(?:不对|畸形|[六多]|怪)",
)
_CUES = tuple(
    (re.compile(pattern, re.IGNORECASE), weight)
    for weight, group in ((0.6, _PLAIN), (0.4, _SUGGESTIVE))
    for pattern in group
)
"""Cues with their weights: a suggestive one needs a second, or the buyer named, to reach one half."""

_ABOUT_THE_SHOP = re.compile(
    r"(?:你们|你家|您家|店家|商家|店里|店铺|卖家|官方)(?:的|家|这|发|放|用|挂|宣传)?.{0,8}(?:图片?|照片|视频|海报)"
    r"|主图|详情(?:页|图)|商品(?:图|页)|宣传(?:图|片)?|卖家秀|效果图|模特|页面|广告|直播间|海报|图文不符"
    r"|(?:客服|机器人).{0,10}(?:AI|智能)|(?:AI|智能|人工智能).{0,4}(?:客服|机器人|回复)|绘画|壁纸|修图(?:软件|师|教程)|相机",
    re.IGNORECASE,
)
_ABOUT_THE_BUYER = re.compile(r"买家|客户|顾客|对方|该用户|此用户|消费者|申请人|这人|举证|仅退款|售后图|退款图|凭证")
_DEFENCE = re.compile(
    r"(?:你们?|商家|客服|店家|卖家|平台|凭什么|居然|竟然|还|非要?)(?:说|讲|怀疑|认定|一口咬定|诬陷|污蔑|冤枉|赖).{0,6}(?:我|是)"
    r"|(?:不是|没有?|并非|绝非|从不|怎么(?:可能)?(?:会)?是?|哪里是|又不是|才不是).{0,4}(?:[PＰ]|AI|合成|网图|盗|假图|造假|生成|修)"
    r"|(?:我|本人)(?:自己)?(?:拍|发)的.{0,8}(?:真|原图|不信|可以|随便)",
    re.IGNORECASE,
)
_FURTHER_CUE, _BUYER_NAMED, _CERTAIN = 0.15, 0.20, 0.98


class KeywordRules:
    """The rules as a :class:`~review_mining.evidence.statement.StatementReader`."""

    method = METHOD
    threshold = THRESHOLD

    def read(self, statement: str) -> StatementReading:
        """Apply the rules; ``fake_score`` is a sum of cue weights, not a probability."""
        return read_statement(statement)


def read_statement(statement: str) -> StatementReading:
    """Apply the rules to a statement.

    Args:
        statement: free text, possibly empty.
    """
    cues = _weighted_cues(statement)
    score = 0.0
    if cues:
        named = bool(_ABOUT_THE_BUYER.search(statement))
        gravest = max(weight for _, weight in cues)
        score = min(_CERTAIN, gravest + _FURTHER_CUE * (len(cues) - 1) + _BUYER_NAMED * named)
    return StatementReading(_kind(statement), round(score, 2), tuple(words for words, _ in cues))


def fake_cues(statement: str) -> tuple[str, ...]:
    """The words that say that the evidence is made up, one per rule."""
    return tuple(words for words, _ in _weighted_cues(statement))


def _kind(statement: str) -> StatementKind:
    """The kind with most hits; of equals the one that stands first, for the graver claims stand first."""
    best: StatementKind = "other"
    most = 0
    for kind, pattern in _ALL_KINDS:
        hits = len({match.group() for match in pattern.finditer(statement)})
        if hits > most:
            best, most = kind, hits
    return best


def _weighted_cues(statement: str) -> list[tuple[str, float]]:
    """The first words that each cue meets, with the cue's weight."""
    found: dict[re.Pattern[str], tuple[str, float]] = {}
    for sentence in _SPLIT.split(statement):
        if _DEFENCE.search(sentence):
            continue
        if _ABOUT_THE_SHOP.search(sentence) and not _ABOUT_THE_BUYER.search(sentence):
            continue
        for cue, weight in _CUES:
            if cue not in found and (match := cue.search(sentence)):
                found[cue] = (match.group(), weight)
    return list(found.values())
