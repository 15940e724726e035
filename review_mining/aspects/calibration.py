"""What the tagger gets wrong, counted on reviews that it had not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from review_mining.aspects.ngrams import Ints
from review_mining.errors import ModelError
from review_mining.held_out import HeldOut
from review_mining.tables import LABELS


@dataclass(frozen=True, eq=False)
class Calibration:
    """Confusion counts of the aspect labels, for misclassification-corrected intervals.

    An abstention is counted as the label it would have been. Most of the reviews were chosen, about half of them
    negative: use the rows (given the true label), not the columns, when a population has another mix, and
    ``held_out``, where it is known, for shops, whose reviews are easier than chosen ones.

    Attributes:
        aspects: aspect names.
        confusion: int64 array of shape (aspects, 4 true, 4 predicted), both in the order of tables.LABELS.
        abstained: int64 array of shape (aspects,), how many of the reviews would have been left open.
        held_out: labels and complaints review by review; None if none were drawn without regard to what they say.
    """

    aspects: tuple[str, ...]
    confusion: Ints
    abstained: Ints
    held_out: HeldOut | None = None

    def to_json(self) -> dict[str, Any]:
        """As plain values, with the share of each true label."""
        totals = self.confusion.sum(axis=2)
        return {
            "what": "Counts of true (rows) by predicted (columns) label over held-out reviews, cross-fitted.",
            "labels": list(LABELS),
            "reviews": int(totals[0].sum()) if len(totals) else 0,
            "label_mix": {
                name: dict(zip(LABELS, (round(float(n) / max(1, int(row.sum())), 4) for n in row), strict=True))
                for name, row in zip(self.aspects, totals, strict=True)
            },
            "confusion": {name: self.confusion[i].tolist() for i, name in enumerate(self.aspects)},
            "abstained": {name: int(self.abstained[i]) for i, name in enumerate(self.aspects)},
            "held_out": None if self.held_out is None else self.held_out.to_json(),
        }

    @classmethod
    def from_json(cls, content: dict[str, Any], aspects: tuple[str, ...]) -> Calibration:
        """Read back what ``to_json`` gave.

        Raises:
            ModelError: an aspect is missing, its counts are not a 4 by 4 matrix, or a held-out label is none.
        """
        try:
            confusion = np.asarray([content["confusion"][name] for name in aspects], dtype=np.int64)
            abstained = np.asarray([content["abstained"][name] for name in aspects], dtype=np.int64)
            patterns = content.get("held_out")
            held_out = None if patterns is None else HeldOut.from_json(patterns, len(aspects))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ModelError(f"calibration.json does not give counts for every aspect: {error}.") from error
        if confusion.shape != (len(aspects), len(LABELS), len(LABELS)) or (confusion < 0).any():
            raise ModelError("calibration.json: the counts of an aspect are not 4 by 4 whole numbers from 0.")
        return cls(aspects, confusion, abstained, held_out)


def count_confusion(
    aspects: tuple[str, ...], true: Ints, predicted: Ints, abstained: Ints, held_out: HeldOut | None = None
) -> Calibration:
    """Count labels.

    Args:
        aspects: aspect names.
        true: shape (reviews, aspects), indices into tables.LABELS.
        predicted: likewise.
        abstained: shape (aspects,).
        held_out: kept beside the counts.
    """
    confusion = np.zeros((len(aspects), len(LABELS), len(LABELS)), dtype=np.int64)
    for aspect in range(len(aspects)):
        np.add.at(confusion[aspect], (true[:, aspect], predicted[:, aspect]), 1)
    return Calibration(aspects, confusion, abstained, held_out)
