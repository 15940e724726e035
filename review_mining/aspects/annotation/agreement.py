"""How far two readers of the same reviews agree: the second is scored against the first like a model."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from review_mining.annotated import AnnotatedReview
from review_mining.aspects.annotation.rounds import Labels
from review_mining.aspects.metrics import Interval, figures_of
from review_mining.tables import LABELS, OPINIONS, review_aspects_schema
from review_mining.taxonomy import Taxonomy


def agreement(first: Sequence[Labels], second: Sequence[Labels], taxonomy: Taxonomy) -> dict[str, Interval]:
    """Figures of ``metrics.figures_of`` over the reviews that both have read."""
    others = {one.key: one for one in second}
    pairs = [(one, others[one.key]) for one in first if one.key in others]
    gold = [AnnotatedReview("", one.overall, one.opinions) for one, _ in pairs]
    found = [AnnotatedReview("", other.overall, other.opinions) for _, other in pairs]
    return figures_of(gold, _opinions(found, taxonomy), _review_aspects(found, taxonomy), taxonomy)


def _opinions(found: Sequence[AnnotatedReview], taxonomy: Taxonomy) -> pa.Table:
    rows = [
        {
            "opinion_id": f"{number}/text/{one.start}-{one.end}/{one.code}",
            "review_id": str(number),
            "field": "text",
            "aspect": taxonomy.aspect_of(one.code),
            "sub_aspect": one.code,
            "polarity": one.polarity,
            "confidence": 1.0,
            "start": one.start,
            "end": one.end,
            "span": "",
        }
        for number, review in enumerate(found)
        for one in review.opinions
    ]
    return pa.Table.from_pylist(rows, schema=OPINIONS)


def _review_aspects(found: Sequence[AnnotatedReview], taxonomy: Taxonomy) -> pa.Table:
    rows = []
    for number, review in enumerate(found):
        row: dict[str, object] = {"review_id": str(number), "field": "text", "overall": review.overall}
        for name, aspect in taxonomy.aspects.items():
            label = review.label(aspect.letter)
            row[name] = label
            row.update({f"{name}_{one}": float(one == label) for one in LABELS})
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=review_aspects_schema(list(taxonomy.aspects)))
