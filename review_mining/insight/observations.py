"""Facts and mentions as the small integer arrays that every figure is counted from.

A review has two *slots*: its first text and its follow-up. With ``n`` reviews, slot ``i`` is the text of review ``i``
and slot ``n + i`` is its follow-up. Each slot is one text that was read and labelled by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from review_mining.errors import ModelError
from review_mining.tables import ABSTAIN, FIELDS, LABELS, POLARITIES

Ints: TypeAlias = NDArray[np.int64]
Codes: TypeAlias = NDArray[np.int32]
Labels: TypeAlias = NDArray[np.int8]
Flags: TypeAlias = NDArray[np.bool_]
Reals: TypeAlias = NDArray[np.float64]

NONE: Final = LABELS.index("none")
POSITIVE: Final = LABELS.index("positive")
NEGATIVE: Final = LABELS.index("negative")
MIXED: Final = LABELS.index("mixed")
ABSTAINED: Final = len(LABELS)
ABSENT: Final = -1
"""There is no text, or no label for it."""

NO_DAY: Final = np.iinfo(np.int32).min
_DAY: Final = 86_400


@dataclass(frozen=True)
class Texts:
    """Labels and dates of all texts, by slot.

    Attributes:
        labels: int8, (aspects, 2n): index into ``tables.LABELS``, ``ABSTAINED`` or ``ABSENT``.
        counted: bool, (2n,): the text exists and its review counts.
        day: int32, (2n,): days since 1970-01-01, or ``NO_DAY``. A follow-up without its own date has its review's.
    """

    labels: Labels
    counted: Flags
    day: Codes

    @property
    def reviews(self) -> int:
        """Number of reviews, half the number of slots."""
        return len(self.counted) // 2

    @property
    def counted_reviews(self) -> int:
        """Number of reviews that count."""
        return int(np.count_nonzero(self.counted[: self.reviews]))


@dataclass(frozen=True)
class Mentions:
    """Opinions in counted texts, as parallel arrays.

    Attributes:
        slot: int32, (m,): the text.
        aspect: int8, (m,): index into the aspects.
        code: int16, (m,): index into ``taxonomy.sub_aspects``, -1 for a code that is hidden or unknown.
        polarity: int8, (m,): index into ``tables.POLARITIES``.
        theme: int32, (m,): row of the themes table, -1 for none.
    """

    slot: Codes
    aspect: NDArray[np.int8]
    code: NDArray[np.int16]
    polarity: NDArray[np.int8]
    theme: Codes

    def where(self, chosen: Flags) -> Mentions:
        """The mentions for which ``chosen`` is true."""
        return Mentions(
            self.slot[chosen], self.aspect[chosen], self.code[chosen], self.polarity[chosen], self.theme[chosen]
        )

    @property
    def negative(self) -> Flags:
        """Which mentions are complaints."""
        return np.asarray(self.polarity == POLARITIES.index("negative"))

    @property
    def positive(self) -> Flags:
        """Which mentions are praise."""
        return np.asarray(self.polarity == POLARITIES.index("positive"))


def dictionary_codes(column: pa.ChunkedArray) -> tuple[Codes, list[str | None]]:
    """Integer codes of a text column, and its values in order of code.

    Returns:
        int32 codes, (rows,), -1 for null, and the distinct values.
    """
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    array = column.unify_dictionaries().combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], type=array.type)
    codes = array.indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False)
    return codes, array.dictionary.to_pylist()


def known_codes(column: pa.ChunkedArray, known: Sequence[str], *, otherwise: int = -1) -> Codes:
    """Position of every value in ``known``, ``otherwise`` for another value, and -1 for null. int32, (rows,)."""
    codes, values = dictionary_codes(column)
    positions = {name: position for position, name in enumerate(known)}
    table = np.array([*(positions.get(str(value), otherwise) for value in values), -1], dtype=np.int32)
    return np.asarray(table[codes])


def days(column: pa.ChunkedArray) -> Codes:
    """Days since 1970-01-01 of a ``timestamp[s]`` column, ``NO_DAY`` for null. int32, (rows,)."""
    seconds = column.cast(pa.timestamp("s")).cast(pa.int64())
    missing = pc.is_null(seconds).to_numpy(zero_copy_only=False)
    whole = seconds.fill_null(0).to_numpy() // _DAY
    return np.where(missing, NO_DAY, whole).astype(np.int32)


def read_texts(facts: pa.Table, aspects: Sequence[str], *, counted: Flags | None = None) -> Texts:
    """Labels, dates and what counts, from the facts table.

    Args:
        facts: one row per review.
        aspects: aspect names in the model's order.
        counted: bool, (reviews,), to count other reviews than those marked ``counted``.

    Raises:
        ModelError: the facts have no labels for one of the aspects.
    """
    absent = [name for name in aspects if name not in facts.column_names]
    if absent:
        raise ModelError(f"The facts have no labels for the aspects {absent}; they come from a model of other aspects.")
    n = facts.num_rows
    labels = np.full((len(aspects), 2 * n), ABSENT, dtype=np.int8)
    for index, aspect in enumerate(aspects):
        for first, name in ((0, aspect), (n, f"follow_up_{aspect}")):
            if name in facts.column_names:
                labels[index, first : first + n] = known_codes(facts.column(name), (*LABELS, ABSTAIN))
    if counted is None:
        counted = facts.column("counted").fill_null(False).to_numpy().astype(np.bool_)
    exists = (labels != ABSENT).any(axis=0) if aspects else np.zeros(2 * n, dtype=np.bool_)
    exists[:n] = True
    return Texts(labels, np.tile(counted, 2) & exists, _slot_days(facts))


def _slot_days(facts: pa.Table) -> Codes:
    created = days_of(facts, "created_at")
    follow_up = days_of(facts, "follow_up_at")
    return np.concatenate([created, np.where(follow_up == NO_DAY, created, follow_up)])


def days_of(facts: pa.Table, name: str) -> Codes:
    """``days`` of a column of times that the facts may lack. int32, (rows,)."""
    if name not in facts.column_names:
        return np.full(facts.num_rows, NO_DAY, dtype=np.int32)
    return days(facts.column(name))


def read_mentions(
    mentions: pa.Table, texts: Texts, aspects: Sequence[str], codes: Sequence[str], theme_ids: Sequence[str]
) -> Mentions:
    """Opinions in counted texts.

    Args:
        mentions: one row per opinion.
        texts: the texts of the same reviews.
        aspects: aspect names in the model's order.
        codes: codes of the taxonomy after the industry has hidden some.
        theme_ids: ids in the order of the themes table.
    """
    row = mentions.column("row").to_numpy()
    follow_up = known_codes(mentions.column("field"), FIELDS) == FIELDS.index("follow_up")
    slot = row + np.where(follow_up, texts.reviews, 0)
    aspect = known_codes(mentions.column("aspect"), aspects)
    kept = texts.counted[slot] & (aspect >= 0)
    return Mentions(
        slot[kept].astype(np.int32),
        aspect[kept].astype(np.int8),
        known_codes(mentions.column("sub_aspect"), codes)[kept].astype(np.int16),
        known_codes(mentions.column("polarity"), POLARITIES)[kept].astype(np.int8),
        known_codes(mentions.column("theme_id"), theme_ids)[kept],
    )
