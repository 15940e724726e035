"""How well the names of themes tell them apart and say what their complaints say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_matrix

from review_mining.themes.faults import parts
from review_mining.themes.words import Words, content_words, key


@dataclass(frozen=True)
class NameQuality:
    """Figures of the names of themes; NaN where there is nothing to count.

    Attributes:
        distinctness: share of themes whose name shares no head word with that of another theme of its sub-aspect.
        head_share: share of a theme's complaints that hold a head word of its name, mean over themes.
        npmi: mean normalised pointwise mutual information of a theme's keywords, two by two, within complaints (Bouma
            2009; as a measure of topics Lau, Newman and Baldwin 2014, "Machine reading tea leaves"), mean over themes;
            -1 for two words that no complaint has both of, 1 for two that always come together.
    """

    distinctness: float
    head_share: float
    npmi: float


def name_quality(
    themes: pa.Table, spans: Sequence[str | None], ids: Sequence[str | None], segmenter: Words
) -> NameQuality:
    """Judge the names and keywords of themes.

    Args:
        themes: columns theme_id, sub_aspect, name, keywords; without those of leftovers, which nobody named.
        spans: complaints, shape (complaints,).
        ids: theme of each, None for none, shape (complaints,).
        segmenter: splits names and complaints into words.
    """
    rows = themes.select(["theme_id", "sub_aspect", "name", "keywords"]).to_pylist()
    heads = [_words(line) for line in segmenter([key(row["name"]) for row in rows])]
    texts = [key(span or "") for span in spans]
    documents = [_words(line) for line in segmenter(texts)]
    members = defaultdict(list)
    for place, theme_id in enumerate(ids):
        members[theme_id].append(place)
    shares = [
        np.mean([any(word in documents[place] or word in texts[place] for word in head) for place in own])
        for row, head in zip(rows, heads, strict=True)
        if (own := members.get(row["theme_id"]))
    ]
    return NameQuality(
        _distinctness([row["sub_aspect"] for row in rows], heads),
        float(np.mean(shares)) if shares else float("nan"),
        _npmi([row["keywords"] for row in rows], documents),
    )


def _words(tokens: Sequence[str]) -> frozenset[str]:
    """Content words, a thing and its fault apart."""
    return frozenset(chain.from_iterable(parts(word) for word in content_words(tokens)))


def _distinctness(codes: Sequence[str], heads: Sequence[frozenset[str]]) -> float:
    siblings = defaultdict(list)
    for code, head in zip(codes, heads, strict=True):
        siblings[code].append(head)
    alone = [
        not any(head & other for place, other in enumerate(group) if place != own)
        for group in siblings.values()
        for own, head in enumerate(group)
    ]
    return float(np.mean(alone)) if alone else float("nan")


def _npmi(keywords: Sequence[Sequence[str]], documents: Sequence[frozenset[str]]) -> float:
    numbers = {word: number for number, word in enumerate(sorted(set(chain.from_iterable(keywords))))}
    places = [
        (place, numbers[word]) for place, words in enumerate(documents) for word in sorted(words) if word in numbers
    ]
    if not places:
        return float("nan")
    row, column = np.array(places).T
    held = csr_matrix((np.ones(len(row)), (row, column)), shape=(len(documents), len(numbers)))
    together = (held.T @ held) / len(documents)
    single = together.diagonal()
    means = []
    for words in keywords:
        pairs = list(combinations([numbers[word] for word in words], 2))
        if pairs:
            left, right = np.array(pairs).T
            both = np.asarray(together[left, right]).ravel()
            means.append(np.mean(_normalised(both, single[left], single[right])))
    return float(np.mean(means)) if means else float("nan")


def _normalised(both: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Normalised pointwise mutual information of shares of documents, each of shape (pairs,)."""
    found = np.full(both.shape, -1.0)
    seen, always = both > 0, both >= 1
    some = seen & ~always
    found[always] = 1.0
    found[some] = np.log(both[some] / (left[some] * right[some])) / -np.log(both[some])
    return found
