"""Counts by day, made up."""

import numpy as np

from review_mining.insight.chronicle import Chronicle


def make_chronicle(counts, volume, first=20_000):
    """Days in a row from ``first``, in weeks counted back from the last; days without texts are left out."""
    counts, volume = np.atleast_2d(np.asarray(counts, dtype=np.int64)), np.asarray(volume, dtype=np.int64)
    day = first + np.arange(len(volume))
    back = (day[-1] - day) // 7
    return Chronicle(day, volume, counts, back.max() - back).during(volume > 0)


def spread(total, days):
    """A number of texts as evenly over the days as whole numbers allow."""
    return np.diff(np.floor(np.linspace(0, total, days + 1) + 1e-9)).astype(np.int64)
