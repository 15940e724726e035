"""Metadata items of HEIC, HEIF and AVIF files, and the size of their picture, read without decoding a pixel.

Sources: ISO/IEC 14496-12 (boxes, items and where they lie), ISO/IEC 23008-12 (HEIF: ``ispe``, items ``Exif`` and
``mime``), C2PA 2.2 section A.3.5 (its ``uuid`` box).
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass

from review_mining.evidence.blocks import MAX_BLOCK, Block

_MAX_BOXES = 4_096
_MAX_ITEMS = 1_024
_MAX_EXTENTS = 64
_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_XMP_TYPE = b"application/rdf+xml"


def read_base_media(data: bytes) -> Iterator[Block]:
    """Blocks of the EXIF and XMP items, and whether a C2PA record is there.

    Args:
        data: the whole file.
    """
    meta_seen = False
    for box in _boxes(data, 0, len(data)):
        if box.name == b"uuid" and data[box.start : box.start + 16] == _C2PA:
            yield Block("c2pa", "uuid box C2PA")
        elif box.name == b"meta" and not meta_seen:  # a file has one; thousands would each cost a walk
            meta_seen = True
            yield from _items(data, box)


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of the primary picture as its file declares them, in pixels, before any rotation.

    Args:
        data: the whole file.
    """
    for meta in _boxes(data, 0, len(data)):
        if meta.name == b"meta":
            inner = _named(data, meta.start + 4, meta.end)
            return _declared_size(data, inner) if {b"pitm", b"iprp"} <= inner.keys() else None
    return None


@dataclass(frozen=True)
class _Box:
    """A box by its name and the range of its body."""

    name: bytes
    start: int
    end: int


class _Cursor:
    """Reads unsigned numbers one after another; past the end they are 0."""

    def __init__(self, data: bytes, at: int, end: int) -> None:
        self._data, self.at, self._end = data, at, end

    def take(self, size: int) -> int:
        value = int.from_bytes(self._data[self.at : min(self.at + size, self._end)], "big")
        self.at += size
        return value

    @property
    def spent(self) -> bool:
        return self.at >= self._end


def _boxes(data: bytes, at: int, end: int) -> Iterator[_Box]:
    for _ in range(_MAX_BOXES):
        if at + 8 > end:
            return
        size, name, header = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if size == 1:
            size, header = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = end - at
        if size < header or at + size > end:
            return
        yield _Box(name, at + header, at + size)
        at += size


def _named(data: bytes, at: int, end: int) -> dict[bytes, _Box]:
    """The first box of each name."""
    boxes: dict[bytes, _Box] = {}
    for box in _boxes(data, at, end):
        boxes.setdefault(box.name, box)
    return boxes


def _items(data: bytes, meta: _Box) -> Iterator[Block]:
    inner = _named(data, meta.start + 4, meta.end)
    if not {b"iinf", b"iloc"} <= inner.keys():
        return
    wanted = _wanted_items(data, inner[b"iinf"])
    for number, body in _item_bodies(data, inner, wanted.keys()):
        kind = wanted.pop(number, None)  # a table may name an item again and again
        if kind == "exif":
            header = 4 + int.from_bytes(body[:4], "big")
            yield Block("exif", "HEIF Exif item", "", body[header:].removeprefix(b"Exif\x00\x00"))
        elif kind == "xmp":
            yield Block("xmp", "HEIF XMP item", "", body)


def _wanted_items(data: bytes, table: _Box) -> dict[int, str]:
    """Item number → ``exif`` or ``xmp``."""
    start = table.start + (6 if data[table.start : table.start + 1] == b"\x00" else 8)
    wanted: dict[int, str] = {}
    for entry in _boxes(data, start, table.end):
        version = data[entry.start] if entry.start < entry.end else 0
        cursor = _Cursor(data, entry.start + 4, entry.end)
        number = cursor.take(4 if version == 3 else 2)
        kind = data[cursor.at + 2 : cursor.at + 6]
        if version in (2, 3) and kind == b"Exif":
            wanted[number] = "exif"
        elif (
            version in (2, 3) and kind == b"mime" and _XMP_TYPE in data[cursor.at + 6 : min(entry.end, cursor.at + 600)]
        ):
            wanted[number] = "xmp"
    return wanted


def _item_bodies(data: bytes, inner: dict[bytes, _Box], wanted: Container[int]) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of the wanted items, each at most :data:`MAX_BLOCK` long."""
    box = inner[b"iloc"]
    cursor = _Cursor(data, box.start, box.end)
    version = cursor.take(1)
    cursor.at += 3
    sizes = cursor.take(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version in (1, 2) else 0
    for _ in range(min(cursor.take(4 if version == 2 else 2), _MAX_ITEMS)):
        if cursor.spent:
            return
        number = cursor.take(4 if version == 2 else 2)
        method = cursor.take(2) & 15 if version in (1, 2) else 0
        cursor.at += 2
        base = cursor.take(base_size)
        extents = []
        for _ in range(min(cursor.take(2), _MAX_EXTENTS)):
            cursor.at += index_size
            extents.append((base + cursor.take(offset_size), cursor.take(length_size)))
        room = _room(data, inner, method)
        if number in wanted and room is not None and sum(length for _, length in extents) <= MAX_BLOCK:
            yield (
                number,
                b"".join(data[room.start + at : min(room.start + at + length, room.end)] for at, length in extents),
            )


def _room(data: bytes, inner: dict[bytes, _Box], method: int) -> _Box | None:
    """Where offsets count from: the file, or the ``idat`` box; None for a method that metadata does not use."""
    return {0: _Box(b"", 0, len(data)), 1: inner.get(b"idat")}.get(method)


def _declared_size(data: bytes, inner: dict[bytes, _Box]) -> tuple[int, int] | None:
    primary_box, container = inner[b"pitm"], inner[b"iprp"]
    primary = _Cursor(data, primary_box.start + 4, primary_box.end).take(4 if data[primary_box.start] else 2)
    parts = _named(data, container.start, container.end)
    if not {b"ipco", b"ipma"} <= parts.keys():
        return None
    properties = list(_boxes(data, parts[b"ipco"].start, parts[b"ipco"].end))
    for index in _associated(data, parts[b"ipma"], primary):
        if 0 < index <= len(properties) and properties[index - 1].name == b"ispe":
            size = _Cursor(data, properties[index - 1].start + 4, properties[index - 1].end)
            return size.take(4), size.take(4)
    return None


def _associated(data: bytes, table: _Box, item: int) -> list[int]:
    """Numbers, from 1, of the properties of an item."""
    cursor = _Cursor(data, table.start, table.end)
    version, flags = cursor.take(1), cursor.take(3)
    for _ in range(min(cursor.take(4), _MAX_ITEMS)):
        number = cursor.take(2 if version == 0 else 4)
        count = cursor.take(1)
        indices = [cursor.take(2) & 0x7FFF if flags & 1 else cursor.take(1) & 0x7F for _ in range(count)]
        if number == item:
            return indices
        if cursor.spent:
            break
    return []
