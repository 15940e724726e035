"""Measure what drift and refits of themes say, on complaints about goods of one kind and of others.

    python scripts/measure_drift.py [--categories 空调 手机 衣服 洗发水] [--reviews ../shared/data/reviews.parquet]

Themes are fitted on half of a category's complaints. The other half, the first half again, a fifth of complaints from
elsewhere, and those of the other categories are then set beside the fit. Reserved reviews take no part.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from review_mining.aspects import AspectTagger
from review_mining.themes import ThemeModel

_BLOCK = 1000


def main() -> int:
    """Tag, fit, compare, print."""
    parser = argparse.ArgumentParser(description="Measure drift and refits of themes.")
    parser.add_argument("--reviews", type=Path, default=Path("../shared/data/reviews.parquet"))
    parser.add_argument("--categories", nargs="+", default=["空调", "手机", "衣服", "洗发水"])
    parser.add_argument("--texts", type=int, default=3000, help="reviews of each category")
    arguments = parser.parse_args()
    reviews = pq.read_table(arguments.reviews, columns=["text", "category", "reserved"])
    reviews = reviews.filter(pc.invert(reviews["reserved"]))
    tagger = AspectTagger.from_pretrained()
    complaints = {name: _complaints(tagger, reviews, name, arguments.texts) for name in arguments.categories}
    print("| fitted | later | n | not recognised then | now | from | to | mix | by chance | level |")
    print("| --- " * 10 + "|")
    for name, table in complaints.items():
        _measure(name, table, {other: rows for other, rows in complaints.items() if other != name})
    return 0


def _complaints(tagger: AspectTagger, reviews: pa.Table, category: str, limit: int) -> pa.Table:
    """Negative opinions of a category's reviews, in a random order."""
    rng = np.random.default_rng(0)
    texts = reviews.filter(pc.equal(reviews["category"], category))["text"].to_pylist()
    texts = [texts[row] for row in rng.permutation(len(texts))[:limit]]
    found = []
    for first in range(0, len(texts), _BLOCK):
        opinions = tagger.tag(texts[first : first + _BLOCK])[0]
        opinions = opinions.filter(pc.equal(opinions["polarity"], "negative"))
        ids = pc.binary_join_element_wise(category, str(first), opinions["opinion_id"].cast(pa.string()), "-")
        found.append(opinions.set_column(opinions.schema.get_field_index("opinion_id"), "opinion_id", ids))
    table = pa.concat_tables(found)
    return table.take(pa.array(rng.permutation(table.num_rows)))


def _measure(name: str, table: pa.Table, others: dict[str, pa.Table]) -> None:
    half = table.num_rows // 2
    first, second = table.slice(0, half), table.slice(half)
    model = ThemeModel().fit(first)
    _print(name, "the other half", model, second)
    _print(name, "300 of it", model, second.slice(0, 300))
    _print(name, "the same again", model, first)
    for other, rows in others.items():
        _print(name, f"a fifth {other}", model, pa.concat_tables([second.slice(0, 1200), rows.slice(0, 300)]))
        _print(name, other, model, rows.slice(0, 1500))
    again = model.refitted(second)
    sizes = Counter[str]()
    for change in again.changes:
        sizes[change.kind] += change.now
    print(
        f"{name}, refitted on the other half: {dict(Counter(change.kind for change in again.changes))}; "
        f"{sizes['kept'] / max(sum(sizes.values()), 1):.1%} of the complaints with a theme are in one that is kept",
        flush=True,
    )


def _print(fitted: str, later: str, model: ThemeModel, opinions: pa.Table) -> None:
    drift = model.drift(opinions)
    one = drift.overall
    figures = (one.unrecognised_then, one.unrecognised_now, one.low, one.high, one.mix, one.mix_by_chance)
    cells = " | ".join(f"{figure:.3f}" for figure in figures)
    print(f"| {fitted} | {later} | {one.n_now} | {cells} | {drift.level} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
