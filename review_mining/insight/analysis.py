"""One call from facts and mentions to the figures of the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.random import Generator

from review_mining.config import InsightConfig
from review_mining.errors import ModelError
from review_mining.insight.breakdown import Incidence, dimensions, side_by_side, standing_out
from review_mining.insight.experience import (
    INTERVAL,
    Classifier,
    Estimate,
    Recipe,
    aspect_parts,
    estimate,
    read_sample,
)
from review_mining.insight.follow_up import follow_ups
from review_mining.insight.hiding import Hidden, hide
from review_mining.insight.impact import impacts, read_relief, share_intervals
from review_mining.insight.metrics import Metrics, PeriodName, describe, fold
from review_mining.insight.observations import (
    MIXED,
    NEGATIVE,
    POSITIVE,
    Flags,
    Ints,
    Mentions,
    Reals,
    Texts,
    read_mentions,
    read_texts,
)
from review_mining.insight.periods import Comparison, choose_periods
from review_mining.insight.priority import ranks
from review_mining.insight.ratings import ratings
from review_mining.insight.severity import Complaints, mean_burden, read_complaints
from review_mining.insight.sub_items import sub_items
from review_mining.insight.timeline import over_time
from review_mining.insight.trend import trends
from review_mining.tables import LABELS, SCORE, THEMES
from review_mining.taxonomy import Taxonomy

_DECIMALS = 6


@dataclass(frozen=True)
class Insight:
    """The figures of a report.

    Attributes:
        score: table ``score``: one row per aspect, then ``total``. ``score`` is over all counted texts; ``previous`` is
            the index of the period before and ``change`` the index of the period now less that one (the index of the
            period now is in ``details["comparison"]``).
        themes: table ``themes``, by priority.
        details: all else, made of plain lists, dicts, numbers and strings; ``docs/experience_index.md`` has its keys.
    """

    score: pa.Table
    themes: pa.Table
    details: dict[str, Any]


@dataclass(frozen=True)
class _Case:
    """What all steps of one analysis share."""

    texts: Texts
    mentions: Mentions
    complaints: Complaints
    incidence: Incidence
    aspects: list[str]
    taxonomy: Taxonomy
    classifier: Classifier
    config: InsightConfig
    seed: int

    def rng(self, step: int) -> Generator:
        """A generator of its own for each step, so that no figure depends on which others were asked for."""
        return np.random.default_rng([self.seed, step])

    def estimate(self, chosen: Flags, recipe: Recipe, step: int) -> Estimate:
        burden = mean_burden(self.texts, self.complaints, chosen)
        return estimate(read_sample(self.texts, chosen), burden, self.classifier, recipe, self.rng(step))


def analyse(
    facts: pa.Table,
    mentions: pa.Table,
    taxonomy: Taxonomy,
    themes: pa.Table,
    *,
    aspects: Sequence[str],
    confusion: Ints,
    config: InsightConfig | None = None,
    compare_to: str | None = None,
    metrics: Metrics | None = None,
    seed: int = 0,
) -> Insight:
    """Compute the index, the themes' figures and every breakdown.

    Args:
        facts: one row per review (``review_mining.facts``).
        mentions: one row per opinion.
        taxonomy: of the model, after the industry file.
        themes: ``ThemeModel.themes``: theme_id, aspect, sub_aspect, name, keywords, stability, quotes.
        aspects: aspect names in the model's order.
        confusion: int, (aspects, 4 true, 4 predicted): held-out counts, labels in the order of ``tables.LABELS``.
        config: settings of the stage.
        compare_to: ``previous``, ``FROM..TO`` or None for the default periods.
        metrics: operational figures, from ``read_metrics``.
        seed: makes the same input give the same figures.

    Raises:
        ModelError: facts, confusion, taxonomy or themes are of another model.
        UsageError: ``compare_to`` is not understood.
    """
    config, metrics, names = config or InsightConfig(), metrics or Metrics.none_given(), list(aspects)
    confusion = np.asarray(confusion)
    _check(names, taxonomy, themes, confusion)
    case, hidden = _read(facts, mentions, taxonomy, themes, names, confusion, config, seed)
    recipe = _recipe(metrics, taxonomy, names, config, "now")
    everything = case.estimate(case.texts.counted, recipe, 1)
    first_texts = slice(0, case.texts.reviews)
    periods = choose_periods(case.texts.day[first_texts][case.texts.counted[first_texts]], compare_to)
    compared = _compare(case, periods, recipe, _recipe(metrics, taxonomy, names, config, "before"))
    theme_table, theme_details = _themes(case, themes, everything, recipe, periods)
    details = {
        "index": _index_details(case, everything, recipe, names),
        "comparison": compared.details,
        "sub_items": sub_items(case.texts, case.mentions, case.complaints, everything, recipe, taxonomy, names),
        "themes": theme_details,
        "over_time": over_time(case.texts, case.complaints, names, case.classifier, recipe, case.rng(5)),
        **_dimensions(case, facts, recipe),
        "follow_up": follow_ups(case.texts, case.incidence, names),
        "ratings": ratings(facts, case.texts),
        "metrics": describe(metrics, names),
        "hidden": {"mentions": hidden.mentions, "relabelled": hidden.relabelled},
        "including_left_out": _including_left_out(facts, mentions, taxonomy, case, recipe),
    }
    return Insight(_score_table(case, everything, compared, names), theme_table, _rounded(details))


def _check(aspects: list[str], taxonomy: Taxonomy, themes: pa.Table, confusion: Ints) -> None:
    unknown = [name for name in aspects if name not in taxonomy.aspects]
    if unknown:
        raise ModelError(f"Taxonomy {taxonomy.version} does not have the model's aspects {unknown}.")
    expected = (len(aspects), len(LABELS), len(LABELS))
    if confusion.shape != expected or (confusion < 0).any():
        raise ModelError(f"The calibration must hold counts of shape {expected}; it has {confusion.shape}.")
    strangers = sorted(set(themes.column("aspect").to_pylist()) - set(aspects))
    if strangers:
        raise ModelError(f"The themes are of aspects {strangers} that the model does not have; fit them anew.")


def _read(
    facts: pa.Table,
    mentions: pa.Table,
    taxonomy: Taxonomy,
    themes: pa.Table,
    aspects: list[str],
    confusion: Ints,
    config: InsightConfig,
    seed: int,
) -> tuple[_Case, Hidden]:
    classifier = Classifier.measured(confusion, config.draws, np.random.default_rng([seed, 0]))
    texts = read_texts(facts, aspects)
    return _case(texts, mentions, taxonomy, themes.column("theme_id").to_pylist(), aspects, classifier, config, seed)


def _case(
    texts: Texts,
    mentions: pa.Table,
    taxonomy: Taxonomy,
    theme_ids: list[str],
    aspects: list[str],
    classifier: Classifier,
    config: InsightConfig,
    seed: int,
) -> tuple[_Case, Hidden]:
    codes = list(taxonomy.sub_aspects)
    found = read_mentions(mentions, texts, aspects, codes, theme_ids)
    texts, found, hidden = hide(texts, found, mentions, frozenset(codes))
    complaints = read_complaints(texts, found, [sub.weight for sub in taxonomy.sub_aspects.values()])
    incidence = Incidence.read(found, theme_ids, 2 * texts.reviews)
    return _Case(texts, found, complaints, incidence, aspects, taxonomy, classifier, config, seed), hidden


def _recipe(
    metrics: Metrics, taxonomy: Taxonomy, aspects: list[str], config: InsightConfig, period: PeriodName
) -> Recipe:
    folded = fold(metrics, aspects, period)
    return Recipe(
        aspect_parts([taxonomy.aspects[name].weight for name in aspects]),
        np.array([folded.value[name] for name in aspects]),
        np.array([folded.part[name] for name in aspects]),
        config.prior_strength,
    )


def _index_details(case: _Case, found: Estimate, recipe: Recipe, aspects: list[str]) -> dict[str, Any]:
    sample = read_sample(case.texts, case.texts.counted)
    counts, abstained = sample.label_counts(), sample.abstentions()
    return {
        "reviews": case.texts.counted_reviews,
        "texts": sample.texts,
        "aspects": [
            {
                "aspect": name,
                "weight": float(recipe.weights[a]),
                "predicted": {label: int(counts[a, k]) for k, label in enumerate(LABELS)},
                "abstained": int(abstained[a]),
                "corrected": {
                    "positive": float(found.point.positive[a]),
                    "negative": float(found.point.negative[a]),
                    "mixed": float(found.point.mixed[a]),
                },
            }
            for a, name in enumerate(aspects)
        ],
    }


@dataclass(frozen=True)
class _Compared:
    previous: Reals | None
    change: Reals | None
    low: Reals | None
    high: Reals | None
    details: dict[str, Any] | None


def _compare(case: _Case, periods: Comparison | None, recipe: Recipe, recipe_before: Recipe) -> _Compared:
    """Index of both periods; the draws share the classifier's errors, which mostly cancel in the difference."""
    if periods is None:
        return _Compared(None, None, None, None, None)
    in_now = case.texts.counted & periods.now.contains(case.texts.day)
    in_before = case.texts.counted & periods.before.contains(case.texts.day)
    texts_now, texts_before = int(in_now.sum()), int(in_before.sum())
    base: dict[str, Any] = {
        "rule": periods.rule,
        "now": {**periods.now.as_json(), "texts": texts_now},
        "before": {**periods.before.as_json(), "texts": texts_before},
    }
    if min(texts_now, texts_before) < case.config.min_support:
        return _Compared(None, None, None, None, {**base, "enough": False})
    now = case.estimate(in_now, recipe, 2)
    before = case.estimate(in_before, recipe_before, 3)
    change = now.index - before.index
    low, high = np.quantile(now.index_draws - before.index_draws, INTERVAL, axis=0)
    low, high = np.minimum(low, change), np.maximum(high, change)
    for side, found in (("now", now), ("before", before)):
        base[side]["scores"] = {
            name: {"score": float(found.index[a]), "low": float(found.low[a]), "high": float(found.high[a])}
            for a, name in enumerate([*case.aspects, "total"])
        }
    return _Compared(before.index, change, low, high, {**base, "enough": True})


def _themes(
    case: _Case, themes: pa.Table, found: Estimate, recipe: Recipe, periods: Comparison | None
) -> tuple[pa.Table, list[dict[str, Any]]]:
    ids = case.incidence.theme_ids
    aspect = np.array([case.aspects.index(name) for name in themes.column("aspect").to_pylist()], dtype=np.int64)
    reviews = case.incidence.reviews(case.texts.reviews)
    counted = case.texts.counted_reviews
    share = reviews / max(counted, 1)
    low, high = share_intervals(reviews, counted, aspect, found, case.rng(4))
    impact = impacts(read_relief(case.texts, case.complaints, aspect), found, recipe, case.rng(6))
    supported = reviews >= case.config.min_support
    claimed = {name: np.where(supported, getattr(impact, name), np.nan) for name in ("total", "low", "high", "aspect")}
    trend, q, counts = _trends(case, periods)
    trend = [name if ok else "unknown" for name, ok in zip(trend, supported, strict=True)]
    rank = ranks(claimed["low"], claimed["total"], reviews, ids)
    owners = [
        case.taxonomy.sub_aspects[code].owner if code in case.taxonomy.sub_aspects else None
        for code in themes.column("sub_aspect").to_pylist()
    ]
    columns = {
        **{name: themes.column(name) for name in ("theme_id", "aspect", "sub_aspect", "name", "keywords")},
        "n": reviews,
        "share": share.round(_DECIMALS),
        "share_low": low.round(_DECIMALS),
        "share_high": high.round(_DECIMALS),
        "trend": trend,
        "trend_q": _nullable(np.where(supported, q, np.nan)),
        "impact": _nullable(claimed["total"]),
        "impact_low": _nullable(claimed["low"]),
        "impact_high": _nullable(claimed["high"]),
        "priority": rank,
        "owner": owners,
        **{name: themes.column(name) for name in ("stability", "quotes")},
    }
    table = pa.table({field.name: pa.chunked_array([_array(columns[field.name], field.type)]) for field in THEMES})
    details = [
        {
            "theme_id": ids[i],
            "aspect_impact": None if np.isnan(claimed["aspect"][i]) else float(claimed["aspect"][i]),
            "texts": int(n),
            "texts_now": counts[0][i] if counts else None,
            "texts_before": counts[1][i] if counts else None,
        }
        for i, n in enumerate(case.incidence.texts())
    ]
    return table.sort_by("priority"), sorted(details, key=lambda entry: rank[ids.index(entry["theme_id"])])


def _array(values: Any, kind: pa.DataType) -> pa.Array:  # noqa: ANN401
    if isinstance(values, pa.ChunkedArray):
        return pc.cast(values.combine_chunks(), kind)
    return pa.array(values, type=kind)


def _nullable(values: Reals) -> pa.Array:
    return pa.array(np.nan_to_num(values).round(_DECIMALS), mask=np.isnan(values))


def _trends(case: _Case, periods: Comparison | None) -> tuple[list[str], Reals, tuple[list[int], list[int]] | None]:
    number = len(case.incidence.theme_ids)
    unknown = ["unknown"] * number, np.full(number, np.nan)
    if periods is None:
        return *unknown, None
    sides = [case.texts.counted & period.contains(case.texts.day) for period in (periods.now, periods.before)]
    texts = [int(side.sum()) for side in sides]
    now, before = (case.incidence.texts(side) for side in sides)
    counts = now.tolist(), before.tolist()
    if min(texts) < case.config.min_support:
        return *unknown, counts
    names, q = trends(now, before, *texts, min_support=case.config.min_support, rate=case.config.false_discovery_rate)
    return names, q, counts


def _dimensions(case: _Case, facts: pa.Table, recipe: Recipe) -> dict[str, Any]:
    breakdown, affected = [], []
    for number, dimension in enumerate(dimensions(facts)):
        breakdown.append(
            side_by_side(
                dimension,
                case.texts,
                case.complaints,
                case.incidence,
                case.aspects,
                case.classifier,
                recipe,
                case.rng(100 + number),
            )
        )
        affected.extend(
            standing_out(
                dimension,
                case.texts,
                case.incidence,
                min_support=case.config.min_support,
                rate=case.config.false_discovery_rate,
            )
        )
    return {"breakdown": breakdown, "affected": affected}


def _including_left_out(
    facts: pa.Table, mentions: pa.Table, taxonomy: Taxonomy, case: _Case, recipe: Recipe
) -> dict[str, Any]:
    """The same index over every text that has labels, whatever the judge said of it."""
    everyone = np.ones(facts.num_rows, dtype=np.bool_)
    texts = read_texts(facts, case.aspects, counted=everyone)
    labelled = (texts.labels >= 0).any(axis=0) if case.aspects else texts.counted
    texts = Texts(texts.labels, texts.counted & labelled, texts.day)
    ids = case.incidence.theme_ids
    whole, _ = _case(texts, mentions, taxonomy, ids, case.aspects, case.classifier, case.config, case.seed)
    found = whole.estimate(whole.texts.counted, recipe, 7)
    return {
        "reviews": whole.texts.counted_reviews,
        "scores": {
            name: {"score": float(found.index[a]), "low": float(found.low[a]), "high": float(found.high[a])}
            for a, name in enumerate([*case.aspects, "total"])
        },
    }


def _score_table(case: _Case, found: Estimate, compared: _Compared, aspects: list[str]) -> pa.Table:
    counts = read_sample(case.texts, case.texts.counted).label_counts()
    mentioned = counts[:, [POSITIVE, NEGATIVE, MIXED]].sum(axis=1)
    rows = len(aspects) + 1

    def column(values: Reals | None) -> pa.Array:
        return pa.nulls(rows, pa.float64()) if values is None else pa.array(values.round(_DECIMALS) + 0.0)

    return pa.table(
        [
            pa.array([*aspects, "total"]),
            column(found.index),
            column(found.low),
            column(found.high),
            pa.array([*mentioned.tolist(), case.texts.counted_reviews], type=pa.int64()),
            column(compared.previous),
            column(compared.change),
            column(compared.low),
            column(compared.high),
        ],
        schema=SCORE,
    )


def _rounded(value: Any) -> Any:  # noqa: ANN401
    """The same structure with every float rounded to six decimals."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    if isinstance(value, float):
        return round(value, _DECIMALS) + 0.0
    return value
