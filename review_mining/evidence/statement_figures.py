"""The figures by which a reader of statements is judged, with 95 % bootstrap intervals over statements.

- ``kind_macro_f1``: mean F1 over the twelve kinds; ``<kind>_f1`` of one.
- ``fake_precision``, ``fake_recall``: of ``reports_ai_fake`` at the reader's threshold.

Intervals: percentile bootstrap (Efron and Tibshirani 1993, chapter 13), fixed seed. A precision without any report is
taken as 1, for nobody was accused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from review_mining.evidence.labelled import LabelledStatement
from review_mining.evidence.statement import STATEMENT_KINDS, StatementReader

Ints = npt.NDArray[np.int64]
Interval = tuple[float, float, float]
_KINDS = len(STATEMENT_KINDS)


def statement_figures(
    statements: Sequence[LabelledStatement], reader: StatementReader, *, resamples: int = 1000
) -> dict[str, Interval]:
    """Let a reader read labelled statements, and score it.

    Args:
        statements: with their answers.
        reader: what is judged.
        resamples: bootstrap resamples.

    Returns:
        Per figure its value and the ends of its 95 % interval.
    """
    readings = [reader.read(one.text) for one in statements]
    kinds = np.asarray([STATEMENT_KINDS.index(one.kind) for one in readings])
    said = np.asarray([one.fake_score >= reader.threshold for one in readings])
    return figures_of(statements, kinds, said, resamples=resamples)


def figures_of(
    statements: Sequence[LabelledStatement], found: Ints, said: npt.NDArray[np.bool_], *, resamples: int = 1000
) -> dict[str, Interval]:
    """Score readings of labelled statements.

    Args:
        statements: with their answers.
        found: the kind of each as its place in ``STATEMENT_KINDS``, shape (statements,).
        said: whether each was taken as a report of fake evidence, shape (statements,).
        resamples: bootstrap resamples.

    Returns:
        Per figure its value and the ends of its 95 % interval.
    """
    gold = np.asarray([STATEMENT_KINDS.index(one.kind) for one in statements])
    true = np.asarray([one.fake for one in statements])
    figures: dict[str, Callable[[Ints], float]] = {
        "kind_macro_f1": lambda rows: float(_f1(gold[rows], found[rows]).mean()),
        "fake_precision": lambda rows: _share(true[rows] & said[rows], said[rows]),
        "fake_recall": lambda rows: _share(true[rows] & said[rows], true[rows]),
    }
    for place, kind in enumerate(STATEMENT_KINDS):
        figures[f"{kind}_f1"] = partial(_f1_of, place, gold, found)
    generator = np.random.default_rng(0)
    draws = [generator.integers(len(gold), size=len(gold)) for _ in range(resamples)]
    return {name: _with_interval(figure, draws, len(gold)) for name, figure in figures.items()}


def _with_interval(figure: Callable[[Ints], float], draws: Sequence[Ints], size: int) -> Interval:
    low, high = np.quantile([figure(rows) for rows in draws], [0.025, 0.975])
    return figure(np.arange(size)), float(low), float(high)


def _f1_of(kind: int, gold: Ints, found: Ints, rows: Ints) -> float:
    return float(_f1(gold[rows], found[rows])[kind])


def _f1(gold: Ints, found: Ints) -> npt.NDArray[np.float64]:
    """F1 of each kind, 0 where it neither occurs nor is found."""
    right = np.bincount(gold[gold == found], minlength=_KINDS)
    both = np.bincount(gold, minlength=_KINDS) + np.bincount(found, minlength=_KINDS)
    return np.asarray(2 * right / np.maximum(both, 1))


def _share(part: npt.NDArray[np.bool_], whole: npt.NDArray[np.bool_]) -> float:
    return float(part.sum() / whole.sum()) if whole.any() else 1.0
