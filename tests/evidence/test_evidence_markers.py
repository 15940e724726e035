"""Marks of generators and editors, each in a file made by our own writer, and what only looks like one."""

import json

import numpy as np
import pytest
from evidence_makers import (
    LABEL,
    encoded,
    exif_segment,
    extended_xmp_segments,
    iim_record,
    image,
    international_chunk,
    jpeg_with,
    label_element,
    photoshop_segment,
    png_with,
    source_type,
    stealth_png,
    text_chunk,
    tiff_block,
    with_samsung_trailer,
    xmp,
    xmp_segment,
)
from PIL import Image

from review_mining.evidence.config import Limits
from review_mining.evidence.intake import examine
from review_mining.evidence.provenance import declared_signs

DESCRIPTION, MAKE, SOFTWARE, ARTIST, IPTC, USER_COMMENT = 0x010E, 0x010F, 0x0131, 0x013B, 0x83BB, 0x9286
UUID = "7f0c1a52-3b1e-4a6f-9d55-0123456789ab"
GROK = "Signature: " + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0NTY3ODk=" * 2
WEB_UI = "a cup\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 64x64, Model: m"
NOVEL_COMMENT = json.dumps({"steps": 28, "sampler": "k_euler", "seed": 3, "uc": "blurry", "prompt": "a cup"})
DRAW_THINGS = json.dumps({"c": "a cup", "uc": "", "seed": 3, "steps": 20, "sampler": "Euler"})
BYTEDANCE = {"product": "vicut", "exportType": "photo", "aigc_type": 1, "aigc_label_type": 2}
TENCENT = {"AIGC": {"ServiceProvider": "invented-cloud", "ServiceUser": "u", "Time": "1", "ContentId": "c-9"}}
PROTECTED = {**LABEL, "ReservedCode1": json.dumps({"SecurityData": {"Type": "1", "Version": 1, "PubSD": []}})}


def signs_of(data):
    picture = examine("picture", data, Limits())
    assert picture.fault is None
    return declared_signs(picture.contents)


def exif(*entries, deeper=()):
    return jpeg_with(exif_segment(tiff_block([(tag, text.encode()) for tag, text in entries], exif_entries=deeper)))


def user_comment(text):
    return exif(deeper=[(USER_COMMENT, b"ASCII\x00\x00\x00" + text.encode())])


def packet(inner="", attributes=""):
    return jpeg_with(xmp_segment(xmp(inner, attributes)))


TOOLS = [
    (user_comment(json.dumps(BYTEDANCE)), "ByteDance (vicut)", "generator.app_label"),
    (exif((DESCRIPTION, json.dumps({"data": {"aigc_label_type": 1}}))), "ByteDance", "generator.app_label"),
    (exif((MAKE, "Ideogram AI")), "Ideogram", "generator.named"),
    (exif((ARTIST, UUID), (DESCRIPTION, GROK)), "xAI Grok", "generator.named"),
    (exif((SOFTWARE, "reve.com")), "Reve", "generator.named"),
    (exif((SOFTWARE, "fal-ai/flux")), "fal.ai", "generator.named"),
    (exif((SOFTWARE, "Aphrodite AI")), "Aphrodite AI", "generator.named"),
    (exif((SOFTWARE, "Apple Image Playground")), "Apple Image Playground", "generator.named"),
    (user_comment("Made with OpenAI Labs"), "OpenAI Labs (DALL·E)", "generator.named"),
    (packet(attributes='xmp:CreatorTool="Draw Things"'), "Draw Things", "generator.named"),
    (packet(f"<exif:UserComment>{DRAW_THINGS}</exif:UserComment>"), "Draw Things", "generator"),
    (packet(f"<dc:description>a cup --v 6 Job ID: {UUID}</dc:description>"), "Midjourney", "generator.named"),
    (png_with(text_chunk("Description", f"a cup --ar 3:2 Job ID: {UUID}")), "Midjourney", "generator.named"),
    (png_with(text_chunk("Comment", NOVEL_COMMENT)), "NovelAI", "generator"),
    (png_with(text_chunk("Source", "NovelAI Diffusion V4")), "NovelAI", "generator.named"),
    (png_with(text_chunk("generation_data", '{"prompt": "a cup"}')), "Civitai / Draw Things", "generator"),
    (png_with(text_chunk("parameters", '{"sui_image_params": {}}')), "SwarmUI", "generator"),
    (png_with(text_chunk("SD:sampler", "euler")), "Stable Diffusion", "generator"),
    (png_with(international_chunk("parameters", WEB_UI)), "Stable Diffusion", "generator"),
    (stealth_png(WEB_UI), "Stable Diffusion", "generator"),
    (stealth_png(WEB_UI, deflate=False), "Stable Diffusion", "generator"),
    (stealth_png(WEB_UI, "RGB"), "Stable Diffusion", "generator"),
    (stealth_png(json.dumps({"Comment": NOVEL_COMMENT})), "NovelAI", "generator"),
    (with_samsung_trailer(encoded("JPEG"), '{"genAIType": 2}'), "Samsung Galaxy AI", "generator.edit"),
]


@pytest.mark.parametrize(
    ("data", "tool", "message"), TOOLS, ids=[f"{tool}-{n}" for n, (_, tool, _) in enumerate(TOOLS)]
)
def test_the_mark_of_a_tool(data, tool, message):
    (sign,) = signs_of(data)
    assert (sign.kind, sign.strength) == ("generator_metadata", "moderate")
    assert (sign.facts["tool"], sign.message) == (tool, message)
    assert tool in sign.reason


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (exif((SOFTWARE, "Apple Photos Clean Up")), "generator.clean_up"),
        (png_with(text_chunk("hf-job-id", UUID)), "generator.host"),
    ],
)
def test_a_clean_up_or_a_mere_host_is_weak(data, message):
    (sign,) = signs_of(data)
    assert (sign.kind, sign.strength, sign.message) == ("generator_metadata", "weak", message)


def test_clean_up_as_apple_writes_it_is_weak_although_its_source_type_says_edited():
    signs = signs_of(
        packet(
            "<Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/"
            "compositeWithTrainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>",
            'photoshop:Credit="Apple Photos Clean Up"',
        )
    )
    assert {sign.strength for sign in signs} == {"weak"}
    assert {sign.message for sign in signs} == {"iptc.clean_up", "generator.clean_up"}


@pytest.mark.parametrize(
    "credit", ["Made with Google AI", "AI-Generated with Google Photos", "AI-Generated with Google"]
)
def test_the_credit_of_google(credit):
    record = iim_record((2, 5, "a cup"), (2, 110, credit))
    for data in (
        packet(attributes=f'photoshop:Credit="{credit}"'),
        jpeg_with(photoshop_segment(record)),
        encoded("TIFF", image(), tiffinfo={IPTC: record}),
    ):
        (sign,) = signs_of(data)
        assert (sign.kind, sign.message, sign.facts["value"]) == ("iptc_ai", "iptc.system", credit)


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("AISystemUsed", "iptc.system"),
        ("AISystemVersionUsed", "iptc.system"),
        ("AIPromptInformation", "iptc.prompt"),
        ("AIPromptWriterName", "iptc.prompt"),
    ],
)
def test_the_ai_fields_of_iptc_2025(field, message):
    for data in (
        packet(f"<Iptc4xmpExt:{field}>Invented 3</Iptc4xmpExt:{field}>"),
        packet(attributes=f'Iptc4xmpExt:{field}="Invented 3"'),
    ):
        (sign,) = signs_of(data)
        assert (sign.kind, sign.strength, sign.message) == ("iptc_ai", "moderate", message)


def test_who_wrote_a_prompt_is_not_kept():
    (sign,) = signs_of(packet("<Iptc4xmpExt:AIPromptWriterName>Wang Xiaoming</Iptc4xmpExt:AIPromptWriterName>"))
    assert "Wang" not in json.dumps(sign.as_json())


def test_the_label_of_tencent():
    (sign,) = signs_of(exif((DESCRIPTION, json.dumps(TENCENT))))
    assert (sign.kind, sign.message) == ("tc260_label", "tc260.other")
    assert (sign.facts["content_producer"], sign.facts["produce_id"]) == ("invented-cloud", "c-9")


def test_all_keys_of_the_label_are_kept_and_its_protection_is_not_called_a_signature():
    label = {**PROTECTED, "ContentPropagator": "invented-shop", "PropagateID": "q-2"}
    (sign,) = signs_of(png_with(text_chunk("AIGC", json.dumps(label))))
    assert (sign.facts["content_propagator"], sign.facts["propagate_id"]) == ("invented-shop", "q-2")
    assert (sign.facts["protection_data"], sign.facts["signed"]) == (True, False)


@pytest.mark.parametrize("size", [60_000, 1_000])
def test_a_packet_continued_over_several_segments(size):
    filler = "<dc:description>" + "tea " * 30_000 + "</dc:description>"
    label = json.dumps(LABEL).replace('"', "&quot;")
    segments = extended_xmp_segments(xmp(f"{filler}<TC260:AIGC>{label}</TC260:AIGC>"), size)
    assert len(segments) > 2
    (sign,) = signs_of(jpeg_with(*segments))
    assert (sign.kind, sign.facts["place"]) == ("tc260_label", "JPEG APP1 extended XMP")
    (sign,) = signs_of(jpeg_with(segments[0], *reversed(segments[1:])))
    assert sign.kind == "tc260_label"
    assert signs_of(jpeg_with(*segments[:-1])) == []


def test_a_tag_at_the_end_of_a_large_tiff_file():
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (1300, 1300, 3), np.uint8))
    data = encoded("TIFF", noise, compression="tiff_adobe_deflate", tiffinfo={700: label_element().encode()})
    assert int.from_bytes(data[4:8], "little") > 5_000_000
    (sign,) = signs_of(data)
    assert sign.kind == "tc260_label"


@pytest.mark.parametrize(
    "data",
    [
        exif((MAKE, "Canon"), (SOFTWARE, "Adobe Photoshop 26.1"), (ARTIST, "Li Lei")),
        exif((ARTIST, UUID)),
        exif((DESCRIPTION, GROK)),
        exif((ARTIST, "Midjourney")),
        exif((SOFTWARE, "Revel 2")),
        exif((SOFTWARE, "comfyuiless")),
        exif((DESCRIPTION, "Job ID: 4711 --urgent")),
        exif((DESCRIPTION, f"boiler service, Job ID: {UUID}")),
        exif((DESCRIPTION, json.dumps({**BYTEDANCE, "aigc_type": 0, "aigc_label_type": 0}))),
        exif((DESCRIPTION, json.dumps({"product": "vicut", "aigc_type": "none"}))),
        exif((DESCRIPTION, json.dumps(TENCENT["AIGC"]))),
        exif((DESCRIPTION, json.dumps({"AIGC": {"ServiceProvider": "plumber"}}))),
        user_comment("Not made with OpenAI Labs"),
        with_samsung_trailer(encoded("JPEG"), '{"genAIType": 0}'),
        with_samsung_trailer(encoded("JPEG"), '{"adjustmentValue": "genAIType"}'),
        encoded("JPEG") + b'PhotoEditor_Re_Edit_Data{"genAIType": 2}',
        png_with(text_chunk("hf-job-id", "next week")),
        png_with(text_chunk("generation_data", "[]")),
        png_with(text_chunk("SD:card", "1")),
        stealth_png("a poem about tea"),
        encoded("PNG", image().convert("RGBA")),
        jpeg_with(photoshop_segment(iim_record((2, 110, "Photo: Made with Google AI in mind")))),
        jpeg_with(photoshop_segment(iim_record((2, 80, "Made with Google AI")))),
        packet(attributes='xmp:CreatorTool="Adobe Photoshop 26.1 (Macintosh)"'),
        packet(source_type("digitalCapture")),
    ],
)
def test_what_only_looks_like_a_mark(data):
    assert signs_of(data) == []
