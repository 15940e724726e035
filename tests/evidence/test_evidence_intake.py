"""Intake: original bytes, format by content, previews without metadata, nothing outside the folder."""

import hashlib
import os
import struct
from io import BytesIO

import pytest
from evidence_makers import encoded, image
from PIL import Image

from review_mining.errors import InputError
from review_mining.evidence.config import Limits
from review_mining.evidence.drawing import thumbnail
from review_mining.evidence.intake import examine, sniff, take_in


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF"])
def test_the_format_is_told_by_content(tmp_path, name):
    data = encoded(name)
    (tmp_path / "wrong.exe").write_bytes(data)
    picture = take_in(tmp_path, "wrong.exe", Limits())
    assert (picture.format, picture.fault) == (name.lower(), None)
    assert (picture.width, picture.height) == (64, 64)
    assert picture.data == data
    assert picture.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("brands", "expected"),
    [
        ((b"heic", b"mif1"), "heic"),
        ((b"mif1", b"heic"), "heic"),
        ((b"mif1", b"avif"), "avif"),
        ((b"avis",), "avif"),
        ((b"isom", b"mp42"), None),
    ],
)
def test_brands_of_the_base_media_format(brands, expected):
    body = b"ftyp" + brands[0] + bytes(4) + b"".join(brands[1:])
    assert sniff((len(body) + 4).to_bytes(4, "big") + body) == expected


def test_what_cannot_be_read_is_named(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "large.jpg").write_bytes(bytes(5000))
    os.mkfifo(tmp_path / "pipe.jpg")
    faults = {
        name: take_in(tmp_path, name, Limits(bytes=4096)).fault
        for name in ("none.jpg", "folder", "empty.jpg", "large.jpg", "pipe.jpg", "x" * 255)
    }
    assert faults == {
        "none.jpg": "missing",
        "folder": "not_a_file",
        "empty.jpg": "empty",
        "large.jpg": "too_large",
        "pipe.jpg": "not_a_file",
        "x" * 255: "missing",
    }


def test_nothing_outside_the_folder_is_read(tmp_path):
    (tmp_path / "secret.jpg").write_bytes(encoded("JPEG"))
    inside = tmp_path / "images"
    inside.mkdir()
    (inside / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    for name in ("../secret.jpg", "link.jpg", str(tmp_path / "secret.jpg"), "a/../../secret.jpg"):
        with pytest.raises(InputError, match="leads out"):
            take_in(inside, name, Limits())


def test_a_preview_carries_no_metadata_and_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 15.0, 0.0)})
    wide = Image.new("RGB", (400, 200), (10, 120, 60))
    picture = examine("a.jpg", encoded("JPEG", wide, exif=exif, comment=b"SecretComment"), Limits())
    preview = thumbnail(picture, 100, 70)
    assert preview is not None
    assert b"Secret" not in preview
    with Image.open(BytesIO(preview)) as small:
        assert small.size == (50, 100)
        assert not small.getexif()


def test_a_large_picture_with_transparency_keeps_its_look():
    exif = Image.Exif()
    exif[0x0112] = 6
    wide = Image.new("RGBA", (1500, 1000), (10, 120, 60, 255))
    wide.paste((10, 120, 60, 0), (0, 0, 1500, 500))
    preview = thumbnail(examine("a.png", encoded("PNG", wide, exif=exif), Limits()), 90, 90)
    with Image.open(BytesIO(preview)) as small:
        assert small.size == (60, 90)
        left, right = small.getpixel((10, 45)), small.getpixel((50, 45))
    assert max(abs(a - b) for a, b in zip(left, (10, 120, 60), strict=True)) < 12
    assert min(right) > 243


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_a_preview_of_any_colour_mode(mode):
    source = image().convert("L") if mode == "I;16" else image()
    data = encoded("TIFF" if mode in ("CMYK", "I;16") else "PNG", source.convert(mode))
    assert thumbnail(examine("a", data, Limits()), 32, 70) is not None


BROKEN_EXIF = {
    "cut off": b"II*\0\x08\0\0\0" + struct.pack("<H", 3) + struct.pack("<HHII", 0x010E, 2, 2**31, 8) * 2,
    "no directory": b"II*\0",
    "no header": b"no directory at all",
}


@pytest.mark.parametrize("side", [64, 600])
@pytest.mark.parametrize("picture_format", ["PNG", "WEBP"])
@pytest.mark.parametrize("broken", BROKEN_EXIF.values(), ids=BROKEN_EXIF)
def test_broken_metadata_does_not_spoil_a_preview(picture_format, side, broken):
    data = encoded(picture_format, image(side).convert("RGBA"), exif=broken)
    assert thumbnail(examine("a", data, Limits()), 32, 70) is not None
