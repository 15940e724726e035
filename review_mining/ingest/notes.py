"""What was read, what was understood, and what was changed or left out on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

LISTED = 20
"""How many rows or ids a note lists before it only counts."""


@dataclass(frozen=True, kw_only=True)
class SourceNotes:
    """What became of one file or in-memory table.

    Attributes:
        name: path or kind of the source, as shown to the user.
        format: ``csv``, ``xlsx``, ``xls``, ``json``, ``jsonl``, ``parquet``, ``text`` or ``memory``.
        encoding: Python's codec name for text formats, else None.
        delimiter: the character between cells of a delimited file, else None.
        rows: data rows read, blank ones included.
        columns: column as found in the source → column of ``reviews``.
        ignored_columns: columns found that fill nothing.
        replaced_characters: undecodable byte sequences, each now one U+FFFD.
        replaced_rows: the first 20 rows (0-based) that hold one.
        warnings: sentences for the user.
    """

    name: str
    format: str
    encoding: str | None
    delimiter: str | None
    rows: int
    columns: dict[str, str]
    ignored_columns: list[str]
    replaced_characters: int
    replaced_rows: list[int]
    warnings: list[str]


@dataclass(frozen=True, kw_only=True)
class Duplicates:
    """Review ids that the input used more than once.

    Attributes:
        count: rows whose id was made unique with a suffix.
        first: the first 20 such ids as the input gave them.
    """

    count: int
    first: list[str]


@dataclass(frozen=True, kw_only=True)
class Notes:
    """What became of all sources together.

    Attributes:
        sources: one entry per source, in reading order.
        rows: data rows of all sources.
        masked: kind of personal data → number of places masked.
        duplicate_ids: ids that were not unique.
        warnings: sentences that belong to no single source.
    """

    sources: list[SourceNotes]
    rows: int
    masked: dict[str, int]
    duplicate_ids: Duplicates
    warnings: list[str]


@dataclass
class _Tally:
    count: int = 0
    rows: list[int] = field(default_factory=list)
    example: str = ""


class SourceLog:
    """Collects the notes of one source while it is read.

    Args:
        name: path or kind of the source, as shown to the user.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.format = "memory"
        self.encoding: str | None = None
        self.delimiter: str | None = None
        self.rows = 0
        self.columns: dict[str, str] = {}
        self.ignored: list[str] = []
        self.unchecked_marks = 0
        """Broken byte sequences decoded since the rows were last searched for them."""
        self._replaced = 0
        self._replaced_rows: list[int] = []
        self._other_encodings: Counter[str] = Counter()
        self._tallies: dict[str, _Tally] = {}
        self._warnings: list[str] = []

    def warn(self, sentence: str) -> None:
        """Note a sentence once."""
        if sentence not in self._warnings:
            self._warnings.append(sentence)

    def tally(self, what: str, row: int, example: str = "") -> None:
        """Count a kind of trouble and remember its first rows.

        Args:
            what: the trouble, to be followed by a count and row numbers.
            row: 0-based data row.
            example: a value that shows it; the first is kept. Never a review's text, which may hold personal data.
        """
        tally = self._tallies.setdefault(what, _Tally(example=example))
        tally.count += 1
        if len(tally.rows) < LISTED:
            tally.rows.append(row)

    def other_encoding(self, encoding: str) -> None:
        """Count a line that is in another encoding than the rest of the file."""
        self._other_encodings[encoding] += 1

    def replaced(self, row: int, characters: int) -> None:
        """Note that a row holds undecodable characters."""
        self._replaced += characters
        if len(self._replaced_rows) < LISTED:
            self._replaced_rows.append(row)

    def finish(self) -> SourceNotes:
        """The notes as they stand."""
        mixed = [f"{count} lines were in {name}" for name, count in self._other_encodings.items()]
        counted = [_sentence(what, tally) for what, tally in self._tallies.items()]
        return SourceNotes(
            name=self.name,
            format=self.format,
            encoding=self.encoding,
            delimiter=self.delimiter,
            rows=self.rows,
            columns=dict(self.columns),
            ignored_columns=list(self.ignored),
            replaced_characters=self._replaced,
            replaced_rows=list(self._replaced_rows),
            warnings=self._warnings + mixed + counted,
        )


class Totals:
    """Collects what is counted over all sources."""

    def __init__(self) -> None:
        self.masked: Counter[str] = Counter()
        self.duplicates = 0
        self.duplicate_ids: list[str] = []
        self.warnings: list[str] = []

    def duplicate(self, review_id: str) -> None:
        """Note that the input used an id again."""
        self.duplicates += 1
        if len(self.duplicate_ids) < LISTED:
            self.duplicate_ids.append(review_id)

    def finish(self, sources: list[SourceNotes]) -> Notes:
        """The notes of the whole reading."""
        return Notes(
            sources=sources,
            rows=sum(source.rows for source in sources),
            masked=dict(sorted(self.masked.items())),
            duplicate_ids=Duplicates(count=self.duplicates, first=list(self.duplicate_ids)),
            warnings=list(self.warnings),
        )


def _sentence(what: str, tally: _Tally) -> str:
    rows = ", ".join(map(str, tally.rows[:5])) + (", …" if tally.count > 5 else "")
    example = f", for example {tally.example!r}" if tally.example else ""
    return f"{what}: {tally.count} (row {rows}{example})"
