"""Metadata blocks of picture files, read without decoding a pixel.

Each reader walks the container's own structure, trusts no length field, and stops at the first inconsistency with what
it has so far: a hostile file costs at most one pass over its bytes and :data:`MAX_TOTAL` bytes of inflated text.

Sources: W3C PNG 3rd edition, Google's WebP container specification, CompuServe GIF89a, Adobe XMP part 3 (where XMP
lies in each), C2PA 2.2 section A.3 (where its record lies).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator

from review_mining.evidence import tiff
from review_mining.evidence.base_media import read_base_media
from review_mining.evidence.blocks import MAX_BLOCK, MAX_BLOCKS, MAX_STEPS, MAX_TOTAL, Block, Contents
from review_mining.evidence.jpeg_segments import read_jpeg

_EXIF = b"Exif\x00\x00"
_XMP_PNG = "XML:com.adobe.xmp"


def read_contents(data: bytes, picture_format: str) -> Contents:
    """Collect the metadata blocks of a file.

    Args:
        data: the whole file.
        picture_format: as named by :func:`review_mining.evidence.intake.sniff`; for any other name the result is empty.
    """
    reader = _READERS.get(picture_format)
    if reader is None:
        return Contents()
    blocks: list[Block] = []
    total, frames = 0, 0
    for found in reader(data):
        cost = 0 if found is None or found.data is data else len(found.data)  # a TIFF file is its own block: no copy
        if found is None:
            frames += 1
        elif len(blocks) < MAX_BLOCKS and total + cost <= MAX_TOTAL:
            blocks.append(found)
            total += cost
    return Contents(tuple(blocks), max(frames, 1))


def _png(data: bytes) -> Iterator[Block | None]:
    at, inflated = 8, 0
    for _ in range(MAX_STEPS):
        if at + 8 > len(data):
            return
        length, name = struct.unpack_from(">I4s", data, at)
        if at + 8 + length > len(data) or name == b"IEND":
            return
        if name in (b"tEXt", b"zTXt", b"iTXt", b"eXIf") and length <= MAX_BLOCK:
            block = _png_block(name, data[at + 8 : at + 8 + length], MAX_TOTAL - inflated)
            if block is not None:
                inflated += len(block.data)
                yield block
        elif name == b"caBX":
            yield Block("c2pa", "PNG caBX")
        elif name == b"fcTL":
            yield None
        at += 12 + length


def _png_block(name: bytes, body: bytes, budget: int) -> Block | None:
    if name == b"eXIf":
        return Block("exif", "PNG eXIf", "", body)
    keyword_bytes, separator, rest = body.partition(b"\x00")
    if not separator or len(keyword_bytes) > 79:
        return None
    keyword = keyword_bytes.decode("latin-1")
    place = f"PNG {name.decode()}"
    if name == b"tEXt":
        text: bytes | None = rest
    elif name == b"zTXt":
        text = _inflate(rest[1:], budget)
    else:
        text = _international(rest, budget)
    if text is None:
        return None
    return Block("xmp" if keyword == _XMP_PNG else "text", place, keyword, text)


def _international(rest: bytes, budget: int) -> bytes | None:
    if len(rest) < 2:
        return None
    parts = rest[2:].split(b"\x00", 2)
    if len(parts) < 3:
        return None
    return _inflate(parts[2], budget) if rest[0] == 1 else parts[2]


def _inflate(data: bytes, budget: int) -> bytes | None:
    """Inflate at most ``budget`` bytes; None for a damaged stream or one that would give more."""
    limit = min(budget, MAX_BLOCK)
    if limit <= 0:
        return None
    stream = zlib.decompressobj()
    try:
        text = stream.decompress(data, limit)
    except zlib.error:
        return None
    return None if stream.unconsumed_tail else text


def _webp(data: bytes) -> Iterator[Block | None]:
    at = 12
    for _ in range(MAX_STEPS):
        if at + 8 > len(data):
            return
        name, length = struct.unpack_from("<4sI", data, at)
        body = at + 8
        if body + length > len(data):
            return
        if name == b"XMP " and length <= MAX_BLOCK:
            yield Block("xmp", "WebP XMP", "", data[body : body + length])
        elif name == b"EXIF" and length <= MAX_BLOCK:
            yield Block("exif", "WebP EXIF", "", data[body : body + length].removeprefix(_EXIF))
        elif name == b"C2PA":
            yield Block("c2pa", "WebP C2PA")
        elif name == b"ANMF":
            yield None
        at = body + length + (length & 1)


def _gif(data: bytes) -> Iterator[Block | None]:
    if len(data) < 13:
        return
    at = 13 + _colour_table(data[10])
    for _ in range(MAX_STEPS):
        introducer = data[at : at + 1]
        if introducer == b"\x21":
            start = at + 3 + (data[at + 2] if at + 2 < len(data) else 0)
            end = _after_sub_blocks(data, start)
            if data[at + 3 : start] == b"XMP DataXMP" and end - start <= MAX_BLOCK:
                yield Block("xmp", "GIF XMP", "", data[start:end])
            elif data[at + 3 : start].startswith(b"C2PA_GIF"):
                yield Block("c2pa", "GIF C2PA_GIF")
            at = end
        elif introducer == b"\x2c" and at + 10 < len(data):
            yield None
            at = _after_sub_blocks(data, at + 11 + _colour_table(data[at + 9]))
        else:
            return


def _colour_table(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_sub_blocks(data: bytes, at: int) -> int:
    for _ in range(MAX_STEPS):
        if at >= len(data) or not data[at]:
            return at + 1
        at += 1 + data[at]
    return len(data)


def _tiff(data: bytes) -> Iterator[Block | None]:
    if tiff.holds_c2pa(data):
        yield Block("c2pa", "TIFF C2PA")
    yield Block("exif", "TIFF", "", data)
    for _ in range(tiff.count_directories(data, MAX_STEPS)):
        yield None


_READERS: dict[str, Callable[[bytes], Iterator[Block | None]]] = {
    "jpeg": read_jpeg,
    "png": _png,
    "webp": _webp,
    "gif": _gif,
    "tiff": _tiff,
    "heic": read_base_media,
    "avif": read_base_media,
}
"""A reader yields a block, or None for each frame."""
