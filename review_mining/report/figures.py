"""All figures of a report, computed from its stored tables and its run section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from review_mining.actions import Action
from review_mining.aspects import Calibration
from review_mining.config import ReportConfig
from review_mining.facts import build_facts
from review_mining.insight import Insight, Metrics, analyse, load_definitions
from review_mining.taxonomy import Taxonomy

MODEL_COLUMNS = ("theme_id", "aspect", "sub_aspect", "name", "keywords", "stability", "quotes")
"""The columns of ``themes`` that the theme model gives; insight computes the others."""


@dataclass(frozen=True)
class Figures:
    """What was counted, and what followed from it.

    Attributes:
        facts: one row per review.
        mentions: one row per opinion.
        insight: the computed tables and details.
    """

    facts: pa.Table
    mentions: pa.Table
    insight: Insight


def compute(out: Path, run: Mapping[str, Any], themes: pa.Table) -> Figures:
    """Count the tables and compute every figure.

    Args:
        out: directory with ``reviews``, ``judged``, ``review_aspects`` and ``opinions`` as Parquet.
        run: the report's run section (``docs/report_json.md``).
        themes: at least the columns of ``MODEL_COLUMNS``.

    Raises:
        ReviewMiningError: the tables do not belong together, or not to this run.
    """
    config = ReportConfig.model_validate(run["settings"])
    taxonomy = Taxonomy.model_validate(run["taxonomy"])
    aspects = tuple(run["model"]["aspects"])
    facts, mentions = build_facts(out, aspects, count_duplicates=config.count_duplicates)
    calibration = Calibration.from_json(run["model"]["calibration"], aspects)
    insight = analyse(
        facts,
        mentions,
        taxonomy,
        themes.select(list(MODEL_COLUMNS)).sort_by("theme_id"),
        aspects=aspects,
        confusion=calibration.confusion,
        held_out=calibration.held_out,
        config=config.insight,
        compare_to=run["compare_to"],
        metrics=Metrics(load_definitions(), run["metrics"]["now"], run["metrics"]["before"]),
        actions=[Action.from_json(entry) for entry in run["actions"]],
        seed=config.seed,
    )
    return Figures(facts, mentions, insight)


def read_themes(out: Path) -> pa.Table:
    """The stored ``themes`` table of a report."""
    return pq.read_table(out / "themes.parquet")
