"""Copies of a picture: found after what people do to pictures, and never made of two honest photos."""

import hashlib
from functools import cache

import cv2
import numpy as np
import pytest
from scene_makers import (
    cropped,
    decoded,
    jpeg,
    labelled_product,
    mirrored,
    moved_scene,
    scaled,
    scene,
    screenshot,
    stickered,
    turned,
    with_a_nearer_half,
)

from review_mining.evidence import Case, EvidenceClassifier, PictureIndex
from review_mining.evidence.config import Copies
from review_mining.evidence.fingerprint import Fingerprint, View

RULES = Copies()


def case(case_id, buyer=None, order=None, requested=None):
    return Case.model_validate(
        {"case_id": case_id, "buyer": buyer, "order": {"order_id": order, "requested_at": requested}}
    )


def look(index, pixels, sent_with):
    view, digest = View.of(pixels), hashlib.sha256(pixels.tobytes()).hexdigest()
    index.see(digest, sent_with)
    return index.see_copies(view, digest, sent_with, RULES)


@cache
def view_of_scene(number):
    return View.of(scene(number))


@pytest.fixture
def index():
    """Scenes 0 to 5, each of a buyer of its own."""
    with PictureIndex() as index:
        for number in range(6):
            sent_with = case(f"A{number}", f"a{number}", f"o{number}", "2026-10-05 08:00:00")
            index.see(f"{number}", sent_with)
            index.keep(view_of_scene(number), f"{number}")
        yield index


@pytest.mark.parametrize(
    ("change", "how"),
    [
        (lambda pixels: decoded(jpeg(pixels, 30)), "resaved"),
        (lambda pixels: scaled(pixels, 0.3), "resaved"),
        (lambda pixels: scaled(pixels, 2), "resaved"),
        (lambda pixels: decoded(jpeg(scaled(cropped(pixels, 0.1), 0.7), 60)), "cropped"),
        (mirrored, "mirrored"),
        (lambda pixels: decoded(jpeg(screenshot(pixels), 80)), "framed"),
    ],
)
def test_a_copy_is_found_and_named(index, change, how):
    sign = look(index, change(scene(5)), case("B", "b", requested="2026-10-09 08:00:00"))
    assert sign is not None
    assert (sign.kind, sign.strength, sign.message) == ("verified_reuse", "strong", f"copy.later.{how}")
    assert sign.facts["other_case"] == "A5"
    assert "A5" in sign.reason
    assert "A5" in sign.reason_in("en")


def test_whose_copy_came_first_stays_first_when_the_cases_are_judged_again():
    with PictureIndex() as index:
        for _ in range(2):
            first = look(index, scene(1), case("A", "a"))
            second = look(index, scaled(scene(1), 0.5), case("B", "b"))
    assert first is not None
    assert (first.strength, first.message) == ("moderate", "copy.earlier.resaved")
    assert second is not None
    assert second.strength == "strong"


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("parallax", [3, 8])
def test_a_second_exposure_is_no_copy(index, number, parallax):
    assert look(index, moved_scene(number, parallax), case("B", "b")) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda pixels: turned(pixels, 0.8),
        lambda pixels: with_a_nearer_half(pixels, 6),
        lambda pixels: np.ascontiguousarray(pixels[..., ::-1]),
    ],
    ids=["turned", "a part moved", "recoloured"],
)
def test_what_no_copy_does_is_seen(index, change):
    assert look(index, change(scene(5)), case("B", "b")) is None


@pytest.mark.parametrize("change", [stickered, lambda pixels: with_a_nearer_half(pixels, 4)], ids=["sticker", "moved"])
def test_what_leaves_a_doubt_goes_to_a_person(index, change):
    sign = look(index, change(scene(5)), case("B", "b", requested="2026-10-09 08:00:00"))
    assert sign is not None
    assert (sign.strength, sign.message) == ("moderate", "copy.alike.resaved")


def test_unlike_pictures_are_no_copies(index):
    assert [look(index, scene(number), case("B", "b")) for number in range(100, 104)] == [None] * 4


def test_one_product_with_another_label_is_no_copy():
    with PictureIndex() as index:
        for number, text in enumerate(("草莓味MILKTEA", "GREENMATCHA", "BLACKSESAME", "ORANGEJUICE")):
            assert look(index, labelled_product(text), case(f"A{number}", f"a{number}")) is None


def test_a_page_that_two_may_have_saved_is_not_strong():
    with PictureIndex() as index:
        look(index, labelled_product("草莓味MILKTEA"), case("A", "a"))
        sign = look(index, scaled(labelled_product("草莓味MILKTEA"), 0.6), case("B", "b"))
    assert sign is not None
    assert (sign.strength, sign.message) == ("moderate", "copy.page.resaved")


@pytest.mark.parametrize("sent", [case("A5", "z"), case("B", "a5"), case("B", "z", "o5"), case("B", None, "o5")])
def test_the_same_case_buyer_or_order_is_exempt(index, sent):
    assert look(index, scaled(scene(5), 0.5), sent) is None


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (case("B", "b", requested="2026-10-01 08:00:00"), "copy.earlier.resaved"),
        (case("B"), "copy.unknown_buyer.resaved"),
    ],
)
def test_who_came_first_or_is_unknown_is_not_proven_wrong(index, sent, message):
    sign = look(index, scaled(scene(5), 0.5), sent)
    assert sign is not None
    assert (sign.strength, sign.message) == ("moderate", message)


def test_a_picture_with_nothing_in_it_is_not_compared(index):
    plain = np.full((400, 300, 3), 240, np.uint8)
    assert [look(index, plain + step, case(f"B{step}", f"b{step}")) for step in range(3)] == [None] * 3


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 900, 3), (900, 2, 3), (33, 640, 3), (64, 64, 3)])
def test_odd_shapes_do_no_harm(index, shape):
    noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    assert look(index, noise, case("B", "b")) is None


def test_the_number_of_threads_changes_nothing():
    threads = cv2.getNumThreads()
    runs = []
    try:
        for number in (1, 2):
            cv2.setNumThreads(number)
            with PictureIndex() as index:
                look(index, scene(3), case("A", "a"))
                runs.append(look(index, cropped(scene(3), 0.08), case("B", "b")))
    finally:
        cv2.setNumThreads(threads)
    assert runs[0] is not None
    assert runs[0] == runs[1]


def test_a_fingerprint_survives_being_kept():
    made = View.of(scene(1)).fingerprint
    assert made is not None
    kept = Fingerprint.from_bytes(made.to_bytes())
    assert kept.frame == made.frame
    np.testing.assert_allclose(kept.points, made.points, atol=0.01)
    for name in ("descriptors", "sketch", "tints"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(made, name))
    assert len(made.to_bytes()) < 20_000


@pytest.fixture
def folder(tmp_path):
    shown = tmp_path / "listings"
    shown.mkdir()
    (shown / "front.jpg").write_bytes(jpeg(scene(1)))
    (shown / "broken.jpg").write_bytes(jpeg(scene(2))[:200])
    sent = tmp_path / "images"
    sent.mkdir()
    (sent / "same.jpg").write_bytes(jpeg(scene(1)))
    (sent / "saved.jpg").write_bytes(jpeg(cropped(scene(1), 0.05), 60))
    (sent / "own.jpg").write_bytes(jpeg(scene(7)))
    (sent / "copy.jpg").write_bytes(jpeg(scaled(scene(7), 0.5), 60))
    return tmp_path


def verdicts(classifier, names):
    return [
        classifier.judge({"case_id": f"{number}", "images": [name], "buyer": f"b{number}"})
        for number, name in enumerate(names)
    ]


def test_the_shops_own_listing_picture_accuses_nobody(folder):
    classifier = EvidenceClassifier.from_config(images=folder / "images", listings=folder / "listings")
    judged = verdicts(classifier, ["same.jpg", "same.jpg", "saved.jpg", "saved.jpg"])
    messages = [[sign.message for sign in verdict.pictures[0].signs] for verdict in judged]
    assert messages == [["listing.same"], ["listing.same"], ["listing.cropped"], ["listing.cropped"]]
    assert {verdict.outcome for verdict in judged} == {"human_review"}
    assert "front.jpg" in judged[0].pictures[0].signs[0].reason


def test_a_copy_between_cases_reaches_the_strong_outcome(folder):
    classifier = EvidenceClassifier.from_config(images=folder / "images", listings=folder / "listings")
    judged = verdicts(classifier, ["own.jpg", "copy.jpg"])
    assert [verdict.outcome for verdict in judged] == ["no_sign", "strong_sign"]
