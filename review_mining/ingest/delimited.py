"""CSV, TSV and their kin, and plain text with one review per line, read as a stream."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice

from review_mining.errors import InputError
from review_mining.ingest.chunk import Chunk, chunk_of_rows, rows_per_chunk, unique_names
from review_mining.ingest.columns import known_name
from review_mining.ingest.header import locate
from review_mining.ingest.limits import MAX_CELL
from review_mining.ingest.notes import SourceLog

_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_LINES, _SAMPLE_CHARACTERS = 200, 200_000
_SLICE, _CHUNK_CHARACTERS = 64, 16_000_000

Row = list[str]


def read_delimited(lines: Iterator[str], log: SourceLog, batch_rows: int) -> Iterator[Chunk]:
    """Read rows of cells; the delimiter is found by content.

    A blank line between rows counts as a row, so that it keeps its number; blank lines at the end do not. A row with
    fewer cells than the header is filled up, one with more loses the extra cells; both are reported.

    Args:
        lines: the text, each line with its end.
        log: told of the delimiter, and of rows that do not fit the header.
        batch_rows: most rows in a chunk.

    Raises:
        InputError: a cell is longer than `MAX_CELL` characters.
    """
    head = _sample(lines)
    delimiter = _sniff(head)
    log.delimiter, log.format = delimiter, "csv" if delimiter else "text"
    whole = _Counted(chain(head, lines))
    rows: Iterator[Row]
    rows = csv.reader(whole, delimiter=delimiter) if delimiter else ([line.rstrip("\r\n")] for line in whole)
    return _chunks(_Puller(rows, whole, log), log, batch_rows)


class _Counted:
    """Passes lines on and counts their characters."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.characters = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.characters += len(line)
        return line


class _Puller:
    """Takes rows in bounded runs: so many rows, or so many characters, whichever comes first."""

    def __init__(self, rows: Iterator[Row], source: _Counted, log: SourceLog) -> None:
        self._rows, self._source, self._log = rows, source, log
        self.taken = 0

    def take(self, wanted: int) -> list[Row]:
        start = self._source.characters
        taken: list[Row] = []
        while len(taken) < wanted and self._source.characters - start < _CHUNK_CHARACTERS:
            more = self._slice(min(_SLICE, wanted - len(taken)))
            if not more:
                break
            taken += more
        return taken

    def _slice(self, wanted: int) -> list[Row]:
        more: list[Row] = []
        try:
            with _cell_limit():
                more.extend(islice(self._rows, wanted))
        except csv.Error as error:
            raise InputError(
                f"a cell is longer than {MAX_CELL:,} characters ({error}).",
                path=self._log.name,
                row=max(self.taken + len(more) - 1, 0),
                hint="Look in this row for a quotation mark that is opened and never closed.",
            ) from error
        self.taken += len(more)
        return more


@contextmanager
def _cell_limit() -> Iterator[None]:
    previous = csv.field_size_limit(MAX_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(previous)


def _chunks(puller: _Puller, log: SourceLog, batch_rows: int) -> Iterator[Chunk]:
    first = puller.take(_SAMPLE_LINES)
    header = locate(first, log)
    if header is None:
        start = next((index for index, row in enumerate(first) if row), len(first))
        names = unique_names([""] * max(map(len, first), default=0))
    else:
        start, names = header + 1, unique_names(first[header])
    wanted = rows_per_chunk(len(names), batch_rows)
    fit = _fitter(names, log)
    number, blanks, pending = 0, 0, first[start:]
    while pending or (pending := puller.take(wanted)):
        rows: list[Row] = [[] for _ in range(blanks)] + pending
        blanks = next((back for back, row in enumerate(reversed(rows)) if row), len(rows))
        rows = rows[: len(rows) - blanks]
        for at in range(0, len(rows), wanted):
            run = fit(rows[at : at + wanted], number)
            number += len(run)
            yield chunk_of_rows(names, run)
        pending = []


def _fitter(names: Sequence[str], log: SourceLog) -> Callable[[list[Row], int], list[Row]]:
    width = len(names)

    def fit(rows: list[Row], number: int) -> list[Row]:
        if all(len(row) == width for row in rows):
            return rows
        return [row if len(row) == width else _fitted(row, width, number + at, log) for at, row in enumerate(rows)]

    return fit


def _fitted(row: Row, width: int, number: int, log: SourceLog) -> Row:
    if len(row) > width and any(row[width:]):
        log.tally("rows with more cells than the header, the extra cells left out", number)
    elif row and len(row) < width:
        log.tally("rows with fewer cells than the header", number)
    return row[:width] + [""] * (width - len(row))


def _sample(lines: Iterator[str]) -> list[str]:
    head: list[str] = []
    characters = 0
    for line in islice(lines, _SAMPLE_LINES):
        head.append(line)
        characters += len(line)
        if characters > _SAMPLE_CHARACTERS:
            break
    return head


def _sniff(head: list[str]) -> str | None:
    """The delimiter that gives the steadiest rows, a comma for one quoted column, None for plain lines."""
    scored = [(score, delimiter) for delimiter in _DELIMITERS if (score := _score(head, delimiter)) is not None]
    if scored:
        return max(scored, key=lambda pair: pair[0])[1]
    return "," if all(len(row) <= 1 for row in _parsed(head, ",")) else None


def _score(head: list[str], delimiter: str) -> tuple[int, float, int] | None:
    rows = [row for row in _parsed(head, delimiter) if row]
    if not rows:
        return None
    known, widest = max((sum(map(known_name, row)), len(row)) for row in rows[:10])
    widths = [len(row) for row in rows]
    common = max(set(widths), key=lambda width: (widths.count(width), width))
    steady = widths.count(common) / len(widths)
    if common < 2 or widest < 2 or (steady < 0.6 and known < 2):
        return None
    return known, steady, common


def _parsed(head: list[str], delimiter: str) -> list[Row]:
    try:
        with _cell_limit():
            rows = list(csv.reader(head, delimiter=delimiter))
    except csv.Error:
        return []
    return rows[:-1] if len(head) >= _SAMPLE_LINES and len(rows) > 1 else rows
