"""Builders of small picture files with known contents, written without the code under test."""

import json
import struct
import zlib
from io import BytesIO

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
