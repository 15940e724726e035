"""Numbers as people write them: ``12``, ``三``, ``两``, ``俩``, ``十二``, ``三百五``, ``一千零六``."""

from __future__ import annotations

import re

NUMBER = r"(?:\d{1,7}(?:\.\d{1,2})?|[零一二两三四五六七八九十百千万]{1,9}|俩|仨)"
"""Matches what :func:`number` may understand."""

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1_000}
_WHOLE = {"俩": 2.0, "仨": 3.0}
_PLAIN = re.compile(r"\d{1,7}(?:\.\d{1,2})?")


def number(text: str) -> float | None:
    """Value of a number, None for what is none or means a range (``三五``, ``二三``).

    A last digit without its unit takes the next lower one, as spoken: ``三百五`` is 350, ``一千二`` 1,200.
    """
    if text in _WHOLE:
        return _WHOLE[text]
    if _PLAIN.fullmatch(text):
        return float(text)
    high, separator, low = text.partition("万")
    if not separator:
        return _below_ten_thousand(text)
    thousands = _below_ten_thousand(high)
    if thousands is None:
        return None
    if low in _DIGITS and low != "零":
        return thousands * 10_000 + _DIGITS[low] * 1_000
    rest = _below_ten_thousand(low) if low else 0.0
    return None if rest is None else thousands * 10_000 + rest


def _below_ten_thousand(text: str) -> float | None:
    total, digit, unit, after_zero = 0, None, 10_000, False
    for character in text:
        if character in _UNITS:
            if _UNITS[character] >= unit or (digit is None and character != "十"):
                return None
            unit = _UNITS[character]
            total += (1 if digit is None else digit) * unit
            digit, after_zero = None, False
        elif character == "零":
            if digit is not None:
                return None
            after_zero = True
        elif character in _DIGITS:
            if digit is not None:
                return None
            digit = _DIGITS[character]
        else:
            return None
    if digit is None:
        return float(total) if total else None
    spoken_short = unit in (100, 1_000) and not after_zero
    return float(total + digit * (unit // 10 if spoken_short else 1))
