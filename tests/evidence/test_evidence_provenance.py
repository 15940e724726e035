"""Declarations in files: every place and form of a label, and what must not be taken for one."""

import json

import pytest
from evidence_makers import (
    LABEL,
    deflated_chunk,
    encoded,
    exif_segment,
    gif_with_xmp,
    image,
    international_chunk,
    jpeg_with,
    label_attribute,
    label_element,
    png_with,
    segment,
    source_type,
    text_chunk,
    tiff_block,
    webp_with,
    xmp,
    xmp_segment,
)

from review_mining.evidence.config import Limits
from review_mining.evidence.intake import examine
from review_mining.evidence.provenance import declared_signs

BARE = json.dumps(LABEL)
WRAPPED = json.dumps({"AIGC": LABEL})
WEB_UI = "a cup\nNegative prompt: text\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 64x64, Model: m"
COMFY_PROMPT = json.dumps({"3": {"class_type": "KSampler", "inputs": {}}})
COMFY_WORKFLOW = json.dumps({"nodes": [], "links": [], "version": 0.4})
USER_COMMENT, DESCRIPTION = 0x9286, 0x010E


def signs_of(data):
    picture = examine("picture", data, Limits())
    assert picture.fault is None
    return declared_signs(picture.contents)


def comment(code, text):
    return exif_segment(tiff_block([], exif_entries=[(USER_COMMENT, code + text)]))


LABELLED = {
    "JPEG XMP element": jpeg_with(xmp_segment(label_element())),
    "JPEG XMP attribute": jpeg_with(xmp_segment(label_attribute())),
    "JPEG XMP in a packet wrapper": jpeg_with(
        xmp_segment('<?xpacket begin="" id="W5M0"?>' + label_element() + " " * 200 + '<?xpacket end="w"?>')
    ),
    "PNG iTXt XMP": png_with(international_chunk("XML:com.adobe.xmp", label_element())),
    "PNG iTXt XMP deflated": png_with(international_chunk("XML:com.adobe.xmp", label_element(), deflate=True)),
    "WebP XMP": webp_with(b"XMP ", label_element().encode()),
    "GIF XMP": gif_with_xmp(label_element()),
    "PNG tEXt AIGC": png_with(text_chunk("AIGC", BARE)),
    "PNG tEXt AIGC wrapped": png_with(text_chunk("AIGC", WRAPPED)),
    "PNG tEXt after the pixels": png_with(text_chunk("AIGC", BARE), after_pixels=True),
    "PNG zTXt AIGC": png_with(deflated_chunk("AIGC", WRAPPED.encode())),
    "EXIF UserComment ASCII": jpeg_with(comment(b"ASCII\x00\x00\x00", WRAPPED.encode())),
    "EXIF UserComment UNICODE little": jpeg_with(comment(b"UNICODE\x00", WRAPPED.encode("utf-16-le"))),
    "EXIF UserComment UNICODE big": jpeg_with(comment(b"UNICODE\x00", WRAPPED.encode("utf-16-be"))),
    "EXIF UserComment in WebP": webp_with(
        b"EXIF", tiff_block([], ">", exif_entries=[(USER_COMMENT, b"ASCII\x00\x00\x00" + WRAPPED.encode())])
    ),
    "EXIF ImageDescription": jpeg_with(exif_segment(tiff_block([(DESCRIPTION, WRAPPED.encode())]))),
    "bare in an APP segment": jpeg_with(segment(0xEB, b"AIGC" + BARE.encode())),
    "TIFF tag 700": encoded("TIFF", image(), tiffinfo={700: label_element().encode()}),
    "value as a JSON string": png_with(text_chunk("AIGC", json.dumps({"AIGC": BARE}))),
}


@pytest.mark.parametrize("place", LABELLED)
def test_the_aigc_label_is_read_wherever_it_lies(place):
    (sign,) = signs_of(LABELLED[place])
    assert (sign.kind, sign.strength) == ("tc260_label", "moderate")
    assert sign.facts["label"] == "1"
    assert sign.facts["content_producer"] == "invented-producer"
    assert sign.facts["signed"] is False
    assert "没有签名" in sign.reason


@pytest.mark.parametrize(
    ("value", "words"),
    [("1", "是 AI 生成"), (1, "是 AI 生成"), ("2", "可能是"), ("3", "疑似"), ("AIGC", "不在国家标准")],
)
def test_the_reason_repeats_what_the_label_declares(value, words):
    (sign,) = signs_of(png_with(text_chunk("AIGC", json.dumps({**LABEL, "Label": value}))))
    assert words in sign.reason


@pytest.mark.parametrize(
    ("code", "strength"),
    [
        ("trainedAlgorithmicMedia", "moderate"),
        ("compositeWithTrainedAlgorithmicMedia", "moderate"),
        ("compositeSynthetic", "weak"),
    ],
)
def test_the_iptc_source_of_a_generator(code, strength):
    for data in (jpeg_with(xmp_segment(source_type(code))), webp_with(b"XMP ", source_type(code).encode())):
        (sign,) = signs_of(data)
        assert (sign.kind, sign.strength, sign.facts["value"]) == ("iptc_ai", strength, code)


def test_the_short_form_of_an_iptc_source():
    packet = xmp(attributes='Iptc4xmpExt:DigitalSourceType="digsrctype:trainedAlgorithmicMedia"')
    (sign,) = signs_of(webp_with(b"XMP ", packet.encode()))
    assert (sign.message, sign.facts["value"]) == ("iptc.generated", "trainedAlgorithmicMedia")


@pytest.mark.parametrize(
    "packet",
    [
        xmp("<Iptc4xmpExt:AISystemUsed>Invented 3</Iptc4xmpExt:AISystemUsed>"),
        xmp(attributes='photoshop:Credit="Made with Google AI"'),
    ],
)
def test_a_named_ai_system(packet):
    (sign,) = signs_of(jpeg_with(xmp_segment(packet)))
    assert sign.kind == "iptc_ai"


@pytest.mark.parametrize(
    ("data", "tool"),
    [
        (png_with(text_chunk("parameters", WEB_UI)), "Stable Diffusion"),
        (png_with(text_chunk("parameters", WEB_UI), after_pixels=True), "Stable Diffusion"),
        (jpeg_with(comment(b"UNICODE\x00", WEB_UI.encode("utf-16-be"))), "Stable Diffusion"),
        (png_with(text_chunk("prompt", COMFY_PROMPT)), "ComfyUI"),
        (png_with(text_chunk("workflow", COMFY_WORKFLOW)), "ComfyUI"),
        (png_with(text_chunk("invokeai_metadata", '{"seed": 1}')), "InvokeAI"),
        (png_with(text_chunk("Software", "NovelAI")), "NovelAI"),
    ],
)
def test_settings_of_a_generator(data, tool):
    (sign,) = signs_of(data)
    assert (sign.kind, sign.strength, sign.facts["tool"]) == ("generator_metadata", "moderate", tool)


@pytest.mark.parametrize(
    "data",
    [
        encoded("JPEG"),
        png_with(text_chunk("Software", "Adobe Photoshop 25.1")),
        png_with(text_chunk("parameters", "exposure 1/60, aperture 2.8")),
        png_with(text_chunk("prompt", "please look at the crack")),
        png_with(text_chunk("workflow", "scan, crop, send")),
        png_with(text_chunk("Comment", "The AIGC standard is discussed here.")),
        png_with(text_chunk("AIGC", "{}")),
        png_with(text_chunk("AIGC", json.dumps({**LABEL, "Label": "0"}))),
        png_with(text_chunk("AIGC", '{"Label": "1"')),
        jpeg_with(xmp_segment(source_type("digitalCapture"))),
        jpeg_with(xmp_segment(source_type("algorithmicallyEnhanced"))),
        jpeg_with(xmp_segment(xmp(attributes='photoshop:Credit="Photo: AI Weekly"'))),
        jpeg_with(exif_segment(tiff_block([(0x0131, b"Phone Camera 5.1"), (DESCRIPTION, b"a cup with Steps: three")]))),
        jpeg_with(segment(0xEB, b"AIGC is four letters")),
    ],
)
def test_what_is_no_declaration_gives_no_sign(data):
    assert signs_of(data) == []


def test_a_label_written_twice_is_one_sign():
    assert len(signs_of(png_with(text_chunk("AIGC", BARE), deflated_chunk("AIGC", BARE.encode())))) == 1


def test_facts_are_short_and_printable():
    label = {"Label": "1", "ContentProducer": "x\x07\u202e" * 500, "ProduceID": ["a"]}
    (sign,) = signs_of(png_with(text_chunk("AIGC", json.dumps(label))))
    assert len(str(sign.facts["content_producer"])) <= 80
    assert str(sign.facts["content_producer"]).isprintable()
    assert sign.facts["produce_id"] == ""
