"""Which reviews a report is about: a time span and a product, with a count of what was left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Bounds on the reviews that are analysed.

    Attributes:
        since: first day, inclusive.
        until: last day, inclusive.
        product: only this product id.
    """

    since: date | None = None
    until: date | None = None
    product: str | None = None

    def apply(self, batch: pa.RecordBatch, left_out: Counter[str]) -> pa.RecordBatch:
        """The rows of a ``reviews`` batch that are inside the bounds.

        Args:
            batch: rows of the ``reviews`` table.
            left_out: counter that the rows outside are added to, by the bound that they miss.
        """
        for reason, kept in (
            ("without_date", self._dated),
            ("before_since", self._since),
            ("after_until", self._until),
            ("other_product", self._product),
        ):
            mask = kept(batch)
            if mask is not None:
                inside = batch.filter(mask)
                left_out[reason] += batch.num_rows - inside.num_rows
                batch = inside
        return batch

    def _dated(self, batch: pa.RecordBatch) -> pa.Array | None:
        if self.since is None and self.until is None:
            return None
        return pc.is_valid(batch.column("created_at"))

    def _since(self, batch: pa.RecordBatch) -> pa.Array | None:
        return None if self.since is None else pc.greater_equal(batch.column("created_at"), _midnight(self.since))

    def _until(self, batch: pa.RecordBatch) -> pa.Array | None:
        if self.until is None or self.until == date.max:
            return None
        return pc.less(batch.column("created_at"), _midnight(self.until + timedelta(days=1)))

    def _product(self, batch: pa.RecordBatch) -> pa.Array | None:
        return None if self.product is None else pc.equal(batch.column("product_id"), self.product)


def _midnight(day: date) -> pa.Scalar:
    return pa.scalar(datetime.combine(day, time.min), pa.timestamp("s"))
