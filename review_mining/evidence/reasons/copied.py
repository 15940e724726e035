"""Reasons for pictures that are a copy of another, though not the same file."""

from __future__ import annotations

from review_mining.evidence.reasons.language import Language, Sentences

_HOW: dict[str, dict[Language, str]] = {
    "mirrored": {"zh": "左右翻转后", "en": "mirrored,"},
    "framed": {"zh": "截取中间画面后（像是截图或加了边框）", "en": "inside a larger frame, as in a screenshot,"},
    "cropped": {"zh": "作为对方的局部", "en": "as a crop,"},
    "resaved": {"zh": "除压缩或缩放外", "en": "but for compression or size,"},
}
_AGREES: dict[Language, str] = {
    "zh": "{how}与{whose}的图画面一致：{inliers} 个特征点对应，{places} 处可比的轮廓有 {agreement:.0%} 吻合。",
    "en": "{how} the content agrees with {whose}: {inliers} features correspond, and {agreement:.0%} of {places} "
    "comparable places have the same outlines. ",
}
_CASE: dict[Language, str] = {"zh": "案件 {other_case} ", "en": "the picture of case {other_case}"}
_LISTING: dict[Language, str] = {"zh": "本店商品图 {listing} ", "en": "the shop's listing picture {listing}"}
_WHO: Sentences = {
    "later": {
        "zh": "那边由另一位买家先提交。请先排除两人同住、代买、转发等情况。",
        "en": "Another buyer sent that one first. Rule out a shared household, a purchase on someone's behalf or a "
        "forwarded picture.",
    },
    "page": {
        "zh": "那边由另一位买家先提交。但画面大半是同一色调（如网页、聊天截图、白底图），"
        "两人可能各自保存了同一页面，请人工核对。",
        "en": "Another buyer sent that one first. Most of it is one tone, as in a page, a chat or a picture on white, "
        "so both may have saved the same page: have a person look.",
    },
    "alike": {
        "zh": "那边由另一位买家先提交。吻合程度还不足以排除在几乎同一位置连拍的两张照片，请人工核对。",
        "en": "Another buyer sent that one first. The agreement does not rule out two exposures from nearly one place: "
        "have a person look.",
    },
    "earlier": {
        "zh": "那是另一位买家更晚提交的，本案提交在先，请人工核对谁是拍摄者。",
        "en": "Another buyer sent that one later; this one came first: have a person find out who took it.",
    },
    "unknown_order": {
        "zh": "那边是另一位买家。两案的申请时间缺失或相同，无法判断谁先提交，请人工核对谁是拍摄者。",
        "en": "That one is another buyer's. A time of request is missing, or both are the same, so it is not known who "
        "sent it first: have a person find out who took it.",
    },
    "unknown_buyer": {
        "zh": "缺少买家编号，无法判断是否同一人重复提交，请人工核对。",
        "en": "A buyer id is missing, so it may be one person sending it twice: have a person look.",
    },
}
_OWN: dict[Language, str] = {
    "zh": "商品图看不出收到的实物，买家也可能只是用来指认商品，请索要实物照片。",
    "en": "It does not show what arrived, and the buyer may only mean to point out the product: ask for a photo of it.",
}


def _copied(how: str, whose: dict[Language, str], then: dict[Language, str]) -> dict[Language, str]:
    sentence: dict[Language, str] = {}
    for language, frame in _AGREES.items():
        text = frame.replace("{how}", _HOW[how][language]).replace("{whose}", whose[language])
        sentence[language] = text[0].upper() + text[1:] + then[language]
    return sentence


COPIED: Sentences = {
    **{f"copy.{who}.{how}": _copied(how, _CASE, then) for who, then in _WHO.items() for how in _HOW},
    **{f"listing.{how}": _copied(how, _LISTING, _OWN) for how in _HOW},
    "listing.same": {
        "zh": "这张图与本店商品图 {listing} 逐字节相同。" + _OWN["zh"],
        "en": "Byte for byte the shop's listing picture {listing}. " + _OWN["en"],
    },
    "pool": {
        "zh": "这张图与共享库中另一家店铺的售后图很相似（感知哈希相差 {bits_apart} 位，共 256 位）。库里没有图片，"
        "无法核对画面是否一致，相似的商品照也会如此，请人工核对。",
        "en": "Much like an after-sales picture of another shop in the pool ({bits_apart} of 256 bits of its hash "
        "differ). The pool holds no pictures, so the content could not be compared, and like photos of a product look "
        "so too: have a person look.",
    },
}
