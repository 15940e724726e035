"""Hostile pictures whose metadata is the weapon: chunks without number, markup, directories, lengths that lie."""

import struct
import zlib
from functools import cache, partial

from evidence_makers import (
    chunk,
    encoded,
    exif_segment,
    gif_with_xmp,
    international_chunk,
    jpeg_with,
    png_with,
    segment,
    text_chunk,
    tiff_block,
    webp_with,
    xmp,
    xmp_segment,
)

ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&b;">]>'
LAUGHS = "".join(f'<!ENTITY l{depth} "' + f"&l{depth - 1};" * 10 + '">' for depth in range(1, 10))


def named():
    """Name → builder, in a fixed order."""
    yield from _many()
    yield from _markup()
    yield from _directories()
    yield from _lengths()
    yield from _inflating()
    yield from _signed_boxes()


def _many():
    for name, one in (
        ("text", text_chunk("Comment", "x")),
        ("label", text_chunk("AIGC", '{"Label":"1","ProduceID":"1"}')),
        ("international", international_chunk("Comment", "x")),
        ("unknown", chunk(b"abCd", b"x")),
        ("empty", chunk(b"tEXt", b"")),
    ):
        yield f"many-png-{name}", partial(lambda one: png_with(one * 100_000), one)
    for name, text in (("options", " --a"), ("steps", "Steps: 1, ")):
        yield f"many-png-{name}", partial(lambda text: png_with(_long_comment(text) * 4), text)
    yield "many-png-after-pixels", lambda: png_with(text_chunk("AIGC", "{" * 9) * 100_000, after_pixels=True)
    yield "many-jpeg-segments", lambda: jpeg_with(segment(0xE5, b"AIGC{") * 100_000)
    yield "many-jpeg-comments", lambda: jpeg_with(segment(0xFE, b"{}") * 100_000)
    yield "many-jpeg-exif", lambda: jpeg_with(exif_segment(tiff_block([(0x10E, b"AIGC{" * 9)])) * 50_000)
    yield "many-jpeg-fill", lambda: b"\xff\xd8" + b"\xff" * 33_000_000
    yield "many-jpeg-colour-profiles", lambda: jpeg_with(segment(0xE2, b"ICC_PROFILE\0\x01\xff" + bytes(9)) * 60_000)
    yield "many-gif-sub-blocks", lambda: encoded("GIF")[:-1] + b"\x21\xfe" + b"\x01x" * 16_000_000
    yield "many-gif-comments", lambda: encoded("GIF")[:-1] + b"\x21\xfe\x01x\0" * 6_000_000 + b"\x3b"
    yield "many-webp-chunks", lambda: _riff((b"abcd" + bytes(4)) * 4_000_000)
    yield "many-webp-xmp", lambda: _riff((b"XMP " + struct.pack("<I", 8) + b"<x:a/>  ") * 200_000)


def _markup():
    packets = {
        "entity-cycle": xmp("&b;", prolog=ENTITIES),
        "entity-laughs": xmp("&l9;", prolog=f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>'),
        "entity-quadratic": xmp("&q;" * 9000, prolog='<!DOCTYPE x [<!ENTITY q "' + "q" * 9000 + '">]>'),
        "entity-file": xmp("&f;", prolog='<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'),
        "entity-network": xmp("&n;", prolog='<!DOCTYPE x [<!ENTITY n SYSTEM "http://127.0.0.1:9/">]>'),
        "deep": xmp("<a>" * 10_000 + "</a>" * 10_000),
        "deeper": xmp("<a>" * 140_000 + "</a>" * 140_000),
        "attributes": xmp("<a " + " ".join(f'b{n}="1"' for n in range(60_000)) + "/>"),
        "namespaces": xmp("".join(f'<a xmlns:n{n}="u{n}"/>' for n in range(30_000))),
        "nested-namespaces": xmp("".join(f'<a xmlns:n{n}="u{n}">' for n in range(9000)) + "</a>" * 9000),
        "cyclic-resources": xmp('<a rdf:nodeID="A" rdf:resource="#A"><b rdf:nodeID="A"/></a>' * 9000),
        "instructions": xmp("<?xpacket x?>" * 60_000),
        "unclosed": "<x:xmpmeta" + "<" * 900_000 + "</x:xmpmeta>",
        "labels": xmp("<TC260:AIGC>AIGC{</TC260:AIGC>" * 25_000),
        "nested-labels": xmp("<TC260:AIGC>x" * 9000 + "</TC260:AIGC>" * 9000),
        "labels-in-labels": labels_in_labels(),
        "deep-json": xmp("<TC260:AIGC>" + "{&quot;AIGC&quot;:" * 40_000 + "</TC260:AIGC>"),
        "wide-json": xmp("<TC260:AIGC>" + "[" * 900_000 + "</TC260:AIGC>"),
        "long-number": xmp("<TC260:AIGC>{&quot;Label&quot;:" + "9" * 900_000 + "}</TC260:AIGC>"),
        "spaces": xmp(" " * 1_000_000),
    }
    for name, packet in packets.items():
        yield f"xmp-webp-{name}", partial(webp_with, b"XMP ", packet.encode())
    for name in ("entity-laughs", "deeper", "nested-labels", "long-number"):
        yield f"xmp-png-{name}", partial(_deflated_xmp, packets[name])
    yield "xmp-gif-deep", lambda: gif_with_xmp(packets["deep"])
    yield (
        "xmp-jpeg-utf-16",
        lambda: jpeg_with(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp().encode("utf-16"))),
    )
    yield "xmp-jpeg-extended", lambda: jpeg_with(xmp_segment(xmp()), *(_extended(part) for part in range(500)))


def _directories():
    loop = struct.pack("<HHHII", 1, 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    many = struct.pack("<H", 65535) + struct.pack("<HHII", 0x10E, 2, 2**32 - 1, 8) * 5000
    blocks = {
        "loop": b"II*\0\x08\0\0\0" + loop,
        "loop-big-endian": b"MM\0*\0\0\0\x08" + struct.pack(">HHHII", 1, 0x8769, 4, 1, 8) + struct.pack(">I", 8),
        "loop-gps": b"II*\0\x08\0\0\0" + struct.pack("<HHHIII", 1, 0x8825, 4, 1, 8, 8),
        "loop-interoperability": b"II*\0\x08\0\0\0" + struct.pack("<HHHIII", 1, 0xA005, 4, 1, 8, 8),
        "many-entries": b"II*\0\x08\0\0\0" + many,
        "lying-offset": b"II*\0\xff\xff\xff\xff",
        "lying-count": b"II*\0\x08\0\0\0" + struct.pack("<HHHII", 1, 0x9286, 7, 2**31, 0),
        "unknown-types": b"II*\0\x08\0\0\0\xff\0" + b"".join(struct.pack("<HHII", 0x10E, n, 9, 8) for n in range(255)),
        "comment-labels": tiff_block([], exif_entries=[(0x9286, b"ASCII\0\0\0" + b"AIGC{" * 12_000)]),
        "comment-wide": tiff_block([], exif_entries=[(0x9286, b"UNICODE\0" + b"\xd8" * 60_000)]),
        "maker-note": tiff_block([], exif_entries=[(0x927C, loop * 2000)]),
        "thumbnail-loop": b"II*\0\x08\0\0\0" + struct.pack("<HHHIII", 1, 0x201, 4, 1, 0, 8),
        "orientation": tiff_block([(0x112, b"\xff\xff\xff\xff")]),
    }
    for name, block in blocks.items():
        yield f"exif-jpeg-{name}", partial(lambda block: jpeg_with(exif_segment(block[:65000])), block)
    for name in ("loop", "many-entries", "unknown-types", "loop-gps"):
        yield f"exif-png-{name}", partial(lambda block: png_with(chunk(b"eXIf", block)), blocks[name])
        yield f"exif-tiff-{name}", partial(lambda block: block, blocks[name])
    yield "exif-png-shared-values", lambda: png_with(chunk(b"eXIf", directories_that_share_values()) * 4)


def labels_in_labels():
    """A packet in which the text of every element is that of all elements within it, and long."""
    return xmp("<TC260:AIGC>" * 20_000 + "x" * 300_000 + "</TC260:AIGC>y" * 20_000)


def _long_comment(text):
    return text_chunk("Description", text * (1_000_000 // len(text)))


def directories_that_share_values():
    """A mebibyte of EXIF in which hundreds of directories each hold hundreds of comments of nearly a mebibyte."""
    count, whole = 511, 1 << 20
    deeper = 8 + 2 + 12 * count + 4
    pointers = struct.pack("<HHII", 0x8769, 4, 1, deeper) * count
    comments = struct.pack("<HHII", 0x9286, 7, whole - 8, 1) * count
    head = b"II*\0\x08\0\0\0" + b"".join(struct.pack("<H", count) + rows + bytes(4) for rows in (pointers, comments))
    return head.ljust(whole, b" ")


def _lengths():
    for length in (0, 1, 2**31 - 1, 2**32 - 1):
        yield f"length-png-{length}", partial(_png_length, length)
        yield f"length-webp-{length}", partial(_webp_length, length)
    for length in (0, 1, 65535):
        yield f"length-jpeg-{length}", partial(lambda length: b"\xff\xd8\xff\xe1" + struct.pack(">H", length), length)


def _inflating():
    yield "inflate-png-zTXt", lambda: png_with(chunk(b"zTXt", b"AIGC\0\0" + _bomb()))
    yield "inflate-png-iTXt", lambda: png_with(chunk(b"iTXt", b"AIGC\0\x01\0\0\0" + _bomb()))
    yield "inflate-png-iCCP", lambda: png_with(chunk(b"iCCP", b"icc\0\0" + _bomb()))
    yield "inflate-png-XMP", lambda: png_with(chunk(b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0" + _bomb()))
    yield "inflate-png-many", lambda: png_with(chunk(b"zTXt", b"AIGC\0\0" + zlib.compress(b"{" * 1_000_000)) * 2000)
    yield "inflate-png-nested", lambda: png_with(chunk(b"zTXt", b"AIGC\0\0" + zlib.compress(_bomb())))


@cache
def _bomb():
    """A stream that inflates to 400 MiB."""
    deflate = zlib.compressobj(9)
    return b"".join(deflate.compress(bytes(1 << 24)) for _ in range(25)) + deflate.flush()


def _signed_boxes():
    nested = _nested_boxes(b"jumb", 1000)
    for name, box in {
        "nested": nested,
        "deeper": _nested_boxes(b"jumb", 100_000),
        "lies": struct.pack(">I4s", 2**31, b"jumb") + bytes(40),
        "size-none": struct.pack(">I4s", 0, b"jumb") + bytes(40),
        "size-64-bit": struct.pack(">I4sQ", 1, b"jumb", 2**63) + bytes(40),
        "size-zero-64-bit": struct.pack(">I4sQ", 1, b"jumb", 0) + bytes(40),
        "many": struct.pack(">I4s", 8, b"jumd") * 100_000,
    }.items():
        yield f"c2pa-png-{name}", partial(lambda box: png_with(chunk(b"caBX", box)), box)
    for name, numbers in {"same": [1] * 500, "backwards": range(500, 0, -1), "gaps": range(1, 2**32, 2**23)}.items():
        yield f"c2pa-jpeg-{name}", partial(_app11, list(numbers), nested)
    yield "c2pa-webp-lies", lambda: webp_with(b"C2PA", struct.pack(">I4s", 2**31, b"jumb") + bytes(40))


def _deflated_xmp(packet):
    return png_with(international_chunk("XML:com.adobe.xmp", packet, deflate=True))


def _extended(part):
    head = b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 32 + struct.pack(">II", 2**32 - 1, part * 60_000)
    return segment(0xE1, head + b"<" * 60_000)


def _png_length(length):
    return encoded("PNG")[:33] + struct.pack(">I4s", length, b"tEXt") + bytes(64)


def _webp_length(length):
    return b"RIFF" + struct.pack("<I", length) + b"WEBPXMP " + struct.pack("<I", length) + bytes(64)


def _riff(chunks):
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def _nested_boxes(kind, depth):
    return b"".join(struct.pack(">I4s", 8 * (depth - level), kind) for level in range(depth))


def _app11(numbers, box):
    parts = (b"JP\x02\x11" + struct.pack(">I", number & 0xFFFFFFFF) + box[:8] + bytes(90) for number in numbers)
    return jpeg_with(*(segment(0xEB, part) for part in parts))
