"""The few tags of a TIFF structure (an EXIF block, or a TIFF file) that can carry a declaration.

Source: TIFF 6.0 section 2; CIPA DC-008 (EXIF 2.32) section 4.6.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

IMAGE_DESCRIPTION, MAKE, SOFTWARE, ARTIST, XMP, IPTC, USER_COMMENT = (
    0x010E,
    0x010F,
    0x0131,
    0x013B,
    0x02BC,
    0x83BB,
    0x9286,
)
_C2PA = 0xCD41
_EXIF_DIRECTORY = 0x8769
_WANTED = frozenset({IMAGE_DESCRIPTION, MAKE, SOFTWARE, ARTIST, XMP, IPTC, USER_COMMENT})
_MAX_ENTRIES = 512
_MAX_VALUE = 1 << 20
_TYPE_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 6: 1, 7: 1}


@dataclass(frozen=True)
class _Entry:
    tag: int
    value: bytes


def read_tags(data: bytes, wanted: frozenset[int] = _WANTED) -> dict[int, bytes]:
    """Raw values of the wanted tags in the first directory and its EXIF directory.

    Args:
        data: a block that starts with a TIFF header.
        wanted: tag numbers; those that can carry a declaration if none are named.

    Returns:
        tag number → bytes; empty when the structure cannot be followed.
    """
    order = _byte_order(data)
    if order is None:
        return {}
    tags: dict[int, bytes] = {}
    first = _unsigned(data[4:8], order)
    for entry in _entries(data, first, order, wanted | {_EXIF_DIRECTORY}):
        tags.setdefault(entry.tag, entry.value)
    # A file has one EXIF directory; hundreds that share their values would each cost as much as the whole file.
    deeper = tags.pop(_EXIF_DIRECTORY, None)
    if deeper is not None:
        tags.update((entry.tag, entry.value) for entry in _entries(data, _unsigned(deeper, order), order, wanted))
    return tags


def holds_c2pa(data: bytes) -> bool:
    """Whether the first directory of a TIFF file names a C2PA record (C2PA 2.2 section A.3.6), however long it is."""
    order = _byte_order(data)
    if order is None:
        return False
    first = _unsigned(data[4:8], order)
    count = min(_unsigned(data[first : first + 2], order), _MAX_ENTRIES)
    return any(_unsigned(data[at : at + 2], order) == _C2PA for at in range(first + 2, first + 2 + 12 * count, 12))


def count_directories(data: bytes, limit: int) -> int:
    """Number of pages in the chain of directories, a cycle counted once, at most ``limit``."""
    order = _byte_order(data)
    if order is None:
        return 0
    seen: set[int] = set()
    at = _unsigned(data[4:8], order)
    while at and at not in seen and at + 2 <= len(data) and len(seen) < limit:
        seen.add(at)
        after = at + 2 + 12 * _unsigned(data[at : at + 2], order)
        at = _unsigned(data[after : after + 4], order)
    return len(seen)


def comment_text(value: bytes) -> str:
    """Text of a UserComment, whose first eight bytes name its encoding.

    Writers disagree about the byte order of ``UNICODE``; the side on which the zero bytes lie tells it.
    """
    code, body = value[:8], value[8:]
    if code == b"UNICODE\x00":
        big = body[0:512:2].count(0) >= body[1:512:2].count(0)
        return body.decode("utf-16-be" if big else "utf-16-le", errors="replace").strip("\x00 ")
    if code in (b"ASCII\x00\x00\x00", b"JIS\x00\x00\x00\x00\x00", bytes(8)):
        return body.decode("utf-8", errors="replace").strip("\x00 ")
    return value.decode("utf-8", errors="replace").strip("\x00 ")


def _byte_order(data: bytes) -> str | None:
    return {b"II*\x00": "<", b"MM\x00*": ">"}.get(data[:4])


def _unsigned(value: bytes, order: str) -> int:
    return int.from_bytes(value[:4], "little" if order == "<" else "big")


def _entries(data: bytes, at: int, order: str, wanted: frozenset[int]) -> Iterator[_Entry]:
    count = _unsigned(data[at : at + 2], order)
    for number in range(min(count, _MAX_ENTRIES)):
        raw = data[at + 2 + 12 * number : at + 14 + 12 * number]
        if len(raw) < 12:
            return
        tag, kind, length = struct.unpack(f"{order}HHI", raw[:8])
        size = _TYPE_SIZES.get(kind, 0) * length if tag in wanted else 0
        if 0 < size <= 4:
            yield _Entry(tag, raw[8 : 8 + size])
        elif 4 < size <= _MAX_VALUE:
            offset = _unsigned(raw[8:12], order)
            yield _Entry(tag, data[offset : offset + size])
