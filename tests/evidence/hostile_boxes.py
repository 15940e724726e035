"""Hostile files of the ISO base media family (HEIC, AVIF): boxes that lie, nest, and refer to themselves."""

import struct
from functools import partial

from evidence_makers import encoded, image


def named():
    """Name → builder, in a fixed order."""
    for brand in (b"avif", b"heic"):
        name = brand.decode()
        for fault, body in _bodies().items():
            yield f"boxes-{name}-{fault}", partial(lambda brand, body: _typed(brand) + body, brand, body)
    yield "boxes-avif-size", lambda: _resized(2**32 - 1)
    yield "boxes-avif-many-brands", lambda: box(b"ftyp", b"avif\0\0\0\0" + b"mif1" * 1_000_000)
    yield "boxes-heic-brand-length", lambda: struct.pack(">I", 2**32 - 1) + b"ftypheic" + bytes(4000)


def box(kind, body):
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _bodies():
    return {
        "nothing-after": b"",
        "size-none": struct.pack(">I4s", 0, b"meta") + bytes(400),
        "size-small": struct.pack(">I4s", 4, b"meta") * 1000,
        "size-64-bit": struct.pack(">I4sQ", 1, b"meta", 2**63) + bytes(400),
        "size-zero-64-bit": struct.pack(">I4sQ", 1, b"meta", 0) * 1000,
        "nested": b"".join(struct.pack(">I4sI", 12 * (20_000 - level), b"meta", 0) for level in range(20_000)),
        "many": box(b"free", b"") * 1_000_000,
        "items": _meta(b"iloc", b"\x02\0\0\0\x44\x40" + struct.pack(">I", 2**31)),
        "circle": _self_made(),
    }


def _typed(brand):
    return box(b"ftyp", brand + bytes(4) + b"mif1" + brand)


def _meta(kind, body):
    return box(b"meta", bytes(4) + box(b"hdlr", bytes(8) + b"pict" + bytes(13)) + box(kind, body))


def _self_made():
    """A grid whose only tile is the grid itself."""
    entry = box(b"infe", b"\x02\0\0\0" + struct.pack(">HH", 1, 0) + b"grid\0")
    inner = (
        box(b"hdlr", bytes(8) + b"pict" + bytes(13))
        + box(b"pitm", bytes(4) + struct.pack(">H", 1))
        + box(b"iinf", bytes(4) + struct.pack(">H", 1) + entry)
        + box(b"iref", bytes(4) + box(b"dimg", struct.pack(">HHH", 1, 1, 1)))
        + box(b"iprp", box(b"ipco", box(b"ispe", struct.pack(">III", 0, 2**31, 2**31))))
    )
    return box(b"meta", bytes(4) + inner)


def _resized(side):
    plain = bytearray(encoded("AVIF", image()))
    at = plain.index(b"ispe")
    plain[at + 8 : at + 16] = struct.pack(">II", side, side)
    return bytes(plain)
