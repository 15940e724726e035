"""Trimming a clause to the words that carry its opinion."""

from __future__ import annotations

import re

import numpy as np

from review_mining.aspects.ngrams import Hits, Ints, Reals

LONGEST_SPAN = 20
"""Characters; the annotation guide's limit."""

_LEAD = re.compile(
    r"(?:但是|但|不过|可是|然而|只是|就是|而且|并且|另外|还有|所以|因为|结果|虽然|尽管|总之|总的来说|总体来说|整体来说|感觉|觉得|我觉得"
    r"|个人感觉|个人觉得|首先|其次|最后|第[一二三四五]|其实|反正|而|且|又|还|也|都|那|这|我|的|了|吧|啊|哦|呢|哈)(?=.{4,})"
)
_TAIL = re.compile(r"(?<=.{3})(?:了|啊|呀|哦|噢|呢|哈|吧|的说|啦|嘛|哟|喔|滴|哒)+$")


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Drop a connective at the head of a clause and particles at its tail.

    Args:
        text: normalised text.
        start: where the clause begins.
        end: where it ends, half-open.

    Returns:
        Half-open span, never empty, inside the given one.
    """
    lead = _LEAD.match(text, start, end)
    if lead and end - lead.end() >= 4:
        start = lead.end()
    return start, end


def strongest_window(hits: Hits, weights: Reals, start: int, end: int) -> tuple[int, int]:
    """The part of a long clause, at most 20 characters, whose n-grams speak most for an opinion.

    Args:
        hits: known n-grams of the batch.
        weights: shape (vocabulary,), weights of the opinion's head.
        start: where the clause begins in the batch.
        end: where it ends, half-open.
    """
    if end - start <= LONGEST_SPAN:
        return start, end
    inside = np.flatnonzero((hits.starts >= start) & (hits.ends <= end))
    evidence = np.zeros(end - start)
    middle = (hits.starts[inside] + hits.ends[inside] - 1) // 2 - start
    np.add.at(evidence, middle, weights[hits.features[inside]])
    sums: Ints | Reals = np.concatenate([[0.0], np.cumsum(evidence)])
    windows = sums[LONGEST_SPAN:] - sums[:-LONGEST_SPAN]
    best = int(windows.argmax())
    return start + best, start + best + LONGEST_SPAN
