"""Ids of themes: what a new one is called by, and which one a later fit has found again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Ids = NDArray[np.object_]
"""Theme ids of complaints, None for no theme, shape (complaints,)."""

LEAST_OVERLAP = 0.3
"""Jaccard overlap from which two groups are one theme: with 0.3, of two themes of one size almost half is shared."""


def identity(code: str, name: str) -> str:
    """Twelve hex characters that follow from a theme's sub-aspect and its first name."""
    return hashlib.sha256(f"{code}\0{name}".encode("utf-8", "surrogatepass")).hexdigest()[:12]


def found_again(
    before: Ids, after: Ids, weights: NDArray[np.float64], old: Collection[str], new: Collection[str]
) -> dict[str, str]:
    """New themes that are old ones: the pairs whose Jaccard overlaps have the largest sum.

    Kuhn (1955), "The Hungarian method for the assignment problem", by ``scipy.optimize.linear_sum_assignment``.

    Args:
        before: themes of complaints as the earlier model assigns them.
        after: themes of the same complaints as the later fit does.
        weights: how often each complaint occurs, shape (complaints,).
        old: ids of ``before`` that may be paired.
        new: ids of ``after`` that may be.

    Returns:
        New id → old id, for pairs of at least ``LEAST_OVERLAP``.
    """
    rows, columns = sorted(old), sorted(new)
    of_old = (before[None, :] == np.array(rows, dtype=object)[:, None]).astype(np.float64)
    of_new = (after[None, :] == np.array(columns, dtype=object)[:, None]).astype(np.float64)
    shared = (of_old * weights) @ of_new.T
    either = (of_old @ weights)[:, None] + (of_new @ weights)[None, :] - shared
    overlap = np.divide(shared, either, out=np.zeros_like(shared), where=either > 0)
    pairs = zip(*linear_sum_assignment(overlap, maximize=True), strict=True)
    return {columns[j]: rows[i] for i, j in pairs if overlap[i, j] >= LEAST_OVERLAP}
