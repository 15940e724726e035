from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from review_mining.annotated import AnnotatedOpinion, AnnotatedReview
from review_mining.aspects.prevalence import complaint_precision, precision_at
from review_mining.tables import LABELS, review_aspects_schema
from review_mining.taxonomy import load_taxonomy


def test_precision_is_that_of_the_highest_threshold_that_finds_enough() -> None:
    truth = np.array([True, False, True, False, True, False])
    odds = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    assert precision_at(truth, odds, 0.3) == 1.0
    assert precision_at(truth, odds, 0.6) == pytest.approx(2 / 3)
    assert precision_at(truth, odds, 1.0) == pytest.approx(3 / 5)


def test_other_prevalences_follow_from_the_rates_of_alarms() -> None:
    rng = np.random.default_rng(0)
    odds = np.concatenate([rng.normal(1, 1, 20_000), rng.normal(-1, 1, 20_000)])
    truth = np.arange(40_000) < 20_000
    # As if nine in ten of the true cases had not been there.
    kept = ~truth | (np.arange(40_000) % 10 == 0)
    thinned = precision_at(truth[kept], odds[kept], 0.7)
    assert precision_at(truth, odds, 0.7, truth[kept].mean()) == pytest.approx(thinned, abs=0.02)


def test_nothing_true_has_no_precision() -> None:
    assert precision_at(np.zeros(3, dtype=np.bool_), np.ones(3), 0.7) == 0.0
    assert precision_at(np.ones(3, dtype=np.bool_), np.ones(3), 0.7) == 1.0


def test_mixed_counts_as_complaint_and_price_does_not() -> None:
    taxonomy = load_taxonomy()
    complaint, praise = AnnotatedOpinion("q.size", "negative", 0, 1), AnnotatedOpinion("q.size", "positive", 0, 1)
    dear = AnnotatedOpinion("p.value", "negative", 0, 1)
    gold = [AnnotatedReview("", "neutral", opinions) for opinions in ((complaint, praise), (dear,), (praise,), ())]
    rows = []
    for number, certain in enumerate((0.9, 0.1, 0.2, 0.1)):
        row: dict[str, object] = {"review_id": str(number), "field": "text", "overall": "neutral"}
        for aspect in taxonomy.aspects:
            row[aspect] = "none"
            row.update({f"{aspect}_{label}": 0.0 for label in LABELS})
        row["quality_mixed"] = certain
        rows.append(row)
    table = pa.Table.from_pylist(rows, schema=review_aspects_schema(list(taxonomy.aspects)))
    found = complaint_precision(gold, table, taxonomy)
    assert found["complaints right at own 8.3%"][0] == 1.0
    assert set(found) == {f"complaints right at {share}" for share in ("own 8.3%", "3%", "5%", "10%")}
