"""Which opinions a fit looks at, exact repeats told apart from different complaints."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from review_mining.themes.words import key


@dataclass(frozen=True)
class Spans:
    """The different complaints of one sub-aspect, the most frequent first.

    Attributes:
        keys: normalised text of each.
        texts: the span as one of its opinions has it.
        opinion_ids: that opinion.
        weights: opinions with this key, shape (n,).
        aspect: the aspect they belong to.
    """

    keys: list[str]
    texts: list[str]
    opinion_ids: list[str]
    weights: NDArray[np.float64]
    aspect: str

    def take(self, rows: Sequence[int]) -> Spans:
        """Some of them, in the order of ``rows``."""
        return Spans(
            keys=[self.keys[row] for row in rows],
            texts=[self.texts[row] for row in rows],
            opinion_ids=[self.opinion_ids[row] for row in rows],
            weights=self.weights[list(rows)],
            aspect=self.aspect,
        )


def select(opinions: pa.Table, limit: int) -> dict[str, Spans]:
    """Negative opinions by sub-aspect, at most ``limit`` of each by hash of ``opinion_id``.

    The outcome does not depend on the order of the rows. Spans without a letter or digit are left out.

    Args:
        opinions: columns as ``tables.OPINIONS``.
        limit: opinions per sub-aspect.
    """
    columns = ["opinion_id", "aspect", "sub_aspect", "span"]
    negative = opinions.select(columns).filter(pc.equal(opinions["polarity"], "negative"))
    negative = negative.filter(pc.is_valid(negative["sub_aspect"]))
    codes = sorted(pc.unique(negative["sub_aspect"]).to_pylist())
    chosen = {}
    for code in codes:
        spans = _spans(negative.filter(pc.equal(negative["sub_aspect"], code)), limit)
        if spans.keys:
            chosen[code] = spans
    return chosen


def _spans(rows: pa.Table, limit: int) -> Spans:
    ids = [identity or "" for identity in rows["opinion_id"].to_pylist()]
    hashes = [_hash(identity) for identity in ids]
    kept = sorted(range(len(ids)), key=lambda row: (hashes[row], ids[row]))[:limit]
    texts = [text or "" for text in rows["span"].take(pa.array(kept, pa.int64())).to_pylist()]
    first: dict[str, int] = {}
    count: dict[str, int] = {}
    for place, text in enumerate(texts):
        normal = key(text)
        if normal:
            first.setdefault(normal, place)
            count[normal] = count.get(normal, 0) + 1
    keys = sorted(first, key=lambda normal: (-count[normal], _hash(normal), normal))
    aspects = [aspect for aspect in pc.unique(rows["aspect"]).to_pylist() if aspect is not None]
    return Spans(
        keys=keys,
        texts=[texts[first[normal]] for normal in keys],
        opinion_ids=[ids[kept[first[normal]]] for normal in keys],
        weights=np.array([count[normal] for normal in keys], np.float64),
        aspect=min(aspects, default=""),
    )


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
