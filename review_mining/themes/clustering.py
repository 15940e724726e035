"""Groups of like complaints within one sub-aspect, and the vote that puts a new complaint into one.

Average-linkage agglomeration over cosine distance, cut at a fixed height: it asks for no number of groups, and leaves a
complaint that resembles no other by itself. It runs over at most ``CORE`` different spans; every further span goes by a
vote of its nearest neighbours among them, at fitting time as later, so that both give one answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from review_mining.themes.lexical import Matrix

Labels = NDArray[np.int32]

CORE = 1500
"""Spans of a sub-aspect that are compared all with all."""

UNGROUPED = -1
"""Label of a core span that belongs to no group."""

FAR = -2
"""Vote on a span below the similarity floor: it resembles nothing seen."""

_CUT = 0.72
"""Chosen on complaints that readers have sorted: lower splits one issue by its wording, higher mixes issues."""

_FLOOR = 0.45
_NEIGHBOURS = 5
_BLOCK = 1024


@dataclass(frozen=True)
class Core:
    """Spans with known groups.

    Attributes:
        vectors: unit rows, shape (n, dimensions).
        labels: group of each, or ``UNGROUPED``, shape (n,).
    """

    vectors: Matrix
    labels: Labels

    def vote(self, vectors: Matrix) -> Labels:
        """Group of each vector by its nearest neighbours, weighted by the fourth power of their similarity.

        Args:
            vectors: unit rows, shape (m, dimensions).

        Returns:
            A group, ``UNGROUPED`` or ``FAR`` each, shape (m,).
        """
        votes = np.full(len(vectors), FAR, np.int32)
        if len(self.labels) == 0:
            return votes
        for first in range(0, len(vectors), _BLOCK):
            block = vectors[first : first + _BLOCK]
            votes[first : first + len(block)] = self._vote(block)
        return votes

    def _vote(self, vectors: Matrix) -> Labels:
        similarity = vectors @ self.vectors.T
        k = min(_NEIGHBOURS, len(self.labels))
        nearest = np.argpartition(similarity, -k, axis=1)[:, -k:]
        closeness = np.take_along_axis(similarity, nearest, axis=1)
        weight = np.where(closeness >= _FLOOR, closeness, 0.0) ** 4
        labels = self.labels[nearest]
        width = int(self.labels.max()) + 2
        places = np.arange(len(vectors))[:, None] * width + labels + 1
        tally = np.bincount(places.ravel(), weights=weight.ravel(), minlength=len(vectors) * width)
        winners: Labels = np.asarray(tally.reshape(-1, width).argmax(axis=1) - 1, dtype=np.int32)
        winners[closeness.max(axis=1) < _FLOOR] = FAR
        return winners


def distances(vectors: Matrix) -> NDArray[np.float64]:
    """Cosine distances between all rows, shape (n, n)."""
    similarity = np.clip((vectors @ vectors.T).astype(np.float64), -1.0, 1.0)
    between: NDArray[np.float64] = 1.0 - (similarity + similarity.T) / 2
    np.fill_diagonal(between, 0.0)
    return between


def cut(between: NDArray[np.float64]) -> Labels:
    """Average-linkage groups of a distance matrix, shape (n, n) → (n,)."""
    if len(between) < 2:
        return np.zeros(len(between), np.int32)
    tree = linkage(squareform(between, checks=False), method="average")
    numbers: NDArray[np.int32] = fcluster(tree, _CUT, criterion="distance")
    return (numbers - 1).astype(np.int32)


def stability(between: NDArray[np.float64], labels: Labels, kept: int, seed: int, resamples: int = 5) -> list[float]:
    """How well each group survives when a fifth of the spans is left out.

    Mean over resamples of the best Jaccard overlap with a group found there: Hennig (2007), "Cluster-wise assessment of
    cluster stability".

    Args:
        between: cosine distances, shape (n, n).
        labels: groups of the full set, shape (n,).
        kept: groups 0 … kept - 1 are judged.
        seed: of the resampling.
        resamples: how often to draw 80 %.

    Returns:
        A value in 0–1 per group.
    """
    generator = np.random.default_rng(seed)
    n = len(labels)
    overlaps = np.zeros((resamples, kept))
    for draw in range(resamples):
        chosen = np.sort(generator.choice(n, max(1, round(0.8 * n)), replace=False))
        found, before = cut(between[np.ix_(chosen, chosen)]), labels[chosen]
        shared = np.zeros((kept, int(found.max()) + 1))
        inside = (before >= 0) & (before < kept)
        np.add.at(shared, (before[inside], found[inside]), 1)
        sizes = np.bincount(before[inside], minlength=kept)[:, None] + np.bincount(found)[None, :]
        best = (shared / (sizes - shared)).max(axis=1)
        overlaps[draw] = np.where(np.bincount(before[inside], minlength=kept) > 0, best, np.nan)
    judged = ~np.isnan(overlaps)
    means = np.where(judged, overlaps, 0.0).sum(axis=0) / np.maximum(judged.sum(axis=0), 1)
    return [round(float(value), 6) for value in means]
