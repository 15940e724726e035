"""A linear probe: logistic regression on standardised features, folded into one vector of weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from review_mining.evidence.pixels.features import Table

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LinearProbe:
    """Log odds as a weighted sum.

    Attributes:
        weights: shape (columns,).
        bias: added to the sum.
    """

    weights: Reals
    bias: float

    @classmethod
    def fit(cls, features: Table, made: npt.NDArray[np.bool_], penalty: float) -> LinearProbe:
        """Fit it.

        Args:
            features: shape (crops, columns).
            made: which crops are of made pictures, shape (crops,).
            penalty: inverse strength of the regularisation.
        """
        scaler = StandardScaler().fit(features)
        model = LogisticRegression(C=penalty, max_iter=2000).fit(scaler.transform(features), made)
        weights = model.coef_[0] / scaler.scale_
        return cls(weights, float(model.intercept_[0] - weights @ scaler.mean_))

    def log_odds(self, features: Table) -> Reals:
        """Shape (crops, columns) to (crops,)."""
        return np.asarray(features @ self.weights + self.bias)
