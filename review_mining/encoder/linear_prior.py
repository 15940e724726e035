"""What linear models know of the labelled tasks, as vectors of n-grams.

One ridge regression an output over TF-IDF of token n-grams; the weights of all outputs, reduced to few directions, tell
of each n-gram which labels it speaks for. Put into the encoder's tables they make its first layer as wise as the linear
model (the wide part of Cheng et al., *Wide & Deep Learning*, 2016).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import Ridge
from sklearn.utils.extmath import randomized_svd

from review_mining.encoder.labelled import LabelledTexts

Reals = npt.NDArray[np.float32]

_RIDGE = 1.0
_ITERATIONS = 60


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
    weighed = sparse.diags(1 / np.maximum(norms, 1e-9)) @ weighed
    model = Ridge(alpha=_RIDGE, solver="sparse_cg", max_iter=_ITERATIONS, tol=1e-3)
    model.fit(weighed, _targets(task)[chosen])
    weights = np.atleast_2d(model.coef_).T * idf[:, None]
    weights[texts_with == 0] = 0
    return np.asarray(weights / np.maximum(np.linalg.norm(weights, axis=0), 1e-9), dtype=np.float32)


def reduced(weights: Sequence[Reals], size: int, seed: int) -> Reals:
    """Few columns that keep most of all weights: polarity and stars as they are, the rest by their main directions.

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
        joint = np.concatenate(many, axis=1)
        left, values, _ = randomized_svd(joint, min(room, joint.shape[1]), random_state=seed)
        columns.append((left * values).astype(np.float32))
    found = np.concatenate(columns, axis=1) if columns else np.zeros((0, 0), dtype=np.float32)
    return np.pad(found, ((0, 0), (0, size - found.shape[1])))


def _targets(task: LabelledTexts) -> npt.NDArray[np.float64]:
    if task.kind == "classes":
        return np.asarray(np.eye(len(task.names))[task.targets.astype(np.int64)])
    return np.asarray(task.targets - task.targets.mean(axis=0), dtype=np.float64)
