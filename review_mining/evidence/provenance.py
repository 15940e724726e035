"""Signs in what a file declares about itself.

Everything here is unsigned, so nobody can be held to it: each sign is at most ``moderate``. A file that declares
nothing gives no sign, for chat programs and screenshots drop metadata from honest pictures every day.
"""

from __future__ import annotations

from collections.abc import Iterator

from review_mining.evidence import tiff, xmp
from review_mining.evidence.aigc_label import read_generator, read_label
from review_mining.evidence.blocks import Block, Contents
from review_mining.evidence.signs import Fact, Sign

_SOURCE_TYPES = {
    "trainedalgorithmicmedia": ("iptc.generated", "moderate"),
    "compositewithtrainedalgorithmicmedia": ("iptc.edited", "moderate"),
    "compositesynthetic": ("iptc.synthetic_part", "weak"),
}
_CREDITS = frozenset({"made with google ai", "ai-generated with google", "ai-generated with google photos"})
_LABELS = {"1": "tc260.is", "2": "tc260.possible", "3": "tc260.suspected"}


def declared_signs(contents: Contents) -> list[Sign]:
    """Signs declared in a picture's metadata, one per kind and message, in the order of the file.

    Args:
        contents: the picture's metadata blocks.
    """
    signs: dict[tuple[str, str], Sign] = {}
    for block in contents.blocks:
        for sign in _block_signs(block):
            signs.setdefault((sign.kind, sign.message), sign)
    return list(signs.values())


def _block_signs(block: Block) -> Iterator[Sign]:
    if block.kind == "xmp":
        yield from _xmp_signs(block.data, block.place)
    elif block.kind == "exif":
        yield from _exif_signs(block)
    else:
        yield from _text_signs(block.keyword, _decode(block.data), block.place)


def _xmp_signs(packet: bytes, place: str) -> Iterator[Sign]:
    for found in xmp.read_properties(packet):
        if found.name == "tc260":
            yield from _label_signs(found.value, place)
        elif found.name == "digital_source_type":
            code = found.value.rstrip("/").rpartition("/")[2]
            if code.lower() in _SOURCE_TYPES:
                message, strength = _SOURCE_TYPES[code.lower()]
                facts: dict[str, Fact] = {"place": place, "value": code}
                yield Sign("iptc_ai", "weak" if strength == "weak" else "moderate", message, facts)
        elif found.value and (found.name == "ai_system" or found.value.lower() in _CREDITS):
            yield Sign("iptc_ai", "moderate", "iptc.system", {"place": place, "value": _printable(found.value, 80)})


def _exif_signs(block: Block) -> Iterator[Sign]:
    tags = tiff.read_tags(block.data)
    if tiff.XMP in tags:
        yield from _xmp_signs(tags[tiff.XMP], f"{block.place} XMP")
    if tiff.USER_COMMENT in tags:
        yield from _text_signs("", tiff.comment_text(tags[tiff.USER_COMMENT]), f"{block.place} UserComment")
    for tag, keyword, name in (
        (tiff.IMAGE_DESCRIPTION, "", "ImageDescription"),
        (tiff.SOFTWARE, "software", "Software"),
    ):
        if tag in tags:
            yield from _text_signs(keyword, _decode(tags[tag]), f"{block.place} {name}")


def _text_signs(keyword: str, text: str, place: str) -> Iterator[Sign]:
    if keyword == "AIGC" or "AIGC" in text:
        yield from _label_signs(text, place)
    if (tool := read_generator(keyword, text)) is not None:
        facts: dict[str, Fact] = {"place": place, "field": keyword, "tool": tool, "excerpt": _printable(text, 120)}
        yield Sign("generator_metadata", "moderate", "generator", facts)


def _label_signs(text: str, place: str) -> Iterator[Sign]:
    label = read_label(text)
    if label is not None:
        facts: dict[str, Fact] = {
            "place": place,
            "label": label.label,
            "content_producer": label.producer,
            "produce_id": label.produce_id,
            "signed": False,
        }
        yield Sign("tc260_label", "moderate", _LABELS.get(label.label, "tc260.other"), facts)


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8").strip("\x00")
    except UnicodeDecodeError:
        return data.decode("latin-1").strip("\x00")


def _printable(text: str, length: int) -> str:
    return "".join(character if character.isprintable() else " " for character in text[:length]).strip()
