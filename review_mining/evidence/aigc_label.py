"""The implicit label that Chinese law requires of AI-made content, read from the text of a metadata field.

Sources: GB 45438-2025 annex E and TC260-PG-20259A (keys and places); Tencent Cloud's variant (``ServiceProvider``,
``ContentId``) and the free values come from files seen in use.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

MAX_TEXT = 1 << 20

_LABEL_KEYS = ("Label", "ContentProducer", "ProduceID", "ContentPropagator", "PropagateID")
_TENCENT_KEYS = ("ServiceProvider", "ServiceUser", "ContentId")
_LABEL_OBJECT = re.compile(r'AIGC"?\s*[:=]?\s*(?=\{)')
_NOT_AI = frozenset({"0", "false", "no", "none", ""})
_MAX_OBJECTS = 8


@dataclass(frozen=True)
class AigcLabel:
    """An implicit label as declared; every value cut to 80 characters.

    Attributes:
        label: ``1`` AI-generated, ``2`` possibly, ``3`` suspected; other values occur in the wild.
        producer: ContentProducer, the code or name of the service.
        produce_id: ProduceID.
        propagator: ContentPropagator, who passed it on.
        propagate_id: PropagateID.
        protected: whether a reserved field holds protection data (TC260-PG-202511A), which nothing here verifies.
    """

    label: str
    producer: str
    produce_id: str
    propagator: str
    propagate_id: str
    protected: bool


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
        if (label := _label_of(object_at(text, start), bare=start == 0)) is not None:
            return label
    return None


def object_at(text: str, start: int) -> object:
    """What JSON a text holds from a place on, None for anything broken or too deep."""
    try:
        found: object = json.JSONDecoder(strict=False).raw_decode(text, start)[0]
        return found
    except (ValueError, RecursionError):
        return None


def _label_of(found: object, *, bare: bool) -> AigcLabel | None:
    if isinstance(found, dict) and "AIGC" in found:
        found, bare = found["AIGC"], False
        if isinstance(found, str):
            found = object_at(found, 0)
    if not isinstance(found, dict):
        return None
    if not bare and {"ServiceProvider"} < found.keys() & set(_TENCENT_KEYS):  # plain words, so only inside the wrapper
        found = {"Label": "unstated", "ContentProducer": found["ServiceProvider"], "ProduceID": found.get("ContentId")}
    return _standard_label(found)


def _standard_label(found: dict[str, object]) -> AigcLabel | None:
    if not any(key in found for key in _LABEL_KEYS):
        return None
    if "Label" not in found and not {"ContentProducer", "ProduceID"} <= found.keys():
        return None
    label = _cut(found.get("Label", "unstated"))
    if label.lower() in _NOT_AI:
        return None
    return AigcLabel(
        label=label,
        producer=_cut(found.get("ContentProducer")),
        produce_id=_cut(found.get("ProduceID")),
        propagator=_cut(found.get("ContentPropagator")),
        propagate_id=_cut(found.get("PropagateID")),
        protected=any(bool(found.get(key)) for key in ("ReservedCode1", "ReservedCode2")),
    )


def _cut(value: object) -> str:
    text = str(value) if isinstance(value, (str, int, float)) else ""
    return "".join(character for character in text[:80] if character.isprintable())
