"""What a classifier makes of annotated reviews that it had not seen: labels and complaints, without their texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from review_mining.tables import LABELS

Labels: TypeAlias = NDArray[np.int8]
Flags: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]

KINDS: Final = ("natural", "chosen")
"""Reviews drawn without regard to what they say; and those chosen, mostly for complaints and for being hard."""

OUTCOMES: Final = ("found", "missed", "false")
"""A complaint that the classifier finds, one that it does not, and one that is none."""

_NONE, _POSITIVE, _NEGATIVE, _MIXED = (LABELS.index(name) for name in ("none", "positive", "negative", "mixed"))


@dataclass(frozen=True, eq=False)
class HeldOut:
    """One row per review, and counts of complaints.

    Attributes:
        true: int8, (reviews, aspects): index into ``tables.LABELS``.
        shown: int8, (reviews, aspects): the classifier's, ``len(LABELS)`` where it left the label open.
        natural: bool, (reviews,): of the first of ``KINDS``, else of the second.
        complaints: by code int64, (2 kinds, 4 true attitudes, 3 outcomes): reviews that complain of it, or are said to.
        sole: the same, for reviews that complain of nothing else in its aspect.
    """

    true: Labels
    shown: Labels
    natural: Flags
    complaints: Mapping[str, Ints]
    sole: Mapping[str, Ints]

    def to_json(self) -> dict[str, Any]:
        """As plain values; labels as the number of reviews by pattern.

        A pattern has one digit per aspect, first of the true labels, then of those shown.
        """
        kinds = zip(KINDS, (self.natural, ~self.natural), strict=True)
        return {
            "labels": {
                kind: dict(sorted(Counter(map(_pattern, self.true[rows], self.shown[rows])).items()))
                for kind, rows in kinds
            },
            "outcomes": list(OUTCOMES),
            **{
                name: {code: dict(zip(KINDS, counts.tolist(), strict=True)) for code, counts in by_code.items()}
                for name, by_code in (("complaints", self.complaints), ("sole", self.sole))
            },
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any], aspects: int) -> HeldOut:
        """Read back what ``to_json`` gave.

        Raises:
            ValueError: a pattern is not of so many aspects or holds no label, or counts are not of their shape.
            KeyError: a part is missing.
        """
        patterns = [(kind == KINDS[0], *one) for kind in KINDS for one in content["labels"][kind].items()]
        digits = np.array([[int(digit) for digit in name.replace(" ", "")] for _, name, _ in patterns], dtype=np.int8)
        sides = digits.reshape(-1, 2, aspects)
        if len(sides) != len(patterns) or (sides[:, 0] >= len(LABELS)).any() or (sides[:, 1] > len(LABELS)).any():
            raise ValueError(f"held-out patterns are not labels of {aspects} aspects")
        times = [int(count) for *_, count in patterns]
        natural = np.array([kind for kind, *_ in patterns], dtype=np.bool_)
        labels = np.repeat(sides, times, axis=0)
        by_code = (_read_counts(content[name]) for name in ("complaints", "sole"))
        return cls(labels[:, 0], labels[:, 1], np.repeat(natural, times), *by_code)


def attitude(labels: Labels) -> Labels:
    """The label of a whole review: whether any aspect is praised, and whether any is complained of.

    Args:
        labels: int8, (aspects, …): index into ``tables.LABELS``; anything else says nothing.

    Returns:
        int8, (…,).
    """
    good = ((labels == _POSITIVE) | (labels == _MIXED)).any(axis=0)
    bad = ((labels == _NEGATIVE) | (labels == _MIXED)).any(axis=0)
    return np.where(good, np.where(bad, _MIXED, _POSITIVE), np.where(bad, _NEGATIVE, _NONE)).astype(np.int8)


def count_complaints(
    codes: Sequence[str], told: Flags, said: Flags, attitudes: Labels, natural: Flags
) -> dict[str, Ints]:
    """Outcomes of complaints by code, as in ``HeldOut.complaints``.

    Args:
        codes: sub-aspects.
        told: bool, (reviews, codes): which the reviews truly complain of.
        said: bool, (reviews, codes): which the classifier says they do.
        attitudes: int8, (reviews,): true attitude of each review.
        natural: bool, (reviews,).
    """
    outcomes = np.stack([told & said, told & ~said, said & ~told], axis=-1)
    counts = [
        [outcomes[(natural == kind) & (attitudes == label)].sum(axis=0) for label in range(len(LABELS))]
        for kind in (True, False)
    ]
    by_code = np.moveaxis(np.asarray(counts, dtype=np.int64), 2, 0)
    return dict(zip(codes, by_code, strict=True))


def only_complaints(complains: Flags, aspects: Ints) -> Flags:
    """Those that are alone in their aspect.

    Args:
        complains: bool, (reviews, codes).
        aspects: int, (codes,): aspect of each code.
    """
    number = np.stack([complains[:, aspects == aspect].sum(axis=1) for aspect in aspects], axis=1)
    return np.asarray(complains & (number == 1))


def _read_counts(content: Mapping[str, Mapping[str, Any]]) -> dict[str, Ints]:
    shape = len(KINDS), len(LABELS), len(OUTCOMES)
    return {
        code: np.asarray([counts[kind] for kind in KINDS], dtype=np.int64).reshape(shape)
        for code, counts in content.items()
    }


def _pattern(true: Labels, shown: Labels) -> str:
    return " ".join("".join(map(str, side.tolist())) for side in (true, shown))
