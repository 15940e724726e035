"""Measure how often the intervals of rating points hold the truth, and how long they take.

Each trial invents a shop: complaints of themes of very different frequency, praise of four aspects, and ratings that
follow the model with known coefficients. The truth is what the known coefficients say of the very same reviews.

    python scripts/simulate_rating_impact.py --trials 30
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict

import numpy as np
from scipy import sparse

from review_mining.insight.ordinal import Parameters, Rows, fit
from review_mining.insight.rating_impact import Patterns, distinct, gains, points_interval

ASPECTS = 4
THRESHOLDS = np.array([-3.5, -3.0, -2.2, -1.0])
STARS = np.arange(1.0, 6.0)
PRAISE = 0.6
MIN_SUPPORT = 5


def invent(reviews: int, themes: int, rng: np.random.Generator) -> tuple[Patterns, Parameters]:
    """A shop in which one review in seven complains, and the parameters that made its ratings."""
    popularity = 1.0 / (np.arange(themes) + 3.0)
    mentions = rng.binomial(3, 0.05, reviews)
    complaints = (
        np.repeat(np.arange(reviews), mentions),
        rng.choice(themes, mentions.sum(), p=popularity / popularity.sum()),
    )
    praise = np.nonzero(rng.random((reviews, ASPECTS)) < 0.3)
    row = np.concatenate([complaints[0], praise[0]])
    column = np.concatenate([complaints[1], praise[1] + themes])
    features = sparse.csr_array((np.ones(len(row)), (row, column)), shape=(reviews, themes + ASPECTS))
    features.sum_duplicates()
    features.data[:] = 1.0
    truth = Parameters(THRESHOLDS, np.concatenate([-rng.uniform(0.0, 3.0, themes), np.full(ASPECTS, PRAISE)]))
    merit = features @ truth.slopes + rng.logistic(size=reviews)
    level = (merit[:, None] > THRESHOLDS).sum(axis=1)
    support = np.asarray(features.sum(axis=0))[:themes].astype(np.int64)
    first, n = distinct(features, level, rng)
    return Patterns(Rows(features[first], level[first], len(STARS)), n, STARS, support, np.arange(themes)), truth


def trial(reviews: int, themes: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Support, coverage and estimate by truth of every theme that has support, and the seconds of CPU that it took."""
    patterns, truth = invent(reviews, themes, rng)
    began = time.process_time()
    fitted = fit(patterns.rows, patterns.n)
    points = gains(patterns, patterns.n, fitted) / reviews
    low, high = points_interval(patterns, fitted, rng)
    seconds = time.process_time() - began
    target = gains(patterns, patterns.n, truth) / reviews
    held = (np.minimum(low, points) <= target) & (target <= np.maximum(high, points))
    chosen = patterns.support >= MIN_SUPPORT
    return patterns.support[chosen], held[chosen], points[chosen] / target[chosen], seconds


def main() -> None:
    """Print the coverage by support for shops of several sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print("reviews  themes  rated reviews of a theme  intervals  coverage  median estimate / truth")
    for reviews, themes in ((1000, 20), (4000, 30)):
        found = defaultdict(list)
        for number in range(options.trials):
            rng = np.random.default_rng([options.seed, reviews, number])
            support, held, ratio, _ = trial(reviews, themes, rng)
            for name, low, high in (("5-9", 5, 10), ("10-29", 10, 30), ("30 and more", 30, reviews)):
                chosen = (support >= low) & (support < high)
                found[name].extend(zip(held[chosen], ratio[chosen], strict=True))
        for name, results in found.items():
            if len(results) >= options.trials:
                held, ratio = zip(*results, strict=True)
                print(f"{reviews:7d}  {themes:6d}  {name:>24}", end="  ")
                print(f"{len(held):9d}  {np.mean(held):8.1%}  {np.median(ratio):.2f}")
    print(f"20,000 reviews, 100 themes: {trial(20_000, 100, np.random.default_rng(options.seed))[3]:.1f} s of CPU")


if __name__ == "__main__":
    main()
