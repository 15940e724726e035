"""Personal data in free text, masked character by character so that offsets stay what they were.

Each masked character becomes ``＊`` (U+FF0A). A number is masked for its form only where the form is telling (a mobile
number, an identity card's checksum, a courier's prefix); any other number needs a word beside it (订单号, 微信, 卡号).
Prices, dates, sizes and model names stay.

Checks: identity card GB 11643-1999 (ISO 7064 MOD 11-2); bank card ISO/IEC 7812-1 (Luhn).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from review_mining.ingest.addresses import find_addresses

STAR = "＊"
KINDS = ("email", "id_card", "order_number", "bank_card", "phone", "chat_handle", "address")
KEPT_OF_ORDER_ID = 4

_MAY_HOLD = re.compile("[0-9０-９@＠微威薇徽wWvVｗＷｖＶ]")
_FULL_WIDTH = re.compile("[０-９Ａ-Ｚａ-ｚ＠＋．－]")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if _FULL_WIDTH.match(chr(code))}
_FIVE_DIGITS = re.compile(r"\d(?:[ .()（）+-]{0,2}\d){4}")
_IS = r"(?:码|号码)?\s{0,2}(?:应该是|完整是|就是|是|为|填的|[:：#])?\s{0,2}[:：]?\s{0,2}"
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MIN_ROW_ORDER_ID = 6


@dataclass(frozen=True)
class _Pattern:
    """A kind of personal data: what it looks like, and what else must hold. Group 1 is what is masked."""

    kind: str
    regex: re.Pattern[str]
    holds: Callable[[str], bool]


def _always(_: str) -> bool:
    return True


def _digits(text: str) -> str:
    return "".join(str(int(char)) for char in text if char.isdecimal())


def _is_id_card(text: str) -> bool:
    digits = _digits(text[:-1])
    total = sum(int(digit) * weight for digit, weight in zip(digits, _ID_WEIGHTS, strict=False))
    last = text[-1].upper() if not text[-1].isdecimal() else str(int(text[-1]))
    return len(digits) == 17 and "10X98765432"[total % 11] == last


def _is_bank_card(text: str) -> bool:
    digits = _digits(text)
    if not 15 <= len(digits) <= 19 or len(set(digits)) < 4:
        return False
    doubled = (int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_order_number(text: str) -> bool:
    digits = _digits(text)
    date = len(digits) == 8 and len(text) == 8 and digits[:2] in ("19", "20")
    return len(digits) >= 8 and not date


def _is_long_number(text: str) -> bool:
    return len(set(text)) >= 5


_NOT_HANDLES = re.compile(r"iphone|ipad|android|windows|wechat|weixin|harmony|wifi|usb|http|www", re.IGNORECASE)


def _is_handle(text: str) -> bool:
    return not _NOT_HANDLES.match(text) and any(char.isdecimal() or char in "_-" for char in text)


def _is_stated_handle(text: str) -> bool:
    return not _NOT_HANDLES.match(text)


def _pattern(kind: str, regex: str, holds: Callable[[str], bool] = _always) -> _Pattern:
    return _Pattern(kind, re.compile(regex, re.IGNORECASE), holds)


_EMAIL = _pattern(
    "email",
    r"(?<![a-z0-9_%+-])([a-z0-9_%+-][a-z0-9._%+-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24})(?![a-z0-9])",
)

_COURIERS = "顺丰|中通|圆通|申通|韵达|极兔|京东|德邦|百世|邮政|ems|快递|快件|物流|运单"
_WITH_DIGITS = (
    _pattern(
        "id_card",
        r"(?<![0-9a-z])([1-9]\d{5}[ -]?(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[\dx])"
        r"(?![0-9a-z])",
        _is_id_card,
    ),
    _pattern("id_card", rf"(?:身份证|证件号|身份证号){_IS}(?:号{_IS})?(\d{{15}}|\d{{17}}[\dx])(?![0-9a-z])"),
    _pattern(
        "order_number",
        rf"(?:订单|单号|运单|交易|流水|退款|退货|售后|换货|补发|{_COURIERS})(?:单号|单|编号|号|id)*{_IS}"
        r"([a-z]{0,5}\d[0-9a-z]*(?:-[0-9a-z]+){0,3})(?![0-9a-z])(?!\.\d)",
        _is_order_number,
    ),
    _pattern(
        "order_number",
        r"(?:order|tracking|parcel)\s{0,2}(?:number|no\.?|id|code)?\s{0,2}(?:is\s)?[:#]?\s{0,2}"
        r"([a-z]{0,5}\d[0-9a-z]*(?:-[0-9a-z]+){0,3})(?![0-9a-z])",
        _is_order_number,
    ),
    _pattern(
        "order_number", r"(?<![0-9a-z])((?:sf|yt|zto|sto|jt|jd[a-z]{0,2}|yd|ems|dpk|yzpy|lp)\d{10,18})(?![0-9a-z])"
    ),
    _pattern(
        "bank_card",
        r"(?<![\d.])([3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{3,4}(?:[ -]?\d{1,3})?)(?![\d.]\d|\d)",
        _is_bank_card,
    ),
    _pattern(
        "bank_card",
        rf"(?:卡号|银行卡|银行账[户号]|信用卡|储蓄卡|借记卡|账号|帐号)(?:号)?{_IS}"
        r"(\d{4}(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,3})?)(?!\d)",
    ),
    _pattern("order_number", r"(?<![\d.a-z])(\d{17,32})(?![\d个]|\.\d)", _is_long_number),
    _pattern(
        "phone",
        r"(?<![\d.])((?:(?:\+|00)?86[ -]?)?1[3-9]\d[ .-]?\d{4}[ .-]?\d{4})(?!\d|\.\d)",
    ),
    _pattern(
        "phone",
        r"(?<![\d.-])"
        r"((?:[(（]0(?:10|2\d|[3-9]\d\d)[)）]|0(?:10|2\d|[3-9]\d\d)[ -]?)\s?[2-8]\d{6,7}(?:[-转]\d{1,5})?)(?!\d)",
    ),
    _pattern(
        "phone",
        r"(?<![\d.-])([48]00(?:\d{7}|[ -]\d{3}[ -]?\d{4}|[ -]\d{4}[ -]?\d{3}|\d[ -]\d{3}[ -]\d{3}))(?!\d)",
    ),
    _pattern("phone", rf"(?:电话|手机|手机号|联系方式|热线|拨打|致电|座机|tel){_IS}(\d[\d-]{{3,12}}\d)(?![\d年月.])"),
    _pattern(
        "chat_handle",
        r"(?<![a-z])(?:qq|扣扣|企鹅|q群|扣群|群号|q号|球球)(?:群|号|账号)?" + _IS + r"([1-9]\d{4,11})(?!\d)",
    ),
)

_WECHAT = (
    "(?:微|威|薇|徽)(?:信|❤\ufe0f?|x)|v信|v❤\ufe0f?|wechat|weixin|wx|vx|加[微薇威v]x?|[+＋➕]\\s?[v微薇]|客服[薇微]"
)
_HANDLE = r"([a-z][a-z0-9_-]{4,19}|[1-9]\d{5,11})(?![a-z0-9_-])"
_CHAT = (
    _pattern(
        "chat_handle",
        rf"(?<![a-z0-9])(?:{_WECHAT}|v)(?:同?号|id|账号)?\s{{0,2}}(?:是|为)?\s{{0,2}}[:：]\s{{0,2}}{_HANDLE}",
        _is_stated_handle,
    ),
    _pattern(
        "chat_handle",
        rf"(?<![a-z0-9])(?:{_WECHAT})(?:同?号|id|账号)?\s{{0,2}}(?:是|为)?\s{{0,2}}{_HANDLE}",
        _is_handle,
    ),
)
_MENTIONS_CHAT = re.compile(rf"{_WECHAT}|v[:：]", re.IGNORECASE)


def mask(text: str, order_id: str | None = None) -> tuple[str, Counter[str]]:
    """Mask personal data in a text.

    Args:
        text: a cleaned text.
        order_id: the order number of the same row, masked wherever the text repeats it.

    Returns:
        The text, of the same length, and how many places of each kind (`KINDS`) were masked.
    """
    masked: Counter[str] = Counter()
    if order_id and len(order_id) >= _MIN_ROW_ORDER_ID and order_id in text:
        masked["order_number"] += text.count(order_id)
        text = text.replace(order_id, STAR * len(order_id))
    if not _MAY_HOLD.search(text):
        return text, masked
    if not _FULL_WIDTH.search(text):
        return _masked(text, masked), masked
    folded = _masked(text.translate(_HALF_WIDTH), masked)
    return "".join(STAR if mark == STAR else char for char, mark in zip(text, folded, strict=True)), masked


def _masked(text: str, masked: Counter[str]) -> str:
    if "@" in text:
        text = _apply((_EMAIL,), text, masked)
    if _FIVE_DIGITS.search(text):
        text = _apply(_WITH_DIGITS, text, masked)
    if _MENTIONS_CHAT.search(text):
        text = _apply(_CHAT, text, masked)
    for start, end in find_addresses(text):
        masked["address"] += 1
        text = text[:start] + STAR * (end - start) + text[end:]
    return text


def mask_order_id(order_id: str) -> str:
    """Mask an order number but for its last four characters, which tell a shop assistant which order is meant."""
    return STAR * max(len(order_id) - KEPT_OF_ORDER_ID, 0) + order_id[-KEPT_OF_ORDER_ID:]


def _apply(patterns: Iterable[_Pattern], text: str, masked: Counter[str]) -> str:
    for pattern in patterns:
        found = [match.span(1) for match in pattern.regex.finditer(text) if pattern.holds(match[1])]
        for start, end in found:
            masked[pattern.kind] += 1
            text = text[:start] + STAR * (end - start) + text[end:]
    return text
