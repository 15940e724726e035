"""Which stored texts speak of danger, return or dispute, and which opinions stand where they do.

A *mask* has a bit for each of ``text.severity.KINDS``, the first of them the lowest.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from review_mining.tables import FIELDS
from review_mining.text.severity import Hits, SeverityWords

_BATCH: Final = 65_536

Masks = NDArray[np.int8]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Severity:
    """What was found in the texts of a report.

    Attributes:
        masks: int8, (2n,): of every first text, then of every follow-up, in the order of ``reviews``.
        hits: where it was found; ``text`` counts as ``masks`` does.
    """

    masks: Masks
    hits: Hits

    def columns(self) -> dict[str, pa.Array]:
        """The masks as columns of ``facts``."""
        first, later = np.split(self.masks, len(FIELDS))
        return {"severity": pa.array(first), "follow_up_severity": pa.array(later)}

    def of_opinions(self, text: Places, start: Places, end: Places) -> Masks:
        """What is said in the clause of each opinion, as far as it is near.

        Args:
            text: int64, (m,): its text, counted as ``masks`` does.
            start: int64, (m,): where it begins.
            end: int64, (m,): where it ends.

        Returns:
            Int8, (m,).
        """
        first = np.searchsorted(self.hits.text, text, side="left")
        number = np.searchsorted(self.hits.text, text, side="right") - first
        opinion = np.repeat(np.arange(len(text)), number)
        hit = np.arange(len(opinion)) - np.repeat(np.cumsum(number) - number, number) + first[opinion]
        near = (self.hits.start[hit] < end[opinion]) & (self.hits.end[hit] > start[opinion])
        return _masks(opinion[near], self.hits.kind[hit[near]], len(text))


def read_severity(reviews: Path) -> Severity:
    """Look through the texts of ``reviews.parquet``, one batch after another.

    Args:
        reviews: the file.
    """
    words, parts, row = SeverityWords.bundled(), [], 0
    with pq.ParquetFile(reviews) as file:
        rows = file.metadata.num_rows
        for batch in file.iter_batches(batch_size=_BATCH, columns=list(FIELDS)):
            for field, name in enumerate(FIELDS):
                hits = words.find(batch.column(name))
                parts.append(np.stack([hits.text + row + field * rows, hits.kind, hits.start, hits.end]))
            row += batch.num_rows
    found = np.concatenate(parts, axis=1) if parts else np.zeros((4, 0), dtype=np.int64)
    hits = Hits(*found[:, np.argsort(found[0], kind="stable")])
    return Severity(_masks(hits.text, hits.kind, len(FIELDS) * rows), hits)


def _masks(place: Places, kind: Places, places: int) -> Masks:
    masks = np.zeros(places, dtype=np.int8)
    np.bitwise_or.at(masks, place, np.left_shift(1, kind).astype(np.int8))
    return masks
