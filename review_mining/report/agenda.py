"""What each product's meeting is about: the themes of most of its reviews, in its own counts and quotes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from scipy.special import betaincinv

from review_mining.report.figures import Figures
from review_mining.report.reach import Ints, codes, period_of

MAX_SHEETS: Final = 50
"""Products that get a sheet, the most reviewed first."""

THEMES: Final = 5
QUOTES: Final = 2

_CANDIDATES: Final = 40
"""The surest opinions of a theme, among which the most telling are looked for."""

_LENGTHS: Final = (4, 40)
"""Characters of a span that reads well alone."""

_DECIMALS: Final = 6
_BATCH: Final = 65_536
_OTHER_CHARACTERS: Final = re.compile(r"[^\w-]+")
_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
)
"""Names that Windows keeps for itself."""


def agenda(out: Path, figures: Figures) -> list[dict[str, Any]]:
    """The most reviewed products with their themes; the whole shop as one where reviews name no product.

    Themes of leftovers are no topic. A share is of the product's counted reviews; its interval is Jeffreys' for a
    binomial and does not hold the tagger's errors. ``now`` and ``before`` count reviews in the periods compared.

    Args:
        out: directory with ``opinions`` as Parquet.
        figures: what was counted.

    Returns:
        Per product ``product`` (id, else name, else null), ``file``, ``reviews``, ``from``, ``to`` and ``themes``, each
        with ``theme_id``, ``n``, ``share``, ``share_low``, ``share_high``, ``now``, ``before`` (null without periods)
        and ``quotes`` (opinion ids).
    """
    product, names = _products(figures.facts)
    counted = figures.facts["counted"].combine_chunks().to_numpy(zero_copy_only=False) & (product >= 0)
    reviews = np.bincount(product[counted], minlength=len(names))
    shown = sorted(np.flatnonzero(reviews).tolist(), key=lambda p: (-int(reviews[p]), names[p] or ""))[:MAX_SHEETS]
    complaints = _Complaints.read(figures, product, counted, shown)
    topics = {p: complaints.topics(p) for p in shown}
    cells = {(p, theme) for p, found in topics.items() for theme, _ in found}
    quotes = _quotes(out, complaints, cells, _telling_words(figures.insight.themes))
    taken: set[str] = set()
    return [
        {
            "product": names[p],
            "file": _file_name(names[p], taken),
            "reviews": int(reviews[p]),
            **_span(figures.facts, counted & (product == p)),
            "themes": [
                {
                    "theme_id": complaints.theme_ids[theme],
                    **_share(n, int(reviews[p])),
                    **complaints.periods(p, theme),
                    "quotes": quotes.get((p, theme), []),
                }
                for theme, n in topics[p]
            ],
        }
        for p in shown
    ]


def _products(facts: pa.Table) -> tuple[Ints, list[str | None]]:
    """The product of each review, -1 for none, and what the products are called."""
    for column in ("product_id", "product_name"):
        product, names = codes(facts[column])
        if (product >= 0).any():
            return product, list(names)
    return np.zeros(facts.num_rows, dtype=np.int64), [None]


@dataclass(frozen=True)
class _Complaints:
    """Negative mentions with a theme in counted reviews of the products shown; parallel int arrays, (k,).

    Attributes:
        theme_ids: ids of the themes that ``theme`` counts.
        opinion: row of ``opinions``.
        product: the product.
        theme: index into ``theme_ids``.
        row: row of ``facts``.
        period: 1 for now, 0 for before, -1 for neither; None where no periods are compared.
    """

    theme_ids: list[str]
    opinion: Ints
    product: Ints
    theme: Ints
    row: Ints
    period: Ints | None

    @classmethod
    def read(
        cls, figures: Figures, product: Ints, counted: npt.NDArray[np.bool_], shown: Collection[int]
    ) -> _Complaints:
        mentions, themes = figures.mentions, figures.insight.themes
        topics = themes.filter(pc.greater(themes["stability"], 0.0))["theme_id"].to_pylist()
        row = mentions["row"].to_numpy()
        theme = _positions(mentions["theme_id"], topics)
        negative = pc.equal(mentions["polarity"].cast(pa.string()), "negative").to_numpy()
        kept = np.flatnonzero(negative & (theme >= 0) & counted[row] & np.isin(product[row], list(shown)))
        row, comparison, period = row[kept], figures.insight.details["comparison"], None
        if comparison is not None:
            later = pc.equal(mentions["field"].cast(pa.string()), "follow_up").to_numpy()[kept]
            period = period_of(figures.facts, row, later, [comparison["before"], comparison["now"]])
        return cls(topics, kept, product[row], theme[kept], row, period)

    def topics(self, product: int) -> list[tuple[int, int]]:
        """The themes with most reviews of a product, each with their number of reviews."""
        mine = self.product == product
        width = int(self.row.max(initial=0)) + 1
        themes, counts = np.unique(np.unique(self.theme[mine] * width + self.row[mine]) // width, return_counts=True)
        order = sorted(range(len(themes)), key=lambda i: (-int(counts[i]), self.theme_ids[int(themes[i])]))
        return [(int(themes[i]), int(counts[i])) for i in order[:THEMES]]

    def periods(self, product: int, theme: int) -> dict[str, int | None]:
        """Reviews that mention the theme in the period now and in the one before."""
        if self.period is None:
            return {"now": None, "before": None}
        mine = (self.product == product) & (self.theme == theme)
        row, period = self.row[mine], self.period[mine]
        return {"now": len(np.unique(row[period == 1])), "before": len(np.unique(row[period == 0]))}


def _positions(column: pa.ChunkedArray, known: list[str]) -> Ints:
    """Place of each value in ``known``, -1 for others and for null."""
    found, names = codes(column)
    place = {name: i for i, name in enumerate(known)}
    return np.array([*(place.get(name, -1) for name in names), -1], dtype=np.int64)[found]


def _quotes(
    out: Path, complaints: _Complaints, wanted: Collection[tuple[int, int]], telling: Mapping[str, Sequence[str]]
) -> dict[tuple[int, int], list[str]]:
    """Opinion ids by product and theme, of different reviews in different words.

    Of the surest those come first that hold most of the theme's telling words: the tagger is sure of the sub-aspect,
    not of the theme within it.
    """
    candidates = _candidates(out, complaints, wanted)
    rows = np.unique(np.concatenate([*candidates.values(), np.zeros(0, dtype=np.int64)]))
    said = _said(out / "opinions.parquet", complaints.opinion[rows])
    quotes = {}
    for cell, members in candidates.items():
        chosen: list[str] = []
        reviews, words = set(), set()
        spoken = [(member, *said[int(complaints.opinion[member])]) for member in members.tolist()]
        looked_for = telling[complaints.theme_ids[cell[1]]]
        spoken.sort(key=lambda entry: -sum(word in entry[2] for word in looked_for))
        for member, opinion_id, span in spoken:
            if complaints.row[member] not in reviews and span not in words and len(chosen) < QUOTES:
                chosen.append(opinion_id)
                reviews.add(complaints.row[member])
                words.add(span)
        quotes[cell] = chosen
    return quotes


def _telling_words(themes: pa.Table) -> dict[str, list[str]]:
    """Name and keywords by theme id."""
    rows = themes.select(["theme_id", "name", "keywords"]).to_pylist()
    return {row["theme_id"]: [row["name"], *row["keywords"]] for row in rows}


def _candidates(out: Path, complaints: _Complaints, wanted: Collection[tuple[int, int]]) -> dict[tuple[int, int], Ints]:
    """Places in ``complaints`` of the first few of each product and theme."""
    table = pq.read_table(out / "opinions.parquet", columns=["confidence", "start", "end"])
    confidence, start, end = (table[name].to_numpy()[complaints.opinion] for name in table.column_names)
    unreadable = (end - start < _LENGTHS[0]) | (end - start > _LENGTHS[1])
    order = np.lexsort((complaints.opinion, -confidence, unreadable, complaints.theme, complaints.product))
    cell = complaints.product[order] * max(len(complaints.theme_ids), 1) + complaints.theme[order]
    found = {}
    for product, theme in wanted:
        first, last = np.searchsorted(cell, [key := product * len(complaints.theme_ids) + theme, key + 1])
        found[product, theme] = order[first : min(last, first + _CANDIDATES)]
    return found


def _said(path: Path, rows: Ints) -> dict[int, tuple[str, str]]:
    """Opinion id and span by row of the table; ``rows`` ascending."""
    found: dict[int, tuple[str, str]] = {}
    passed = 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=_BATCH, columns=["opinion_id", "span"]):
            here = rows[np.searchsorted(rows, passed) : np.searchsorted(rows, passed + batch.num_rows)]
            part = batch.take(pa.array(here - passed))
            texts = zip(part["opinion_id"].to_pylist(), part["span"].to_pylist(), strict=True)
            found.update(zip(here.tolist(), texts, strict=True))
            passed += batch.num_rows
    return found


def _share(n: int, reviews: int) -> dict[str, Any]:
    low, high = betaincinv(n + 0.5, reviews - n + 0.5, [0.025, 0.975])
    shares = {"share": n / reviews, "share_low": min(low, n / reviews), "share_high": max(high, n / reviews)}
    return {"n": n, **{name: round(float(share), _DECIMALS) for name, share in shares.items()}}


def _span(facts: pa.Table, chosen: npt.NDArray[np.bool_]) -> dict[str, str | None]:
    ends = pc.min_max(facts["created_at"].filter(pa.array(chosen))).as_py()
    return {name: ends[end] and ends[end].date().isoformat() for name, end in (("from", "min"), ("to", "max"))}


def _file_name(product: str | None, taken: set[str]) -> str:
    """A file name of the product's letters and digits; a digest keeps apart what they alone would not."""
    name = "shop" if product is None else product
    stem = _OTHER_CHARACTERS.sub("_", name)[:60]
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    if stem != name or not stem or stem.lower() in taken | _DEVICES:
        # Another product may be called as this file would be.
        numbered = (f"{stem}-{digest[:length]}" for length in range(8, len(digest)))
        stem = next(one for one in numbered if one.lower() not in taken)
    taken.add(stem.lower())
    return f"{stem}.html"
