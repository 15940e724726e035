"""Measure what the radar finds of planted cells, and how much of what it finds was not planted.

Each trial invents a shop: products with SKUs, couriers and regions, 26 weeks, themes of unequal size. Six cells of a
SKU or courier and a theme are planted: their rate is multiplied by 2 or 3, for half of them only from a week on. A
finding counts as true if it is a planted cell, or the same theme in the product of a planted SKU. Three kinds of shops:

- ``even``: all else is alike;
- ``uneven``: every SKU, courier and region has rates of its own (coefficient of variation 0.25);
- ``products differ``: so have products (log-normal, 0.8), and each courier serves some of them more; what is found of
  products is not judged.

The test before is the one-sided binomial test of each cell against the value's share of all texts, with Benjamini and
Hochberg in each dimension.

    python scripts/simulate_radar.py
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from review_mining.insight.breakdown import Dimension, Incidence
from review_mining.insight.observations import Texts
from review_mining.insight.radar import radar
from review_mining.insight.trend import false_discovery_rates, upper_tail

WEEKS, SUPPORT, LEVEL = 26, 5, 0.05
SIZES = ((2_000, 5, 20), (10_000, 50, 20), (10_000, 200, 100), (50_000, 50, 200), (50_000, 200, 100))
KINDS = ("even", "uneven", "products differ")
Cell = tuple[str, int, int]


@dataclass(frozen=True)
class Shop:
    """One invented shop.

    Attributes:
        codes: value of each text by dimension.
        texts: with their days.
        incidence: which texts have which theme.
        planted: factor and first week of each planted cell.
        product_of_sku: int, (skus,).
    """

    codes: dict[str, np.ndarray]
    texts: Texts
    incidence: Incidence
    planted: dict[Cell, tuple[float, int]]
    product_of_sku: np.ndarray

    @property
    def true(self) -> set[Cell]:
        """The planted cells, and the products of planted SKUs."""
        products = {("product_id", int(self.product_of_sku[v]), t) for d, v, t in self.planted if d == "sku"}
        return products | set(self.planted)


def invent(kind: str, texts: int, skus: int, themes: int, planted: int, rng: np.random.Generator) -> Shop:
    """A shop of this kind and size."""
    product_of_sku = np.arange(skus) // 5
    popularity = rng.dirichlet(np.full(skus, 1.5))
    sku = rng.choice(skus, texts, p=popularity)
    product = product_of_sku[sku]
    preference = rng.dirichlet(np.full(5, 1.0 if kind == "products differ" else 1e6), skus)[product]
    courier = (rng.random((texts, 1)) > preference.cumsum(axis=1)[:, :-1]).sum(axis=1)
    codes = {"product_id": product, "sku": sku, "courier": courier, "region": rng.integers(0, 20, texts)}
    week = rng.integers(0, WEEKS, texts)
    rate = np.outer(np.ones(texts, dtype=np.float32), 0.4 * rng.dirichlet(np.full(themes, 1.0)))
    for name, code in codes.items():
        shape = int(code.max()) + 1, themes
        if kind == "products differ" and name == "product_id":
            rate *= rng.lognormal(-0.32, 0.8, shape)[code]
        elif kind == "uneven" and name != "product_id":
            rate *= rng.gamma(16.0, 1 / 16.0, shape)[code]
    cells = plant(codes, rate, planted, rng)
    for (name, value, theme), (factor, first) in cells.items():
        rate[(codes[name] == value) & (week >= first), theme] *= factor
    theme, slot = np.nonzero((rng.random(rate.shape, dtype=np.float32) < rate).T)
    empty = np.full(texts, -1)
    return Shop(
        {name: np.concatenate([code, empty]).astype(np.int32) for name, code in codes.items()},
        Texts(
            np.zeros((1, 2 * texts), dtype=np.int8),
            np.arange(2 * texts) < texts,
            np.concatenate([week * 7 + 4, empty]).astype(np.int32),
        ),
        Incidence([f"{t:03}" for t in range(themes)], theme.astype(np.int64), slot.astype(np.int64)),
        cells,
        product_of_sku,
    )


def plant(
    codes: dict[str, np.ndarray], rate: np.ndarray, number: int, rng: np.random.Generator
) -> dict[Cell, tuple[float, int]]:
    """Cells drawn from those with at least 20 texts expected, or the largest where hardly any has so many."""
    cells: dict[Cell, tuple[float, int]] = {}
    for i in range(number):
        name = "courier" if i % 3 == 2 else "sku"
        expected = np.stack([rate[codes[name] == value].sum(axis=0) for value in range(int(codes[name].max()) + 1)])
        least = min(20.0, float(np.sort(expected.ravel())[-20:].min()))
        value, theme = rng.choice(np.argwhere((expected >= least) & (expected <= max(200.0, 2 * least))))
        cells[name, int(value), int(theme)] = (2.0 + i % 2, 0 if i < number / 2 else int(rng.integers(8, 20)))
    return cells


def before(shop: Shop, name: str, of_slot: np.ndarray) -> Iterator[Cell]:
    """What the binomial test in each dimension finds."""
    known = shop.texts.counted & (of_slot >= 0)
    per_value, whole, cells = (
        np.bincount(of_slot[known]),
        shop.incidence.texts(known),
        shop.incidence.cells(of_slot),
    )
    enough = cells.n >= SUPPORT
    theme, value, n = cells.theme[enough], cells.value[enough], cells.n[enough]
    part = per_value[value] / per_value.sum()
    tests = int((per_value >= SUPPORT).sum() * (whole >= SUPPORT).sum())
    adjusted = false_discovery_rates(upper_tail(n, whole[theme], part), tests=tests)
    for i in np.flatnonzero((adjusted <= LEVEL) & (n > whole[theme] * part)):
        yield name, int(value[i]), int(theme[i])


@dataclass(frozen=True)
class Outcome:
    """What one trial, or several of one size, gave; the columns of ``fdr`` and ``hit`` are before and now.

    Attributes:
        fdr: float, (trials, 2): share of false findings.
        hit: bool, (planted cells, 2): whether each was found.
        planted: float, (planted cells, 2): factor and first week.
        weeks_off: weeks between a planted onset and the one found.
    """

    fdr: np.ndarray
    hit: np.ndarray
    planted: np.ndarray
    weeks_off: list[int]


def judge(shop: Shop, kind: str) -> Outcome:
    """Look for the planted cells with both tests."""
    columns = [
        Dimension(name, [str(value) for value in range(int(code.max()) + 1)], code) for name, code in shop.codes.items()
    ]
    old = {cell for column in columns for cell in before(shop, column.name, column.of_slot)}
    findings = radar(columns, shop.texts, shop.incidence, min_support=SUPPORT, rate=LEVEL)
    new = {(one["dimension"], int(one["value"]), int(one["theme_id"])): one["since_week"] for one in findings}
    fdr = []
    for found in (old, set(new)):
        asked = {cell for cell in found if kind != "products differ" or cell[0] != "product_id"}
        fdr.append(len(asked - shop.true) / max(len(asked), 1))
    return Outcome(
        np.array([fdr]),
        np.array([[cell in old, cell in new] for cell in shop.planted]),
        np.array(list(shop.planted.values())),
        [abs(new[cell] - 1 - week) for cell, (_, week) in shop.planted.items() if week and new.get(cell)],
    )


def together(outcomes: list[Outcome]) -> Outcome:
    """All trials of one size."""
    return Outcome(
        np.concatenate([one.fdr for one in outcomes]),
        np.concatenate([one.hit for one in outcomes]),
        np.concatenate([one.planted for one in outcomes]),
        [weeks for one in outcomes for weeks in one.weeks_off],
    )


def line(outcome: Outcome) -> str:
    """False-discovery rate and power of one size of shop."""
    factor, week = outcome.planted.T
    parts = [outcome.hit[chosen, 1].mean() for chosen in (factor == 2, factor == 3, week > 0)]
    off = f"{np.median(outcome.weeks_off):4.1f}" if outcome.weeks_off else "   –"
    fdr, power = outcome.fdr.mean(axis=0), outcome.hit.mean(axis=0)
    return (
        f"{fdr[0]:10.1%} {fdr[1]:5.1%} | {power[0]:11.0%} {power[1]:5.0%} "
        f"{' '.join(f'{part:4.0%}' for part in parts)} | {off}"
    )


def main() -> None:
    """Print false-discovery rate and power for every kind and size of shop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=8)
    parser.add_argument("--planted", type=int, default=6)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print("shops             texts SKUs themes | FDR before   now | power before  now   x2   x3 onset | weeks off")
    lines = []
    for k, kind in enumerate(KINDS):
        for texts, skus, themes in SIZES:
            outcomes = []
            for trial in range(options.trials):
                rng = np.random.default_rng([options.seed, k, texts, skus, themes, trial])
                outcomes.append(judge(invent(kind, texts, skus, themes, options.planted, rng), kind))
            lines.append(together(outcomes))
            print(f"{kind:16} {texts:6} {skus:4} {themes:6} | {line(lines[-1])}", flush=True)
    old, new = together(lines).fdr.mean(axis=0)
    print(f"{'all':36}| {old:10.1%} {new:5.1%}")


if __name__ == "__main__":
    main()
