"""Measure false discoveries and power of trends and change points on shops whose changes are known.

Each shop has sixteen weeks of reviews. A tenth of its themes change by a known factor (half of them rise); the others
keep their rates. Counts are Poisson, or come in bursts: ``daily`` multiplies every theme's rate by a gamma variable of
variance ½ on each day; with ``batches`` a third of the themes have, every four weeks on average, some days that add a
week's worth of complaints. Campaigns multiply the volume by six, three days long, three times.

For trends the change is at the start of the last four weeks; for change points its day is drawn from the fifth week to
the fourteenth. FDR is the mean part of false claims among all claims of a shop (0 without claims). Power is the part of
the changed themes found, of those with at least 20 texts (in both periods, or in all weeks). ``exact`` is the
conditional binomial test alone, ``trend`` what the report uses.

    python scripts/simulate_trends.py --trials 60
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from review_mining.insight.change_point import change_points
from review_mining.insight.chronicle import Chronicle
from review_mining.insight.contrast import Contrast
from review_mining.insight.dispersion import Dispersion
from review_mining.insight.trend import false_discovery_rates, rate_change, trends

DAYS, PERIOD, WEEK = 112, 28, 7
COMPLAINING = 0.3
"""Mentions per text, over all themes."""
FACTORS = (1.5, 2.0, 3.0, 1 / 1.5, 1 / 2.0, 1 / 3.0)
SIZES = (1.5, 2.0, 3.0)
SHOPS = ((50, 2_000), (50, 10_000), (100, 50_000), (300, 50_000))
RATE, SUPPORT, FOUND_FROM = 0.05, 5, 20
Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Shop:
    """Counts by day, with what is true of each theme."""

    chronicle: Chronicle
    factor: Reals
    day: NDArray[np.int64]


def volumes(reviews: int, campaigns: bool, rng: Generator) -> NDArray[np.int64]:
    """Texts by day: weekdays, growth or decline, campaigns."""
    weight = 1.0 + 0.3 * np.sin(2.0 * np.pi * np.arange(DAYS) / WEEK)
    weight *= np.exp(np.linspace(0.0, rng.normal(0.0, 0.4), DAYS))
    if campaigns:
        for first in rng.integers(0, DAYS - 3, 3):
            weight[first : first + 3] *= 6.0
    return rng.multinomial(reviews, weight / weight.sum())


def frailty(themes: int, bursts: str, rng: Generator) -> Reals:
    """What multiplies each theme's rate on each day; its mean is 1."""
    if bursts == "none":
        return np.ones((themes, DAYS))
    if bursts == "daily":
        return rng.gamma(2.0, 0.5, (themes, DAYS))
    bursting = (np.arange(themes) % 3 == 0)[:, None]
    size = bursting * (rng.random((themes, DAYS)) < 1 / PERIOD) * rng.gamma(2.0, 0.5, (themes, DAYS))
    added = np.zeros((themes, DAYS))
    for lag, days in enumerate((3.0, 2.0, 1.25, 0.75)):
        added[:, lag:] += days * size[:, : DAYS - lag]
    return (1.0 + added) / (1.0 + bursting * WEEK / PERIOD)


def draw_shop(themes: int, reviews: int, bursts: str, campaigns: bool, moving: bool, rng: Generator) -> Shop:
    """One shop; ``moving`` draws the days of change, which else are the first of the last period."""
    volume = volumes(reviews, campaigns, rng)
    rate = rng.lognormal(0.0, 1.0, themes)
    rate = np.minimum(rate * COMPLAINING / rate.sum(), 0.1)
    factor = np.ones(themes)
    changed = rng.permutation(themes)[: themes // 10]
    factor[changed] = np.resize(rng.permutation(FACTORS), len(changed))
    day = rng.integers(PERIOD, DAYS - 2 * WEEK, themes) if moving else np.full(themes, DAYS - PERIOD)
    after = np.arange(DAYS) >= day[:, None]
    mean = volume * rate[:, None] * np.where(after, factor[:, None], 1.0) * frailty(themes, bursts, rng)
    counts = rng.poisson(np.minimum(mean, volume / 2))
    open_days = volume > 0
    days = np.arange(DAYS)
    return Shop(Chronicle(days, volume, counts, days // WEEK).during(open_days), factor, day)


def scored(claimed: NDArray[np.bool_], shop: Shop, texts: NDArray[np.int64]) -> list[float]:
    """Part of false claims, then the part found of the changes of each size; NaN where there were none."""
    changed = shop.factor != 1.0
    row = [np.count_nonzero(claimed & ~changed) / max(np.count_nonzero(claimed), 1)]
    for size in SIZES:
        there = np.isclose(np.maximum(shop.factor, 1 / shop.factor), size) & (texts >= FOUND_FROM)
        row.append(float(claimed[there].mean()) if there.any() else np.nan)
    return row


def trend_trial(shop: Shop) -> tuple[list[float], list[float]]:
    """Scores of the exact test alone and of the trends."""
    chronicle, dispersion = shop.chronicle, Dispersion.measured(shop.chronicle)
    both = chronicle.during(chronicle.day >= DAYS - 2 * PERIOD)
    now = both.day >= DAYS - PERIOD
    sides = Contrast.of(both, np.broadcast_to(now, both.counts.shape))
    texts = sides.now + sides.before
    exact = np.zeros(len(texts), dtype=np.bool_)
    tested = texts >= SUPPORT
    exact[tested] = false_discovery_rates(rate_change(sides)[tested]) <= RATE
    names, _ = trends(both, now, dispersion, min_support=SUPPORT, rate=RATE)
    claimed = ~np.isin(names, ("steady", "unknown"))
    return scored(exact, shop, texts), scored(claimed, shop, texts)


def change_trial(shop: Shop) -> tuple[list[float], list[tuple[int, bool]]]:
    """Scores of the change points; and of each one found, days of error and whether the interval holds the truth."""
    found = change_points(shop.chronicle, Dispersion.measured(shop.chronicle), min_support=SUPPORT, rate=RATE)
    claimed = np.array([change is not None for change in found])
    dates = [
        (abs(change.day - int(day)), change.low <= day <= change.high)
        for change, day, factor in zip(found, shop.day, shop.factor, strict=True)
        if change is not None and factor != 1.0
    ]
    return scored(claimed, shop, shop.chronicle.counts.sum(axis=1)), dates


def shown(rows: list[list[float]]) -> str:
    """FDR, then power by size of change."""
    table = np.array(rows)
    there = ~np.isnan(table)
    fdr, *power = np.where(there, table, 0.0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    return f"{fdr:.1%} | " + " / ".join(f"{part:.0%}" for part in power)


def dated(found: list[tuple[int, bool]]) -> str:
    """Median error in days, and how often the interval holds the truth."""
    if not found:
        return "–"
    return f"{np.median([off for off, _ in found]):.0f} d, {np.mean([inside for _, inside in found]):.0%}"


def main() -> None:
    """Print a row of the table for every setting."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print("themes | texts | bursts | campaigns | exact: FDR | power | trend: FDR | power | change: FDR | power | dates")
    for (themes, reviews), bursts, campaigns in product(SHOPS, ("none", "daily", "batches"), (False, True)):
        exact: list[list[float]] = []
        trend: list[list[float]] = []
        change: list[list[float]] = []
        dates: list[tuple[int, bool]] = []
        for trial in range(options.trials):
            rng = np.random.default_rng([options.seed, themes, reviews, len(bursts), campaigns, trial])
            old, new = trend_trial(draw_shop(themes, reviews, bursts, campaigns, False, rng))
            moved, off = change_trial(draw_shop(themes, reviews, bursts, campaigns, True, rng))
            for rows, row in ((exact, old), (trend, new), (change, moved)):
                rows.append(row)
            dates.extend(off)
        name = f"{themes} | {reviews:,} | {bursts} | {'yes' if campaigns else 'no'}"
        print(f"{name} | {shown(exact)} | {shown(trend)} | {shown(change)} | {dated(dates)}", flush=True)


if __name__ == "__main__":
    main()
