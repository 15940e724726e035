"""XLSX and XLS workbooks, by calamine, after a check that they unpack to a bearable size."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from review_mining.errors import InputError
from review_mining.ingest.chunk import Chunk, chunk_of_rows, rows_per_chunk, unique_names
from review_mining.ingest.header import locate
from review_mining.ingest.limits import MAX_SHEET_CELLS, MAX_WORKBOOK_BYTES, MAX_WORKBOOK_RATIO
from review_mining.ingest.notes import SourceLog
from review_mining.ingest.sheet_span import SheetSpan

_SMALL = 32 << 20
_HEAD = 20
_ENCRYPTED, _SEARCHED = "EncryptedPackage".encode("utf-16-le"), 64 << 20
_OTHER_KINDS = ("xl/workbook.bin", "content.xml")
_AGAIN = "Open it in Excel or WPS, save it again as .xlsx or CSV, and try that file."

Row = Sequence[object]


def read_workbook(path: Path, log: SourceLog, batch_rows: int) -> Iterator[Chunk]:
    """Read the sheets of a workbook.

    The first sheet that holds anything is read, and after it every sheet with the same header, as if they were one
    table; the others are named in a warning. A formula cell has the value it was saved with. Blank rows between rows
    count, blank rows at the end do not.

    Args:
        path: the file.
        log: told of the format and of sheets left out.
        batch_rows: most rows in a chunk.

    Raises:
        InputError: the file is damaged, encrypted, or unpacks to more than is safe.
    """
    with path.open("rb") as file:
        log.format = "xlsx" if file.read(2) == b"PK" else "xls"
        if log.format == "xlsx":
            _check_size(file, log.name)
        elif _is_encrypted(file):
            raise _protected(log.name)
        file.seek(0)
        try:
            with CalamineWorkbook.from_filelike(file) as workbook:
                yield from _sheets(workbook, log, batch_rows)
        except PasswordError as error:
            raise _protected(log.name) from error
        except (CalamineError, ValueError, OSError) as error:
            raise InputError(f"cannot be read as a workbook: {error}", path=log.name, hint=_AGAIN) from error


def _is_encrypted(file: BinaryIO) -> bool:
    """Whether a compound file wraps an encrypted workbook ([MS-OFFCRYPTO] 2.3.4), told by the name of its stream."""
    file.seek(0)
    return _ENCRYPTED in file.read(_SEARCHED)


def _protected(name: str) -> InputError:
    hint = "Remove the password in Excel or WPS (File, Info, Protect) and save it again."
    return InputError("is protected by a password.", path=name, hint=hint)


def _check_size(file: BinaryIO, name: str) -> None:
    """Refuse a zip bomb before anything is unpacked into memory.

    Raises:
        InputError: the parts declare, or really unpack to, more than is safe; or the zip is damaged.
    """
    file.seek(0, 2)
    packed = file.tell()
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if not {part.filename.lower() for part in parts}.isdisjoint(_OTHER_KINDS):
                raise InputError("is an XLSB or ODS workbook, not an XLSX one.", path=name, hint=_AGAIN)
            declared = sum(part.file_size for part in parts)
            if declared > MAX_WORKBOOK_BYTES or declared > max(_SMALL, packed * MAX_WORKBOOK_RATIO):
                raise _too_big(declared, name)
            for part in parts:
                _check_part(archive, part, name)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
        raise InputError(f"is damaged or cut short: {error}", path=name, hint=_AGAIN) from error


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    """Unpack a part piece by piece: it must end where its declared size says, with the right checksum.

    A sheet, which may have any name, must not span more cells than are safe: the reader lays out the whole rectangle.
    """
    span = SheetSpan()
    with archive.open(part) as stream:
        read = 0
        while piece := stream.read(1 << 20):
            read += len(piece)
            if read > part.file_size:
                raise _too_big(read, name)
            span.add(piece)
    if span.cells > MAX_SHEET_CELLS:
        raise InputError(
            f"has a sheet that reaches to {span.last}: {span.cells:,} cells, and at most {MAX_SHEET_CELLS:,} are read.",
            path=name,
            hint="Delete the rows and columns beyond the table (Ctrl+End shows the last cell), or export it as CSV.",
        )


def _too_big(size: int, name: str) -> InputError:
    return InputError(
        f"unpacks to {size / 2**20:,.0f} MiB, more than a workbook of reviews can be (zip bomb?).",
        path=name,
        hint="If the file is genuine, export it as CSV.",
    )


def _sheets(workbook: CalamineWorkbook, log: SourceLog, batch_rows: int) -> Iterator[Chunk]:
    names: tuple[str, ...] | None = None
    left_out: list[str] = []
    for title in workbook.sheet_names:
        rows: Iterator[Row] = workbook.get_sheet_by_name(title).iter_rows()
        head = list(islice(rows, _HEAD))
        if not any(map(_filled, head)):
            continue
        start, found = _header(head, log if names is None else SourceLog(log.name))
        if names is None:
            names = found
        elif found != names:
            left_out.append(title)
            continue
        yield from _chunks(names, head[start:], rows, batch_rows)
    if left_out:
        log.warn(f"Sheets with another header were left out: {', '.join(left_out)}.")


def _header(head: list[Row], log: SourceLog) -> tuple[int, tuple[str, ...]]:
    at = locate([row if _filled(row) else [] for row in head], log)
    if at is None:
        first = next(index for index, row in enumerate(head) if _filled(row))
        return first, unique_names([""] * max(map(len, head)))
    return at + 1, unique_names(head[at])


def _chunks(names: tuple[str, ...], head: list[Row], rows: Iterator[Row], batch_rows: int) -> Iterator[Chunk]:
    wanted = rows_per_chunk(len(names), batch_rows)
    blanks: list[Row] = []
    pending = head
    while pending or (pending := list(islice(rows, wanted))):
        run = blanks + pending
        end = next((len(run) - back for back, row in enumerate(reversed(run)) if _filled(row)), 0)
        blanks = run[end:]
        for at in range(0, end, wanted):
            yield chunk_of_rows(names, run[at : min(at + wanted, end)])
        pending = []


def _filled(row: Row) -> bool:
    return any(cell is not None and cell != "" for cell in row)
