"""How far complaints can be trusted when few reviews complain.

Half of the annotated reviews complain, chosen so; of a shop's own 3 to 10 % do. The precision of complaints is
therefore also given at other prevalences: rates of true and false alarms are those of the reviews at hand, their shares
are not (Bayes' rule).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from review_mining.annotated import AnnotatedReview
from review_mining.aspects.ngrams import Reals
from review_mining.tables import LABELS
from review_mining.taxonomy import Taxonomy

_COMPLAINING = ("negative", "mixed")
_POOLED = ("quality", "logistics", "service")
_RESAMPLES = 200


def complaint_precision(
    gold: Sequence[AnnotatedReview],
    review_aspects: pa.Table,
    taxonomy: Taxonomy,
    *,
    recall: float = 0.7,
    prevalences: Sequence[float] = (0.03, 0.05, 0.1),
) -> dict[str, tuple[float, float, float]]:
    """Precision of the probability of a complaint, pooled over quality, logistics and service.

    Args:
        gold: annotated reviews, drawn without regard to what they say.
        review_aspects: what the tagger gave for their texts, review_id being the number of the review from 0.
        taxonomy: aspects and their letters.
        recall: share of complaints that the threshold must find.
        prevalences: shares of complaining (review, aspect) cells to give the precision at, beside their own.

    Returns:
        Per prevalence the precision and the ends of its 95 % bootstrap interval over reviews.
    """
    truth, odds = _cells(gold, review_aspects, taxonomy)
    rng = np.random.default_rng(0)
    samples = [rng.integers(0, len(gold), len(gold)) for _ in range(_RESAMPLES)]
    wanted = {f"own {truth.mean():.1%}": None, **{f"{share:.0%}": share for share in prevalences}}
    found = {}
    for name, share in wanted.items():
        drawn = [precision_at(truth[sample].ravel(), odds[sample].ravel(), recall, share) for sample in samples]
        low, high = np.percentile(drawn, [2.5, 97.5])
        value = precision_at(truth.ravel(), odds.ravel(), recall, share)
        found[f"complaints right at {name}"] = (value, float(low), float(high))
    return found


def precision_at(truth: npt.NDArray[np.bool_], odds: Reals, recall: float, prevalence: float | None = None) -> float:
    """Precision at the highest threshold that finds enough.

    Args:
        truth: which cases are true, shape (cases,).
        odds: larger for more probable, shape (cases,).
        recall: share of the true cases to find.
        prevalence: share of true cases to imagine; by default that of the cases.

    Returns:
        0 when no case is true.
    """
    if not truth.any():
        return 0.0
    limit = np.sort(odds[truth])[::-1][int(np.ceil(recall * truth.sum())) - 1]
    hits, alarms = (
        float((odds[truth] >= limit).mean()),
        float((odds[~truth] >= limit).mean()) if (~truth).any() else 0.0,
    )
    share = float(truth.mean()) if prevalence is None else prevalence
    return hits * share / (hits * share + alarms * (1 - share))


def _cells(gold: Sequence[AnnotatedReview], table: pa.Table, taxonomy: Taxonomy) -> tuple[npt.NDArray[np.bool_], Reals]:
    """Truth and probability of a complaint, both of shape (reviews, pooled aspects)."""
    aspects = {name: aspect.letter for name, aspect in taxonomy.aspects.items() if name in _POOLED}
    truth = np.asarray([[review.label(letter) in _COMPLAINING for letter in aspects.values()] for review in gold])
    kept = table.filter(pc.equal(table.column("field"), "text"))
    rows = np.asarray([int(review_id) for review_id in kept.column("review_id").to_pylist()])
    odds = np.zeros(truth.shape)
    for place, name in enumerate(aspects):
        complaining = [label for label in LABELS if label in _COMPLAINING]
        odds[rows, place] = sum(kept.column(f"{name}_{label}").to_numpy() for label in complaining)
    return truth, odds
