"""Which words say that something is wrong, and how each stands in a name."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from importlib import resources

_STRENGTH = re.compile("^(?:特别|比较|非常|有点|[太真很好超极巨挺蛮更最还又也都有略偏小])(?=.)")
_NEGATED = re.compile("^(?:不|没|无|未|别|难以)")
_NOT_NEGATED = re.compile("^(?:不是|没人|没法)")


class Fault(Enum):
    """How a word says that something is wrong.

    Attributes:
        STATE: by itself: 漏水.
        VAGUE: by itself, but not what: 差.
        SCALE: of what can be too much or too little: 大.
        NOUN: by being there: 划痕.
        NEGATED: by not being or happening: 不制冷.
    """

    STATE = "state"
    VAGUE = "vague"
    SCALE = "scale"
    NOUN = "noun"
    NEGATED = "negated"


@cache
def _lists() -> dict[str, frozenset[str]]:
    lists: dict[str, set[str]] = {}
    text = (resources.files("review_mining.themes") / "faults.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            kind, *words = line.split()
            lists.setdefault(kind, set()).update(words)
    return {kind: frozenset(words) for kind, words in lists.items()}


@cache
def _kinds() -> dict[str, Fault]:
    return {word: fault for fault in Fault for word in _lists().get(fault.value, ())}


def fault(word: str) -> tuple[str, Fault] | None:
    """A word without its strength and how it says that something is wrong, or None where it does not.

    Args:
        word: a content word with the negation before it.

    Example:
        >>> fault("太慢")
        ('慢', <Fault.STATE: 'state'>)
        >>> fault("不制冷")
        ('不制冷', <Fault.NEGATED: 'negated'>)
    """
    kinds = _kinds()
    if word in kinds:
        return word, kinds[word]
    if word in _lists()["neutral"]:
        return None
    bare = _STRENGTH.sub("", word)
    if bare in kinds:
        return bare, kinds[bare]
    if bare != word and bare in _lists()["neutral"]:
        return None
    denied = _NEGATED.sub("", word)
    if _NOT_NEGATED.match(word) and len(word) > 2 and word[:2] != "不是":
        return word, Fault.NEGATED
    if denied != word and denied and word[:2] != "不是" and fault(denied) is None:
        return word, Fault.NEGATED
    return None


def denies(word: str) -> bool:
    """Whether a word says that something is not wrong: 没塑料味, 没事."""
    denied = _NEGATED.sub("", word)
    return word in _lists()["relief"] or (
        denied not in ("", word) and fault(denied) is not None and fault(word) is None
    )


def plain(word: str) -> str:
    """差 for the words that say no more than that of a thing; others as they are."""
    return "差" if word in _lists()["plain"] else word


def is_bare(word: str) -> bool:
    """Whether a word needs what it is said of beside it: 不送, 恶劣."""
    return word in _lists()["bare"]


def parts(word: str) -> tuple[str, ...]:
    """A word that holds a thing and its fault, as two; any other as it is.

    Example:
        >>> parts("物流慢")
        ('物流', '慢')
    """
    fitting = [one for one in _lists()["ending"] if word.endswith(one) and len(word) >= len(one) + 2]
    ending = max(fitting, key=len, default="")
    return (word.removesuffix(ending), ending) if ending and fault(word) is None else (word,)


def is_no_thing(word: str) -> bool:
    """Whether a word, though a content word, is too general to say of what a fault is: 东西, 问题."""
    return word in _lists()["thingless"]


def passed() -> frozenset[str]:
    """Words that may stand between a thing and its fault without changing what is said."""
    return _lists()["passed"]


def opens(word: str) -> bool:
    """Whether a word needs what it is said of behind it: 拒绝 (退货), 不补 (差价)."""
    return word in _lists()["opener"] or (_NEGATED.match(word) is not None and len(word) <= 3)
