"""The credit line of an IPTC record, as Photoshop stores it in JPEG and TIFF files.

Sources: IPTC IIM 4.2 (dataset 2:110), Adobe Photoshop file format (image resource 0x0404).
"""

from __future__ import annotations

from collections.abc import Iterator

_RECORD = 0x0404
_CREDIT = (2, 110)
_MAX_PIECES = 512


def read_credits(data: bytes) -> list[str]:
    """Credit lines in a block of Photoshop resources or a bare IPTC record.

    Args:
        data: the block; anything that does not follow the format ends the reading.
    """
    records = [data] if data.startswith(b"\x1c") else [body for name, body in _resources(data) if name == _RECORD]
    return [
        body.decode("utf-8", errors="replace").strip("\x00 ")
        for record in records
        for name, body in _datasets(record)
        if name == _CREDIT
    ]


def _resources(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(_MAX_PIECES):
        if data[at : at + 4] != b"8BIM" or at + 12 > len(data):
            return
        name = int.from_bytes(data[at + 4 : at + 6], "big")
        title = data[at + 6] + 1
        size_at = at + 6 + title + (title & 1)
        size = int.from_bytes(data[size_at : size_at + 4], "big")
        yield name, data[size_at + 4 : size_at + 4 + size]
        at = size_at + 4 + size + (size & 1)


def _datasets(record: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    at = 0
    for _ in range(_MAX_PIECES):
        if record[at : at + 1] != b"\x1c" or at + 5 > len(record):
            return
        size = int.from_bytes(record[at + 3 : at + 5], "big")
        if size & 0x8000:  # an extended dataset: no credit line is that long
            return
        yield (record[at + 1], record[at + 2]), record[at + 5 : at + 5 + size]
        at += 5 + size
