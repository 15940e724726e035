"""From a name in a case to a picture: its original bytes, their hash, its format by content, and whether it opens.

Nothing here raises for a bad file: what is wrong becomes the picture's ``fault``. The original bytes are never changed
or written again, for nobody may remove or alter a label (人工智能生成合成内容标识办法, article 10); previews are drawn
anew from the pixels alone.
"""

from __future__ import annotations

import hashlib
import io
import stat
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from review_mining.errors import InputError, MissingExtraError
from review_mining.evidence.config import Limits
from review_mining.evidence.containers import Contents, read_contents

try:
    from PIL import Image, ImageOps
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
    "damaged",
]

_OPENED_BY_PILLOW = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "tiff": "TIFF", "avif": "AVIF"}
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
        width: pixels, None when unknown (a HEIC file is recognised, and read no further).
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
    width, height, fault = _measure(data, picture_format, limits, contents.frames)
    return Picture(name, data, digest, picture_format, width, height, contents, fault)


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


def thumbnail(picture: Picture, side: int, quality: int) -> bytes | None:
    """A small JPEG drawn from the pixels alone: no EXIF, no GPS, no other metadata.

    Args:
        picture: a picture with its bytes.
        side: longest side in pixels.
        quality: JPEG quality.

    Returns:
        JPEG bytes, or None for a picture that cannot be opened.
    """
    small = _drawn_small(picture, side)
    if small is None:
        return None
    out = io.BytesIO()
    small.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def drawn(picture: Picture, side: int) -> npt.NDArray[np.uint8] | None:
    """Pixels of a picture, upright, on white, without the file's metadata.

    Args:
        picture: a picture with its bytes.
        side: longest side in pixels; a smaller picture keeps its size.

    Returns:
        RGB, shape ``(height, width, 3)``, or None for a picture that cannot be opened.
    """
    small = _drawn_small(picture, side)
    return None if small is None else np.asarray(small)


def _drawn_small(picture: Picture, side: int) -> Image.Image | None:
    if picture.fault is not None or picture.format not in _OPENED_BY_PILLOW:
        return None
    try:
        with _opened(picture.data, picture.format) as image:
            image.draft("RGB", (2 * side, 2 * side))
            image.thumbnail((side, side))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
            small = Image.new("RGB", upright.size, "white")
            small.paste(upright, mask=upright.getchannel("A"))
            return small
    except Exception:  # a decoder given hostile bytes may raise anything at all
        return None


def _opened(data: bytes, picture_format: str) -> Image.Image:
    """Open with the one decoder that fits, Pillow's bomb warning raised as an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        warnings.simplefilter("ignore", UserWarning)
        return Image.open(io.BytesIO(data), formats=(_OPENED_BY_PILLOW[picture_format],))


def _measure(
    data: bytes, picture_format: str, limits: Limits, frames: int
) -> tuple[int | None, int | None, Fault | None]:
    if frames > limits.frames:
        return None, None, "too_many_frames"
    if picture_format not in _OPENED_BY_PILLOW:
        return None, None, None
    try:
        with _opened(data, picture_format) as image:
            width, height = image.size
            if width * height > limits.pixels:
                return width, height, "too_many_pixels"
            image.draft("RGB", (256, 256))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None, None, "too_many_pixels"
    except Exception:  # a decoder given hostile bytes may raise anything at all
        return None, None, "damaged"
    return width, height, None
