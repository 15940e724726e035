"""Builders of small picture files with known contents, written without the code under test."""

import base64
import gzip
import hashlib
import json
import struct
import zlib
from io import BytesIO

import numpy as np
from PIL import Image

LABEL = {"Label": "1", "ContentProducer": "invented-producer", "ProduceID": "p-1"}


def image(side=64, colour=(180, 60, 40)):
    return Image.new("RGB", (side, side), colour)


def encoded(picture_format, picture=None, **options):
    out = BytesIO()
    (picture or image()).save(out, picture_format, **options)
    return out.getvalue()


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_with(*chunks, after_pixels=False, picture=None):
    plain = encoded("PNG", picture)
    at = plain.rindex(b"IEND") - 4 if after_pixels else 33
    return plain[:at] + b"".join(chunks) + plain[at:]


def text_chunk(keyword, text):
    return chunk(b"tEXt", keyword.encode() + b"\x00" + text.encode())


def deflated_chunk(keyword, data):
    return chunk(b"zTXt", keyword.encode() + b"\x00\x00" + zlib.compress(data, 9))


def international_chunk(keyword, text, *, deflate=False):
    body = zlib.compress(text.encode()) if deflate else text.encode()
    return chunk(b"iTXt", keyword.encode() + b"\x00" + bytes([deflate, 0]) + b"\x00\x00" + body)


def jpeg_with(*segments, picture=None):
    plain = encoded("JPEG", picture)
    return plain[:2] + b"".join(segments) + plain[2:]


def segment(marker, payload):
    return bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload


def xmp_segment(packet):
    return segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + packet.encode())


def xmp(inner="", attributes="", prolog=""):
    return (
        f'{prolog}<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:exif="http://ns.adobe.com/exif/1.0/"'
        f' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" {attributes}>{inner}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    )


def label_element(label=None):
    text = json.dumps(LABEL if label is None else label).replace('"', "&quot;")
    return xmp(f"<TC260:AIGC>{text}</TC260:AIGC>")


def label_attribute(label=None):
    text = json.dumps(LABEL if label is None else label).replace('"', "&quot;")
    return xmp(attributes=f'TC260:AIGC="{text}"')


def source_type(code):
    return xmp(
        "<Iptc4xmpExt:DigitalSourceType>"
        f"http://cv.iptc.org/newscodes/digitalsourcetype/{code}</Iptc4xmpExt:DigitalSourceType>"
    )


def tiff_block(entries, order="<", exif_entries=()):
    """A TIFF structure with one directory and, if given, an EXIF directory; values are bytes of type UNDEFINED."""
    head = (b"II*\x00" if order == "<" else b"MM\x00*") + struct.pack(f"{order}I", 8)
    first_size = 2 + 12 * (len(entries) + bool(exif_entries)) + 4
    exif_at = 8 + first_size
    values_at = exif_at + (2 + 12 * len(exif_entries) + 4 if exif_entries else 0)
    values = b""

    def entry(tag, value):
        nonlocal values
        if len(value) <= 4:
            return struct.pack(f"{order}HHI", tag, 7, len(value)) + value.ljust(4, b"\x00")
        offset = values_at + len(values)
        values += value
        return struct.pack(f"{order}HHII", tag, 7, len(value), offset)

    rows = [entry(tag, value) for tag, value in entries]
    if exif_entries:
        rows.append(struct.pack(f"{order}HHII", 0x8769, 4, 1, exif_at))
    directory = struct.pack(f"{order}H", len(rows)) + b"".join(rows) + bytes(4)
    if exif_entries:
        deeper = [entry(tag, value) for tag, value in exif_entries]
        directory += struct.pack(f"{order}H", len(deeper)) + b"".join(deeper) + bytes(4)
    return head + directory + values


def exif_segment(block):
    return segment(0xE1, b"Exif\x00\x00" + block)


def webp_with(name, body, picture=None):
    plain = encoded("WEBP", picture, quality=60)
    padded = body + b"\x00" * (len(body) & 1)
    whole = plain[12:] + name + struct.pack("<I", len(body)) + padded
    return b"RIFF" + struct.pack("<I", len(whole) + 4) + b"WEBP" + whole


def gif_with_xmp(packet):
    plain = encoded("GIF")
    magic = bytes([1, *range(255, -1, -1), 0])
    return plain[:-1] + b"\x21\xff\x0bXMP DataXMP" + packet.encode() + magic + plain[-1:]


def extended_xmp_segments(packet, size=60_000):
    """A short packet that names an extended one, and that one over several segments (Adobe XMP part 3, 1.1.3.1)."""
    body = packet.encode()
    digest = hashlib.md5(body).hexdigest().upper()
    note = f'xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="{digest}"'
    parts = [
        segment(
            0xE1,
            b"http://ns.adobe.com/xmp/extension/\x00"
            + digest.encode()
            + struct.pack(">II", len(body), at)
            + body[at : at + size],
        )
        for at in range(0, len(body), size)
    ]
    return [xmp_segment(xmp(attributes=note)), *parts]


def iim_record(*datasets):
    """An IPTC record: (record, dataset, text) each."""
    return b"".join(
        bytes([0x1C, record, number]) + struct.pack(">H", len(text.encode())) + text.encode()
        for record, number, text in datasets
    )


def photoshop_segment(record):
    other = b"8BIM" + struct.pack(">H", 0x03ED) + b"\x03res" + struct.pack(">I", 3) + b"abc\x00"
    body = other + b"8BIM" + struct.pack(">H", 0x0404) + b"\x00\x00" + struct.pack(">I", len(record)) + record
    return segment(0xED, b"Photoshop 3.0\x00" + body)


def with_samsung_trailer(plain, note):
    """Samsung's trailer: a block with its name, the directory SEFH and the end mark SEFT."""
    name, body = b"PhotoEditor_Re_Edit_Data", note.encode()
    block = struct.pack("<HHI", 0, 0x0BA1, len(name)) + name + body
    directory = b"SEFH" + struct.pack("<IIHHII", 107, 1, 0, 0x0BA1, len(block), len(block))
    return plain + block + directory + struct.pack("<I", len(directory)) + b"SEFT"


def stealth_png(text, channel="A", *, deflate=True, side=64):
    """A PNG whose lowest bits, column by column, hold a text behind a signature and its length in bits."""
    body = gzip.compress(text.encode()) if deflate else text.encode()
    name = {"A": "png", "RGB": "rgb"}[channel] + ("comp" if deflate else "info")
    hidden = b"stealth_" + name.encode() + struct.pack(">I", 8 * len(body)) + body
    bits = np.unpackbits(np.frombuffer(hidden, np.uint8))
    pixels = np.full((side, side, 4), 254, np.uint8)
    by_column = pixels.transpose(1, 0, 2)
    values = by_column[:, :, 3:] if channel == "A" else by_column[:, :, :3]
    flat = values.reshape(-1).copy()
    flat[: len(bits)] |= bits
    by_column[:, :, slice(3, 4) if channel == "A" else slice(0, 3)] = flat.reshape(values.shape)
    return encoded("PNG", Image.fromarray(pixels, "RGBA"))


HEVC_CONFIGURATION = base64.b64decode(
    "AQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5"
    "uBAQMCAAAAMAIAAAAwAhIgABAAZEAcFzwIk="
)
HEVC_PICTURE = base64.b64decode(
    "AAAAdygBrwtg/URGJNNEB1oiuI8h8aizvW1sYuibk7riGuRAlwbDLFqip88odxpU19/zD/76KfR4h61BeJISrWDOfJz4Pq6fZUWqDaXvnK4ESOBL"
    "SDgNpzyWCKgQB5qw4+nQ6mOJTj2ouMUgE1hHAXGljxCV0rYCIClA"
)
"""A drawn disc of 64 × 64 pixels, encoded once, for want of an encoder in the tests."""


def box(name, body, version=None, flags=0):
    head = b"" if version is None else struct.pack(">I", version << 24 | flags)
    return struct.pack(">I", 8 + len(head) + len(body)) + name + head + body


def heic_with(exif=None, packet=None, *, in_idat=False, brand=b"heic", side=64):
    """A HEIC file with a picture and, if given, items for EXIF (a TIFF block) and XMP."""
    items = [(1, b"hvc1", b"", HEVC_PICTURE)]
    if exif is not None:
        items.append((2, b"Exif", b"", struct.pack(">I", 0) + exif))
    if packet is not None:
        items.append((3, b"mime", b"application/rdf+xml\x00", packet.encode()))
    entries = b"".join(
        box(b"infe", struct.pack(">HH", number, 0) + kind + b"\x00" + more, 2) for number, kind, more, _ in items
    )
    properties = box(b"hvcC", HEVC_CONFIGURATION) + box(b"ispe", struct.pack(">II", side, side), 0)
    heads = (
        box(b"hdlr", bytes(4) + b"pict" + bytes(13), 0)
        + box(b"pitm", struct.pack(">H", 1), 0)
        + box(b"iinf", struct.pack(">H", len(items)) + entries, 0)
        + box(b"iprp", box(b"ipco", properties) + box(b"ipma", struct.pack(">IHB2B", 1, 1, 2, 0x81, 2), 0))
    )
    start = box(b"ftyp", brand + bytes(4) + b"mif1" + brand)
    stored = b"".join(body for *_, body in items)
    idat = box(b"idat", stored) if in_idat else b""
    location_size = 8 + 4 + 2 + 2 + len(items) * 16
    offset = 0 if in_idat else len(start) + 12 + len(heads) + location_size + 8
    locations = b""
    for number, _, _, body in items:
        locations += struct.pack(">HHHHII", number, int(in_idat), 0, 1, offset, len(body))
        offset += len(body)
    table = box(b"iloc", struct.pack(">BBH", 0x44, 0, len(items)) + locations, 1)
    assert len(table) == location_size
    return start + box(b"meta", heads + table + idat, 0) + (b"" if in_idat else box(b"mdat", stored))
