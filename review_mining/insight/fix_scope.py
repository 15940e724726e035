"""Which reviews a fix is about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from review_mining.actions import ANY
from review_mining.insight.observations import Codes, Flags, dictionary_codes

_COLUMNS: Final = {
    "sku": ("sku",),
    "product": ("product_id", "product_name"),
    "batch": ("batch",),
    "shop": ("shop",),
    "courier": ("courier",),
    ANY: ("sku", "product_id", "product_name", "batch", "shop", "courier"),
}


class Scopes:
    """Finds the reviews of a scope; a column is encoded once, when a scope first names it.

    Args:
        facts: one row per review.
    """

    def __init__(self, facts: pa.Table) -> None:
        self._facts = facts
        self._encoded: dict[str, tuple[Codes, list[str | None]]] = {}

    def holding(self, scope: Mapping[str, Sequence[str]]) -> Flags:
        """Reviews with one of the values of every column that the scope names. Bool, (reviews,)."""
        flags = np.ones(self._facts.num_rows, dtype=np.bool_)
        for key, values in scope.items():
            flags &= np.logical_or.reduce([self._having(column, set(values)) for column in _COLUMNS[key]])
        return flags

    def _having(self, column: str, wanted: Collection[str]) -> Flags:
        if column not in self._encoded:
            self._encoded[column] = dictionary_codes(self._facts.column(column))
        codes, values = self._encoded[column]
        # The last place is for the code -1 of a missing value.
        return np.array([*(value in wanted for value in values), False], dtype=np.bool_)[codes]
