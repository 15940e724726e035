"""The properties of an XMP packet that say how a picture came to be.

A packet with a document type, an entity or broken markup says nothing: it is passed over.

Sources: Adobe XMP part 1; GB 45438-2025 and TC260-PG-20259A (label for images); IPTC Photo Metadata Standard 2025.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element, ParseError

from review_mining.errors import MissingExtraError

try:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring
except ImportError as error:
    raise MissingExtraError("defusedxml", "evidence") from error

MAX_PACKET = 1 << 20

PropertyName = Literal[
    "tc260",
    "digital_source_type",
    "ai_system",
    "ai_prompt",
    "ai_prompt_writer",
    "credit",
    "creator_tool",
    "description",
    "comment",
]

_TC260 = "http://www.tc260.org.cn/ns/AIGC/1.0/"
_IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_PROPERTIES: dict[str, PropertyName] = {
    f"{{{_TC260}}}AIGC": "tc260",
    f"{{{_IPTC}}}DigitalSourceType": "digital_source_type",
    f"{{{_IPTC}}}DigitalSourcefileType": "digital_source_type",
    f"{{{_IPTC}}}AISystemUsed": "ai_system",
    f"{{{_IPTC}}}AISystemVersionUsed": "ai_system",
    f"{{{_IPTC}}}AIPromptInformation": "ai_prompt",
    f"{{{_IPTC}}}AIPromptWriterName": "ai_prompt_writer",
    "{http://ns.adobe.com/photoshop/1.0/}Credit": "credit",
    "{http://ns.adobe.com/xap/1.0/}CreatorTool": "creator_tool",
    "{http://purl.org/dc/elements/1.1/}description": "description",
    "{http://ns.adobe.com/exif/1.0/}UserComment": "comment",
}
_DEEPEST = 32
"""Elements around a property; within more, each would give the text of all that lie in it once more."""
_RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"


@dataclass(frozen=True)
class Property:
    """A property that was found, with its text."""

    name: PropertyName
    value: str


def read_properties(packet: bytes) -> list[Property]:
    """Find the properties of interest, written as elements or as attributes.

    Args:
        packet: XMP bytes in UTF-8, with or without the packet wrapper; longer than :data:`MAX_PACKET` is passed over.
    """
    markup = _markup(packet)
    if markup is None:
        return []
    try:
        root = fromstring(markup, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        return []
    return list(_found(root))


def _markup(packet: bytes) -> bytes | None:
    """The packet from its root element on: wrappers and the padding around them are often malformed."""
    if len(packet) > MAX_PACKET:
        return None
    for root in (b"x:xmpmeta", b"x:xapmeta", b"rdf:RDF"):
        start, end = packet.find(b"<" + root), packet.rfind(b"</" + root + b">")
        if 0 <= start < end:
            prolog = packet[:start] if b"<!DOCTYPE" in packet[:start] else b""
            return prolog + packet[start : end + len(root) + 3]
    return None


def _elements(element: Element, deepest: int) -> Iterator[Element]:
    yield element
    if deepest:
        for child in element:
            yield from _elements(child, deepest - 1)


def _found(root: Element) -> Iterator[Property]:
    for element in _elements(root, _DEEPEST):
        for name, value in element.attrib.items():
            if name in _PROPERTIES:
                yield Property(_PROPERTIES[name], value.strip())
        if element.tag in _PROPERTIES:
            value = "".join(element.itertext()).strip() or element.attrib.get(_RESOURCE, "")
            yield Property(_PROPERTIES[element.tag], value)
