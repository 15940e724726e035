"""Metadata segments of a JPEG file, and the trailer that Samsung's gallery appends to it.

Sources: ITU-T T.81 and T.86 (segments), Adobe XMP part 3 section 1.1.3 (packets, also continued over several segments),
IPTC IIM 4.2 in Photoshop's APP13, C2PA 2.2 section A.3.1 (JUMBF in APP11).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from review_mining.evidence.blocks import MAX_BLOCK, MAX_STEPS, MAX_TOTAL, Block, BlockKind

_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_XMP_MORE = b"http://ns.adobe.com/xmp/extension/\x00"
_KINDS: tuple[tuple[bytes, BlockKind, str], ...] = (
    (_XMP, "xmp", "XMP"),
    (b"Exif\x00\x00", "exif", "EXIF"),
    (b"Photoshop 3.0\x00", "iptc", "IPTC"),
)
_GUID = 32
_FILL = re.compile(rb"\xff{2,}")
_MARKER = re.compile(rb"\xff[\xc0-\xcf\xd9-\xfe]")
"""One that a length follows, or the end of the picture; compressed data holds none but the numbers of restarts."""
_SCAN, _END = 0xDA, 0xD9
_TRAILER = 1 << 20
_SAMSUNG_EDIT = b"PhotoEditor_Re_Edit_Data"


def read_jpeg(data: bytes) -> Iterator[Block]:
    """Blocks of the segments before the picture data, an extended XMP packet in one piece, and Samsung's edit data.

    Args:
        data: the whole file.
    """
    continued = _ContinuedXmp()
    c2pa_seen = False
    for marker, payload in _segments(data):
        name = "JPEG COM" if marker == 0xFE else f"JPEG APP{marker - 0xE0}"
        if payload.startswith(_XMP_MORE):
            continued.add(payload[len(_XMP_MORE) :])
        elif payload.startswith(b"JP") and payload[12:16] == b"jumb":
            if not c2pa_seen and b"c2pa" in payload[:64]:
                c2pa_seen = True
                yield Block("c2pa", f"{name} C2PA")
        else:
            yield _block(name, payload)
    yield from continued.packets()
    yield from _samsung_edit(data)


def count_scans(data: bytes, most: int) -> int:
    """Scans of the picture itself, up to ``most``: neither of its thumbnail nor of the film behind a motion photo.

    Args:
        data: the whole file.
        most: where counting ends; also the answer for a file of more segments than any picture has.
    """
    at, scans = 2, 0
    for _ in range(MAX_STEPS):
        found = _MARKER.search(data, at)
        if found is None or data[found.end() - 1] == _END or scans == most:
            return scans
        scans += data[found.end() - 1] == _SCAN
        at = found.end() + max(2, int.from_bytes(data[found.end() : found.end() + 2], "big"))
    return most


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and payload of each application or comment segment."""
    at = 2
    for _ in range(MAX_STEPS):
        if (fill := _FILL.match(data, at)) is not None:
            at = fill.end() - 1
        if at + 4 > len(data) or data[at] != 0xFF:
            return
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA or length < 2:
            return
        if 0xE0 <= marker <= 0xEF or marker == 0xFE:
            yield marker, data[at + 4 : at + 2 + length]
        at += 2 + length


def _block(name: str, payload: bytes) -> Block:
    for prefix, kind, label in _KINDS:
        if payload.startswith(prefix):
            return Block(kind, f"{name} {label}", "", payload[len(prefix) :])
    return Block("app", name, "", payload)


class _ContinuedXmp:
    """Collects the parts of XMP packets that are too long for one segment, by their identifier."""

    def __init__(self) -> None:
        self._parts: dict[tuple[bytes, int], dict[int, bytes]] = {}
        self._held = 0

    def add(self, payload: bytes) -> None:
        if len(payload) < _GUID + 8:
            return
        identifier = payload[:_GUID]
        whole, offset = struct.unpack_from(">II", payload, _GUID)
        part = payload[_GUID + 8 :]
        if whole <= MAX_BLOCK and self._held + len(part) <= MAX_TOTAL:
            self._held += len(part)
            self._parts.setdefault((identifier, whole), {})[offset] = part

    def packets(self) -> Iterator[Block]:
        """The packets of which every part was there."""
        for (_, whole), parts in self._parts.items():
            expected = 0
            for offset in sorted(parts):
                if offset != expected:
                    break
                expected += len(parts[offset])
            if expected == whole:
                yield Block("xmp", "JPEG APP1 extended XMP", "", b"".join(parts[offset] for offset in sorted(parts)))


def _samsung_edit(data: bytes) -> Iterator[Block]:
    """What Samsung's gallery notes about its edits, in the trailer behind the picture (ends with ``SEFT``)."""
    if data[-4:] != b"SEFT":
        return
    tail = data[-_TRAILER:]
    found = re.search(re.escape(_SAMSUNG_EDIT) + rb"(?=\{)", tail)
    if found is not None:
        yield Block("text", "JPEG trailer SEF", _SAMSUNG_EDIT.decode(), tail[found.end() :])
