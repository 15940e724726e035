"""Measure how often the index's 95 % intervals hold the truth, under a classifier with known errors.

Each trial draws held-out confusion counts and a shop's reviews, whose predicted labels follow the same error rates,
then asks whether the interval holds the satisfaction that the shop's true label mix implies. The held-out reviews are
half negative, as those that classifiers are measured on; the shops are not. ``measure_coverage.py`` asks the same of
real reviews.

    python scripts/simulate_intervals.py --trials 400
"""

from __future__ import annotations

import argparse

import numpy as np

from review_mining.insight.complaints import Burden
from review_mining.insight.experience import SCALE, Classifier, Recipe, Sample, estimate
from review_mining.tables import LABELS

RATES = np.array(
    [
        [0.93, 0.045, 0.02, 0.005],
        [0.08, 0.89, 0.015, 0.015],
        [0.09, 0.03, 0.85, 0.03],
        [0.06, 0.22, 0.30, 0.42],
    ]
)
HELD_OUT_MIX = np.array([0.35, 0.22, 0.36, 0.07])


def shop_mix(negative: float, mentioned: float) -> np.ndarray:
    """True label mix of a shop in which this part of the texts that mention the aspect complain."""
    spoken = np.array([0.0, 1.0 - negative * 1.2, negative, negative * 0.2])
    return mentioned * spoken + np.array([1.0 - mentioned, 0.0, 0.0, 0.0])


def covered(
    truth: np.ndarray, reviews: int, held_out: int, draws: int, rng: np.random.Generator
) -> tuple[bool, float, float]:
    """Whether one trial's interval holds the truth, its width, and the error of the best estimate."""
    good, bad = truth[1] + truth[3] / 2, truth[2] + truth[3] / 2
    held = rng.multinomial(held_out, HELD_OUT_MIX)
    confusion = np.array([rng.multinomial(n, row) for n, row in zip(held, RATES, strict=True)])
    counts = rng.multinomial(reviews, truth @ RATES)
    recipe = Recipe(np.ones(1), np.zeros(1), np.zeros(1), prior_strength=20.0)
    present = counts > 0
    sample = Sample(np.arange(len(LABELS), dtype=np.int8)[present, None], counts[present])
    classifier = Classifier.measured(confusion[None], draws, rng)
    found = estimate(sample, Burden(np.ones(1), np.ones(1)), classifier, recipe, rng)
    low, high, target = found.low[0], found.high[0], SCALE * good / (good + bad)
    return bool(low <= target <= high), float(high - low), float(found.index[0] - target)


def main() -> None:
    """Print the coverage for shops of several sizes and shares of complaints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=400)
    parser.add_argument("--mentioned", type=float, default=0.5, help="part of the texts that mention the aspect")
    parser.add_argument("--held-out", type=int, default=361)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print("negatives  reviews  coverage  mean width  mean error")
    for negative in (0.03, 0.10, 0.30):
        for reviews in (300, 2000, 50000):
            rng = np.random.default_rng([options.seed, int(negative * 100), reviews])
            truth = shop_mix(negative, options.mentioned)
            trials = [covered(truth, reviews, options.held_out, options.draws, rng) for _ in range(options.trials)]
            inside, width, error = (np.mean(column) for column in zip(*trials, strict=True))
            print(f"{negative:8.0%}  {reviews:7d}  {inside:8.1%}  {width:10.3f}  {error:+10.3f}")


if __name__ == "__main__":
    main()
