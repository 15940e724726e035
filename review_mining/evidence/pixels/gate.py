"""The leakage gate: what can be told without looking at traces of making must not tell photo from twin.

Two classifiers look at what a detector should not need: what the file says (codec, size, quantisation), and a
thumbnail of 32 × 32. On aligned pairs both must be at chance, else figures on them say nothing. On pictures found in
the wild they are not, and only what a detector reaches above them can be claimed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from review_mining.evidence.pixels.figures import Interval, auc, with_interval
from review_mining.evidence.pixels.samples import Samples

LOWEST, HIGHEST = 0.45, 0.60
_FOLDS, _COMPONENTS = 5, 40
Table = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Leakage:
    """What the two classifiers reach, AUC with its interval.

    Attributes:
        file: from what the file says.
        thumbnail: from the thumbnail.
    """

    file: Interval
    thumbnail: Interval

    @property
    def tight(self) -> bool:
        """Whether both are at chance."""
        return all(LOWEST <= value <= HIGHEST for value, _, _ in (self.file, self.thumbnail))


def leakage(samples: Samples, *, resamples: int = 500) -> Leakage:
    """Let the two classifiers try, in five folds of which none shares a photo with another.

    Args:
        samples: genuine and made pictures.
        resamples: of the bootstrap.
    """
    file = HistGradientBoostingClassifier(max_iter=60, max_leaf_nodes=8, early_stopping=False, random_state=0)
    components = min(_COMPONENTS, len(samples) // 4)
    thumbnail = make_pipeline(
        PCA(components, random_state=0, svd_solver="randomized"),
        StandardScaler(),
        HistGradientBoostingClassifier(max_iter=60, max_leaf_nodes=8, early_stopping=False, random_state=0),
    )
    return Leakage(
        _auc(file, samples.facts, samples, resamples),
        _auc(thumbnail, samples.thumbnails.astype(np.float32), samples, resamples),
    )


def _auc(model: object, columns: Table, samples: Samples, resamples: int) -> Interval:
    folds = GroupKFold(min(_FOLDS, len(set(samples.names))))
    scores = cross_val_predict(model, columns, samples.made, groups=samples.names, cv=folds, method="decision_function")
    return with_interval(auc, scores[~samples.made], scores[samples.made], resamples=resamples)
