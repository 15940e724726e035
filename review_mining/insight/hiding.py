"""Leaving out opinions whose code the industry hides, and the labels that rested on them alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from review_mining.insight.observations import (
    MIXED,
    NEGATIVE,
    NONE,
    POSITIVE,
    Flags,
    Labels,
    Mentions,
    Texts,
    dictionary_codes,
)


@dataclass(frozen=True)
class Hidden:
    """What the industry made invisible.

    Attributes:
        mentions: opinions left out, by code, in order of code; all reviews, counted or not.
        relabelled: labels of counted texts that changed because nothing visible supports them.
    """

    mentions: dict[str, int]
    relabelled: int


def hide(texts: Texts, mentions: Mentions, table: pa.Table, codes: frozenset[str]) -> tuple[Texts, Mentions, Hidden]:
    """Drop the mentions of hidden codes, and each side of a label that only such mentions carried.

    A label without any mention stays: the tagger read the text as a whole and found no span to point at.

    Args:
        texts: labels by slot.
        mentions: mentions by slot, with code -1 for hidden ones.
        table: the mentions table, for the names of the hidden codes.
        codes: the codes that are visible.
    """
    indices, names = dictionary_codes(table.column("sub_aspect"))
    totals = np.bincount(indices[indices >= 0], minlength=len(names))
    counts = {str(name): int(n) for name, n in zip(names, totals, strict=True) if n and name not in codes}
    visible = mentions.code >= 0
    if visible.all():
        return texts, mentions, Hidden(dict(sorted(counts.items())), 0)
    labels = _without(texts.labels, mentions, visible)
    changed = int(np.count_nonzero(labels != texts.labels))
    return replace(texts, labels=labels), mentions.where(visible), Hidden(dict(sorted(counts.items())), changed)


def _without(labels: Labels, mentions: Mentions, visible: Flags) -> Labels:
    bad_gone = _only_hidden(labels.shape, mentions, mentions.negative, visible)
    good_gone = _only_hidden(labels.shape, mentions, mentions.positive, visible)
    bad = ((labels == NEGATIVE) | (labels == MIXED)) & ~bad_gone
    good = ((labels == POSITIVE) | (labels == MIXED)) & ~good_gone
    kept = np.where(good, np.where(bad, MIXED, POSITIVE), np.where(bad, NEGATIVE, NONE)).astype(np.int8)
    return np.where((labels == POSITIVE) | (labels == NEGATIVE) | (labels == MIXED), kept, labels)


def _only_hidden(shape: tuple[int, ...], mentions: Mentions, chosen: Flags, visible: Flags) -> Flags:
    only = np.zeros(shape, dtype=np.bool_)
    only[mentions.aspect[chosen & ~visible], mentions.slot[chosen & ~visible]] = True
    only[mentions.aspect[chosen & visible], mentions.slot[chosen & visible]] = False
    return only
