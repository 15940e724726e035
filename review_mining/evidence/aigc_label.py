"""Readers of two declarations that picture generators write as text: the AIGC label and generation settings.

Sources: GB 45438-2025 annex E and TC260-PG-20259A (keys and places of the label); the PNG text written by Stable
Diffusion web UI, Fooocus, ComfyUI, InvokeAI and NovelAI.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

MAX_TEXT = 1 << 20

_LABEL_KEYS = ("Label", "ContentProducer", "ProduceID", "ContentPropagator", "PropagateID")
_LABEL_OBJECT = re.compile(r'AIGC"?\s*[:=]?\s*(?=\{)')
_NOT_AI = frozenset({"0", "false", "no", "none", ""})
_MAX_OBJECTS = 8

_WEB_UI = re.compile(r"\bSteps: \d{1,5}, .{0,400}?\b(?:Sampler|CFG scale|Seed|Model):? ?", re.DOTALL)
_INVOKE_KEYWORDS = frozenset({"dream", "sd-metadata", "invokeai_metadata", "invokeai_graph"})


@dataclass(frozen=True)
class AigcLabel:
    """An implicit label as declared; every value cut to 80 characters.

    Attributes:
        label: ``1`` AI-generated, ``2`` possibly, ``3`` suspected; other values occur in the wild.
        producer: ContentProducer, the code or name of the service.
        produce_id: ProduceID.
    """

    label: str
    producer: str
    produce_id: str


def read_label(text: str) -> AigcLabel | None:
    """Find an AIGC label in a text: the JSON object itself, wrapped in ``{"AIGC": …}``, or after a bare ``AIGC``.

    Args:
        text: value of a metadata field; only the first :data:`MAX_TEXT` characters are read.
    """
    text = text[:MAX_TEXT].strip("\x00 \r\n\t")
    starts = [0] if text.startswith("{") else []
    for number, match in enumerate(_LABEL_OBJECT.finditer(text)):
        if number == _MAX_OBJECTS:
            break
        starts.append(match.end())
    for start in starts:
        if (label := _label_of(_object_at(text, start))) is not None:
            return label
    return None


def read_generator(keyword: str, text: str) -> str | None:
    """Name of the program whose generation settings a metadata field holds.

    Args:
        keyword: keyword of a PNG text chunk, empty for a field without one (an EXIF comment).
        text: its value.

    Returns:
        a product name, or None when the field is something else. A keyword alone proves nothing: ``parameters``,
        ``prompt`` and ``workflow`` are everyday words, so the value must have the program's form too.
    """
    text, keyword = text[:MAX_TEXT].strip("\x00 \r\n\t"), keyword.lower()
    if keyword in _INVOKE_KEYWORDS and text:
        return "InvokeAI"
    if keyword == "software" and text == "NovelAI":
        return "NovelAI"
    if keyword in ("parameters", "") and _WEB_UI.search(text):
        return "Stable Diffusion"
    if keyword == "parameters" and "prompt" in _mapping(text):
        return "Fooocus"
    if keyword == "prompt" and _is_comfy_prompt(_mapping(text)):
        return "ComfyUI"
    if keyword == "workflow" and {"nodes", "links"} <= _mapping(text).keys():
        return "ComfyUI"
    return None


def _object_at(text: str, start: int) -> object:
    try:
        found: object = json.JSONDecoder(strict=False).raw_decode(text, start)[0]
        return found
    except (ValueError, RecursionError):
        return None


def _mapping(text: str) -> dict[str, Any]:
    found = _object_at(text, 0) if text.startswith("{") else None
    return found if isinstance(found, dict) else {}


def _is_comfy_prompt(nodes: dict[str, Any]) -> bool:
    return any(isinstance(node, dict) and "class_type" in node for node in nodes.values())


def _label_of(found: object) -> AigcLabel | None:
    if isinstance(found, dict) and "AIGC" in found:
        found = found["AIGC"]
        if isinstance(found, str):
            found = _object_at(found, 0)
    if not isinstance(found, dict) or not any(key in found for key in _LABEL_KEYS):
        return None
    if "Label" not in found and not {"ContentProducer", "ProduceID"} <= found.keys():
        return None
    label = _cut(found.get("Label", "unstated"))
    if label.lower() in _NOT_AI:
        return None
    return AigcLabel(label, _cut(found.get("ContentProducer", "")), _cut(found.get("ProduceID", "")))


def _cut(value: object) -> str:
    text = str(value) if isinstance(value, (str, int, float)) else ""
    return "".join(character for character in text[:80] if character.isprintable())
