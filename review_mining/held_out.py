"""Labels of annotated reviews that a classifier had not seen, true and shown, without their texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from review_mining.tables import LABELS

_NATURAL: Final = "natural"
_CHOSEN: Final = "chosen"


@dataclass(frozen=True, eq=False)
class HeldOut:
    """One row per review.

    Attributes:
        true: int8, (reviews, aspects): index into ``tables.LABELS``.
        shown: int8, (reviews, aspects): the classifier's, ``len(LABELS)`` where it left the label open.
        natural: bool, (reviews,): drawn without regard to what it says; the others were chosen, mostly for complaints
            and for being hard.
    """

    true: NDArray[np.int8]
    shown: NDArray[np.int8]
    natural: NDArray[np.bool_]

    def to_json(self) -> dict[str, dict[str, int]]:
        """Number of reviews by kind and by pattern: one digit per aspect, the true labels, then those shown."""
        return {
            kind: dict(sorted(Counter(map(_pattern, self.true[rows], self.shown[rows])).items()))
            for kind, rows in ((_NATURAL, self.natural), (_CHOSEN, ~self.natural))
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Mapping[str, int]], aspects: int) -> HeldOut:
        """Read back what ``to_json`` gave.

        Raises:
            ValueError: a pattern is not of so many aspects, or holds no label.
            KeyError: a kind is missing.
        """
        patterns = [(kind == _NATURAL, *one) for kind in (_NATURAL, _CHOSEN) for one in content[kind].items()]
        digits = np.array([[int(digit) for digit in name.replace(" ", "")] for _, name, _ in patterns], dtype=np.int8)
        sides = digits.reshape(-1, 2, aspects)
        if len(sides) != len(patterns) or (sides[:, 0] >= len(LABELS)).any() or (sides[:, 1] > len(LABELS)).any():
            raise ValueError(f"held-out patterns are not labels of {aspects} aspects")
        counts = [int(count) for *_, count in patterns]
        natural = np.array([kind for kind, *_ in patterns], dtype=np.bool_)
        return cls(*(np.repeat(part, counts, axis=0) for part in (sides[:, 0], sides[:, 1], natural)))


def _pattern(true: NDArray[np.int8], shown: NDArray[np.int8]) -> str:
    return " ".join("".join(map(str, side.tolist())) for side in (true, shown))
