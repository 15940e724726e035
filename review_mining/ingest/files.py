"""A file is opened by what it holds, whatever its name ends in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from review_mining.errors import InputError
from review_mining.ingest.chunk import Chunk
from review_mining.ingest.delimited import read_delimited
from review_mining.ingest.encoding import decoded_blocks, detect, lines, sample
from review_mining.ingest.json_lines import read_json
from review_mining.ingest.notes import SourceLog
from review_mining.ingest.parquet import read_parquet
from review_mining.ingest.workbook import read_workbook

_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"
_PACKED = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"Rar!": "RAR", b"7z\xbc\xaf": "7z", b"%PDF": "PDF"}
_HTML = re.compile(r"\s*(<!--.*?-->\s*)?<(!doctype html|html|head|table|meta)\b", re.IGNORECASE | re.DOTALL)
_JSON_NAMES = (".json", ".jsonl", ".ndjson")


def read_file(path: Path, log: SourceLog, batch_rows: int) -> Iterator[Chunk]:
    """Read one file of any supported format.

    Args:
        path: the file.
        log: its notes.
        batch_rows: most rows in a chunk.

    Raises:
        InputError: it cannot be opened, is empty, or is of no supported format.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(16)
            if not head:
                raise InputError("the file is empty.", path=log.name, hint="Export it again with at least one review.")
            if head.startswith((_ZIP, _OLE)):
                yield from read_workbook(path, log, batch_rows)
            elif head.startswith(_PARQUET):
                yield from read_parquet(path, log, batch_rows)
            else:
                _refuse_packed(head, log.name)
                yield from _read_text(stream, path, log, batch_rows)
    except OSError as error:
        hint = "Check that the path names a readable file."
        raise InputError(f"cannot be read: {error.strerror or error}.", path=log.name, hint=hint) from error


def _refuse_packed(head: bytes, name: str) -> None:
    for magic, kind in _PACKED.items():
        if head.startswith(magic):
            raise InputError(f"is a {kind} file.", path=name, hint="Unpack or export it as CSV or XLSX first.")


def _read_text(stream: BinaryIO, path: Path, log: SourceLog, batch_rows: int) -> Iterator[Chunk]:
    samples = sample(stream, path.stat().st_size)
    encoding = log.encoding = detect(samples, log.name)
    head = samples[0].decode(encoding, "ignore")
    if _HTML.match(head):
        hint = "Open it in Excel or WPS and save it as .xlsx or CSV."
        raise InputError("is an HTML page, not a table of reviews.", path=log.name, hint=hint)
    blocks = decoded_blocks(stream, encoding, log)
    if _is_json(head, path):
        return read_json(blocks, log, batch_rows)
    return read_delimited(lines(blocks, log), log, batch_rows)


def _is_json(head: str, path: Path) -> bool:
    start = head.lstrip("\ufeff \t\r\n")
    if path.suffix.lower() in _JSON_NAMES:
        return True
    if start[:1] == "{":
        return bool(re.match(r'\{\s*("|\})', start))
    if start[:1] != "[":
        return False
    try:
        json.JSONDecoder().raw_decode(start[1:].lstrip())
    except json.JSONDecodeError as error:
        return error.pos > len(start) // 2
    return True
