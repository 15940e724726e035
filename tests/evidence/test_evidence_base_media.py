"""HEIC and AVIF: size, preview and declarations, and files that lie about their structure."""

import json
import subprocess
import sys
from io import BytesIO

import pytest
from evidence_makers import (
    LABEL,
    box,
    encoded,
    heic_with,
    image,
    label_element,
    source_type,
    tiff_block,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from review_mining.evidence.base_media import picture_size, read_base_media
from review_mining.evidence.config import Limits
from review_mining.evidence.drawing import thumbnail
from review_mining.evidence.intake import examine
from review_mining.evidence.provenance import declared_signs

C2PA_BOX = box(b"uuid", bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + bytes(40))
COMMENT = tiff_block([], exif_entries=[(0x9286, b"ASCII\x00\x00\x00" + json.dumps({"AIGC": LABEL}).encode())])


@pytest.mark.parametrize("in_idat", [False, True])
@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
def test_heic_opens_and_has_a_preview(in_idat, brand):
    picture = examine("phone.heic", heic_with(in_idat=in_idat, brand=brand), Limits())
    assert (picture.format, picture.fault) == ("heic", None)
    assert (picture.width, picture.height) == (64, 64)
    preview = thumbnail(picture, 32, 80)
    assert preview is not None
    with Image.open(BytesIO(preview)) as small:
        assert small.size == (32, 32)


def test_a_preview_of_avif():
    assert thumbnail(examine("a.avif", encoded("AVIF"), Limits()), 32, 80) is not None


def test_a_broken_heic_is_damaged():
    for data in (heic_with()[:-100], b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100)):
        picture = examine("phone.heic", data, Limits())
        assert (picture.format, picture.fault) == ("heic", "damaged")
        assert thumbnail(picture, 64, 70) is None


def test_without_a_decoder_a_heic_keeps_its_declared_size_and_is_no_fault(tmp_path):
    (tmp_path / "phone.heic").write_bytes(heic_with(packet=label_element()))
    program = (
        "import sys; from pathlib import Path; sys.modules['pi_heif'] = None\n"
        "from review_mining.evidence.config import Limits\n"
        "from review_mining.evidence.drawing import thumbnail\n"
        "from review_mining.evidence.intake import take_in\n"
        "picture = take_in(Path(sys.argv[1]), 'phone.heic', Limits())\n"
        "print(picture.fault, picture.width, picture.height, thumbnail(picture, 32, 80), len(picture.contents.blocks))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["None", "64", "64", "None", "1"]


@pytest.mark.parametrize("in_idat", [False, True])
def test_declarations_in_a_heic(in_idat):
    (sign,) = declared_signs(examine("a", heic_with(packet=label_element(), in_idat=in_idat), Limits()).contents)
    assert (sign.kind, sign.facts["place"]) == ("tc260_label", "HEIF XMP item")
    (sign,) = declared_signs(examine("a", heic_with(exif=COMMENT, in_idat=in_idat), Limits()).contents)
    assert (sign.kind, sign.facts["place"]) == ("tc260_label", "HEIF Exif item UserComment")


def test_declarations_in_an_avif():
    exif = Image.Exif()
    exif[0x010E] = json.dumps({"AIGC": LABEL})
    data = encoded("AVIF", image(), exif=exif, xmp=source_type("trainedAlgorithmicMedia").encode())
    kinds = {sign.kind for sign in declared_signs(examine("a", data, Limits()).contents)}
    assert kinds == {"tc260_label", "iptc_ai"}


def test_a_c2pa_box_is_seen_and_a_box_of_another_kind_is_not():
    assert examine("a", heic_with() + C2PA_BOX, Limits()).contents.holds_c2pa
    assert not examine("a", heic_with() + box(b"uuid", bytes(56)), Limits()).contents.holds_c2pa
    assert not examine("a", heic_with() + box(b"free", C2PA_BOX), Limits()).contents.holds_c2pa


def test_a_declared_size_beyond_the_limit_is_never_decoded():
    picture = examine("a", heic_with(side=60_000), Limits())
    assert (picture.fault, picture.width) == ("too_many_pixels", 60_000)


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_any_bytes_changed_in_the_structure(data):
    changed = bytearray(heic_with(exif=COMMENT, packet=label_element()))
    for _ in range(data.draw(st.integers(1, 8))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.sampled_from([0, 1, 2, 4, 127, 128, 255]))
    assert sum(len(block.data) for block in read_base_media(bytes(changed))) <= 2 * len(changed) * 64
    picture_size(bytes(changed))


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_boxes_at_all(inner):
    for data in (inner, box(b"meta", inner, 0), box(b"meta", box(b"iinf", inner, 2) + box(b"iloc", inner, 1), 0)):
        list(read_base_media(data))
        picture_size(data)
    picture_size(box(b"meta", box(b"pitm", inner, 0) + box(b"iprp", box(b"ipco", inner) + box(b"ipma", inner, 0)), 0))
