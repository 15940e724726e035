"""Names and keywords of themes.

Keywords are the words that are frequent in one theme and rare in its siblings: class-based TF-IDF (Grootendorst 2022,
"BERTopic", section 3.3). A name is never put together from keywords. It says of what most complaints speak and what is
wrong with it (``assembly``) where enough of them agree; else it is the most central short complaint of the theme in the
buyers' own words, with who, when and how strongly cut away. So it always says what is wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from review_mining.themes.assembly import LONGEST_NAME, Pair
from review_mining.themes.faults import denies
from review_mining.themes.words import content_words, key

_CLEAR, _BETTER_THAN_NOTHING = 0.15, 0.08
"""Shares of the complaints that must agree on a name put together: beside a good one in the buyers' words, and not."""

_SHORT = 6
"""Characters of the buyers' words that are as good as a name put together."""

_OFTEN = 2
_ALONE, _RELIEF = 0.7, 0.3
"""What a phrase is worth for each of its words that no other complaint has, and where it denies a fault."""

_AT_EASE = 8
"""Characters of a name that is read at a glance."""

_KEYWORDS, _LONGEST_KEYWORD = 6, 6

# Its first line holds what is left of 这样, 这么 and 难道 where a span begins within a word.
_LEAD = re.compile(
    "^(?:样(?![子式品])(?=[\u4e00-\u9fff]{3})|么(?=[大多小])|道不?是|"
    "但是|可是|不过|而且|并且|因为|所以|由于|然后|结果|于是|最后|后来|反正|其实|另外|还有|以及|就是|"
    "说实话|只是|总之|竟然|居然|果然|真是|真的|感觉|觉得|发现|关键是|关键|主要是|主要|特别是|尤其是|尤其|首先|"
    "其次|甚至|直接|确实|实在是|实在|简直|已经|现在|目前|今天|昨天|说是|我们|我的|我|你们|你|他们|他|她|"
    "它|咱|俺|本人|这个|这款|这种|这家|这|那个|那|一个(?!多?[月星小])|更|也|都|还|又|就|才|但|而|并|且|和|跟|却|的|了|是(?!不是))+"
)
_TAIL = re.compile(
    "(?:的要死|得要死|要死|的很|得很|死了|极了|的一批|一批|的话|了一?点儿?|(?<![不得起下])了|的|啊|呀|呢|吧|吗|嘛|"
    "啦|哦|哈|呗|哟|额|而已|无语)+$"
)
_TAIL_BUT_DE = re.compile("[了啊呀呢吧吗嘛啦哦哈]+$")
_PREDICATE = re.compile("是[^是]{1,2}的[了啊呀呢吧吗嘛啦哦哈！!。]*$")
_INTENSIFIERS = re.compile(
    "非常非常|非常|特别的|特别|十分|实在是|实在|简直了|简直是|简直|极其|极度|相当|居然|竟然|真的是|真的|"
    "真心|真是|确实是|确实|的确|有一点|有点儿|有点|有些|超级|根本就|根本|完全|已经|总是|老是|一直|好像|"
    "感觉|觉得|他妈的|他妈|特么"
)
_AT_THE_VERB = re.compile(
    "(?<=[\u4e00-\u9fff]{2})(?<![没不])(?<!不是)(?:太过于|太过|太|很|挺|超|真|好|特|蛮)(?=[\u4e00-\u9fff])"
)
_OCCASION = re.compile(
    r"[\d一二两三四五六七八九十半几]+(?:多|来)?(?:个?小时|个?星期|个?月|分钟|天|号|点|日|年|周|块|元|次|"
    r"度)|第[\d一二三四五六七八九十]"
)
_QUESTION = re.compile("什么|怎么|为啥|为何|难道|何必|不知|是不是|能不能|凭什么|哪|谁|[吗呢么?？]$")
_CUT_OFF = re.compile("^[次款件台位份](?!品)|(?:时候|上了|是个)$")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_NO_FAULT = re.compile("不到|不说|不错|能不能|是不是|不知道|差不多")
_PERSONAL = re.compile("[我你他她俺咱]")
_SPOILT = re.compile(r"[^\u4e00-\u9fffA-Za-z]")
_WRONG = re.compile(
    "[不没无未坏差慢烂破裂漏少贵脏臭吵响短薄小大硬重轻假骗难卡死黑慌烫热弱低丢缺错乱旧脱掉断松歪皱刺"
    "疼痒胀酸苦淡腻腥涩酥糊糙毛渣假废垃涨降拖推等迟晚损痕瑕疵退换闷勒紧透色差黏油花模糊噪异假贬亏坑骂"
    "吼凶懒赖乱费]"
)


@dataclass(frozen=True)
class Group:
    """What naming needs to know of one theme.

    Attributes:
        spans: different spans of the theme.
        words: content words of each span.
        pairs: what each says is wrong.
        weights: how often each occurs, shape (n,).
        centrality: mean similarity of each to the theme, shape (n,).
    """

    spans: Sequence[str]
    words: Sequence[Sequence[str]]
    pairs: Sequence[Sequence[Pair]]
    weights: NDArray[np.float64]
    centrality: NDArray[np.float64]


def keywords(groups: Sequence[Group]) -> list[list[str]]:
    """Words that tell each group from the others, best first, at most ``_KEYWORDS`` each.

    Args:
        groups: sibling themes; the more siblings, the sharper the words.
    """
    counts = [_word_counts(group) for group in groups]
    overall: Counter[str] = Counter()
    for count in counts:
        overall.update(count)
    mean_size = sum(overall.values()) / max(len(groups), 1)
    chosen = []
    for count in counts:
        size = sum(count.values()) or 1.0
        scores = {word: n / size * float(np.log1p(mean_size / overall[word])) for word, n in count.items()}
        ranked = sorted(scores, key=lambda word: (-scores[word], word))
        chosen.append(_distinct(ranked))
    return chosen


def _word_counts(group: Group) -> Counter[str]:
    counts: Counter[str] = Counter()
    for words, weight in zip(group.words, group.weights, strict=True):
        for word in set(words):
            counts[word] += weight
    return counts


def _distinct(ranked: Sequence[str]) -> list[str]:
    chosen: list[str] = []
    for word in ranked:
        short = len(word) < 2 and not any("\u4e00" <= sign <= "\u9fff" for sign in word)
        if short or word.isdecimal() or (any(word in other or other in word for other in chosen) and len(word) < 2):
            continue
        chosen.append(word)
        if len(chosen) == _KEYWORDS:
            break
    return chosen


def name(
    group: Group, head: Sequence[str], assembled: Sequence[tuple[str, float]], taken: frozenset[str], fallback: str
) -> str:
    """Name of one theme, unlike every taken name.

    Args:
        group: the theme.
        head: its keywords.
        assembled: names put together for it, with the share of its complaints that say so, best first.
        taken: names already given.
        fallback: name of the sub-aspect, for a theme none of whose spans makes a name.
    """
    spoken = _spoken(group, head)
    best = next((phrase for phrase in spoken if phrase not in taken), "")
    least = _CLEAR if len(best) <= _SHORT and reads_well(best) else _BETTER_THAN_NOTHING
    clear = [candidate for candidate, share in assembled if share >= least]
    for candidate in clear:
        chosen = next((phrase for phrase in (_in_use(candidate, group, best), candidate) if phrase not in taken), "")
        if chosen:
            return chosen
    if best and not _says_little(best):
        return best
    words = [word for word in head if len(word) <= _LONGEST_KEYWORD][:2]
    base = f"{fallback}：{'、'.join(words)}" if words else fallback
    numbered = (f"{base}（{number}）" for number in range(2, len(taken) + 3))
    return next(candidate for candidate in (base, *numbered) if candidate not in taken)


def _says_little(phrase: str) -> bool:
    """Whether keywords would tell more: the phrase is of one buyer's case, or long without anything being wrong."""
    of_one = any(pattern.search(phrase) for pattern in (_SPOILT, _OCCASION, _CUT_OFF))
    return of_one or (len(phrase) > _AT_EASE and not says_wrong(phrase))


def _spoken(group: Group, head: Sequence[str]) -> list[str]:
    """Phrases of the complaints that could be names, best first."""
    common = _word_counts(group)
    scores: dict[str, float] = {}
    for span, words, weight, centrality in zip(group.spans, group.words, group.weights, group.centrality, strict=True):
        phrase = tidy(span)
        if phrase and len(phrase) <= LONGEST_NAME:
            # A word that only one complaint has may be cut off or beside the point.
            alone = sum(common[word] < 2 for word in words if word in phrase)
            value = worth(phrase, head) * float(centrality) ** 2 * (1 + float(np.log(weight))) * _ALONE**alone
            value *= _RELIEF if any(denies(word) for word in words) else 1.0
            scores[phrase] = scores.get(phrase, 0.0) + value
    return sorted(scores, key=lambda phrase: (-round(scores[phrase], 9), len(phrase), phrase))


def _in_use(candidate: str, group: Group, best: str) -> str:
    """A very short name as buyers say it in more words, if several do or the best of them does: 降价 → 买完就降价."""
    said = candidate.removeprefix("有")
    if len(said) > 2:
        return candidate
    fuller: Counter[str] = Counter()
    for span, weight in zip(group.spans, group.weights.tolist(), strict=True):
        phrase = tidy(span) if said in span else ""
        added = phrase.partition(said)
        if (len(added[0]) > 1 or added[2]) and said not in added[2] and phrase != candidate and reads_well(phrase):
            fuller[phrase] += weight
    often = [phrase for phrase, weight in fuller.items() if weight >= _OFTEN or phrase == best]
    return min(often, key=lambda phrase: (-fuller[phrase], len(phrase), phrase), default=candidate)


def tidy(span: str) -> str:
    """A span as a name would say it, or nothing where it cannot be one.

    Example:
        >>> tidy("而且拉链真的特别容易坏了")
        '拉链容易坏'
    """
    phrase = _DRAWN_OUT.sub(r"\1", span.strip())
    tail = _TAIL_BUT_DE if _PREDICATE.search(phrase) else _TAIL
    for pattern in (_INTENSIFIERS, _LEAD, tail, _AT_THE_VERB, _LEAD):
        shorter = pattern.sub("", phrase).strip(" ，。、！!?？~～.…:：")
        if len(shorter) >= 3 or (len(shorter) == 2 and pattern is not tail):
            phrase = shorter
    return phrase if 2 <= len(phrase) <= 2 * LONGEST_NAME and key(phrase) else ""


def reads_well(phrase: str) -> bool:
    """Whether a phrase can stand as a name: it says that something is wrong, of nobody's life, and asks nothing."""
    spoilt = any(pattern.search(phrase) for pattern in (_SPOILT, _PERSONAL, _OCCASION, _QUESTION))
    return not spoilt and len(phrase) <= _AT_EASE and says_wrong(phrase)


def says_wrong(phrase: str) -> bool:
    """Whether a phrase has a sign of something being wrong."""
    return _WRONG.search(_NO_FAULT.sub("", phrase)) is not None


def worth(phrase: str, head: Sequence[str]) -> float:
    """How much a phrase reads like the name of a complaint."""
    covered = sum(1 / (rank + 1) for rank, word in enumerate(head) if word in phrase)
    score = 0.4 + covered
    score *= 1.0 if says_wrong(phrase) else 0.35
    for pattern, factor in ((_SPOILT, 0.25), (_PERSONAL, 0.4), (_OCCASION, 0.25), (_QUESTION, 0.4)):
        score *= factor if pattern.search(phrase) else 1.0
    length = len(phrase)
    if length < 3:
        score *= 0.35
    elif length == 3:
        score *= 0.7
    elif length > _AT_EASE:
        score *= _AT_EASE / length if length <= LONGEST_NAME else 0.1
    return score


def content(tokens: Sequence[Sequence[str]]) -> list[list[str]]:
    """Content words of each tokenised span, without repeats inside a span."""
    return [list(dict.fromkeys(content_words(line))) for line in tokens]
