"""One-click feedback, and writes that happen once per idempotency key."""

import hashlib
import threading
from collections.abc import Mapping

import pytest
from settable_clock import SettableClock

from review_mining.errors import UsageError
from review_mining.service.store import (
    ConflictError,
    NewCase,
    NewFeedback,
    NewPicture,
    ShopStore,
    UnknownRecordError,
)

FULL = NewFeedback(
    "wrong_aspect",
    review_id="r-1",
    order_number="20260601123456",
    scenario="仅退款",
    picture=b"a picture",
    details={"field": "text", "shown": "q.durability", "meant": "q.fit", "start": 0},
    note="电话13800138000",
)


def test_a_click_comes_back_whole_with_its_note_masked(shop: ShopStore, clock: SettableClock):
    kept = shop.feedback.add(FULL)
    assert shop.feedback.get(kept.feedback_id) == kept
    assert (kept.kind, kept.review_id, kept.order_number, kept.scenario) == (
        "wrong_aspect",
        "r-1",
        "20260601123456",
        "仅退款",
    )
    assert (kept.details, kept.note, kept.created_at) == (FULL.details, "电话＊＊＊＊＊＊＊＊＊＊＊", clock.now())
    assert kept.picture_sha256 == hashlib.sha256(b"a picture").hexdigest()
    assert shop.feedback.picture(kept.feedback_id).read_bytes() == b"a picture"


def test_a_click_may_point_at_a_picture_of_a_case(shop: ShopStore):
    picture = shop.cases.add(NewCase("c-1", pictures=(NewPicture("a.jpg", b"bytes"),))).pictures[0]
    kept = shop.feedback.add(NewFeedback("false_evidence", case_id="c-1", picture_sha256=picture.sha256))
    assert shop.feedback.picture(kept.feedback_id) == picture.path
    with pytest.raises(UnknownRecordError):
        shop.feedback.add(NewFeedback("false_evidence", picture_sha256="0" * 64))
    with pytest.raises(UsageError):
        shop.feedback.add(NewFeedback("false_evidence", picture=b"x", picture_sha256=picture.sha256))
    with pytest.raises(UnknownRecordError):
        shop.feedback.picture(shop.feedback.add(NewFeedback("appeal")).feedback_id)


def test_an_unknown_kind_names_the_known(shop: ShopStore):
    with pytest.raises(UsageError, match="appeal"):
        shop.feedback.add(NewFeedback("praise"))  # type: ignore[arg-type]


def test_pages_hold_every_click_once_from_the_oldest_on(shop: ShopStore):
    kinds = ["appeal", "wrong_theme", "appeal", "appeal", "false_evidence"]
    added = [shop.feedback.add(NewFeedback(kind)).feedback_id for kind in kinds]  # type: ignore[arg-type]
    first = shop.feedback.page(limit=3)
    second = shop.feedback.page(limit=3, cursor=first.next_cursor)
    assert [one.feedback_id for one in (*first.items, *second.items)] == added
    assert second.next_cursor is None
    assert [one.feedback_id for one in shop.feedback.page(kind="wrong_theme").items] == added[1:2]


def test_a_click_taken_back_stays_and_is_marked(shop: ShopStore, clock: SettableClock):
    kept = shop.feedback.add(NewFeedback("appeal"))
    when = clock.now()
    shop.feedback.withdraw(kept.feedback_id)
    clock.pass_time(5)
    assert shop.feedback.withdraw(kept.feedback_id).withdrawn_at == when
    assert [one.withdrawn_at for one in shop.feedback.page().items] == [when]


def click(work: ShopStore) -> Mapping[str, object]:
    return {"feedback_id": work.feedback.add(NewFeedback("appeal")).feedback_id}


def test_a_write_sent_twice_happens_once(shop: ShopStore):
    first = shop.answers.once("key", "/v1/feedback", "digest", click)
    assert shop.answers.once("key", "/v1/feedback", "digest", click) == first
    assert shop.answers.find("key", "/v1/feedback", "digest") == first
    assert [one.feedback_id for one in shop.feedback.page().items] == [first["feedback_id"]]


@pytest.mark.parametrize(("route", "digest"), [("/v1/reports", "digest"), ("/v1/feedback", "other")])
def test_a_key_belongs_to_its_request(shop: ShopStore, route: str, digest: str):
    shop.answers.once("key", "/v1/feedback", "digest", click)
    with pytest.raises(ConflictError, match="new key"):
        shop.answers.once("key", route, digest, click)
    assert len(shop.feedback.page().items) == 1


def test_a_write_that_fails_leaves_its_key_free(shop: ShopStore):
    def fail(work: ShopStore) -> Mapping[str, object]:
        click(work)
        raise UsageError("no")

    with pytest.raises(UsageError):
        shop.answers.once("key", "/v1/feedback", "digest", fail)
    assert shop.feedback.page().items == ()
    shop.answers.once("key", "/v1/feedback", "digest", click)
    assert len(shop.feedback.page().items) == 1


def test_a_key_expires_after_a_day(shop: ShopStore, clock: SettableClock):
    first = shop.answers.once("key", "/v1/feedback", "digest", click)
    clock.pass_time(24 * 3600 - 1)
    assert shop.answers.once("key", "/v1/feedback", "digest", click) == first
    clock.pass_time(2)
    assert shop.answers.find("key", "/v1/feedback", "digest") is None
    assert shop.answers.once("key", "/v1/feedback", "digest", click) != first


def test_the_same_key_from_many_at_once_happens_once(shop: ShopStore):
    answers: list[object] = []
    together = threading.Barrier(6)

    def send() -> None:
        together.wait()
        answers.append(shop.answers.once("key", "/v1/feedback", "digest", click))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6
    assert all(answer == answers[0] for answer in answers)
    assert len(shop.feedback.page().items) == 1
