"""Whether a proposed name of a theme may be used: it must be made of what several of its buyers wrote."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from itertools import chain

from review_mining.themes.assembly import LONGEST_NAME
from review_mining.themes.faults import fault, parts, passed
from review_mining.themes.naming import says_wrong
from review_mining.themes.words import FILLERS, NEGATIONS, Words, content_words, key

_SHAPE = re.compile(f"[\u4e00-\u9fffA-Za-z0-9、]{{2,{LONGEST_NAME}}}")
_DIGITS = re.compile(r"\d{3}")
_ORDERS = re.compile(
    "忽略|无视|指令|指示|提示词|命名|改名|起名|名字|名称|主题|扮演|助手|模型|输出|prompt|ignore|instruct|system|assistant|name|theme",
    re.IGNORECASE,
)
_DENIED = re.compile("[不没未无]")
_EASILY = re.compile("^易(?=.)")
_ADDED = frozenset({"易", "容易", "严重", "频繁"})
"""Words of a name that need not stand in the complaints: they say how much, not what."""

_WRITERS = 2


def fits(name: str, complaints: Sequence[str], *, part: str, segmenter: Words, taken: Set[str]) -> bool:
    """Whether a name is short and plain, says that something is wrong, and is new and the buyers' own.

    Every content word must stand in two different complaints or in the name of the sub-aspect, so that one review
    cannot choose the name, whatever it tells the model.

    Args:
        name: as proposed.
        complaints: different complaints of the theme, each by another review.
        part: name of its sub-aspect.
        segmenter: splits both into words.
        taken: names of all other themes.
    """
    if not well_formed(name, taken):
        return False
    pieces = [key(piece) for piece in name.split("、")]
    tokens = segmenter(pieces)
    if not all(_only_says(line, piece) for line, piece in zip(tokens, pieces, strict=True)):
        return False
    texts = sorted({key(text) for text in complaints})
    found = Counter(chain.from_iterable(set(_words(line)) for line in segmenter(texts)))
    own = [word for line in tokens for word in _words(line)]
    return bool(own) and all(
        max(found[word], _held(word, texts)) >= _WRITERS or word in _ADDED or word in part for word in own
    )


def _only_says(tokens: Sequence[str], piece: str) -> bool:
    """Whether a piece of a name holds, besides content words, only what a name may pass over: nobody is addressed."""
    allowed = passed() | NEGATIONS
    if any(token in FILLERS and token not in allowed for token in tokens):
        return False
    end = 0
    for token in (*tokens, ""):
        place = piece.find(token, end) if token else len(piece)
        between = piece[end:place]
        if place < 0 or (between not in allowed and not allowed.issuperset(between)):
            return False
        end = place + len(token)
    return True


def _held(word: str, texts: Sequence[str]) -> int:
    """In how many texts a word stands that is cut otherwise there, and is not denied."""
    if _DENIED.match(word):
        return 0
    affirmed = re.compile(f"(?<![不没未无]){re.escape(word)}")
    return sum(affirmed.search(text) is not None for text in texts)


def well_formed(name: str, taken: Set[str]) -> bool:
    """Whether a name could be one, whatever the complaints say."""
    if key(name) in {key(one) for one in taken}:
        return False
    plain = _SHAPE.fullmatch(name) is not None and not _DIGITS.search(name) and not _ORDERS.search(name)
    return plain and says_wrong(name)


def _words(tokens: Sequence[str]) -> list[str]:
    """Content words without their strength, a thing and its fault apart."""
    apart = chain.from_iterable(parts(word) for word in content_words(tokens))
    return [_EASILY.sub("", found[0] if (found := fault(word)) else word) for word in apart]
