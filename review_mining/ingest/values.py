"""Cells as typed values: ratings, times, counts, yes and no, names.

A parser returns None for a blank cell and raises ValueError for one it does not understand. Times without a zone are
kept as they are; times with a zone, and epoch numbers, become China Standard Time (UTC+8), which the platforms use.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import TypeVar

Value = TypeVar("Value")

_BLANK = frozenset(("", "nan", "nat", "none", "null", "n/a", "#n/a", "<na>", "na", "-", "--", "\\n", "undefined"))
_LONGEST_BLANK = 16
_CHINA = timezone(timedelta(hours=8))
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_EXCEL_EPOCH = datetime(1899, 12, 30)

_TIME = re.compile(
    r"""(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?
    (?:[T\s,]*(?P<half>上午|下午|中午|晚上|凌晨|早上|am|pm)?\s*
       (?P<hour>\d{1,2})\s*[:时点]\s*(?P<minute>\d{1,2})\s*(?:[:分]\s*(?P<second>\d{1,2}))?(?:\.\d+|秒|分)?
       \s*(?P<late>am|pm)?\s*(?P<zone>z|utc|[+-]\d{2}:?\d{2})?)?(?:$|(?=[^\d.:/-]))""",
    re.VERBOSE | re.IGNORECASE,
)
_DIGITS = re.compile(r"\d{8}|\d{14}")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?", re.IGNORECASE)

_RATING_WORDS = {
    "好评": 5.0,
    "中评": 3.0,
    "差评": 1.0,
    "非常满意": 5.0,
    "很满意": 5.0,
    "满意": 4.0,
    "一般": 3.0,
    "不满意": 2.0,
    "很不满意": 1.0,
    "非常不满意": 1.0,
    "good": 5.0,
    "neutral": 3.0,
    "bad": 1.0,
    "positive": 5.0,
    "negative": 1.0,
    "力荐": 5.0,
    "推荐": 4.0,
    "还行": 3.0,
    "较差": 2.0,
    "很差": 1.0,
}
_RATING = re.compile(
    r"(?:star|stars|评分|打分|星级)?\s*[::]?\s*(\d+(?:\.\d+)?)\s*(?:/\s*5(?:\.0)?)?\s*"
    r"(?:星级?|分|颗星|stars?|out of 5(?:\.0)?(?: stars)?)?",
    re.IGNORECASE,
)
_NUMERALS = {"一": 1.0, "二": 2.0, "两": 2.0, "三": 3.0, "四": 4.0, "五": 5.0}
_CHINESE_RATING = re.compile("([一二两三四五])(?:颗?星|分|星级)(?:好评)?")
_STARS = re.compile("([★⭐🌟]{1,5})[☆✩]*")
_COUNT = re.compile(r"(\d+(?:,\d{3})*(?:\.\d+)?)\s*(万|w|k|千)?\s*\+?", re.IGNORECASE)
_TIMES = {"万": 10_000, "w": 10_000, "k": 1_000, "千": 1_000}
_YES = frozenset(("true", "t", "yes", "y", "是", "有", "有图", "1", "1.0", "√", "✓"))
_NO = frozenset(("false", "f", "no", "n", "否", "无", "没有", "无图", "0", "0.0", "[]", "{}", "×"))


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing: None, NaN, NaT, or one of the words that exports write for it."""
    if value is None:
        return True
    if isinstance(value, str):
        return _is_blank_text(value)
    if isinstance(value, (list, tuple, dict)):
        return not value
    # NaN and NaT differ from themselves.
    return bool(value != value)


def _is_blank_text(text: str) -> bool:
    return (len(text) <= _LONGEST_BLANK and text.strip().lower() in _BLANK) or text.isspace()


def as_text(value: object) -> str | None:
    """A cell as text: whole floats lose their point, lists are joined by line breaks."""
    if isinstance(value, str):
        return None if _is_blank_text(value) and value.strip() not in ("-", "--") else value
    if is_blank(value):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
        return str(int(value))
    if isinstance(value, (list, tuple)):
        return "\n".join(part for member in value if (part := as_text(member)) is not None)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return str(value)


def as_name(value: object) -> str | None:
    """A cell as a short name or number written out; dashes count as blank."""
    return None if is_blank(value) else as_text(value)


def as_rating(value: object) -> float | None:
    """A rating from 1 to 5.

    Understands numbers, ``5.0``, ``star5``, ``5星``, ``五星``, ``4/5``, stars drawn, and words (好评 5, 中评 3, 差评 1,
    very satisfied to very dissatisfied 5–1).

    Raises:
        ValueError: it is no rating, or lies outside 1–5.
    """
    if is_blank(value) or isinstance(value, bool):
        return None
    rating = _rating_of_text(value) if isinstance(value, str) else float(value)  # type: ignore[arg-type]
    if not 1.0 <= rating <= 5.0:
        raise ValueError(value)
    return rating


@lru_cache(maxsize=4096)
def _rating_of_text(text: str) -> float:
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    if folded in _RATING_WORDS:
        return _RATING_WORDS[folded]
    if found := _CHINESE_RATING.fullmatch(folded):
        return _NUMERALS[found[1]]
    if found := _STARS.fullmatch(folded.replace("\ufe0f", "")):
        return float(len(found[1]))
    if found := _RATING.fullmatch(folded):
        return float(found[1])
    raise ValueError(text)


def as_time(value: object) -> datetime | None:
    """A point in time, to the second, between 1990 and 2100.

    Understands ISO 8601, ``2021/8/21 17:30``, ``2025年2月5日 12:03``, Excel's day numbers, ``20250205``, and seconds or
    milliseconds since 1970.

    Raises:
        ValueError: it is no such time.
    """
    if is_blank(value) or isinstance(value, (bool, time)):
        return None
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime.combine(value, time())
    elif isinstance(value, str):
        return _time_of_text(value)
    else:
        moment = _time_of_number(float(value))  # type: ignore[arg-type]
    return _local(moment)


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is not None:
        moment = moment.astimezone(_CHINA)
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(moment)
    return datetime(*moment.timetuple()[:6])


@lru_cache(maxsize=65_536)
def _time_of_text(text: str) -> datetime:
    folded = unicodedata.normalize("NFKC", text).strip()
    if _DIGITS.fullmatch(folded):
        return _local(datetime.strptime(folded, "%Y%m%d" if len(folded) == 8 else "%Y%m%d%H%M%S"))
    if _NUMBER.fullmatch(folded):
        return _local(_time_of_number(float(folded)))
    found = _TIME.match(folded)
    if found is None:
        raise ValueError(text)
    return _local(_moment(found))


def _moment(found: re.Match[str]) -> datetime:
    parts = {name: int(found[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")}
    half = (found["half"] or found["late"] or "").lower()
    if half in ("下午", "晚上", "pm") and parts["hour"] < 12:
        parts["hour"] += 12
    if half in ("am", "凌晨", "上午", "早上") and parts["hour"] == 12:
        parts["hour"] = 0
    return datetime(**parts, tzinfo=_zone(found["zone"]))


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text.lower() in ("z", "utc"):
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(offset if text[0] == "+" else -offset)


def _time_of_number(number: float) -> datetime:
    if math.isfinite(number) and 20_000 <= number < 80_000:
        return _EXCEL_EPOCH + timedelta(seconds=round(number * 86_400))
    if 19_900_101 <= number <= 21_001_231 and number == int(number):
        return datetime.strptime(str(int(number)), "%Y%m%d")
    for unit in (1, 1_000, 1_000_000):
        if 6e8 * unit <= number < 4.2e9 * unit:
            return datetime.fromtimestamp(number / unit, tz=_CHINA)
    raise ValueError(number)


def as_count(value: object) -> int | None:
    """A whole number from 0: ``12``, ``1,234``, ``1.2万``, ``99+``.

    Raises:
        ValueError: it is no such number.
    """
    if is_blank(value) or isinstance(value, bool):
        return None
    if isinstance(value, (list, tuple)):
        return len(value)
    found = _COUNT.fullmatch(unicodedata.normalize("NFKC", str(value)).strip())
    if found is None:
        raise ValueError(value)
    count = round(float(found[1].replace(",", "")) * _TIMES.get((found[2] or "").lower(), 1))
    if count >= 1 << 62:
        raise ValueError(value)
    return count


def as_presence(value: object) -> bool | None:
    """Yes or no; a count, a list or a link says yes when there is something."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (list, tuple, dict)):
        return len(value) > 0
    if is_blank(value):
        return None
    word = str(value).strip().lower()
    if word in _YES or word in _NO:
        return word in _YES
    return True


def parsed(
    values: list[object], parse: Callable[[object], Value | None], trouble: Callable[[int], None]
) -> list[Value | None]:
    """Parse a column; a value that is not understood becomes None.

    Args:
        values: the cells.
        parse: one of the parsers above.
        trouble: called with the index of each cell that is not understood.
    """
    result: list[Value | None] = []
    for index, value in enumerate(values):
        try:
            result.append(parse(value))
        except (ValueError, TypeError, OverflowError, OSError):
            trouble(index)
            result.append(None)
    return result
