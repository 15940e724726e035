"""Signs in what a file declares about itself.

Everything here is unsigned, so nobody can be held to it: each sign is at most ``moderate``. A file that declares
nothing gives no sign, for chat programs and screenshots drop metadata from honest pictures every day.
"""

from __future__ import annotations

from collections.abc import Iterator

from review_mining.evidence import tiff, xmp
from review_mining.evidence.aigc_label import object_at, read_label
from review_mining.evidence.blocks import Block, Contents
from review_mining.evidence.generators import GeneratorMark, read_generator, read_grok
from review_mining.evidence.iptc_iim import read_credits
from review_mining.evidence.signs import Fact, Sign, Strength

_SOURCE_TYPES: dict[str, tuple[str, Strength]] = {
    "trainedalgorithmicmedia": ("iptc.generated", "moderate"),
    "compositewithtrainedalgorithmicmedia": ("iptc.edited", "moderate"),
    "compositesynthetic": ("iptc.synthetic_part", "weak"),
}
_CREDITS = frozenset({"made with google ai", "ai-generated with google", "ai-generated with google photos"})
_CLEAN_UP = "apple photos clean up"
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
    elif block.kind == "iptc":
        yield from _credit_signs(block.data, block.place)
    elif block.kind == "hidden":
        yield from _hidden_signs(_decode(block.data), block.place)
    elif block.kind != "c2pa":
        yield from _text_signs(block.keyword, _decode(block.data), block.place)


def _hidden_signs(text: str, place: str) -> Iterator[Sign]:
    """NovelAI hides an object of text fields, the web UI its settings alone."""
    fields = object_at(text, 0)
    for keyword, value in fields.items() if isinstance(fields, dict) else [("parameters", text)]:
        if isinstance(value, str):
            yield from _text_signs(keyword, value, place)


def _xmp_signs(packet: bytes, place: str) -> Iterator[Sign]:
    properties = xmp.read_properties(packet)
    retouched = any(found.name == "credit" and found.value.lower() == _CLEAN_UP for found in properties)
    for found in properties:
        if found.name == "tc260":
            yield from _label_signs(found.value, place)
        elif found.name == "digital_source_type":
            yield from _source_signs(found.value, place, retouched=retouched)
        elif found.name in ("ai_system", "credit"):
            yield from _system_signs(found, place)
        elif found.name in ("ai_prompt", "ai_prompt_writer") and found.value:
            # who wrote the prompt is a person's name, and not needed
            value = _printable(found.value, 80) if found.name == "ai_prompt" else ""
            yield Sign("iptc_ai", "moderate", "iptc.prompt", {"place": place, "value": value})
        else:
            keyword = {"creator_tool": "creatortool", "description": "description"}.get(found.name, "")
            yield from _text_signs(keyword, found.value, place)


def _source_signs(value: str, place: str, *, retouched: bool) -> Iterator[Sign]:
    code = value.rstrip("/").replace(":", "/").rpartition("/")[2]  # IPTC also allows digsrctype:… for the address
    if code.lower() not in _SOURCE_TYPES:
        return
    message, strength = _SOURCE_TYPES[code.lower()]
    if retouched and message == "iptc.edited":
        message, strength = "iptc.clean_up", "weak"
    yield Sign("iptc_ai", strength, message, {"place": place, "value": code})


def _system_signs(found: xmp.Property, place: str) -> Iterator[Sign]:
    if found.value and (found.name == "ai_system" or found.value.lower() in _CREDITS):
        yield Sign("iptc_ai", "moderate", "iptc.system", {"place": place, "value": _printable(found.value, 80)})
    elif found.name == "credit":
        yield from _generator_signs(read_generator("credit", found.value), "credit", found.value, place)


def _credit_signs(record: bytes, place: str) -> Iterator[Sign]:
    for credit in read_credits(record):
        yield from _system_signs(xmp.Property("credit", credit), place)


def _exif_signs(block: Block) -> Iterator[Sign]:
    tags = tiff.read_tags(block.data)
    if tiff.XMP in tags:
        yield from _xmp_signs(tags[tiff.XMP], f"{block.place} XMP")
    if tiff.IPTC in tags:
        yield from _credit_signs(tags[tiff.IPTC], f"{block.place} IPTC")
    if tiff.USER_COMMENT in tags:
        yield from _text_signs("", tiff.comment_text(tags[tiff.USER_COMMENT]), f"{block.place} UserComment")
    for tag, keyword, name in (
        (tiff.IMAGE_DESCRIPTION, "", "ImageDescription"),
        (tiff.SOFTWARE, "software", "Software"),
        (tiff.MAKE, "make", "Make"),
    ):
        if tag in tags:
            yield from _text_signs(keyword, _decode(tags[tag]), f"{block.place} {name}")
    artist, description = (_decode(tags.get(tag, b"")) for tag in (tiff.ARTIST, tiff.IMAGE_DESCRIPTION))
    yield from _generator_signs(read_grok(artist, description), "artist", artist, f"{block.place} Artist")


def _text_signs(keyword: str, text: str, place: str) -> Iterator[Sign]:
    if keyword == "AIGC" or "AIGC" in text:
        yield from _label_signs(text, place)
    yield from _generator_signs(read_generator(keyword, text), keyword, text, place)


def _generator_signs(mark: GeneratorMark | None, keyword: str, text: str, place: str) -> Iterator[Sign]:
    if mark is not None:
        facts: dict[str, Fact] = {
            "place": place,
            "field": keyword,
            "tool": mark.tool,
            "excerpt": _printable(text, 120),
        }
        yield Sign("generator_metadata", mark.strength, mark.message, facts)


def _label_signs(text: str, place: str) -> Iterator[Sign]:
    label = read_label(text)
    if label is not None:
        facts: dict[str, Fact] = {
            "place": place,
            "label": label.label,
            "content_producer": label.producer,
            "produce_id": label.produce_id,
            "content_propagator": label.propagator,
            "propagate_id": label.propagate_id,
            "protection_data": label.protected,
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
