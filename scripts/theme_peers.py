"""Other ways of grouping complaints, for comparison: what a team would build from libraries.

Each takes complaints with vectors and gives each complaint its group, or None for an outlier.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from scipy import sparse
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from review_mining.config import ThemesConfig
from review_mining.text import Segmenter
from review_mining.themes.lexical import Matrix

Found = list[str | None]
_FEWEST = 10
"""Complaints that UMAP needs for five dimensions."""
_LARGE = 20_000
_NEIGHBOURS, _FLOOR = 15, 0.3
_BLOCK = 1024


@dataclass(frozen=True, eq=False)
class Pool:
    """Complaints to be grouped.

    Attributes:
        codes: sub-aspect of each.
        keys: normalised text of each.
        points: unit rows, shape (complaints, width).
    """

    codes: list[str]
    keys: list[str]
    points: Matrix

    def select(self, rows: np.ndarray) -> Pool:
        """Some of them."""
        return Pool([self.codes[row] for row in rows], [self.keys[row] for row in rows], self.points[rows])


def by_sub_aspect(pool: Pool, group: Callable[[Matrix, str], Sequence[int]]) -> Found:
    """Group each sub-aspect by itself; a negative number is an outlier."""
    codes = np.asarray(pool.codes)
    found: Found = [None] * len(codes)
    for code in np.unique(codes):
        places = np.flatnonzero(codes == code)
        for place, number in zip(places, group(pool.points[places], str(code)), strict=True):
            found[place] = None if number < 0 else f"{code} {number}"
    return found


def k_means(pool: Pool, groups: Counter[str]) -> Found:
    """As many groups in each sub-aspect as ``groups`` says."""

    def group(points: Matrix, code: str) -> Sequence[int]:
        number = min(max(1, groups[code]), len(points))
        kind = MiniBatchKMeans if len(points) > _LARGE else KMeans
        return list(kind(number, n_init=4, random_state=0).fit_predict(points))

    return by_sub_aspect(pool, group)


def umap_hdbscan(pool: Pool) -> Found:
    """What BERTopic does by default within each sub-aspect, but for seed and least size."""
    from hdbscan import HDBSCAN
    from umap import UMAP

    def group(points: Matrix, _: str) -> Sequence[int]:
        if len(points) <= _FEWEST:
            return [-1] * len(points)
        neighbours = min(15, len(points) - 1)
        umap = UMAP(n_neighbors=neighbours, n_components=5, min_dist=0.0, metric="cosine", random_state=0)
        return list(HDBSCAN(min_cluster_size=ThemesConfig().min_opinions).fit_predict(umap.fit_transform(points)))

    return by_sub_aspect(pool, group)


def leiden(pool: Pool, resolution: float = 0.05) -> Found:
    """Communities of the graph of nearest neighbours (Traag, Waltman and van Eck 2019, constant Potts model)."""
    from graspologic_native import leiden_csr

    def group(points: Matrix, _: str) -> Sequence[int]:
        graph = _neighbour_graph(points)
        if graph.nnz == 0:
            return [-1] * len(points)
        _, labels = leiden_csr(
            graph.indptr.astype(np.int64),
            graph.indices.astype(np.int32),
            graph.data.astype(np.float64),
            graph.shape[0],
            resolution=resolution,
            iterations=2,
            use_modularity=False,
            seed=0,
        )
        numbers = np.full(len(points), -1)
        numbers[list(labels.keys())] = list(labels.values())
        small = np.bincount(numbers[numbers >= 0], minlength=1) < ThemesConfig().min_opinions
        return [int(number) if number >= 0 and not small[number] else -1 for number in numbers]

    return by_sub_aspect(pool, group)


def _neighbour_graph(points: Matrix) -> sparse.csr_matrix:
    """Similarities above the floor to the nearest neighbours, made symmetric."""
    k, rows, columns, weights = min(_NEIGHBOURS, len(points) - 1), [], [], []
    for first in range(0, len(points), _BLOCK):
        likeness = points[first : first + _BLOCK] @ points.T
        own = np.arange(first, first + len(likeness))
        likeness[own - first, own] = -1.0
        nearest = np.argpartition(-likeness, k - 1, axis=1)[:, :k] if k else np.zeros((len(own), 0), np.intp)
        rows.append(np.repeat(own, k))
        columns.append(nearest.ravel())
        weights.append(np.take_along_axis(likeness, nearest, axis=1).ravel())
    row, column, weight = (np.concatenate(parts) for parts in (rows, columns, weights))
    kept = weight >= _FLOOR
    scaled = (weight[kept] - _FLOOR) / (1 - _FLOOR) + 1e-3
    graph = sparse.csr_matrix((scaled, (row[kept], column[kept])), (len(points), len(points)))
    return graph.maximum(graph.T).tocsr()


def bertopic(pool: Pool) -> Found:
    """BERTopic with its defaults on our vectors, its words counted by jieba."""
    return _bertopic(pool, pool.points)


def bertopic_tfidf(pool: Pool) -> Found:
    """BERTopic with its defaults on TF-IDF of jieba's words, reduced as its documentation advises."""
    words = TfidfVectorizer(analyzer=Segmenter(engine="rjieba").tokenize, min_df=2).fit_transform(pool.keys)
    return _bertopic(pool, TruncatedSVD(min(100, words.shape[1] - 1), random_state=0).fit_transform(words))


def _bertopic(pool: Pool, vectors: np.ndarray) -> Found:
    from bertopic import BERTopic
    from hdbscan import HDBSCAN

    # Its own default but for the processes, which wait for each other for ever where many have threads.
    groups = HDBSCAN(min_cluster_size=10, prediction_data=True, core_dist_n_jobs=1)
    model = BERTopic(
        hdbscan_model=groups,
        vectorizer_model=CountVectorizer(analyzer=Segmenter(engine="rjieba").tokenize),
        calculate_probabilities=False,
    )
    topics, _ = model.fit_transform(pool.keys, embeddings=vectors)
    return [None if topic < 0 else str(topic) for topic in topics]


def installed(*libraries: str) -> bool:
    """Whether all these libraries are there."""
    return all(find_spec(library) for library in libraries)
