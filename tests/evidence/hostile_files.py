"""Over two hundred hostile files, made the same on every run; none is larger than the limit on a picture's bytes."""

import random
import struct
from functools import partial

import hostile_boxes
import hostile_metadata
import hostile_pixels
from evidence_makers import (
    encoded,
    gif_with_xmp,
    jpeg_with,
    label_element,
    png_with,
    text_chunk,
    webp_with,
    xmp_segment,
)

COUNT = 204
QUICK = (
    "cut-png-half",
    "polyglot-jpeg-zip",
    "bomb-png-line",
    "dimensions-png-largest",
    "dimensions-tiff-samples",
    "frames-gif-at-the-limit",
    "frames-tiff-circle",
    "jpeg-50000-scans-small",
    "many-png-label",
    "many-jpeg-segments",
    "xmp-webp-entity-laughs",
    "xmp-webp-deeper",
    "exif-jpeg-loop",
    "length-png-4294967295",
    "c2pa-png-deeper",
    "boxes-avif-circle",
    "boxes-heic-nested",
    "other-zeros",
)
"""Names of a subset that takes seconds."""


def hostile_files():
    """Name → builder of its bytes, :data:`COUNT` in a fixed order."""
    found = dict(_named())
    numbers = range(COUNT - len(found))
    found |= {f"changed-{number:02}": partial(_changed, number) for number in numbers}
    return found


def _named():
    for name, whole in sound_files().items():
        for part, share in (("tenth", 0.1), ("half", 0.5), ("most", 0.95)):
            yield f"cut-{name}-{part}", partial(lambda whole, share: whole[: int(len(whole) * share)], whole, share)
    yield from _polyglots()
    yield from hostile_pixels.named()
    yield from hostile_metadata.named()
    yield from hostile_boxes.named()
    yield "other-empty", lambda: b""
    yield "other-zeros", lambda: bytes(1 << 20)
    yield "other-too-large", lambda: encoded("JPEG") + bytes(33_600_000)
    yield "other-signature-only", lambda: b"\x89PNG\r\n\x1a\n"


def sound_files():
    """Name → a file that opens and carries a label."""
    label = label_element()
    return {
        "jpeg": jpeg_with(xmp_segment(label), picture=hostile_pixels.noise(200)),
        "png": png_with(text_chunk("AIGC", '{"Label": "1", "ProduceID": "1"}'), picture=hostile_pixels.noise(200)),
        "webp": webp_with(b"XMP ", label.encode(), picture=hostile_pixels.noise(200)),
        "gif": gif_with_xmp(label),
        "tiff": encoded("TIFF", hostile_pixels.noise(200), tiffinfo={700: label.encode()}),
        "avif": encoded("AVIF", hostile_pixels.noise(200)),
    }


def _polyglots():
    tails = {
        "zip": b"PK\x03\x04" + bytes(26) + b"PK\x05\x06" + bytes(18),
        "html": b"<html><script>alert(1)</script></html>",
        "pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    }
    sound = sound_files()
    for name in ("jpeg", "png", "webp", "gif"):
        for tail, text in tails.items():
            yield f"polyglot-{name}-{tail}", partial(lambda whole, text: whole + text, sound[name], text)
    yield "polyglot-jpeg-png", lambda: sound["jpeg"] + sound["png"]
    yield "polyglot-gif-script", lambda: b"GIF89a/*" + struct.pack("<HH", 1, 1) + b"*/=1;alert(1)//"


def _changed(number):
    return mutated(list(sound_files().values())[number % 6], random.Random(number))


def mutated(whole, draw):
    """A file after one to eight random edits: bytes changed, runs cut out, repeated or overwritten, lengths blown up.

    Args:
        whole: a sound file.
        draw: a ``random.Random``.
    """
    data = bytearray(whole)
    for _ in range(draw.randint(1, 8)):
        at = draw.randrange(len(data))
        run = data[at : at + draw.randint(1, 64)]
        edit = draw.randrange(5)
        if edit == 0:
            data[at] = draw.randrange(256)
        elif edit == 1 and len(data) > 200:
            del data[at : at + len(run)]
        elif edit == 2:
            data[at:at] = run * draw.choice((1, 2, 500))
        elif edit == 3:
            to = draw.randrange(len(data))
            data[to : to + len(run)] = run
        else:
            data[at : at + 4] = struct.pack(draw.choice("<>") + "I", draw.choice((0, 1, 2**31 - 1, 2**32 - 1)))
    return bytes(data)
