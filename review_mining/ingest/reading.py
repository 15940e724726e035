"""The door: anything a shop can export, as a stream of ``reviews``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from review_mining.errors import InputError, UsageError
from review_mining.ingest.columns import checked_mapping
from review_mining.ingest.ids import UniqueIds
from review_mining.ingest.notes import Notes, SourceLog, SourceNotes, Totals
from review_mining.ingest.shaping import Shaper
from review_mining.ingest.sources import Source, list_sources


def read(sources: Any, *, mapping: Mapping[str, str] | None = None, batch_rows: int = 8192) -> Reading:  # noqa: ANN401
    """Prepare to read reviews; nothing but the list of files is looked at yet.

    Args:
        sources: a file, folder, glob pattern or ``-`` for standard input, or a list of those; or a pandas or polars
            frame, an Arrow table or stream, a ``datasets.Dataset``, a list of texts or of dictionaries.
        mapping: {column of ``reviews``: column of the source}, which overrides what the columns' names say.
        batch_rows: most rows in a batch.

    Returns:
        The reading, to be iterated once.

    Raises:
        InputError: a path does not exist or a folder holds no data.
        UsageError: the mapping names no column of ``reviews``, or ``batch_rows`` is not positive.
    """
    if batch_rows < 1:
        raise UsageError(f"batch_rows is {batch_rows}; it must be at least 1.")
    totals = Totals()
    return Reading(list_sources(sources, totals.warnings.append), checked_mapping(mapping), batch_rows, totals)


class Reading:
    """A stream of record batches of ``review_mining.tables.REVIEWS``, and the notes on it when it has ended.

    Texts are cleaned and masked; ``text`` is never null. Errors about the content are raised while iterating.
    """

    def __init__(self, sources: list[Source], chosen: dict[str, str], batch_rows: int, totals: Totals) -> None:
        self._sources, self._chosen, self._batch_rows = sources, chosen, batch_rows
        self._totals = totals
        self._started = False
        self._notes: Notes | None = None

    @property
    def notes(self) -> Notes:
        """What was read, changed and left out.

        Raises:
            UsageError: the reading has not been iterated to its end.
        """
        if self._notes is None:
            raise UsageError("The notes are complete only after all batches have been read.")
        return self._notes

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Yield the batches.

        Raises:
            InputError: a source cannot be read, or all of them together hold no row.
            UsageError: the reading is iterated a second time.
        """
        if self._started:
            raise UsageError("A reading can be iterated once; call read() again.")
        self._started = True
        return self._batches()

    def _batches(self) -> Iterator[pa.RecordBatch]:
        finished: list[SourceNotes] = []
        ids = UniqueIds(self._totals)
        for source in self._sources:
            log = SourceLog(source.name)
            prefix = f"{source.stem}:" if len(self._sources) > 1 else ""
            shaper = Shaper(log, self._totals, ids, prefix, self._chosen)
            for chunk in source.chunks(log, self._batch_rows):
                yield shaper.batch(chunk)
            if not log.rows:
                self._no_rows(log)
            finished.append(log.finish())
        self._notes = self._totals.finish(finished)

    def _no_rows(self, log: SourceLog) -> None:
        if len(self._sources) == 1:
            hint = "There is a header at most; export again with at least one review."
            raise InputError("holds no rows.", path=log.name, hint=hint)
        log.warn("It holds no rows.")
