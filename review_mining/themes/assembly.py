"""Names put together from what is spoken of and what is wrong with it: 包装 and 破损 → 包装破损.

Every complaint is read as a row of content words. A word that says what is wrong makes, with the word before it or
(where something is denied or refused) the word behind it, a *pair*. A theme's name is the pair that most of its
complaints share and few of its siblings' do, weighted as class-based TF-IDF weighs words (Grootendorst 2022,
"BERTopic", section 3.3). A second fault of the same thing, or a second thing with the same fault, is joined where it is
about as frequent.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from review_mining.themes.faults import Fault, fault, is_bare, is_no_thing, opens, parts, passed, plain
from review_mining.themes.words import FILLERS, NEGATIONS, content_words

LONGEST_NAME = 14
_NO_THING = re.compile(
    r"\d|^[一二两三四五六七八九十半几多第每全都好刚不没无未]|几个|以来$|^[今昨明后前]天|^[我你他她它咱俺谁哪啥]|[们吗呢么]$"
)
"""Words of how many, when and who."""

_SECOND, _FEWEST_SECOND = 0.6, 3
"""How often a second fault or thing must be said, beside the first, to be named with it."""

_ATTACHED = 0.2
"""Share of the complaints of a fault that must be of one thing for the name to say of what."""

_FEWEST = 2


@dataclass(frozen=True)
class Pair:
    """A fault, and the thing that has it or the thing that is denied.

    Attributes:
        thing: what is spoken of, empty where only the fault is said.
        said: what is wrong, as a name says it.
        kind: how it says so.
        denied: what is denied or refused, empty where nothing is.
    """

    thing: str
    said: str
    kind: Fault
    denied: str = ""

    def text(self) -> str:
        """The pair as a name."""
        link = "有" if self.kind is Fault.NOUN and not self.denied else ""
        return f"{self.thing}{link}{self.said}{self.denied}"


def read(tokens: Sequence[str], text: str) -> tuple[Pair, ...]:
    """The different pairs of one complaint.

    Args:
        tokens: its words, function words present or not.
        text: what was split into them.

    Example:
        >>> sorted(pair.text() for pair in read(["包装", "都", "破损", "了"], "包装都破损了"))
        ['包装破损', '破损']
    """
    found = (pair for row in _rows(tokens, text) for place in range(len(row)) for pair in _pairs(row, place))
    return tuple(dict.fromkeys(found))


def _pairs(row: Sequence[str], place: int) -> Iterator[Pair]:
    """What the word at a place says is wrong: of anything, of the word before it, of the word behind it."""
    found = fault(row[place])
    before = row[place - 1] if place else ""
    behind = row[place + 1] if place + 1 < len(row) else ""
    if found is None or (found[1] is Fault.SCALE and behind and fault(behind)):
        return
    said, kind = found
    if kind in (Fault.SCALE, Fault.VAGUE) and _is_fault_of_note(before):
        thing = before
    else:
        thing = before if _is_thing(before) else ""
    denied = behind if opens(said) and kind is Fault.NEGATED and _is_thing(behind) else ""
    yield Pair("", said, kind)
    if thing:
        yield Pair(thing, plain(said), kind)
    if denied:
        yield Pair("", said, kind, denied)
    if thing and denied:
        yield Pair(thing, said, kind, denied)


def _is_fault_of_note(word: str) -> bool:
    """Whether how much there is of a fault can be said: 噪音 (大), 掉色 (严重)."""
    found = fault(word) if len(word) > 1 else None
    return found is not None and found[1] in (Fault.NOUN, Fault.STATE)


def _is_thing(word: str) -> bool:
    known = word in FILLERS or is_no_thing(word) or fault(word) is not None
    return len(word) > 1 and not known and not _NO_THING.search(word)


def _rows(tokens: Sequence[str], text: str) -> Iterator[list[str]]:
    """Runs of content words with nothing between them that a name could not leave out."""
    row: list[str] = []
    end = 0
    for token in tokens:
        place = text.find(token, end)
        between = text[end:place] if place >= 0 else ""
        if between and between not in passed() and not passed().issuperset(between):
            yield content_words(row)
            row = []
        end = max(end, place + len(token))
        if token in passed():
            continue
        if token in FILLERS and token not in NEGATIONS:
            yield content_words(row)
            row = []
        else:
            row.extend(parts(token))
    yield content_words(row)


def assembled(
    complaints: Sequence[Sequence[Sequence[Pair]]], weights: Sequence[NDArray[np.float64]]
) -> list[list[tuple[str, float]]]:
    """Names of each of several sibling themes, best first, each with the share of its complaints that say so.

    Args:
        complaints: the pairs of every complaint, theme by theme.
        weights: how often each complaint occurs, theme by theme.
    """
    counts = [_count(pairs, weight) for pairs, weight in zip(complaints, weights, strict=True)]
    overall: Counter[Pair] = Counter()
    for one in counts:
        overall.update(one)
    sizes = [float(weight.sum()) for weight in weights]
    return [_names(one, size, overall, sizes) for one, size in zip(counts, sizes, strict=True)]


def _count(complaints: Sequence[Sequence[Pair]], weights: NDArray[np.float64]) -> Counter[Pair]:
    counts: Counter[Pair] = Counter()
    for pairs, weight in zip(complaints, weights.tolist(), strict=True):
        for pair in pairs:
            counts[pair] += weight
    return counts


def _names(
    counts: Counter[Pair], size: float, overall: Counter[Pair], sizes: Sequence[float]
) -> list[tuple[str, float]]:
    scores: dict[Pair, float] = {}
    for pair, weight in counts.items():
        # What is said as often in its siblings does not tell the theme from them.
        if weight >= _FEWEST and _stands(pair) and weight * sum(sizes) >= overall[pair] * size:
            scores[pair] = weight * float(np.log1p(sum(sizes) / len(sizes) / overall[pair]))
    names: dict[str, float] = {}
    for pair in sorted(scores, key=lambda pair: (_says_little(pair), -round(scores[pair], 9), pair.text())):
        name = _joined(_fuller(pair, counts), counts)
        if len(name) <= LONGEST_NAME:
            names.setdefault(name, counts[pair] / size)
    return list(names.items())


def _says_little(pair: Pair) -> bool:
    return pair.kind is Fault.VAGUE and not pair.thing


def _stands(pair: Pair) -> bool:
    """Whether a pair says enough for a name."""
    by_itself = len(pair.said) > 1 and pair.kind is not Fault.SCALE and not is_bare(pair.said)
    return by_itself or bool(pair.thing or pair.denied)


def _fuller(pair: Pair, counts: Counter[Pair]) -> Pair:
    """The pair with the thing that is most often said with it, if that is often enough."""
    fuller = {
        other: weight
        for other, weight in counts.items()
        if other.said == pair.said
        and other != pair
        and pair.thing in ("", other.thing)
        and pair.denied in ("", other.denied)
        and weight >= max(_FEWEST, _ATTACHED * counts[pair])
    }
    return min(fuller, key=lambda other: (-fuller[other], other.text()), default=pair)


def _joined(pair: Pair, counts: Counter[Pair]) -> str:
    """The pair's name, with a second fault of the same thing or a second thing of the same fault behind it."""
    if pair.denied or _says_little(pair):
        return pair.text()
    least = max(_FEWEST_SECOND, _SECOND * counts[pair])
    names: dict[str, float] = {}
    for other, weight in counts.items():
        if weight < least or other.denied:
            continue
        if other.thing == pair.thing and other.kind is pair.kind and _differ(other.said, pair.said):
            names[f"{pair.text()}、{other.said}"] = weight
        elif pair.thing and other.thing and other.said == pair.said and _differ(other.thing, pair.thing):
            names[f"{pair.thing}、{other.text()}"] = weight
    fitting = [name for name in names if len(name) <= LONGEST_NAME]
    return min(fitting, key=lambda name: (-names[name], name), default=pair.text())


def _differ(word: str, other: str) -> bool:
    """Whether two words, both longer than a sign, are not one in two spellings."""
    shortest = min(len(word), len(other))
    return shortest > 1 and 2 * len(set(word) & set(other)) <= shortest
