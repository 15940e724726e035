"""The heat map of local edits: warm where a region was pasted, smeared or copied, off unless it is asked for."""

from io import BytesIO

import numpy as np
import pytest
from evidence_makers import encoded
from label_drawing import ground
from PIL import Image, ImageFilter

from review_mining.evidence import EvidenceClassifier, render_queue
from review_mining.evidence.config import LocalEdit
from review_mining.evidence.local_edit import BLOCK, MAX_PIXELS, heat_map, overlay
from review_mining.evidence.local_edit_sign import local_edit_hint

BOX = (160, 128, 320, 288)


def plain(seed=0):
    return ground(640, 480, seed)


def smeared():
    picture = plain()
    picture.paste(picture.crop(BOX).filter(ImageFilter.GaussianBlur(2)), BOX)
    return picture


def pasted_from_lower_quality():
    picture = plain()
    again = Image.open(BytesIO(encoded("JPEG", picture, quality=55)))
    picture.paste(again.crop(BOX), BOX)
    return Image.open(BytesIO(encoded("JPEG", picture, quality=95)))


def copied():
    draw = np.random.default_rng(1)
    marks = Image.fromarray(draw.integers(0, 255, (12, 16, 3), dtype=np.uint8)).resize((160, 120), 4)
    picture = plain()
    for corner in ((48, 48), (400, 300)):
        picture.paste(marks, corner)
    return picture


def warmth(found):
    """Mean inside and outside the box, a block's width away from its rim."""
    inside = np.zeros(found.shape, dtype=bool)
    left, top, right, bottom = (edge // BLOCK for edge in BOX)
    inside[top + 1 : bottom - 1, left + 1 : right - 1] = True
    outside = np.ones(found.shape, dtype=bool)
    outside[top - 2 : bottom + 2, left - 2 : right + 2] = False
    return found[inside].mean(), found[outside].mean()


def test_a_smeared_region_has_other_noise():
    inside, outside = warmth(heat_map(np.asarray(smeared())).noise)
    assert inside > 0.8
    assert outside < 0.4


def test_a_region_of_lower_quality_leaves_a_ghost():
    inside, outside = warmth(heat_map(np.asarray(pasted_from_lower_quality())).ghosts)
    assert inside > 2 * outside


def test_a_copied_region_is_found_twice():
    copies = heat_map(np.asarray(copied())).copies
    assert copies[48 // BLOCK + 3, 48 // BLOCK + 4] == copies[300 // BLOCK + 3, 400 // BLOCK + 4] == 1.0
    assert copies.mean() < 0.3


def test_a_uniform_history_gives_no_hint():
    found = heat_map(np.asarray(plain()))
    assert local_edit_hint(found, LocalEdit()) is None


def test_the_map_has_one_value_per_block():
    found = heat_map(np.asarray(plain().crop((0, 0, 333, 250))))
    for each in (found.noise, found.ghosts, found.copies, found.heat):
        assert (each.dtype, each.shape) == (np.float32, (250 // BLOCK, 333 // BLOCK))
        assert 0.0 <= each.min() <= each.max() <= 1.0


@pytest.mark.parametrize("shape", [(100, 900, 3), (4000, MAX_PIXELS // 4000 + 1, 3)])
def test_too_small_or_too_large(shape):
    assert heat_map(np.zeros(shape, dtype=np.uint8)) is None


@pytest.mark.parametrize("value", [0, 255])
def test_a_blank_picture(value):
    blank = np.full((320, 320, 3), value, dtype=np.uint8)
    assert local_edit_hint(heat_map(blank), LocalEdit()) is None


def test_the_drawing_is_a_small_picture_without_metadata():
    pixels = np.asarray(smeared())
    with Image.open(BytesIO(overlay(pixels, heat_map(pixels).heat, 320))) as drawn:
        assert (drawn.format, drawn.size, drawn.info) == ("PNG", (320, 240), {})
        colours = np.asarray(drawn).astype(int)
    warm = colours[:, :, 0] - colours[:, :, 2]
    left, top, right, bottom = (edge // 2 for edge in BOX)
    assert warm[top + 20 : bottom - 20, left + 20 : right - 20].mean() > warm.mean() + 20


def test_off_unless_asked_for(tmp_path):
    (tmp_path / "one.png").write_bytes(encoded("PNG", smeared()))
    case = {"case_id": "A", "images": ["one.png"]}
    assert EvidenceClassifier.from_config(images=tmp_path).judge(case).pictures[0].signs == ()

    (tmp_path / "own.yaml").write_text("local_edit: {enabled: true}", encoding="utf-8")
    verdict = EvidenceClassifier.from_config(tmp_path / "own.yaml", images=tmp_path).judge(case)
    (sign,) = verdict.pictures[0].signs
    assert (sign.kind, sign.strength, sign.facts["trace"]) == ("local_edit_hint", "weak", "noise")
    assert abs(sign.facts["left"] - BOX[0]) <= 2 * BLOCK
    assert abs(sign.facts["bottom"] - BOX[3]) <= 2 * BLOCK
    assert "可靠性低" in sign.reason
    assert "Low reliability" in sign.reason_in("en")
    assert verdict.outcome == "ask_for_more"

    for settings, drawings in (("own.yaml", 1), (None, 0)):
        classifier = EvidenceClassifier.from_config(settings and tmp_path / settings, images=tmp_path)
        page = render_queue([classifier.judge(case)], classifier.config, images=tmp_path)
        assert page.count("data:image/png;base64,") == drawings
