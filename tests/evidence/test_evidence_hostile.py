"""Hostile files: each is answered within a bounded time and memory, and none ends the run."""

import json
import random
import struct
import time
import tracemalloc
import zlib

import pytest
from evidence_makers import (
    box,
    chunk,
    deflated_chunk,
    encoded,
    exif_segment,
    gif_with_xmp,
    heic_with,
    image,
    international_chunk,
    jpeg_with,
    label_element,
    png_with,
    segment,
    text_chunk,
    tiff_block,
    webp_with,
    xmp,
    xmp_segment,
)
from hostile_files import mutated, sound_files
from hostile_metadata import directories_that_share_values, labels_in_labels
from hostile_pixels import many_scans
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from review_mining.evidence import tiff
from review_mining.evidence.aigc_label import read_label
from review_mining.evidence.blocks import MAX_BLOCKS, MAX_TOTAL
from review_mining.evidence.c2pa_record import read_record
from review_mining.evidence.config import Limits
from review_mining.evidence.containers import read_contents
from review_mining.evidence.drawing import thumbnail
from review_mining.evidence.generators import read_generator
from review_mining.evidence.intake import examine
from review_mining.evidence.iptc_iim import read_credits
from review_mining.evidence.provenance import declared_signs

SECONDS = 10.0
WORDS = st.sampled_from(["AIGC", "Label", "ContentProducer", "ProduceID", "ServiceProvider", "aigc_type", "data", "uc"])
JUNK = st.sampled_from([None, 0, "", "a" * 500, [], {}, [None], [[]], {"a": None}, {"code": []}, True])
SOUND = {
    "jpeg": jpeg_with(xmp_segment(label_element()), exif_segment(tiff_block([(0x010E, b"a cup")]))),
    "png": png_with(text_chunk("AIGC", '{"Label": "1", "ProduceID": "1"}'), deflated_chunk("Comment", b"x" * 999)),
    "webp": webp_with(b"XMP ", label_element().encode()),
    "gif": gif_with_xmp(label_element()),
    "tiff": encoded("TIFF", image(), tiffinfo={700: label_element().encode()}),
    "avif": encoded("AVIF", image()),
    "heic": heic_with(tiff_block([(0x010E, b"a cup")]), label_element()),
}
SOUND_FILES = sound_files()
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&b;">]>'


def answer(data, limits=None):
    began = time.process_time()
    picture = examine("hostile", data, limits or Limits())
    signs = declared_signs(picture.contents)
    thumbnail(picture, 64, 70)
    assert time.process_time() - began < SECONDS
    return picture, signs


def tall_png(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("picture_format", SOUND)
def test_cut_off_anywhere(picture_format):
    whole = SOUND[picture_format]
    lengths = {*range(min(64, len(whole))), *range(64, len(whole), max(1, len(whole) // 120)), len(whole) - 1}
    for length in sorted(lengths):
        answer(whole[:length])


@pytest.mark.parametrize("picture_format", SOUND)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_bytes_changed(picture_format, data):
    changed = bytearray(SOUND[picture_format])
    for _ in range(data.draw(st.integers(1, 6))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    answer(bytes(changed))


@pytest.mark.parametrize("name", SOUND_FILES)
@given(draw=st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_any_pieces_moved(name, draw):
    answer(mutated(SOUND_FILES[name], draw))


@pytest.mark.parametrize("picture_format", [*SOUND, "unheard-of"])
@given(data=st.binary(max_size=600))
@example(data=b"")
@settings(max_examples=80, deadline=None)
def test_any_bytes_at_all(picture_format, data):
    declared_signs(read_contents(data, picture_format))
    declared_signs(read_contents(SOUND.get(picture_format, b"")[:20] + data, picture_format))


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_directory(data):
    for start in (b"II*\x00\x08\x00\x00\x00", b"MM\x00*\x00\x00\x00\x08"):
        tiff.read_tags(start + data)
        assert tiff.count_directories(start + data, 50) <= 50


@given(st.one_of(st.binary(max_size=300), st.binary(max_size=200).map(lambda body: b"8BIM\x04\x04\x00\x00" + body)))
@settings(max_examples=150, deadline=None)
def test_any_iptc_record(data):
    for credit in read_credits(data) + read_credits(b"\x1c\x02" + data):
        assert len(credit) <= len(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=6), inner, max_size=5),
    max_leaves=12,
)


@given(JSON, st.text(max_size=40), st.sampled_from(["", "AIGC", "parameters", "prompt", "Comment", "generation_data"]))
@settings(max_examples=100, deadline=None)
def test_any_text_in_a_field(value, tail, keyword):
    for text in (json.dumps(value), "AIGC" + json.dumps(value) + tail, tail):
        read_label(text)
        read_generator(keyword, text)
        read_generator("PhotoEditor_Re_Edit_Data", text)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_any_manifest_store(data):
    """A sound store with anything at all in some of its places."""
    claim = {"action": "c2pa.created", "digitalSourceType": "http://example.org/trainedAlgorithmicMedia"}
    manifest = {
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [claim]}}],
        "ingredients": [
            {"active_manifest": "a", "validation_results": {"activeManifest": {"failure": [{"code": "x"}]}}}
        ],
        "claim_generator_info": [{"name": "maker"}],
        "signature_info": {"issuer": "someone"},
    }
    results = {"activeManifest": {"failure": [{"code": "x", "url": "/a/"}]}, "ingredientDeltas": []}
    store = {"active_manifest": "a", "manifests": {"a": manifest}, "validation_results": results}
    for _ in range(data.draw(st.integers(1, 3))):
        place = store
        while isinstance(place, (dict, list)) and place and data.draw(st.integers(0, 5)):
            parent, key = place, data.draw(st.sampled_from(list(place) if isinstance(place, dict) else [0]))
            place = parent[key]
            if data.draw(st.integers(0, 3)) == 0:
                parent[key] = data.draw(JUNK)
                break
    record = read_record(store, "Trusted")
    assert len(record.signer) <= 80
    assert all(claim.trusted for claim in record.own)


def test_manifests_that_lead_in_a_circle():
    circle = {"ingredients": [{"active_manifest": "a"}, {"active_manifest": "b"}]}
    assert read_record({"active_manifest": "a", "manifests": {"a": circle, "b": circle}}, "Valid").earlier == ()


def test_a_text_that_inflates_without_end_is_dropped():
    bomb = png_with(deflated_chunk("AIGC", b"{" * (64 << 20)))
    picture, signs = answer(bomb)
    assert signs == []
    assert sum(len(block.data) for block in picture.contents.blocks) <= MAX_TOTAL


def test_a_hundred_thousand_text_chunks():
    picture, _ = answer(png_with(text_chunk("Comment", "x") * 100_000))
    assert len(picture.contents.blocks) == MAX_BLOCKS


def test_a_hundred_thousand_segments():
    answer(jpeg_with(segment(0xE5, b"AIGC{") * 100_000))


def test_a_packet_in_a_hundred_thousand_pieces():
    head = b"http://ns.adobe.com/xmp/extension/\x00" + b"A" * 32
    pieces = [segment(0xE1, head + struct.pack(">II", 100_000, at) + b"x") for at in range(100_000)]
    answer(jpeg_with(*pieces))


def test_thousands_of_item_tables_whose_entries_take_no_room():
    table = struct.pack(">BBH", 0, 0, 1000) + struct.pack(">HHHH", 9, 0, 0, 64) * 1000
    meta = box(b"meta", box(b"iinf", bytes(2), 0) + box(b"iloc", table, 1), 0)
    answer(heic_with() + meta * 2000)


def test_many_label_starts_in_one_chunk():
    answer(png_with(text_chunk("AIGC", "AIGC{" * 100_000)))


@pytest.mark.parametrize(
    "packet",
    [
        xmp("&b;", prolog=ENTITIES),
        xmp('<a xmlns:b="&b;"/>', prolog=ENTITIES),
        xmp(prolog='<!DOCTYPE x SYSTEM "file:///etc/passwd">'),
        xmp("<a>" * 5000 + "</a>" * 5000),
        xmp("<TC260:AIGC>" + '{"AIGC":' * 5000 + "</TC260:AIGC>"),
        "<x:xmpmeta" + "<" * 50_000 + "</x:xmpmeta>",
    ],
)
def test_hostile_markup_says_nothing(packet):
    for data in (
        webp_with(b"XMP ", packet.encode()),
        png_with(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet.encode())),
    ):
        _, signs = answer(data)
        assert signs == []


def test_deep_json_says_nothing():
    _, signs = answer(png_with(text_chunk("AIGC", '{"AIGC":' * 100_000)))
    assert signs == []


def test_directories_that_lead_in_a_circle():
    circle = b"II*\x00\x08\x00\x00\x00" + struct.pack("<HHHII", 1, 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    picture, _ = answer(circle)
    assert picture.fault == "damaged"
    assert tiff.count_directories(circle, 1000) == 1


def test_directories_that_share_their_values():
    answer(png_with(chunk(b"eXIf", directories_that_share_values())))


def test_labels_in_labels():
    packet = international_chunk("XML:com.adobe.xmp", labels_in_labels(), deflate=True)
    tracemalloc.start()
    answer(png_with(packet))
    assert tracemalloc.get_traced_memory()[1] < 100 << 20
    tracemalloc.stop()


@pytest.mark.parametrize("piece", [" --a", "Steps: 1, ", " --a Job ID: ", "Seed Model "])
def test_a_text_full_of_halves_of_a_mark(piece):
    _, signs = answer(png_with(text_chunk("Description", piece * (1_000_000 // len(piece))) * 4))
    assert signs == []


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (9_500, 9_500), (2_000_000_000, 2)])
def test_more_pixels_than_allowed_are_never_decoded(width, height):
    picture, _ = answer(tall_png(width, height))
    assert picture.fault == "too_many_pixels"


def test_more_bytes_than_allowed_are_not_looked_at():
    picture, _ = answer(encoded("JPEG") + bytes(5000), Limits(bytes=4096))
    assert picture.fault == "too_large"
    assert picture.data == b""


def test_more_frames_than_allowed():
    frames = [Image.new("RGB", (8, 8), (number, 255 - number, 90)) for number in range(230)]
    for picture_format in ("GIF", "TIFF"):
        data = encoded(picture_format, frames[0], save_all=True, append_images=frames[1:])
        assert answer(data)[0].fault == "too_many_frames"


def test_two_formats_in_one_file():
    inner = png_with(text_chunk("AIGC", '{"Label": "1", "ProduceID": "1"}'))
    picture, signs = answer(encoded("JPEG") + inner)
    assert (picture.format, picture.fault, signs) == ("jpeg", None, [])
    picture, signs = answer(inner + b"PK\x03\x04" + bytes(2000))
    assert (picture.format, [sign.kind for sign in signs]) == ("png", ["tc260_label"])


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ" + bytes(100), b"\x00" * 4096]
)
def test_what_is_no_picture(data):
    picture, signs = answer(data)
    assert picture.fault == ("unknown_format" if data else "empty")
    assert signs == []


@pytest.mark.parametrize("size", [64, 3000])
def test_a_scan_repeated_a_thousand_times(size):
    scans = many_scans(1200, size)
    assert answer(scans)[0].fault == "too_many_scans"
    assert answer(many_scans(3, size))[0].fault is None


@pytest.mark.parametrize("place", [2, -3000])
def test_scans_behind_what_looks_like_the_end(place):
    scans = many_scans(3000, 64)
    at = scans.index(b"\xff\xda", place) if place > 0 else scans.index(b"\xff\xda", len(scans) + place)
    assert answer(scans[:at] + segment(0xFE, b"\xff\xd9") + scans[at:])[0].fault == "too_many_scans"


def test_a_film_behind_a_photo_is_no_part_of_it():
    """As phones store motion photos: in some megabytes of film, any two bytes are found."""
    photo = encoded("JPEG", Image.new("RGB", (2000, 1500), (180, 60, 40)))
    film = random.Random(7).randbytes(1 << 16) + b"\xff\xda" * 1200
    assert answer(photo + film)[0].fault is None
    thumbnail_of = exif_segment(tiff_block([(0x010E, b"\xff\xda" * 1200)]))
    assert answer(photo[:2] + thumbnail_of + photo[2:])[0].fault is None


@pytest.mark.parametrize("head", [b"\xff" * 30_000_000, exif_segment(tiff_block([(0x010E, bytes(900))])) * 30_000])
def test_a_head_that_is_slow_to_read(head):
    assert answer(encoded("JPEG")[:2] + head + encoded("JPEG")[2:])[0].fault == "damaged"
