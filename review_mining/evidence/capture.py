"""With what, and when, a picture says that it was taken.

Positions (GPS) are not read at all: where a buyer lives is sensitive personal information (PIPL article 28), and no
outcome here needs it. All of this is unsigned and can be changed; a picture without it is an ordinary picture.

Sources: CIPA DC-008 (EXIF 2.32) sections 4.6.4 and 4.6.5 (tags, form of times and of their offsets).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from review_mining.evidence import tiff
from review_mining.evidence.blocks import Contents

_MAKE, _MODEL, _TAKEN, _OFFSET = 0x010F, 0x0110, 0x9003, 0x9011
_SERIAL, _LENS = 0xA431, 0xA434
_TAGS = frozenset({_MAKE, _MODEL, _TAKEN, _OFFSET, _SERIAL, _LENS})
_TIME = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")
_ZONE = re.compile(r"([+-])(\d\d):(\d\d)")
_LONGEST = 64


@dataclass(frozen=True)
class Capture:
    """What a picture's EXIF fields say of its making; None where they say nothing.

    Attributes:
        camera: maker and model.
        lens: model of the lens.
        body: digest of camera and serial number, which tells two cameras of one model apart; never the number itself.
        taken_at: when the shutter was released, by the camera's clock; with a zone only if the camera wrote one.
    """

    camera: str | None = None
    lens: str | None = None
    body: str | None = None
    taken_at: datetime | None = None


def read_capture(contents: Contents) -> Capture:
    """Read the first EXIF block that names a camera or a time.

    Args:
        contents: the picture's metadata blocks.
    """
    for block in contents.blocks:
        if block.kind == "exif":
            capture = _capture(tiff.read_tags(block.data, _TAGS))
            if capture != Capture():
                return capture
    return Capture()


def _capture(tags: Mapping[int, bytes]) -> Capture:
    make, model, serial = _text(tags, _MAKE), _text(tags, _MODEL), _text(tags, _SERIAL)
    camera = None
    if model is not None:
        camera = model if make is None or model.lower().startswith(make.lower()) else f"{make} {model}"
    body = hashlib.sha256(f"{camera}\x00{serial}".encode()).hexdigest() if serial else None
    return Capture(camera, _text(tags, _LENS), body, _taken_at(_text(tags, _TAKEN), _text(tags, _OFFSET)))


def _text(tags: Mapping[int, bytes], tag: int) -> str | None:
    value = tags.get(tag, b"")[: 4 * _LONGEST].split(b"\x00")[0].decode("utf-8", "replace")
    shown = "".join(character for character in value if character.isprintable()).strip()
    return shown[:_LONGEST] or None


def _taken_at(text: str | None, offset: str | None) -> datetime | None:
    found = _TIME.fullmatch(text or "")
    if found is None:
        return None
    try:
        moment = datetime(*(int(part) for part in found.groups()))  # type: ignore[arg-type]
        zone = _ZONE.fullmatch(offset or "")
        if zone is None:
            return moment
        shift = timedelta(hours=int(zone[2]), minutes=int(zone[3]))
        return moment.replace(tzinfo=timezone(shift if zone[1] == "+" else -shift))
    except ValueError:
        return None
