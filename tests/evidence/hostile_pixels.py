"""Hostile pictures whose pixels are the weapon: bombs, enormous dimensions, many frames, costly scans."""

import struct
import zlib
from functools import partial

import numpy as np
from evidence_makers import chunk, encoded, image, png_with, segment, tiff_block
from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def named():
    """Name → builder, in a fixed order."""
    for name, width, height, depth, colour in (
        ("grey-1-bit", 8900, 8900, 1, 0),
        ("grey", 8900, 8900, 8, 0),
        ("grey-16-bit", 8900, 8900, 16, 0),
        ("palette", 8900, 8900, 8, 3),
        ("colour", 8900, 8900, 8, 2),
        ("colour-16-bit", 8900, 8900, 16, 2),
        ("alpha", 8900, 8900, 8, 6),
        ("alpha-16-bit", 8900, 8900, 16, 6),
        ("line", 79_000_000, 1, 8, 0),
        ("column", 1, 1_000_000, 8, 2),
    ):
        yield f"bomb-png-{name}", partial(png_bomb, width, height, depth, colour)
        if name in ("colour", "alpha-16-bit"):
            yield f"bomb-png-{name}-interlaced", partial(png_bomb, width, height, depth, colour, interlaced=True)
    for picture_format, options in (
        ("GIF", {}),
        ("WEBP", {"lossless": True, "method": 0}),
        ("AVIF", {"speed": 10, "quality": 10}),
        ("JPEG", {"quality": 5}),
        ("TIFF", {"compression": "tiff_deflate"}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "packbits"}),
    ):
        size = (4000, 4000) if picture_format in ("WEBP", "AVIF") else (8000, 8000)
        name = f"bomb-{picture_format.lower()}-{options.get('compression', 'solid')}"
        yield name, partial(solid, picture_format, options, size=size)
    yield "bomb-tiff-float", partial(solid, "TIFF", {"compression": "tiff_deflate"}, "F")
    yield "bomb-tiff-cmyk", partial(solid, "TIFF", {"compression": "tiff_deflate"}, "CMYK")
    yield "bomb-jpeg-cmyk", partial(solid, "JPEG", {"quality": 5}, "CMYK")
    yield "bomb-idat-too-long", idat_too_long
    for scans in (100, 1000, 20_000):
        yield f"jpeg-{scans}-scans", partial(many_scans, scans, 8000)
    yield "jpeg-50000-scans-small", partial(many_scans, 50_000, 64)
    yield from _dimensions()
    yield from _frames()


def png_bomb(width, height, depth, colour, *, interlaced=False):
    """A small PNG of one colour that becomes very large."""
    samples = {0: 1, 2: 3, 3: 1, 6: 4}[colour]
    row = (width * samples * depth + 7) // 8 + 1
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    palette = chunk(b"PLTE", bytes(range(30))) if colour == 3 else b""
    deflate = zlib.compressobj(1)
    pixels = bytearray()
    block = bytes(1 << 20)
    whole = row * height + (8 * height if interlaced else 0)
    for _ in range(whole // len(block) + 1):
        pixels += deflate.compress(block)
    pixels += deflate.flush()
    return SIGNATURE + chunk(b"IHDR", header) + palette + chunk(b"IDAT", bytes(pixels)) + chunk(b"IEND", b"")


def solid(picture_format, options, mode="RGB", size=(8000, 8000)):
    return encoded(picture_format, Image.new(mode, size), **options)


def idat_too_long():
    """A picture of 8 × 8 whose pixel stream inflates to a gigabyte."""
    deflate = zlib.compressobj(9)
    stream = b"".join(deflate.compress(bytes(1 << 24)) for _ in range(64)) + deflate.flush()
    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", stream) + chunk(b"IEND", b"")


def many_scans(count, side):
    """A progressive JPEG whose last scan is repeated: each repetition costs a pass over the whole picture."""
    plain = encoded("JPEG", Image.new("L", (side, side)), quality=5, progressive=True)
    last = plain.rindex(b"\xff\xda")
    return plain[:last] + plain[last:-2] * min(count, (32_000_000 - last) // (len(plain) - last)) + plain[-2:]


def _dimensions():
    yield "dimensions-png-largest", lambda: _png_of(2**31 - 1, 2**31 - 1)
    yield "dimensions-png-none", lambda: _png_of(0, 0)
    yield "dimensions-png-too-large", lambda: _png_of(2**32 - 1, 1)
    yield "dimensions-jpeg-largest", lambda: _jpeg_of(65535, 65535)
    yield "dimensions-jpeg-none", lambda: _jpeg_of(0, 0)
    yield "dimensions-gif-largest", lambda: _patched("GIF", 6, struct.pack("<HH", 65535, 65535))
    yield "dimensions-gif-frame", lambda: _frame_beyond_canvas()
    yield "dimensions-webp-canvas", lambda: b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0" + bytes(4) + b"\xff" * 6 + bytes(8)
    yield "dimensions-webp-lossless", lambda: b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f" + b"\xff" * 12
    yield "dimensions-tiff-largest", lambda: _tiff_of(2**32 - 1, 2**32 - 1)
    yield "dimensions-tiff-line", lambda: _tiff_of(80_000_000, 1)
    yield "dimensions-tiff-samples", lambda: _tiff_of(1000, 1000, samples=65535)


def _frames():
    yield "frames-gif-million", lambda: _tiny_gif(1_000_000)
    yield "frames-gif-at-the-limit", lambda: _tiny_gif(200)
    yield "frames-gif-large-canvas", lambda: _tiny_gif(200, canvas=(8900, 8900))
    yield "frames-png-hundred-thousand", lambda: png_with(chunk(b"fcTL", bytes(26)) * 100_000)
    yield (
        "frames-webp-hundred-thousand",
        lambda: (
            b"RIFF" + struct.pack("<I", 2_400_004) + b"WEBP" + (b"ANMF" + struct.pack("<I", 16) + bytes(16)) * 100_000
        ),
    )
    yield "frames-tiff-hundred-thousand", lambda: _chain(100_000)
    yield "frames-tiff-circle", lambda: _chain(10)[:-4] + struct.pack("<I", 8)
    yield "frames-jpeg-multi-picture", lambda: _multi_picture(65535)
    yield "frames-jpeg-multi-picture-lies", lambda: _multi_picture(2, at=2**31)


def _png_of(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(999))) + chunk(b"IEND", b"")


def _jpeg_of(width, height):
    plain = bytearray(encoded("JPEG"))
    at = plain.index(b"\xff\xc0")
    plain[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(plain)


def _patched(picture_format, at, replacement):
    plain = bytearray(encoded(picture_format))
    plain[at : at + len(replacement)] = replacement
    return bytes(plain)


def _frame_beyond_canvas():
    plain = bytearray(encoded("GIF"))
    at = plain.index(b"\x2c", 13)
    plain[at + 1 : at + 9] = struct.pack("<HHHH", 60000, 60000, 60000, 60000)
    return bytes(plain)


def _tiff_of(width, height, samples=3):
    rows = [
        (0x100, struct.pack("<I", width)),
        (0x101, struct.pack("<I", height)),
        (0x102, struct.pack("<H", 8)),
        (0x103, struct.pack("<H", 1)),
        (0x106, struct.pack("<H", 2)),
        (0x111, struct.pack("<I", 8)),
        (0x115, struct.pack("<H", samples)),
        (0x116, struct.pack("<I", height)),
        (0x117, struct.pack("<I", 2**32 - 1)),
    ]
    kinds = {4: 4, 2: 3}
    entries = b"".join(struct.pack("<HHI", tag, kinds[len(value)], 1) + value.ljust(4, b"\0") for tag, value in rows)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(rows)) + entries + bytes(4)


def _tiny_gif(frames, canvas=(1, 1)):
    frame = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0"
    return b"GIF89a" + struct.pack("<HH", *canvas) + b"\x80\0\0\0\0\0\xff\xff\xff" + frame * frames + b"\x3b"


def _chain(count):
    """A TIFF with one directory after another, each of a single entry."""
    pages = [
        struct.pack("<HHHII", 1, 0x100, 4, 1, 1) + struct.pack("<I", 8 + 18 * (number + 1)) for number in range(count)
    ]
    return b"II*\0\x08\0\0\0" + b"".join(pages)[:-4] + bytes(4)


def _multi_picture(count, at=1000):
    entries = b"".join(struct.pack("<IIIHH", 0x20030000, 2**31, at, 0, 0) for _ in range(min(count, 4000)))
    block = tiff_block([(0xB000, b"0100"), (0xB001, struct.pack("<I", count)), (0xB002, entries)])
    plain = encoded("JPEG", image())
    return plain[:2] + segment(0xE2, b"MPF\0" + block[:65000]) + plain[2:]


def noise(side, seed=0):
    """A picture of random pixels."""
    return Image.fromarray(np.random.default_rng(seed).integers(0, 255, (side, side, 3), dtype=np.uint8))
