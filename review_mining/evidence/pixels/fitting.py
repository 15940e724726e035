"""Fitting a classifier of crops on pairs, and scoring pictures with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier

from review_mining.evidence.pixels.linear import LinearProbe
from review_mining.evidence.pixels.samples import Samples
from review_mining.evidence.pixels.training_config import PixelsTrainConfig

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FittedCrops:
    """A classifier of crops.

    Attributes:
        model: trees, or the linear probe of a backbone.
    """

    model: HistGradientBoostingClassifier | LinearProbe

    def picture_scores(self, samples: Samples) -> Reals:
        """Mean log odds of the crops of each picture, shape (pictures,)."""
        if isinstance(self.model, LinearProbe):
            return samples.per_picture(self.model.log_odds(samples.features))
        return samples.per_picture(self.model.decision_function(samples.features))


def fit_crops(samples: Samples, config: PixelsTrainConfig) -> FittedCrops:
    """Fit trees on residual features, or a linear probe on the vectors of a backbone.

    Args:
        samples: pairs of photos and twins.
        config: the settings.
    """
    made = samples.made[samples.places]
    if config.backbone is not None:
        return FittedCrops(LinearProbe.fit(samples.features, made, config.penalty))
    trees = HistGradientBoostingClassifier(
        max_iter=config.trees.count,
        max_leaf_nodes=config.trees.leaves,
        learning_rate=config.trees.rate,
        min_samples_leaf=config.trees.smallest_leaf,
        max_features=0.2,
        early_stopping=False,
        random_state=config.seed,
    )
    return FittedCrops(trees.fit(samples.features, made))
