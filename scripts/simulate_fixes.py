"""Measure how often the 95 % interval of a fix's effect holds the truth, and how often a change is claimed.

Each trial draws weekly counts of a theme's texts for the goods that were fixed and for those that were not. Between
weeks the rates vary by a gamma factor of mean 1 and the given spread, each group by itself; both groups change over the
fix by a common factor of 1.5 that is no effect.

    python scripts/simulate_fixes.py --trials 1000
"""

from __future__ import annotations

import argparse

import numpy as np

from review_mining.insight.fix_effect import WEEKS, Group, effect

COMMON = 1.5
RATIOS = (1.0, 0.5, 0.2)


def group(rate: float, texts: int, change: float, spread: float, weeks_after: int, rng: np.random.Generator) -> Group:
    """Counts of one group: its rate before, texts a week, the factor after, and the weeks seen since."""
    held = rng.poisson(texts, 2 * WEEKS)
    held[WEEKS + weeks_after :] = 0
    rates = np.repeat([rate, rate * change], WEEKS)
    if spread:
        rates = rates * rng.gamma(1 / spread**2, spread**2, 2 * WEEKS)
    return Group(rng.binomial(held, np.minimum(rates, 1.0)), held)


def main() -> None:
    """Print the coverage for shops of several sizes, rates, spreads and effects."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--min-support", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print("texts a week  rate  weeks after  spread  true ratio  coverage  fell   rose   trials told")
    for texts, rate, weeks_after in ((30, 0.03, 12), (100, 0.03, 4), (100, 0.03, 12), (1000, 0.02, 12)):
        for spread in (0.0, 0.5):
            for ratio in RATIOS:
                rng = np.random.default_rng([options.seed, texts, weeks_after, int(10 * spread), int(10 * ratio)])
                found = []
                for _ in range(options.trials):
                    treated = group(rate, texts, COMMON * ratio, spread, weeks_after, rng)
                    control = group(rate, 3 * texts, COMMON, spread, weeks_after, rng)
                    if treated.supports(options.min_support) and control.supports(options.min_support):
                        found.append(effect(treated, control, options.draws, rng))
                inside = np.mean([one.low <= ratio <= one.high for one in found])
                fell, rose = (np.mean(flags) for flags in ([o.high < 1 for o in found], [o.low > 1 for o in found]))
                told = f"{texts:12d}  {rate:4.0%}  {weeks_after:11d}  {spread:6.1f}  {ratio:10.1f}"
                print(f"{told}  {inside:8.1%}  {fell:5.1%}  {rose:5.1%}  {len(found):6d}")


if __name__ == "__main__":
    main()
