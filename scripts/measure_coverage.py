"""Measure how often 95 % intervals hold the truth of shops made of real annotated reviews.

    python scripts/measure_coverage.py --trials 100

The population are the 800 reviews of ``NATURAL``, drawn without regard to what they say. No weight of the model has
learnt from them, but 400 of them (``natural_held_out.jsonl``) served to scale its probabilities and to choose its
operating points, so that it may err on these a little less than in a shop. A trial draws from the population the
held-out reviews, natural ones and, from other files, chosen ones, as many as the shipped calibration has; and,
independently, a shop, in which complaints are as frequent as the row says. The truth is the mix of true labels that the
shop was drawn from. Compared are the report's intervals, label shift with all held-out reviews alike,
prediction-powered inference (PPI++, Angelopoulos, Duchi and Zrnic 2023) with the natural ones, and no correction.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from review_mining.annotated import load_annotated, texts_of
from review_mining.aspects import AspectTagger
from review_mining.held_out import HeldOut, attitude, count_complaints, only_complaints
from review_mining.insight.complaints import Burden, read_complaints
from review_mining.insight.experience import (
    INTERVAL,
    PRIOR_MEAN,
    SCALE,
    Classifier,
    Recipe,
    aspect_parts,
    estimate,
    read_sample,
)
from review_mining.insight.impact import impacts, read_relief, share_intervals
from review_mining.insight.known_errors import known_errors
from review_mining.insight.observations import ABSENT, ABSTAINED, MIXED, NEGATIVE, NO_DAY, POSITIVE, Mentions, Texts
from review_mining.tables import ABSTAIN, LABELS, POLARITIES

NATURAL = ("annotations/natural_held_out.jsonl", "annotations/natural_test.jsonl")
CHOSEN = ("../shared/data/aspects/dev.jsonl", "annotations/held_out.jsonl", "annotations/test.jsonl")
HELD_OUT = (400, 861)
"""Natural and chosen reviews of the shipped calibration."""

SHOPS = {
    "3 % complain": (None, 0.03),
    "10 % complain": (None, 0.10),
    "as they are (32 %)": (None, None),
    "60 % complain": (None, 0.60),
    "30 % of the service": ("service", 0.30),
}
"""Of which aspect the part complains, None for any; and the part, None for that of the population."""

EXPECTED = 5
"""Themes are measured where so many reviews truly complain of them on average."""

Interval = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Reviews:
    """Annotated reviews as tagged.

    ``true`` and ``shown`` labels are of shape (reviews, aspects), ``told`` and ``said`` complaints (reviews, codes).
    """

    true: np.ndarray
    shown: np.ndarray
    told: np.ndarray
    said: np.ndarray

    def at(self, rows: np.ndarray) -> Reviews:
        """Some of them."""
        return Reviews(self.true[rows], self.shown[rows], self.told[rows], self.said[rows])


def tagged(tagger: AspectTagger, paths: tuple[str, ...], reviews: Path) -> Reviews:
    """Read and tag annotated reviews."""
    taxonomy = tagger.taxonomy
    gold = [one for path in paths for one in load_annotated(Path(path), reviews)]
    opinions, labels = tagger.tag(texts_of(gold))
    codes = list(taxonomy.sub_aspects)
    told, said = (np.zeros((len(gold), len(codes)), dtype=np.bool_) for _ in range(2))
    for row, review in enumerate(gold):
        for one in review.opinions:
            told[row, codes.index(one.code)] |= one.polarity == "negative"
    for one in opinions.select(["review_id", "sub_aspect", "polarity"]).to_pylist():
        said[int(one["review_id"]), codes.index(one["sub_aspect"])] |= one["polarity"] == "negative"
    true = [[LABELS.index(one.label(aspect.letter)) for aspect in taxonomy.aspects.values()] for one in gold]
    names = (*LABELS, ABSTAIN)
    shown = [[names.index(label) for label in labels[name].to_pylist()] for name in taxonomy.aspects]
    return Reviews(np.array(true, dtype=np.int8), np.array(shown, dtype=np.int8).T, told, said)


@dataclass(frozen=True)
class Trial:
    """Held-out reviews of both kinds, a shop, and what is true of the shop's population."""

    natural: Reviews
    chosen: Reviews
    shop: Reviews
    index: np.ndarray
    complaining: np.ndarray
    told: np.ndarray
    impact: np.ndarray


class Coverage:
    """Runs trials with the taxonomy of one tagger."""

    def __init__(self, tagger: AspectTagger, draws: int) -> None:
        self.taxonomy, self.draws = tagger.taxonomy, draws
        self.aspects, self.codes = list(self.taxonomy.aspects), list(self.taxonomy.sub_aspects)
        self.aspect_of = np.array([self.aspects.index(self.taxonomy.aspect_of(code)) for code in self.codes])
        nothing = np.zeros(len(self.aspects))
        weights = aspect_parts([aspect.weight for aspect in self.taxonomy.aspects.values()])
        self.recipe = Recipe(weights, nothing, nothing, prior_strength=20.0)

    def index(self, shares: np.ndarray) -> np.ndarray:
        """Index without pseudo-reviews of shares (…, aspects, 4)."""
        good, bad = (shares[..., label] + shares[..., MIXED] / 2 for label in (POSITIVE, NEGATIVE))
        return self.recipe.index(good / np.maximum(good + bad, 1e-12))

    def trial(self, natural: Reviews, chosen: Reviews, shop: tuple[str | None, float | None], texts: int, rng) -> Trial:  # noqa: ANN001
        """Draw held-out reviews and a shop."""
        aspect, part = shop
        bad = (natural.true == NEGATIVE) | (natural.true == MIXED)
        bad = bad.any(axis=1) if aspect is None else bad[:, self.aspects.index(aspect)]
        part = bad.mean() if part is None else part
        weights = np.where(bad, part / bad.sum(), (1 - part) / (~bad).sum())
        shares = np.stack([weights @ (natural.true == label) for label in range(len(LABELS))], axis=-1)
        return Trial(
            natural.at(rng.integers(0, len(bad), HELD_OUT[0])),
            chosen.at(rng.integers(0, len(chosen.true), HELD_OUT[1])),
            natural.at(rng.choice(len(bad), texts, p=weights)),
            self.index(shares),
            shares[:, NEGATIVE] + shares[:, MIXED],
            weights @ natural.told,
            self._impact(natural, weights, texts),
        )

    def outcomes(self, trial: Trial, rng) -> Iterator[tuple[str, str, Interval, np.ndarray]]:  # noqa: ANN001
        """Method, kind of figure, interval, truth."""
        texts = self._texts(trial.shop)
        true, shown, told, said = (
            np.concatenate([getattr(part, name) for part in (trial.natural, trial.chosen)])
            for name in ("true", "shown", "told", "said")
        )
        natural = np.arange(len(true)) < len(trial.natural.true)
        kinds = attitude(true.T)
        complaints, sole = (
            count_complaints(self.codes, *sides, kinds, natural)
            for sides in ((told, said), [only_complaints(side, self.aspect_of) for side in (told, said)])
        )
        held_out = HeldOut(true, shown, natural, complaints, sole)
        confusion = np.zeros((len(self.aspects), len(LABELS), len(LABELS)), dtype=np.int64)
        for aspect in range(len(self.aspects)):
            decided = shown[:, aspect] < ABSTAINED
            np.add.at(confusion[aspect], (true[decided, aspect], shown[decided, aspect]), 1)
        seed = int(rng.integers(2**31))
        ours = known_errors(confusion, held_out, texts, self.taxonomy, self.aspects, self.draws, seed)
        alike = Classifier.measured(confusion, self.draws, rng)
        number = trial.shop.said.sum(axis=0)
        supported = trial.told * len(trial.shop.true) >= EXPECTED
        one = Burden(np.ones(len(self.aspects)), np.ones(len(self.aspects)))
        sample = read_sample(texts, texts.counted)
        relief = read_relief(
            texts, read_complaints(texts, self._mentions(trial.shop), [1.0] * len(self.codes)), self.aspect_of
        )
        for name, classifier in (("report", ours.classifier), ("all alike", alike)):
            found = estimate(sample, one, classifier, self.recipe, rng)
            yield name, "index", (found.low, found.high), trial.index
            yield name, "share", tuple(np.quantile(found.true_bad, INTERVAL, axis=0)), trial.complaining
            most = found.true_bad[:, self.aspect_of]
            ratio = most / np.maximum(found.predicted_bad[:, self.aspect_of], 1e-12)
            if name == "report":
                known = [ours.complaints.get(code, own) for code, own in zip(self.codes, ratio.T, strict=True)]
                ratio = np.column_stack(known)
            low, high = share_intervals(number, len(trial.shop.true), ratio, most, np.arange(len(number)), rng)
            yield name, "theme", (low[supported], high[supported]), trial.told[supported]
            sole = [ours.sole.get(code) if name == "report" else None for code in self.codes]
            impact = impacts(relief, found, self.recipe, sole, rng)
            counted = supported & (self.recipe.weights[self.aspect_of] > 0)
            yield name, "impact", (impact.low[counted], impact.high[counted]), trial.impact[counted]
        yield from self._drawn("PPI++", self._prediction_powered(trial, rng), trial)
        yield from self._drawn("uncorrected", _bootstrapped(trial.shop, self.draws, rng), trial)

    def _drawn(self, name: str, shares: np.ndarray, trial: Trial) -> Iterator[tuple[str, str, Interval, np.ndarray]]:
        yield name, "index", tuple(np.quantile(self.index(shares), INTERVAL, axis=0)), trial.index
        bad = shares[..., NEGATIVE] + shares[..., MIXED]
        yield name, "share", tuple(np.quantile(bad, INTERVAL, axis=0)), trial.complaining

    def _impact(self, natural: Reviews, weights: np.ndarray, texts: int) -> np.ndarray:
        """Points of the total index that each sub-aspect's complaints truly cost, by the formula for so many texts."""
        positive, negative, mixed = (
            texts * (weights @ (natural.true == label)) for label in (POSITIVE, NEGATIVE, MIXED)
        )
        prior, strength = self.recipe.prior_strength * PRIOR_MEAN, self.recipe.prior_strength
        good, bad = prior + positive + mixed / 2, negative + mixed / 2
        good, bad = good[self.aspect_of], bad[self.aspect_of] + strength - prior
        alone = only_complaints(natural.told, self.aspect_of)
        of_codes = natural.true[:, self.aspect_of]
        gone, half = (texts * (weights @ (alone & (of_codes == label))) for label in (NEGATIVE, MIXED))
        without = (good + half / 2) / (good + bad - gone)
        return SCALE * (without - good / (good + bad)) * self.recipe.weights[self.aspect_of]

    def _mentions(self, shop: Reviews) -> Mentions:
        slot, code = np.nonzero(shop.said)
        negative = np.full(len(slot), POLARITIES.index("negative"), dtype=np.int8)
        aspect = self.aspect_of[code].astype(np.int8)
        return Mentions(slot.astype(np.int32), aspect, code.astype(np.int16), negative, code.astype(np.int32))

    def _texts(self, shop: Reviews) -> Texts:
        n = len(shop.shown)
        labels = np.full((len(self.aspects), 2 * n), ABSENT, dtype=np.int8)
        labels[:, :n] = shop.shown.T
        return Texts(labels, np.arange(2 * n) < n, np.full(2 * n, NO_DAY, dtype=np.int32))

    def _prediction_powered(self, trial: Trial, rng) -> np.ndarray:  # noqa: ANN001
        """Draws of label shares around the PPI++ estimate, its power tuned by aspect. (draws, aspects, 4)."""
        truth, known, shop = (_one_hot(part) for part in (trial.natural.true, trial.natural.shown, trial.shop.shown))
        n, many = len(truth), len(shop)
        together = ((truth - truth.mean(axis=0)) * (known - known.mean(axis=0))).mean(axis=0)
        spread = np.concatenate([known, shop]).var(axis=0)
        by_aspect = [part.reshape(-1, len(LABELS)).sum(axis=1) for part in (together, spread)]
        power = np.clip(by_aspect[0] / ((1 + n / many) * np.maximum(by_aspect[1], 1e-12)), 0, 1)
        power = np.repeat(power, len(LABELS))
        centre = (power * shop).mean(axis=0) + (truth - power * known).mean(axis=0)
        covariance = np.cov((truth - power * known).T) / n + np.cov((power * shop).T) / many
        drawn = rng.multivariate_normal(centre, covariance, size=self.draws, method="eigh")
        return np.maximum(drawn, 0.0).reshape(self.draws, -1, len(LABELS))


def _one_hot(labels: np.ndarray) -> np.ndarray:
    return (labels[:, :, None] == np.arange(len(LABELS))).reshape(len(labels), -1).astype(np.float64)


def _bootstrapped(shop: Reviews, draws: int, rng) -> np.ndarray:  # noqa: ANN001
    """Bayesian bootstrap of the labels that the classifier shows. (draws, aspects, 4)."""
    amounts = rng.standard_gamma(1.0, size=(draws, len(shop.shown))) @ _one_hot(shop.shown)
    shares = amounts.reshape(draws, -1, len(LABELS))
    return shares / shares.sum(axis=-1, keepdims=True)


def main() -> None:
    """Print coverage and mean width by shop, size, figure and method."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reviews", type=Path, default=Path("../shared/data/reviews.parquet"))
    parser.add_argument("--model", help="model directory or bundled name (default: aspects)")
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 2000])
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    tagger = AspectTagger.from_pretrained(options.model)
    natural, chosen = (tagged(tagger, paths, options.reviews) for paths in (NATURAL, CHOSEN))
    coverage = Coverage(tagger, options.draws)
    methods = ("report", "all alike", "PPI++", "uncorrected")
    print(f"| shop | texts | figure | {' | '.join(methods)} |\n| --- | --- | --- |{' --- |' * len(methods)}")
    for name, shop in SHOPS.items():
        for texts in options.sizes:
            rng = np.random.default_rng([options.seed, texts])
            results = defaultdict(list)
            for _ in range(options.trials):
                trial = coverage.trial(natural, chosen, shop, texts, rng)
                for method, figure, (low, high), truth in coverage.outcomes(trial, rng):
                    results[figure, method].append(np.stack([(low <= truth) & (truth <= high), high - low]))
            for figure in ("index", "share", "theme", "impact"):
                cells = (_cell(figure, results[figure, method]) for method in methods)
                print(f"| {name} | {texts:,} | {figure} | {' | '.join(cells)} |", flush=True)


def _cell(figure: str, results: list[np.ndarray]) -> str:
    """Coverage over all aspects, or sub-aspects, and mean width, in points or percentage points."""
    inside, width = np.concatenate([np.zeros((2, 0)), *results], axis=1)
    if not len(inside):
        return ""
    if figure == "impact":
        return f"{inside.mean():.1%} ({width.mean():.3f})"
    if figure == "index":
        return f"{inside.mean():.1%} ({np.mean([one[1, -1] for one in results]):.2f})"
    return f"{inside.mean():.1%} ({100 * width.mean():.1f})"


if __name__ == "__main__":
    main()
