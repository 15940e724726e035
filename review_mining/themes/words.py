"""What of a complaint carries its meaning: its content words, and its text without fillers.

Negation stays on the word it negates (``不`` + ``制冷`` → ``不制冷``), because 制冷 and 不制冷 are opposite news.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from importlib import resources
from typing import Protocol

from review_mining.text.segment import stop_words

LONGEST = 120
"""Characters of a span that are read; what follows in a longer one adds no further complaint."""

NEGATIONS = frozenset(
    [
        "不",
        "没",
        "没有",
        "未",
        "无",
        "别",
        "无法",
        "不能",
        "不会",
        "不给",
        "不让",
        "不可以",
        "没法",
        "没人",
        "不是",
        "从不",
        "从未",
        "毫无",
        "并不",
        "并未",
        "都不",
        "都没",
        "也不",
        "还不",
        "还没",
    ]
)
_PLAIN_NEGATION = {"没有": "没", "无法": "不能", "没法": "不能", "未": "没", "并不": "不", "并未": "没", "都不": "不"}
_PLAIN_NEGATION |= {"都没": "没", "也不": "不", "还不": "不", "还没": "没", "从未": "没", "毫无": "没"}

FILLERS = stop_words().union(
    (resources.files("review_mining.themes") / "fillers.txt").read_text(encoding="utf-8").split()
)
"""Words that say how strongly, by whom or when, not what is wrong."""

_NOISE = re.compile(r"[\W_]+")
_FILLER_CHARACTERS = re.compile(
    r"非常|特别|十分|实在|简直|有点儿?|有些|居然|竟然|已经|而且|但是"
    "|[的了着吧吗呢啊呀嘛哦啦哈很太真超挺还都也又就才]"
)


class Words(Protocol):
    """Anything that splits texts into words, such as ``review_mining.text.Segmenter``."""

    def __call__(self, texts: Iterable[str]) -> list[list[str]]:
        """Tokens of each text, in order."""
        ...


def key(span: str) -> str:
    """Spans with one key are the same complaint: case, width, punctuation, emoji and blanks do not count."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", span[:LONGEST]).lower())


def core_text(text: str) -> str:
    """A key without particles and intensifiers, or the key itself where nothing else is in it."""
    return _FILLER_CHARACTERS.sub("", text) or text


def content_words(tokens: Iterable[str]) -> list[str]:
    """Words that say what is wrong, each with the negation before it.

    Args:
        tokens: words of one span, punctuation and function words included.
    """
    words: list[str] = []
    negation = ""
    for token in (token.strip().lower() for token in tokens):
        if token in NEGATIONS:
            negation = _PLAIN_NEGATION.get(token, token)
        elif token not in FILLERS and not _NOISE.fullmatch(token) and token:
            words.append(negation + token)
            negation = ""
    if negation and not words:
        words.append(negation)
    return words
