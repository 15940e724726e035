"""The figures by which an aspect model is judged, with bootstrap intervals over reviews.

- ``<aspect>_f1``: macro-F1 over none, positive and negative, on all reviews: a review that is truly mixed counts as an
  error for whichever of the three is predicted. ``mean3_qls`` and ``mean4_qls`` average quality, logistics and service,
  over three and four labels. ``<aspect>_negative_f1``: F1 of the negative label.
- ``code_sign_f1``: micro-F1 of (sub-aspect, polarity) as a set per review; ``negative_code_f1`` of the negative ones.
- ``span_char_f1``: micro-F1 of the characters covered by any opinion.
- ``mixed_reviews_code_sign_f1``: the same on reviews that hold praise and complaint; ``implicit_complaints_found`` and
  ``explicit_complaints_found``: share of the complaints, as sub-aspects of a review, that are found, of those whose
  words do not judge and of the others.
- ``overall_accuracy`` on all reviews, ``polarity_accuracy`` on those truly positive or negative.

Intervals: percentile bootstrap over reviews (Efron and Tibshirani 1993, chapter 13), 200 resamples, fixed seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from review_mining.annotated import AnnotatedReview
from review_mining.aspects.implicit import is_implicit
from review_mining.aspects.ngrams import Ints, Reals
from review_mining.tables import ABSTAIN, LABELS, OVERALL
from review_mining.taxonomy import Taxonomy

Figure = Callable[[Ints], float]
Interval = tuple[float, float, float]
GROUPS = ("mixed_reviews_code_sign_f1", "implicit_complaints_found", "explicit_complaints_found")
"""Figures of some reviews or complaints alone."""
_MEAN_OVER = ("quality", "logistics", "service")


def figures_of(
    gold: Sequence[AnnotatedReview],
    opinions: pa.Table,
    review_aspects: pa.Table,
    taxonomy: Taxonomy,
    *,
    resamples: int = 200,
) -> dict[str, Interval]:
    """Score tables of a tagger.

    Args:
        gold: annotated reviews.
        opinions: what the tagger gave for their texts, review_id being the number of the review from 0.
        review_aspects: likewise.
        taxonomy: aspects and their letters.
        resamples: bootstrap resamples.

    Returns:
        Per figure its value and the ends of its 95 % interval.
    """
    figures = {**_label_figures(gold, review_aspects, taxonomy), **_opinion_figures(gold, opinions)}
    figures.update(_overall_figures(gold, review_aspects))
    generator = np.random.default_rng(0)
    size = len(gold)
    samples = [generator.integers(0, size, size) for _ in range(resamples)]
    every = np.arange(size)
    return {name: _interval(figure, every, samples) for name, figure in figures.items()}


def _interval(figure: Figure, every: Ints, samples: Sequence[Ints]) -> Interval:
    low, high = np.percentile([figure(sample) for sample in samples], [2.5, 97.5])
    return float(figure(every)), float(low), float(high)


def _label_figures(gold: Sequence[AnnotatedReview], table: pa.Table, taxonomy: Taxonomy) -> dict[str, Figure]:
    names = [*LABELS, ABSTAIN]
    true, found = {}, {}
    for name, aspect in taxonomy.aspects.items():
        true[name] = np.asarray([LABELS.index(review.label(aspect.letter)) for review in gold])
        found[name] = _places(table, name, names, len(gold), LABELS.index("none"))

    def macro(aspects: Iterable[str], labels: Sequence[int]) -> Figure:
        chosen = tuple(aspects)
        return lambda at: float(np.mean([_macro_f1(true[one][at], found[one][at], labels) for one in chosen]))

    averaged = [name for name in _MEAN_OVER if name in true]
    figures: dict[str, Figure] = {}
    if averaged:
        figures = {"mean3_qls": macro(averaged, (0, 1, 2)), "mean4_qls": macro(averaged, (0, 1, 2, 3))}
    figures.update({f"{name}_f1": macro([name], (0, 1, 2)) for name in true})
    figures.update({f"{name}_negative_f1": macro([name], (2,)) for name in true})
    return figures


def _macro_f1(true: Ints, found: Ints, labels: Sequence[int]) -> float:
    scores = []
    for label in labels:
        right = int(((true == label) & (found == label)).sum())
        total = int((true == label).sum() + (found == label).sum())
        scores.append(2 * right / total if total else 0.0)
    return float(np.mean(scores))


def _opinion_figures(gold: Sequence[AnnotatedReview], opinions: pa.Table) -> dict[str, Figure]:
    found: list[list[tuple[str, str, int, int]]] = [[] for _ in gold]
    names = ("review_id", "sub_aspect", "polarity", "start", "end")
    kept = opinions.filter(pc.equal(opinions.column("field"), "text"))
    for review_id, *opinion in zip(*(kept.column(name).to_pylist() for name in names), strict=True):
        found[int(review_id)].append((opinion[0], opinion[1], opinion[2], opinion[3]))
    true = [[(one.code, one.polarity, one.start, one.end) for one in review.opinions] for review in gold]
    pairs, negatives, spans = [], [], []
    complaints: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
    for review, one, other in zip(gold, true, found, strict=True):
        sets = [{opinion[:2] for opinion in side} for side in (one, other)]
        for implicit, counts in complaints.items():
            told = _complaints(review, implicit)
            counts.append((len(told & sets[1]), len(told)))
        pairs.append(_overlap(*sets))
        negatives.append(_overlap(*({pair for pair in side if pair[1] == "negative"} for side in sets)))
        spans.append(_overlap(*({at for *_, start, end in side for at in range(start, end)} for side in (one, other))))
    return {
        "code_sign_f1": _micro_f1(pairs),
        "negative_code_f1": _micro_f1(negatives),
        "span_char_f1": _micro_f1(spans),
        "mixed_reviews_code_sign_f1": _micro_f1(
            [one if _is_mixed(review) else (0, 0) for review, one in zip(gold, pairs, strict=True)]
        ),
        "implicit_complaints_found": _share(complaints[True]),
        "explicit_complaints_found": _share(complaints[False]),
    }


def _is_mixed(review: AnnotatedReview) -> bool:
    return {"positive", "negative"} <= {opinion.polarity for opinion in review.opinions}


def _complaints(review: AnnotatedReview, implicit: bool) -> set[tuple[str, str]]:
    return {
        (one.code, one.polarity)
        for one in review.opinions
        if one.polarity == "negative" and is_implicit(review.text[one.start : one.end]) == implicit
    }


def _overlap(one: Set[object], other: Set[object]) -> tuple[int, int]:
    return len(one & other), len(one) + len(other)


def _micro_f1(counts: Sequence[tuple[int, int]]) -> Figure:
    table: Reals = np.asarray(counts, dtype=np.float64).reshape(-1, 2)
    return lambda at: float(2 * table[at, 0].sum() / max(1.0, table[at, 1].sum()))


def _share(counts: Sequence[tuple[int, int]]) -> Figure:
    table: Reals = np.asarray(counts, dtype=np.float64).reshape(-1, 2)
    return lambda at: float(table[at, 0].sum() / max(1.0, table[at, 1].sum()))


def _overall_figures(gold: Sequence[AnnotatedReview], table: pa.Table) -> dict[str, Figure]:
    true = np.asarray([OVERALL.index(review.overall) for review in gold])
    found = _places(table, "overall", OVERALL, len(gold), OVERALL.index("not_a_review"))
    right: npt.NDArray[np.bool_] = true == found
    polar = np.isin(true, [OVERALL.index("positive"), OVERALL.index("negative")])
    return {
        "overall_accuracy": lambda at: float(right[at].mean()),
        "polarity_accuracy": lambda at: float(right[at][polar[at]].mean()) if polar[at].any() else 0.0,
    }


def _places(table: pa.Table, column: str, names: Sequence[str], size: int, default: int) -> Ints:
    """Values of a column as indices into ``names``, in the order of the reviews; the default where a row is missing."""
    places = np.full(size, default, dtype=np.int64)
    kept = table.filter(pc.equal(table.column("field"), "text"))
    for review_id, value in zip(kept.column("review_id").to_pylist(), kept.column(column).to_pylist(), strict=True):
        places[int(review_id)] = names.index(value)
    return places
