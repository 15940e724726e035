"""What all steps of one analysis share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from review_mining.config import InsightConfig
from review_mining.insight.breakdown import Incidence
from review_mining.insight.complaints import Complaints, mean_burden, read_complaints
from review_mining.insight.experience import Classifier, Estimate, Recipe, estimate, read_sample
from review_mining.insight.hiding import Hidden, hide
from review_mining.insight.known_errors import KnownErrors
from review_mining.insight.observations import Flags, Mentions, Texts, read_mentions
from review_mining.taxonomy import Taxonomy


@dataclass(frozen=True)
class Case:
    """Texts, mentions and settings of one analysis.

    Attributes:
        texts: labels by slot, after hiding.
        mentions: visible mentions.
        complaints: weights of the complaining texts.
        incidence: which texts have which theme.
        aspects: aspect names in the model's order.
        taxonomy: after the industry.
        errors: the classifier's.
        config: settings of the stage.
        seed: of the run.
    """

    texts: Texts
    mentions: Mentions
    complaints: Complaints
    incidence: Incidence
    aspects: list[str]
    taxonomy: Taxonomy
    errors: KnownErrors
    config: InsightConfig
    seed: int

    @property
    def classifier(self) -> Classifier:
        """What the classifier makes of aspects."""
        return self.errors.classifier

    @property
    def rows(self) -> list[str]:
        """Names of the columns of an index: the aspects, then ``total``."""
        return [*self.aspects, "total"]

    def rng(self, step: int) -> Generator:
        """A generator of its own for each step, so that no figure depends on which others were asked for."""
        return np.random.default_rng([self.seed, step])

    def estimate(self, chosen: Flags, recipe: Recipe, step: int) -> Estimate:
        """Index of the chosen slots."""
        burden = mean_burden(self.texts, self.complaints, chosen)
        return estimate(read_sample(self.texts, chosen), burden, self.classifier, recipe, self.rng(step))

    def scores(self, found: Estimate) -> dict[str, dict[str, float]]:
        """Score, low and high by aspect and in total."""
        return {
            name: {"score": float(score), "low": float(low), "high": float(high)}
            for name, score, low, high in zip(self.rows, found.index, found.low, found.high, strict=True)
        }


def read_case(
    texts: Texts,
    mentions: pa.Table,
    taxonomy: Taxonomy,
    theme_ids: Sequence[str],
    *,
    aspects: Sequence[str],
    errors: KnownErrors,
    config: InsightConfig,
    seed: int,
) -> tuple[Case, Hidden]:
    """Bring texts and mentions together, without what the industry hides."""
    codes = list(taxonomy.sub_aspects)
    found = read_mentions(mentions, texts, aspects, codes, theme_ids)
    texts, found, hidden = hide(texts, found, mentions, frozenset(codes))
    complaints = read_complaints(texts, found, [sub.weight for sub in taxonomy.sub_aspects.values()])
    incidence = Incidence.read(found, list(theme_ids), 2 * texts.reviews)
    case = Case(texts, found, complaints, incidence, list(aspects), taxonomy, errors, config, seed)
    return case, hidden
