"""Measure themes against complaints that readers have sorted into issues, beside other ways of grouping them.

    python scripts/evaluate_themes.py [--use tuning] [--issues annotations/issues.jsonl]

Every method sees the same complaints, one sub-aspect at a time, and vectors of the same kind. Complaints that name
nothing to act on take part but are not scored; issues of fewer complaints than make a theme are scored apart.
``stability`` is the mean adjusted Rand index between the fit and fits on random 80 % of the complaints. Seconds are
those of one fit, without the vectors for all but ours. A second table judges the names that ours have got
(``review_mining.themes.name_quality``). What BERTopic does is measured when umap-learn and hdbscan are
installed; BERTopic itself fails on groups of very short Chinese complaints, when it counts their words.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from review_mining.annotated import json_rows, read_reviews, shown
from review_mining.config import ThemesConfig
from review_mining.errors import InputError, ReviewMiningError
from review_mining.ingest.masking import mask
from review_mining.tables import OPINIONS
from review_mining.taxonomy import load_taxonomy
from review_mining.text import Segmenter
from review_mining.themes import ThemeModel
from review_mining.themes.agreement import agreement
from review_mining.themes.name_quality import name_quality
from review_mining.themes.vectors import Matrix, SpanVectors, bundled_encoder
from review_mining.themes.words import key

Found = list[str | None]
_FIELDS = {"key", "start", "end", "code", "issue", "use"}
_VAGUE, _UNCLEAR = "-", "?"
_FEWEST = 10
"""Complaints that UMAP needs for five dimensions."""
_RESAMPLES, _KEPT = 5, 0.8


@dataclass(frozen=True, eq=False)
class Sorted:
    """Complaints as a reader has sorted them; ``issues`` names sub-aspect and issue, or is None for a vague one."""

    opinions: pa.Table
    issues: list[str | None]

    def select(self, rows: np.ndarray) -> Sorted:
        """Some of them."""
        return Sorted(self.opinions.take(pa.array(rows)), [self.issues[row] for row in rows])


def main() -> int:
    """Read, group, score, print."""
    parser = argparse.ArgumentParser(description="Measure themes against complaints sorted by readers.")
    parser.add_argument("--issues", type=Path, default=Path("annotations/issues.jsonl"))
    parser.add_argument("--reviews", type=Path, default=Path("../shared/data/reviews.parquet"))
    parser.add_argument("--use", choices=("scored", "tuning"), default="scored", help="reserved complaints, or others")
    arguments = parser.parse_args()
    try:
        given = read_sorted(arguments.issues, arguments.reviews, arguments.use)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    least = ThemesConfig().min_opinions
    counts = Counter(given.issues)
    print(f"{len(given.issues):,} complaints, {len(set(given.issues) - {None})} issues, {counts[None]} vague")
    print(
        f"| method | B³ F1 | V-measure | adjusted Rand | outliers | B³ F1, issues of {least} and more | stability | s |"
    )
    print("| --- " * 8 + "|")
    vectors = SpanVectors.fitted(sorted(set(_keys(given.opinions))), encode=bundled_encoder(), seed=0)
    for name, method in _methods(vectors, _ours(given.opinions)).items():
        print(_row(name, method, given, least), flush=True)
    print("\n| themes | names | distinctness | head-word share | NPMI of keywords |")
    print("| --- " * 5 + "|")
    print(_names_row(given.opinions))
    return 0


def read_sorted(issues: Path, reviews: Path, use: str) -> Sorted:
    """Complaints of one use, with the words of their reviews.

    Raises:
        InputError: a file cannot be read.
    """
    texts = {row["key"]: mask(shown(row["text"]))[0] for row in read_reviews(reviews)}
    taxonomy = load_taxonomy()
    rows, found = [], []
    for number, one in enumerate(json_rows(issues)):
        if not one.keys() >= _FIELDS:
            raise InputError("is not a sorted complaint", path=issues, row=number, hint=f"It needs {sorted(_FIELDS)}.")
        if one["use"] == use and one["issue"] != _UNCLEAR and one["key"] in texts:
            span = texts[one["key"]][one["start"] : one["end"]]
            identity = f"{one['key']}/text/{one['start']}-{one['end']}/{one['code']}"
            values = dict.fromkeys(OPINIONS.names) | {
                "opinion_id": identity,
                "review_id": one["key"],
                "field": "text",
                "aspect": taxonomy.aspect_of(one["code"]),
                "sub_aspect": one["code"],
                "polarity": "negative",
                "confidence": 1.0,
                "start": one["start"],
                "end": one["end"],
                "span": span,
            }
            rows.append(values)
            found.append(None if one["issue"] == _VAGUE else f"{one['code']} {one['issue']}")
    return Sorted(pa.Table.from_pylist(rows, schema=OPINIONS), found)


def _methods(vectors: SpanVectors, themes: Found) -> dict[str, Callable[[pa.Table], Found]]:
    numbers = Counter(one for one in themes if one)
    groups = Counter(theme.partition(" ")[0] for theme in numbers)
    methods: dict[str, Callable[[pa.Table], Found]] = {
        "themes (ours)": _ours,
        "k-means, as many groups as ours": partial(_by_sub_aspect, group=_kmeans, vectors=vectors, groups=groups),
    }
    if find_spec("umap") and find_spec("hdbscan"):
        methods["UMAP and HDBSCAN, as in BERTopic"] = partial(
            _by_sub_aspect, group=_umap_hdbscan, vectors=vectors, groups=groups
        )
    return methods


def _row(name: str, method: Callable[[pa.Table], Found], given: Sorted, least: int) -> str:
    started = time.monotonic()
    found = method(given.opinions)
    seconds = time.monotonic() - started
    counts = Counter(given.issues)
    scored = [place for place, issue in enumerate(given.issues) if issue is not None]
    large = [place for place in scored if counts[given.issues[place]] >= least]
    whole, common = (agreement([given.issues[i] for i in part], [found[i] for i in part]) for part in (scored, large))
    figures = (whole.b_cubed, whole.v_measure, whole.adjusted_rand, whole.outliers, common.b_cubed)
    cells = [f"{value:.3f}" for value in (*figures, _stability(method, given, found))]
    return f"| {name} | {' | '.join(cells)} | {seconds:.1f} |"


def _stability(method: Callable[[pa.Table], Found], given: Sorted, whole: Found) -> float:
    """Mean agreement with the fit on everything, over complaints that have a theme in both."""
    rng, agreements = np.random.default_rng(0), []
    for _ in range(_RESAMPLES):
        rows = np.sort(rng.choice(len(whole), round(_KEPT * len(whole)), replace=False))
        found = method(given.select(rows).opinions)
        both = [(whole[row], one) for row, one in zip(rows, found, strict=True) if whole[row] and one]
        agreements.append(adjusted_rand_score([one for one, _ in both], [other for _, other in both]))
    return float(np.mean(agreements))


def _ours(opinions: pa.Table) -> Found:
    """Sub-aspect and theme; None for leftovers."""
    model = ThemeModel().fit(opinions)
    assigned = zip(opinions["sub_aspect"].to_pylist(), model.assign(opinions).to_pylist(), strict=True)
    return [f"{code} {theme}" if theme and theme not in model.residual else None for code, theme in assigned]


def _names_row(opinions: pa.Table) -> str:
    model = ThemeModel().fit(opinions)
    named = model.themes.filter(pc.invert(pc.is_in(model.themes["theme_id"], pa.array(sorted(model.residual)))))
    assigned = model.assign(opinions).to_pylist()
    found = name_quality(named, opinions["span"].to_pylist(), assigned, Segmenter(stop_words=True))
    different = len(set(named["name"].to_pylist()))
    figures = (found.distinctness, found.head_share, found.npmi)
    return f"| {named.num_rows} | {different} | {' | '.join(f'{value:.3f}' for value in figures)} |"


def _by_sub_aspect(
    opinions: pa.Table,
    group: Callable[[Matrix, Sequence[str], int], list[int]],
    vectors: SpanVectors,
    groups: Mapping[str, int],
) -> Found:
    codes = np.asarray(opinions["sub_aspect"].to_pylist())
    points, keys = vectors.transform(_keys(opinions)), np.asarray(_keys(opinions), dtype=object)
    found: Found = [None] * len(codes)
    for code in np.unique(codes):
        places = np.flatnonzero(codes == code)
        numbers = group(points[places], list(keys[places]), max(1, groups[code]))
        for place, number in zip(places, numbers, strict=True):
            found[place] = None if number < 0 else f"{code} {number}"
    return found


def _kmeans(points: Matrix, _: Sequence[str], groups: int) -> list[int]:
    return list(KMeans(min(groups, len(points)), n_init=4, random_state=0).fit_predict(points))


def _umap_hdbscan(points: Matrix, _: Sequence[str], __: int) -> list[int]:
    """How BERTopic groups by default, but for the seed and the least size of a group, which is that of a theme."""
    from hdbscan import HDBSCAN
    from umap import UMAP

    if len(points) <= _FEWEST:
        return [-1] * len(points)
    neighbours = min(15, len(points) - 1)
    umap = UMAP(n_neighbors=neighbours, n_components=5, min_dist=0.0, metric="cosine", random_state=0)
    return list(HDBSCAN(min_cluster_size=ThemesConfig().min_opinions).fit_predict(umap.fit_transform(points)))


def _keys(opinions: pa.Table) -> list[str]:
    return [key(span) for span in opinions["span"].to_pylist()]


if __name__ == "__main__":
    sys.exit(main())
