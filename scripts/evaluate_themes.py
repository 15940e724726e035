"""Measure themes against complaints that readers have sorted into issues, beside other ways of grouping them.

    python scripts/evaluate_themes.py [--use tuning] [--issues annotations/issues.jsonl]

Every method sees the same complaints, one sub-aspect at a time, and vectors of the same kind. Complaints that name
nothing to act on take part but are not scored; issues of fewer complaints than make a theme are scored apart.
``stability`` is the mean adjusted Rand index between the fit and fits on random 80 % of the complaints. Seconds are
those of one fit with its vectors. What BERTopic does is measured when umap-learn and hdbscan are installed, Leiden
communities when graspologic-native is. A second table judges the names (``review_mining.themes.name_quality``).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.metrics import adjusted_rand_score
from theme_peers import Found, Pool, installed, k_means, leiden, umap_hdbscan

from review_mining.annotated import json_rows, read_reviews, shown
from review_mining.config import ThemesConfig
from review_mining.errors import InputError, ReviewMiningError
from review_mining.ingest.masking import mask
from review_mining.tables import OPINIONS
from review_mining.taxonomy import load_taxonomy
from review_mining.text import Segmenter
from review_mining.themes import SpanVectors, ThemeModel
from review_mining.themes.agreement import Agreement, agreement
from review_mining.themes.name_quality import name_quality
from review_mining.themes.vectors import bundled_encoder
from review_mining.themes.words import key

Method = Callable[[pa.Table], Found]
ISSUES = Path(__file__).resolve().parents[1] / "annotations" / "issues.jsonl"
REVIEWS = Path(__file__).resolve().parents[2] / "shared" / "data" / "reviews.parquet"
_FIELDS = {"key", "start", "end", "code", "issue", "use"}
_VAGUE, _UNCLEAR = "-", "?"
_RESAMPLES, _KEPT = 5, 0.8


@dataclass(frozen=True, eq=False)
class Sorted:
    """Complaints as a reader has sorted them; ``issues`` names sub-aspect and issue, or is None for a vague one."""

    opinions: pa.Table
    issues: list[str | None]


def main() -> int:
    """Read, group, score, print."""
    parser = argparse.ArgumentParser(description="Measure themes against complaints sorted by readers.")
    parser.add_argument("--issues", type=Path, default=ISSUES)
    parser.add_argument("--reviews", type=Path, default=REVIEWS)
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
    for name, method in _methods(given.opinions).items():
        print(_row(name, method, given), flush=True)
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


def keys_of(opinions: pa.Table) -> list[str]:
    """Normalised text of each complaint."""
    return [key(span) for span in opinions["span"].to_pylist()]


def ours(opinions: pa.Table, model: ThemeModel | None = None) -> Found:
    """Sub-aspect and theme; None for leftovers."""
    model = (model or ThemeModel()).fit(opinions)
    assigned = zip(opinions["sub_aspect"].to_pylist(), model.assign(opinions).to_pylist(), strict=True)
    return [f"{code} {theme}" if theme and theme not in model.residual else None for code, theme in assigned]


def groups_of(found: Found) -> Counter[str]:
    """Number of themes by sub-aspect."""
    return Counter(theme.partition(" ")[0] for theme in {one for one in found if one})


def _names_row(opinions: pa.Table) -> str:
    model = ThemeModel().fit(opinions)
    named = model.themes.filter(pc.invert(pc.is_in(model.themes["theme_id"], pa.array(sorted(model.residual)))))
    assigned = model.assign(opinions).to_pylist()
    found = name_quality(named, opinions["span"].to_pylist(), assigned, Segmenter())
    different = len(set(named["name"].to_pylist()))
    figures = (found.distinctness, found.head_share, found.npmi)
    return f"| {named.num_rows} | {different} | {' | '.join(f'{value:.3f}' for value in figures)} |"


def agreements(issues: list[str | None], found: Found) -> tuple[Agreement, Agreement]:
    """Agreement over all complaints that name something, and over those of issues large enough to be a theme."""
    counts, least = Counter(issues), ThemesConfig().min_opinions
    named = [place for place, issue in enumerate(issues) if issue is not None]
    large = [place for place in named if counts[issues[place]] >= least]
    whole, common = (agreement([issues[i] for i in part], [found[i] for i in part]) for part in (named, large))
    return whole, common


def stability(fit: Callable[[np.ndarray], Found], whole: Found, resamples: int = _RESAMPLES) -> float:
    """Mean agreement of fits on parts with the one on everything, over complaints that have a theme in both.

    Args:
        fit: themes of the complaints at these places.
        whole: themes of all.
        resamples: how many random parts of 80 %.
    """
    rng, values = np.random.default_rng(0), []
    for _ in range(resamples):
        rows = np.sort(rng.choice(len(whole), round(_KEPT * len(whole)), replace=False))
        both = [(whole[row], one) for row, one in zip(rows, fit(rows), strict=True) if whole[row] and one]
        values.append(adjusted_rand_score([one for one, _ in both], [other for _, other in both]))
    return float(np.mean(values))


def _methods(opinions: pa.Table) -> dict[str, Method]:
    keys = sorted(set(keys_of(opinions)))
    vectors = SpanVectors.fitted(keys, encode=bundled_encoder(), segmenter=Segmenter(), seed=0)
    peers: dict[str, Callable[[Pool], Found]] = {
        "k-means, as many groups as ours": partial(k_means, groups=groups_of(ours(opinions)))
    }
    if installed("umap", "hdbscan"):
        peers["UMAP and HDBSCAN, as in BERTopic"] = umap_hdbscan
    if installed("graspologic_native"):
        peers["Leiden on nearest neighbours"] = leiden
    return {"themes (ours)": ours} | {name: partial(_on_vectors, peer, vectors) for name, peer in peers.items()}


def _on_vectors(peer: Callable[[Pool], Found], vectors: SpanVectors, opinions: pa.Table) -> Found:
    keys = keys_of(opinions)
    return peer(Pool(opinions["sub_aspect"].to_pylist(), keys, vectors.transform(keys)))


def _row(name: str, method: Method, given: Sorted) -> str:
    started = time.monotonic()
    found = method(given.opinions)
    seconds = time.monotonic() - started
    whole, common = agreements(given.issues, found)
    steady = stability(lambda rows: method(given.opinions.take(pa.array(rows))), found)
    figures = (whole.b_cubed, whole.v_measure, whole.adjusted_rand, whole.outliers, common.b_cubed, steady)
    return f"| {name} | {' | '.join(f'{value:.3f}' for value in figures)} | {seconds:.1f} |"


if __name__ == "__main__":
    sys.exit(main())
