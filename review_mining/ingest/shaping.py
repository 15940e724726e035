"""Chunks of a source become record batches of ``reviews``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pyarrow as pa

from review_mining.errors import InputError
from review_mining.ingest.chunk import Chunk
from review_mining.ingest.cleaning import clean
from review_mining.ingest.columns import by_name, resolve
from review_mining.ingest.encoding import MARK
from review_mining.ingest.ids import UniqueIds
from review_mining.ingest.limits import MAX_CELL
from review_mining.ingest.masking import mask, mask_order_id
from review_mining.ingest.notes import SourceLog, Totals
from review_mining.ingest.values import as_count, as_name, as_presence, as_rating, as_text, as_time, parsed
from review_mining.tables import REVIEWS

_PARSERS: dict[str, Callable[[object], object]] = {
    "rating": as_rating,
    "created_at": as_time,
    "follow_up_at": as_time,
    "ordered_at": as_time,
    "likes": as_count,
    "has_image": as_presence,
}
_MASKED = ("text", "follow_up", "reply", "product_name", "region")
_SHOWN = 30


class Shaper:
    """Turns the chunks of one source into batches of ``reviews``.

    Args:
        log: the source's notes.
        totals: what is counted over all sources.
        ids: makes ids unique over all sources.
        prefix: stands before the row number in ids that the source does not give, ``""`` for a single source.
        chosen: the user's choice of columns.
    """

    def __init__(self, log: SourceLog, totals: Totals, ids: UniqueIds, prefix: str, chosen: dict[str, str]) -> None:
        self._log, self._totals, self._ids = log, totals, ids
        self._prefix, self._chosen = prefix, chosen
        self._found: dict[str, str] = {}
        self._names: dict[str, None] = {}

    def batch(self, chunk: Chunk) -> pa.RecordBatch:
        """The chunk's rows as a batch of the schema ``reviews``, same order.

        Raises:
            InputError: the text column cannot be told, or a cell is too long.
        """
        self._resolve(chunk)
        self._count_marks(chunk)
        columns = {field: self._values(chunk, field) for field in REVIEWS.names}
        orders = columns["order_id"]
        for field in _MASKED:
            columns[field] = self._mask(columns[field], orders)
        columns["order_id"] = [None if order is None else mask_order_id(str(order)) for order in orders]
        columns["review_id"] = list(self._review_ids(columns["review_id"]))
        self._log.rows += chunk.rows
        arrays = [pa.array(columns[field.name], type=field.type) for field in REVIEWS]
        return pa.RecordBatch.from_arrays(arrays, schema=REVIEWS)

    def _resolve(self, chunk: Chunk) -> None:
        new = [name for name in chunk.names if name not in self._names]
        if not self._names:
            self._found = resolve(chunk.names, chunk.column, self._chosen, self._log.name)
        elif new:
            late = by_name(new).items()
            self._found.update({field: name for field, name in late if field not in self._found})
        if new:
            self._names.update(dict.fromkeys(new))
            self._log.columns = {name: field for field, name in self._found.items()}
            self._log.ignored = [name for name in self._names if name not in self._log.columns]

    def _count_marks(self, chunk: Chunk) -> None:
        if not self._log.unchecked_marks:
            return
        counts = [0] * chunk.rows
        for name in chunk.names:
            for index, value in enumerate(chunk.column(name)):
                if isinstance(value, str) and MARK in value:
                    counts[index] += value.count(MARK)
        for index, count in enumerate(counts):
            if count:
                self._log.replaced(self._log.rows + index, count)
                self._log.unchecked_marks = max(self._log.unchecked_marks - count, 0)

    def _values(self, chunk: Chunk, field: str) -> list[object]:
        name = self._found.get(field)
        if name is None or name not in chunk.names:
            return [""] * chunk.rows if field == "text" else [None] * chunk.rows
        values = list(chunk.column(name))
        if field in _PARSERS:
            return self._parsed(values, field, name)
        blank = "" if field == "text" else None
        known: dict[str, str | None] = {}
        texts: list[object] = []
        for index, value in enumerate(values):
            if not isinstance(value, str):
                texts.append(self._text(value, field, name, index) or blank)
                continue
            if value not in known:
                known[value] = self._text(value, field, name, index) or blank
            texts.append(known[value])
        return texts

    def _parsed(self, values: list[object], field: str, name: str) -> list[object]:
        def trouble(index: int) -> None:
            example = str(values[index])[:_SHOWN]
            self._log.tally(f"{name}: values not understood as {field}", self._log.rows + index, mask(example)[0])

        return parsed(values, _PARSERS[field], trouble)

    def _text(self, value: object, field: str, name: str, index: int) -> str | None:
        text = as_text(value) if field in ("text", "follow_up", "reply") else as_name(value)
        if text is None:
            return None
        if len(text) > MAX_CELL:
            raise InputError(
                f"the cell is {len(text):,} characters long; at most {MAX_CELL:,} are read.",
                path=self._log.name,
                row=self._log.rows + index,
                column=name,
                hint="Shorten the cell or leave the row out.",
            )
        return clean(text)

    def _mask(self, texts: Sequence[object], orders: Sequence[object]) -> list[object]:
        known: dict[object, tuple[str, Counter[str]]] = {}
        masked: list[object] = []
        for text, order in zip(texts, orders, strict=True):
            if not text:
                masked.append(text)
                continue
            repeated = order if order is not None and str(order) in str(text) else None
            key = text if repeated is None else (text, repeated)
            if key not in known:
                known[key] = mask(str(text), None if repeated is None else str(repeated))
            hidden, kinds = known[key]
            if kinds:
                self._totals.masked.update(kinds)
            masked.append(hidden)
        return masked

    def _review_ids(self, given: Sequence[object]) -> list[str]:
        start = self._log.rows
        return self._ids.unique(
            [str(value) if value else f"{self._prefix}{start + index}" for index, value in enumerate(given)]
        )
