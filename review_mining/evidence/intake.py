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
    "too_many_scans",
    "damaged",
]

_OPENED_BY_PILLOW = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "tiff": "TIFF", "avif": "AVIF"}
_MAX_SCANS, _USUAL_SCANS = 1000, 12
_MAX_FILL, _MAX_EXIF = 500_000, 64
_BAND = 512
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


def upright(picture: Picture, side: int) -> Image.Image | None:
    """The pixels of a picture as they are to be looked at: upright, in RGB, transparency over white.

    Args:
        picture: a picture with its bytes.
        side: longest side in pixels; a larger picture is reduced.

    Returns:
        an image without metadata, or None for a picture that cannot be opened.
    """
    if picture.fault is not None or picture.format not in _OPENED_BY_PILLOW:
        return None
    try:
        with warnings.catch_warnings(), _opened(picture.data, picture.format) as image:
            warnings.simplefilter("ignore")  # of what is wrong in its metadata
            image.draft("RGB", (2 * side, 2 * side))
            small = _reduced(image, side)
            small.thumbnail((side, side))
            turned = ImageOps.exif_transpose(small).convert("RGBA")
            plain = Image.new("RGB", turned.size, "white")
            plain.paste(turned, mask=turned.getchannel("A"))
            return plain
    except Exception:  # a decoder given hostile bytes may raise anything at all
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
    small = upright(picture, side)
    if small is None:
        return None
    drawn = io.BytesIO()
    small.save(drawn, "JPEG", quality=quality, optimize=True)
    return drawn.getvalue()


def _opened(data: bytes, picture_format: str) -> Image.Image:
    """Open with the one decoder that fits, Pillow's bomb warning raised as an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        warnings.simplefilter("ignore", UserWarning)
        return Image.open(io.BytesIO(data), formats=(_OPENED_BY_PILLOW[picture_format],))


def _reduced(image: Image.Image, side: int) -> Image.Image:
    """A large picture with transparency, brought down band by band: scaling one as a whole holds it twice."""
    factor = max(image.size) // (2 * side)
    if factor < 2 or image.mode not in ("LA", "RGBA"):
        return image
    width, height = image.size
    reduced = Image.new(image.mode, (-(-width // factor), -(-height // factor)))
    reduced.info["exif"] = image.getexif().tobytes()  # which way is up
    rows = max(_BAND // factor, 1) * factor
    for top in range(0, height, rows):
        band = image.crop((0, top, width, min(top + rows, height))).reduce(factor)
        reduced.paste(band, (0, top // factor))
    return reduced


def _measure(
    data: bytes, picture_format: str, limits: Limits, frames: int
) -> tuple[int | None, int | None, Fault | None]:
    if frames > limits.frames:
        return None, None, "too_many_frames"
    if picture_format not in _OPENED_BY_PILLOW:
        return None, None, None
    if picture_format == "jpeg" and _slow_to_open(data):
        return None, None, "damaged"
    try:
        with _opened(data, picture_format) as image:
            width, height = image.size
            if width * height > limits.pixels:
                return width, height, "too_many_pixels"
            if picture_format == "jpeg" and _too_many_scans(data, width * height, limits):
                return width, height, "too_many_scans"
            image.draft("RGB", (256, 256))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None, None, "too_many_pixels"
    except Exception:  # a decoder given hostile bytes may raise anything at all
        return None, None, "damaged"
    return width, height, None


def _slow_to_open(data: bytes) -> bool:
    """Whether Pillow would take minutes to open a JPEG.

    It steps over fill bytes one by one, and copies all EXIF segments so far for each further one.
    """
    return data.count(b"\xff\xff") > _MAX_FILL or data.count(b"Exif\x00\x00") > _MAX_EXIF


def _too_many_scans(data: bytes, pixels: int, limits: Limits) -> bool:
    """Whether a JPEG repeats scans, each of which costs the decoder a pass over all pixels for a few bytes of file."""
    scans = data.count(b"\xff\xda")  # compressed data cannot hold this pair of bytes
    return scans > _MAX_SCANS or scans * pixels > _USUAL_SCANS * limits.pixels
