"""From a name in a case to a picture: its original bytes, their hash, its format by content, and whether it opens.

Nothing here raises for a bad file: what is wrong becomes the picture's ``fault``. The original bytes are never changed
or written again, for nobody may remove or alter a label (人工智能生成合成内容标识办法, article 10); previews are drawn
anew from the pixels alone.
"""

from __future__ import annotations

import hashlib
import stat
import warnings
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from review_mining.errors import InputError, MissingExtraError
from review_mining.evidence.base_media import picture_size
from review_mining.evidence.blocks import Block, Contents
from review_mining.evidence.config import Limits
from review_mining.evidence.containers import read_contents
from review_mining.evidence.decoders import can_open, open_picture
from review_mining.evidence.jpeg_segments import count_scans
from review_mining.evidence.stealth_text import read_stealth_text

try:
    from PIL import Image
except ImportError as error:
    raise MissingExtraError("pillow", "evidence") from error

Fault = Literal[
    "missing",
    "not_a_file",
    "empty",
    "too_large",
    "unknown_format",
    "too_many_pixels",
    "too_many_frames",
    "too_many_scans",
    "damaged",
]

_MAX_SCANS, _USUAL_SCANS = 1000, 12
_MAX_FILL, _MAX_EXIF = 500_000, 64
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})


@dataclass(frozen=True)
class Picture:
    """A picture of a case as it was handed in.

    Attributes:
        name: as written in the case.
        data: the original bytes; empty when they were not read.
        sha256: hex digest of ``data``, None when they were not read.
        format: ``jpeg`` ``png`` ``webp`` ``gif`` ``tiff`` ``heic`` ``avif``, or None.
        width: pixels, None when unknown; of a HEIC file that cannot be decoded here, as its header declares it.
        height: likewise.
        contents: its metadata blocks.
        fault: why it cannot be looked at, None for a sound picture.
    """

    name: str
    data: bytes = field(default=b"", repr=False)
    sha256: str | None = None
    format: str | None = None
    width: int | None = None
    height: int | None = None
    contents: Contents = field(default=Contents(), repr=False)
    fault: Fault | None = None


def locate(folder: Path, name: str) -> Path:
    """Path of a picture inside its folder.

    Args:
        folder: the only place from which pictures are read.
        name: relative path as written in a case.

    Raises:
        InputError: the name, or a link it follows, leads out of the folder.
    """
    try:
        inside = (folder / name).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        inside = False
    if not inside:
        raise InputError(
            f"the picture name {name[:80]!r} leads out of {folder}",
            hint="Name pictures by their path below the --images folder.",
        )
    return folder / name


def take_in(folder: Path, name: str, limits: Limits) -> Picture:
    """Read a picture from disk and look whether it opens.

    Args:
        folder: the folder of the pictures.
        name: path below it.
        limits: what the picture may cost.

    Raises:
        InputError: the name leads out of the folder.
    """
    path = locate(folder, name)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Picture(name, fault="not_a_file")
        if status.st_size > limits.bytes:
            return Picture(name, fault="too_large")
        with path.open("rb") as file:
            data = file.read(limits.bytes + 1)
    except FileNotFoundError:
        return Picture(name, fault="missing")
    except OSError:
        return Picture(name, fault="not_a_file")
    return examine(name, data, limits)


def examine(name: str, data: bytes, limits: Limits) -> Picture:
    """Look at a picture that is in memory.

    Args:
        name: what to call it.
        data: its original bytes.
        limits: what it may cost.
    """
    if len(data) > limits.bytes:
        return Picture(name, fault="too_large")
    digest, picture_format = hashlib.sha256(data).hexdigest(), sniff(data)
    if picture_format is None:
        return Picture(name, data, digest, fault="unknown_format" if data else "empty")
    contents = read_contents(data, picture_format)
    found = _measure(data, picture_format, limits, contents.frames)
    if found.hidden is not None:
        hidden = Block("hidden", "PNG pixels", "", found.hidden.encode())
        contents = replace(contents, blocks=(*contents.blocks, hidden))
    return Picture(name, data, digest, picture_format, found.width, found.height, contents, found.fault)


def sniff(data: bytes) -> str | None:
    """Format of a picture by its first bytes, whatever its name says; None for anything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data[:4] in (b"II*\x00", b"MM\x00*"):
        return "tiff"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        length = min(int.from_bytes(data[:4], "big"), 256, len(data))
        brands = {data[8:12]} | {data[at : at + 4] for at in range(16, length, 4)}
        if brands & _AVIF_BRANDS:
            return "avif"
        if brands & _HEIF_BRANDS:
            return "heic"
    return None


@dataclass(frozen=True)
class _Measured:
    """What opening a picture showed."""

    width: int | None = None
    height: int | None = None
    fault: Fault | None = None
    hidden: str | None = None


def _measure(data: bytes, picture_format: str, limits: Limits, frames: int) -> _Measured:
    if frames > limits.frames:
        return _Measured(fault="too_many_frames")
    declared = picture_size(data) if picture_format in ("heic", "avif") else None
    if declared is not None and declared[0] * declared[1] > limits.pixels:
        return _Measured(*declared, "too_many_pixels")
    if not can_open(picture_format):
        return _Measured(*(declared or (None, None)))
    if picture_format == "jpeg" and _slow_to_open(data):
        return _Measured(fault="damaged")
    try:
        with open_picture(data, picture_format) as image:
            width, height = image.size
            if width * height > limits.pixels:
                return _Measured(width, height, "too_many_pixels")
            if picture_format == "jpeg" and _too_many_scans(data, width * height, limits):
                return _Measured(width, height, "too_many_scans")
            image.draft("RGB", (256, 256))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                image.load()
            hidden = read_stealth_text(image) if picture_format == "png" else None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return _Measured(fault="too_many_pixels")
    except Exception:  # a decoder given hostile bytes may raise anything at all
        return _Measured(fault="damaged")
    return _Measured(width, height, hidden=hidden)


def _slow_to_open(data: bytes) -> bool:
    """Whether Pillow would take minutes to open a JPEG.

    It steps over fill bytes one by one, and copies all EXIF segments so far for each further one.
    """
    return data.count(b"\xff\xff") > _MAX_FILL or data.count(b"Exif\x00\x00") > _MAX_EXIF


def _too_many_scans(data: bytes, pixels: int, limits: Limits) -> bool:
    """Whether a JPEG repeats scans, each of which costs the decoder a pass over all pixels for a few bytes of file."""
    scans = count_scans(data, _MAX_SCANS + 1)
    return scans > _MAX_SCANS or scans * pixels > _USUAL_SCANS * limits.pixels
