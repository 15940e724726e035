"""JSON and JSON Lines: one object per review, in an array, one per line, or inside a crawler's pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, islice

from review_mining.errors import InputError
from review_mining.ingest.chunk import Chunk, chunk_of_records, rows_per_chunk
from review_mining.ingest.columns import field_of
from review_mining.ingest.encoding import MAX_LINE
from review_mining.ingest.notes import SourceLog

_LISTS = (
    "data",
    "comments",
    "reviews",
    "items",
    "list",
    "rows",
    "records",
    "result",
    "results",
    "ratelist",
    "ratedetail",
)
_DEPTH = 4
_SPACE = " \t\r\n"
_DECODER = json.JSONDecoder()

Record = dict[str, object]


def read_json(blocks: Iterator[str], log: SourceLog, batch_rows: int) -> Iterator[Chunk]:
    """Read reviews from JSON of any of the usual shapes.

    The text may be an array of objects, objects one after another (JSON Lines), or objects that hold a list of reviews
    under a name such as ``comments`` or ``data`` (a crawler's pages). Nested objects become columns ``outer.inner``.
    A plain string stands for a review's text.

    Args:
        blocks: the text in pieces.
        log: told of the format.
        batch_rows: most rows in a chunk.

    Raises:
        InputError: the text is not JSON at some place, which is named.
    """
    stream = _Values(blocks, log)
    records = chain.from_iterable(_reviews(value, log) for value in stream)
    wanted = batch_rows
    while run := list(islice(records, wanted)):
        yield (chunk := chunk_of_records(run))
        wanted = rows_per_chunk(len(chunk.names), batch_rows)


class _Values:
    """Top-level values of a text, or the members of its one array, without holding the text in memory."""

    def __init__(self, blocks: Iterator[str], log: SourceLog) -> None:
        self._blocks, self._log = blocks, log
        self._text, self._at, self._ended = "", 0, False
        self._read = 0

    def __iter__(self) -> Iterator[object]:
        array = self._peek() == "["
        self._log.format = "json" if array else "jsonl"
        if array:
            self._at += 1
        while (next_character := self._peek()) is not None:
            if next_character == "," or (array and next_character == "]"):
                self._at += 1
                continue
            yield self._value()
            self._read += 1

    def _peek(self) -> str | None:
        """The next character that is not white space, or None at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return None

    def _value(self) -> object:
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                if isinstance(error, json.JSONDecodeError) and self._may_be_cut(error) and self._more():
                    continue
                raise self._not_json(error) from error
            if end == len(self._text) and not isinstance(value, (dict, list, str)) and self._more():
                continue
            self._at = end
            return value

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        return error.pos >= len(self._text) - 16 or error.msg.startswith("Unterminated")

    def _more(self) -> bool:
        if self._ended:
            return False
        self._text, self._at = self._text[self._at :], 0
        if len(self._text) > MAX_LINE:
            raise InputError(f"one JSON value is longer than {MAX_LINE:,} characters.", path=self._log.name)
        # Twice as much each time, so that a long value is not parsed once per block.
        wanted, blocks = max(len(self._text), 1), []
        while wanted > 0 and (block := next(self._blocks, None)) is not None:
            blocks.append(block)
            wanted -= len(block)
        self._ended = not blocks
        self._text += "".join(blocks)
        return not self._ended

    def _not_json(self, error: Exception) -> InputError:
        if isinstance(error, json.JSONDecodeError):
            reason = error.msg
        else:
            reason = "it is nested too deeply" if isinstance(error, RecursionError) else "a number has too many digits"
        return InputError(
            f"is not valid JSON here: {reason}.",
            path=self._log.name,
            row=self._read,
            hint="Give one JSON object per line, or one array of objects; a file cut short must be exported again.",
        )


def _reviews(value: object, log: SourceLog) -> Iterator[Record]:
    if isinstance(value, str):
        yield {"text": value}
    elif isinstance(value, list):
        yield from chain.from_iterable(_reviews(member, log) for member in value)
    elif isinstance(value, dict):
        inner = _list_of_reviews(value)
        if inner is None:
            yield flattened(value)
        else:
            yield from (flattened(member) for member in inner)
    elif value is None:
        yield {}
    else:
        raise InputError(
            f"holds {value!r} where a review should be.", path=log.name, hint="Give one object per review."
        )


def _list_of_reviews(page: Record, depth: int = 3) -> list[Record] | None:
    """The list of objects that a crawler's page wraps, if it wraps one."""
    if any(field_of(key) == "text" and isinstance(value, str) for key, value in page.items()):
        return None
    for key, value in page.items():
        named = key.lower().replace("_", "") in _LISTS
        if named and isinstance(value, list) and all(isinstance(member, dict) for member in value):
            return value
        if named and isinstance(value, dict) and depth and (inner := _list_of_reviews(value, depth - 1)) is not None:
            return inner
    return None


def flattened(record: Record, prefix: str = "", depth: int = _DEPTH) -> Record:
    """The record with nested objects spread out into ``outer.inner`` keys."""
    flat: Record = {}
    for key, value in record.items():
        if isinstance(value, dict) and depth:
            flat.update(flattened(value, f"{prefix}{key}.", depth - 1))
        else:
            flat[f"{prefix}{key}"] = value
    return flat
