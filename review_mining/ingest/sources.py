"""What the user names (files, folders, patterns, standard input, tables) becomes an ordered list of sources."""

from __future__ import annotations

import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from review_mining.errors import InputError
from review_mining.ingest.chunk import Chunk
from review_mining.ingest.files import read_file
from review_mining.ingest.memory import read_memory
from review_mining.ingest.notes import SourceLog

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".json", ".jsonl", ".ndjson", ".parquet")
"""Files of a folder that are read; a file named by itself is told by its content."""

STANDARD_INPUT = "-"


@dataclass(frozen=True)
class Source:
    """One thing to read.

    Attributes:
        name: how it is called in notes and errors.
        stem: stands in the ids of its rows when there are several sources.
        chunks: opens it; takes its notes and the most rows in a chunk.
    """

    name: str
    stem: str
    chunks: Callable[[SourceLog, int], Iterator[Chunk]]


def list_sources(given: Any, warn: Callable[[str], None]) -> list[Source]:  # noqa: ANN401
    """Everything that the user named, in a fixed order, each file once.

    A string by itself, and a `pathlib.Path` anywhere, names files. A list of strings names files if one of them is
    ``-``, exists, or ends like a data file; else the strings are the reviews themselves.

    Args:
        given: a path, a list of paths, or an in-memory table.
        warn: told of files in a folder that are not read.

    Raises:
        InputError: a path does not exist, a pattern matches nothing, or a folder holds no data file.
    """
    if isinstance(given, (str, os.PathLike)):
        given = [Path(given)]
    if not _names_files(given):
        return [Source(f"<{type(given).__name__}>", "row", lambda log, rows: read_memory(given, log, rows))]
    files: dict[str, Path] = {}
    for name in given:
        for path in _expanded(os.fspath(name), warn):
            files.setdefault(STANDARD_INPUT if str(path) == STANDARD_INPUT else os.path.realpath(path), path)
    return _named(list(files.values()))


def _names_files(given: Any) -> bool:  # noqa: ANN401
    if not isinstance(given, Sequence) or isinstance(given, (str, bytes)):
        return False
    if not given or not all(isinstance(item, (str, os.PathLike)) for item in given):
        return False
    return any(isinstance(item, os.PathLike) or _looks_like_file(item) for item in given[:1000])


def _looks_like_file(item: str) -> bool:
    if item == STANDARD_INPUT or item.lower().endswith(SUFFIXES):
        return True
    if not item.strip() or len(item) > 1024 or "\n" in item or "\0" in item:
        return False
    return os.path.lexists(item)


def _expanded(name: str, warn: Callable[[str], None]) -> list[Path]:
    path = Path(name)
    if name == STANDARD_INPUT or path.is_file():
        return [path]
    if path.is_dir():
        return _folder(path, warn)
    if os.path.lexists(name):
        return [path]
    if glob.has_magic(name):
        matched = sorted(Path(match) for match in glob.glob(name, recursive=True))
        files = [match for match in matched if match.is_file()]
        if files:
            return files
        raise InputError(
            "no file matches this pattern.", path=name, hint="Check the pattern, and quote it in the shell."
        )
    raise InputError("there is no such file or folder.", path=name, hint="Check the path for a slip.")


def _folder(folder: Path, warn: Callable[[str], None]) -> list[Path]:
    try:
        members = sorted(member for member in folder.iterdir() if not member.name.startswith((".", "~$")))
    except OSError as error:
        raise InputError(f"the folder cannot be listed: {error.strerror}.", path=folder) from error
    read = [member for member in members if member.is_file() and member.suffix.lower() in SUFFIXES]
    if not read:
        raise InputError("the folder holds no data file.", path=folder, hint=f"Looked for {', '.join(SUFFIXES)}.")
    others = [member.name for member in members if member not in read]
    if others:
        shown = ", ".join(others[:10]) + (f" and {len(others) - 10} more" if len(others) > 10 else "")
        warn(f"{folder}: not read, being no data file: {shown}.")
    return read


def _named(files: list[Path]) -> list[Source]:
    taken: dict[str, int] = {}
    sources = []
    for path in files:
        stem = "stdin" if str(path) == STANDARD_INPUT else path.stem
        taken[stem] = taken.get(stem, 0) + 1
        unique = stem if taken[stem] == 1 else f"{stem}#{taken[stem]}"
        if str(path) == STANDARD_INPUT:
            sources.append(Source("<stdin>", unique, _read_standard_input))
        else:
            sources.append(Source(str(path), unique, _reader(path)))
    return sources


def _reader(path: Path) -> Callable[[SourceLog, int], Iterator[Chunk]]:
    return lambda log, rows: read_file(path, log, rows)


def _read_standard_input(log: SourceLog, batch_rows: int) -> Iterator[Chunk]:
    """Standard input goes to a temporary file first: its format is told by looking at it twice."""
    with tempfile.TemporaryDirectory(prefix="review-mining-") as folder:
        path = Path(folder) / "stdin"
        with path.open("wb") as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy, 1 << 20)
        yield from read_file(path, log, batch_rows)
