"""One call from facts and mentions to the figures of the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from review_mining.actions import Action
from review_mining.config import InsightConfig
from review_mining.errors import ModelError
from review_mining.held_out import HeldOut
from review_mining.insight.breakdown import dimensions, side_by_side
from review_mining.insight.case import Case, read_case
from review_mining.insight.comparison import Change, compare
from review_mining.insight.experience import Estimate, Recipe, aspect_parts, read_sample
from review_mining.insight.fixes import fixes
from review_mining.insight.follow_up import follow_ups
from review_mining.insight.grouping import grouping, leftovers
from review_mining.insight.known_errors import known_errors
from review_mining.insight.metrics import Metrics, PeriodName, describe, fold
from review_mining.insight.observations import MIXED, NEGATIVE, POSITIVE, Ints, Reals, Texts, read_texts
from review_mining.insight.periods import choose_periods
from review_mining.insight.radar import radar
from review_mining.insight.rating_impact import rating_impacts
from review_mining.insight.ratings import ratings
from review_mining.insight.sub_items import sub_items
from review_mining.insight.theme_severity import severity_of_shop, severity_of_themes
from review_mining.insight.theme_table import theme_table
from review_mining.insight.time_to_failure import time_to_failure
from review_mining.insight.timeline import over_time
from review_mining.tables import LABELS, SCORE
from review_mining.taxonomy import Taxonomy

_DECIMALS: Final = 6


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


def analyse(
    facts: pa.Table,
    mentions: pa.Table,
    taxonomy: Taxonomy,
    themes: pa.Table,
    *,
    aspects: Sequence[str],
    confusion: Ints,
    held_out: HeldOut | None = None,
    config: InsightConfig | None = None,
    compare_to: str | None = None,
    metrics: Metrics | None = None,
    actions: Sequence[Action] = (),
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
        held_out: the labels behind the counts, where some were drawn without regard to what they say; the errors are
            then those of the shop's own mix.
        config: settings of the stage.
        compare_to: ``previous``, ``FROM..TO`` or None for the default periods.
        metrics: operational figures, from ``read_metrics``.
        actions: fixes under way, from ``read_actions``.
        seed: makes the same input give the same figures.

    Raises:
        ModelError: facts, confusion, taxonomy or themes are of another model.
        UsageError: ``compare_to`` is not understood.
    """
    config, metrics, names = config or InsightConfig(), metrics or Metrics.none_given(), list(aspects)
    confusion = np.asarray(confusion)
    _check(names, taxonomy, themes, confusion)
    texts, ids = read_texts(facts, names), themes.column("theme_id").to_pylist()
    errors = known_errors(confusion, held_out, texts, taxonomy, names, config.draws, seed)
    case, hidden = read_case(texts, mentions, taxonomy, ids, aspects=names, errors=errors, config=config, seed=seed)
    texts, everything = case.texts, _everything(case, facts, mentions)
    recipe = _recipe(metrics, taxonomy, names, config, "now")
    found = case.estimate(texts.counted, recipe, 1)
    first = slice(0, texts.reviews)
    periods = choose_periods(texts.day[first][texts.counted[first]], compare_to)
    change, comparison = compare(case, periods, recipe, _recipe(metrics, taxonomy, names, config, "before"))
    table, theme_details = theme_table(case, themes, found, recipe, periods)
    stars, severity = rating_impacts(case, facts, themes), severity_of_themes(case, facts, mentions)
    details = {
        "index": _index_details(case, found, recipe),
        "comparison": comparison,
        "sub_items": sub_items(texts, case.mentions, case.complaints, found, recipe, taxonomy, names),
        "themes": [
            {**entry, "rating_impact": stars[entry["theme_id"]], "severity": severity[entry["theme_id"]]}
            for entry in theme_details
        ],
        "grouping": grouping(case.mentions, leftovers(themes)),
        "over_time": over_time(texts, case.complaints, names, case.classifier, recipe, case.rng(5)),
        **_dimensions(case, facts, recipe),
        "fixes": fixes(case, facts, actions),
        "follow_up": _follow_up(case, everything, facts),
        "ratings": ratings(facts, texts),
        "severity": severity_of_shop(case, facts),
        "metrics": describe(metrics, names),
        "hidden": {"mentions": hidden.mentions, "relabelled": hidden.relabelled},
        "including_left_out": _including_left_out(everything, recipe),
    }
    return Insight(_score_table(case, found, change), table, _rounded(details))


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


def _index_details(case: Case, found: Estimate, recipe: Recipe) -> dict[str, Any]:
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
            for a, name in enumerate(case.aspects)
        ],
    }


def _dimensions(case: Case, facts: pa.Table, recipe: Recipe) -> dict[str, Any]:
    columns = list(dimensions(facts))
    breakdown = [
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
        for number, dimension in enumerate(columns)
    ]
    support, rate = case.config.min_support, case.config.false_discovery_rate
    affected = radar(columns, case.texts, case.incidence, min_support=support, rate=rate)
    return {"breakdown": breakdown, "affected": affected}


def _follow_up(case: Case, everything: Case, facts: pa.Table) -> dict[str, Any]:
    support, rate = case.config.min_support, case.config.false_discovery_rate
    return {
        **follow_ups(case.texts, case.incidence, case.aspects, min_support=support, rate=rate),
        "time_to_failure": time_to_failure(facts, everything.texts, everything.incidence, min_support=support),
    }


def _everything(case: Case, facts: pa.Table, mentions: pa.Table) -> Case:
    """The same case with every text that has labels, whatever the judge said of it."""
    texts = read_texts(facts, case.aspects, counted=np.ones(facts.num_rows, dtype=np.bool_))
    labelled = texts.counted & (texts.labels >= 0).any(axis=0)
    whole, _ = read_case(
        Texts(texts.labels, labelled, texts.day),
        mentions,
        case.taxonomy,
        case.incidence.theme_ids,
        aspects=case.aspects,
        errors=case.errors,
        config=case.config,
        seed=case.seed,
    )
    return whole


def _including_left_out(everything: Case, recipe: Recipe) -> dict[str, Any]:
    found = everything.estimate(everything.texts.counted, recipe, 7)
    return {"reviews": everything.texts.counted_reviews, "scores": everything.scores(found)}


def _score_table(case: Case, found: Estimate, change: Change | None) -> pa.Table:
    counts = read_sample(case.texts, case.texts.counted).label_counts()
    mentioned = counts[:, [POSITIVE, NEGATIVE, MIXED]].sum(axis=1)
    nothing = [None] * len(case.rows)

    def rounded(values: Reals) -> list[float]:
        return [float(value) for value in values.round(_DECIMALS) + 0.0]

    columns: list[Sequence[object]] = [
        case.rows,
        rounded(found.index),
        rounded(found.low),
        rounded(found.high),
        [*mentioned.tolist(), case.texts.counted_reviews],
        rounded(change.previous) if change else nothing,
        rounded(change.change) if change else nothing,
        rounded(change.low) if change else nothing,
        rounded(change.high) if change else nothing,
    ]
    return pa.table([pa.array(values, field.type) for values, field in zip(columns, SCORE, strict=True)], schema=SCORE)


def _rounded(value: Any) -> Any:  # noqa: ANN401
    """The same structure with every float rounded to six decimals."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    if isinstance(value, float):
        return round(value, _DECIMALS) + 0.0
    return value
