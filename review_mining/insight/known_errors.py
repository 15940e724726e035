"""What is known of the classifier's errors in a shop, from whatever its calibration holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from review_mining.held_out import HeldOut
from review_mining.insight.complaint_errors import complaint_ratios
from review_mining.insight.experience import Classifier
from review_mining.insight.observations import Ints, Reals, Texts
from review_mining.insight.shop_errors import classifier_in_shop, shop_mix
from review_mining.taxonomy import Taxonomy


@dataclass(frozen=True)
class KnownErrors:
    """Errors in one shop.

    Attributes:
        classifier: of the labels of aspects.
        complaints: by sub-aspect float, (draws,): true complaints for each that is shown; empty where not measured.
        sole: the same, for complaints that are alone in their aspect.
    """

    classifier: Classifier
    complaints: Mapping[str, Reals]
    sole: Mapping[str, Reals]


def known_errors(
    confusion: Ints,
    held_out: HeldOut | None,
    texts: Texts,
    taxonomy: Taxonomy,
    aspects: Sequence[str],
    draws: int,
    seed: int,
) -> KnownErrors:
    """Errors among the shop's texts: those of its own mix of attitudes if the calibration holds natural reviews.

    Args:
        confusion: int, (aspects, 4 true, 4 predicted): held-out counts.
        held_out: the labels behind the counts, or None.
        texts: of the shop, as labelled.
        taxonomy: of the model, after the industry file.
        aspects: aspect names in the model's order.
        draws: number of posterior draws.
        seed: of the run.
    """
    if held_out is None:
        return KnownErrors(Classifier.measured(confusion, draws, np.random.default_rng([seed, 0])), {}, {})
    mix = shop_mix(held_out, texts, draws, np.random.default_rng([seed, 30]))
    classifier = classifier_in_shop(held_out, mix, np.random.default_rng([seed, 31]))
    codes = sorted(set(held_out.complaints) & set(taxonomy.sub_aspects))
    of_codes = np.array([list(aspects).index(taxonomy.aspect_of(code)) for code in codes], dtype=np.int64)
    complaints, sole = (
        complaint_ratios(counts, mix, codes, of_codes, rng)
        for counts, rng in (
            (held_out.complaints, np.random.default_rng([seed, 32])),
            (held_out.sole, np.random.default_rng([seed, 33])),
        )
    )
    return KnownErrors(classifier, complaints, sole)
