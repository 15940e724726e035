"""What linear models know of the labelled tasks, as vectors of n-grams.

One linear SVM an output over TF-IDF of token n-grams, like the reference that the encoder is measured against; the
weights of all outputs, reduced to few directions, tell of each n-gram which labels it speaks for. On the encoder's wide
path they make it start as wise as the linear model (Cheng et al., *Wide & Deep Learning*, 2016).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.svm import LinearSVC, LinearSVR
from sklearn.utils.extmath import randomized_svd

from review_mining.encoder.labelled import LabelledTexts

Reals = npt.NDArray[np.float32]

_SOFTNESS = 0.3
_SEED = 0


def task_weights(rows: sparse.csr_matrix, task: LabelledTexts) -> Reals:
    """Weights of a task's outputs.

    Args:
        rows: how often each text holds each unit, shape (texts, units).
        task: its labels; reserved texts are left out.

    Returns:
        Shape (units, outputs), each output with unit norm.
    """
    chosen = np.flatnonzero(~task.reserved)
    held = rows[chosen]
    texts_with = np.bincount(held.indices, minlength=held.shape[1])
    idf = np.log((1 + len(chosen)) / (1 + texts_with)) + 1
    weighed = held.copy()
    weighed.data = (1 + np.log(weighed.data)) * idf[weighed.indices]
    norms = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    weighed = sparse.csr_matrix(sparse.diags(1 / np.maximum(norms, 1e-9)) @ weighed)
    weights = _fitted(weighed, task.targets[chosen], task.kind) * idf[:, None]
    weights[texts_with == 0] = 0
    return np.asarray(weights / np.maximum(np.linalg.norm(weights, axis=0), 1e-9), dtype=np.float32)


def reduced(weights: Sequence[Reals], size: int, seed: int) -> Reals:
    """Few columns that keep most of all weights: polarity and stars as they are, the rest by their main directions.

    A task of many outputs counts as much as one of few.

    Args:
        weights: of each task, shape (units, outputs).
        size: columns wanted.
        seed: of the randomised factorisation.

    Returns:
        Shape (units, size); columns that nothing is left for are 0.
    """
    alone = [block for block in weights if block.shape[1] == 1][:size]
    many = [block for block in weights if block.shape[1] > 1]
    room = size - len(alone)
    columns = list(alone)
    if many and room > 0:
        joint = np.concatenate([block / np.sqrt(block.shape[1]) for block in many], axis=1)
        left, values, _ = randomized_svd(joint, min(room, joint.shape[1]), random_state=seed)
        columns.append((left * values).astype(np.float32))
    found = np.concatenate(columns, axis=1) if columns else np.zeros((0, 0), dtype=np.float32)
    return np.pad(found, ((0, 0), (0, size - found.shape[1])))


def _fitted(rows: sparse.csr_matrix, targets: npt.NDArray[np.float32], kind: str) -> npt.NDArray[np.float64]:
    """Weights of shape (units, outputs)."""
    if kind == "ordinal":
        model = LinearSVR(C=_SOFTNESS, random_state=_SEED)
        model.fit(rows, targets)
        return np.asarray(model.coef_, dtype=np.float64)[:, None]
    columns = targets if kind == "labels" else targets.reshape(-1, 1)
    if kind == "classes":
        columns = targets[:, None] == np.unique(targets)
    found = [
        LinearSVC(C=_SOFTNESS, random_state=_SEED).fit(rows, column > 0.5).coef_[0]
        if 0 < (column > 0.5).sum() < len(column)
        else np.zeros(rows.shape[1])
        for column in np.asarray(columns, dtype=np.float64).T
    ]
    return np.stack(found, axis=1)
