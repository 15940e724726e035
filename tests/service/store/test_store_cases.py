"""Cases with their pictures, verdicts and clicks."""

from pathlib import Path

import pytest
from settable_clock import SettableClock

from review_mining.errors import UsageError
from review_mining.service.store import (
    ConflictError,
    CursorError,
    NewCase,
    NewFeedback,
    NewPicture,
    ShopStore,
    Store,
    UnknownRecordError,
)

PICTURE = NewPicture("破损.jpg", b"\xff\xd8 original bytes \x00", "image/jpeg")


def test_a_case_comes_back_as_it_was_given(shop: ShopStore, clock: SettableClock):
    order = {"order_id": "20260601123456", "amount": 39.9, "sku": None}
    shop.cases.add(NewCase("c-1", "箱子破了", order, "买家7", (PICTURE,)))
    case = shop.cases.get("c-1")
    assert (case.case_id, case.statement, case.order, case.buyer_id) == ("c-1", "箱子破了", order, "买家7")
    assert (case.received_at, case.verdict, case.decision) == (clock.now(), None, None)
    assert [(picture.name, picture.media_type) for picture in case.pictures] == [("破损.jpg", "image/jpeg")]
    assert case.pictures[0].path.read_bytes() == PICTURE.content


def test_what_is_added_reads_the_same_later(shop: ShopStore):
    assert shop.cases.add(NewCase("c-1", "少\x00了\ud800", pictures=(PICTURE,))) == shop.cases.get("c-1")


def test_a_statement_is_masked_before_it_is_kept(shop: ShopStore):
    case = NewCase("c-1", "订单20260601123456坏了，打13800138000", {"order_id": "20260601123456"})
    assert shop.cases.add(case).statement == "订单＊＊＊＊＊＊＊＊＊＊＊＊＊＊坏了，打＊＊＊＊＊＊＊＊＊＊＊"


def test_an_id_is_used_once(shop: ShopStore):
    shop.cases.add(NewCase("c-1", "第一次"))
    with pytest.raises(ConflictError, match="c-1"):
        shop.cases.add(NewCase("c-1", "第二次"))
    assert shop.cases.get("c-1").statement == "第一次"


def test_two_pictures_of_one_name_keep_the_whole_case_out(shop: ShopStore):
    with pytest.raises(ConflictError, match="same name"):
        shop.cases.add(NewCase("c-1", pictures=(PICTURE, PICTURE)))
    with pytest.raises(UnknownRecordError):
        shop.cases.get("c-1")


def test_further_pictures_come_after_the_first(shop: ShopStore):
    shop.cases.add(NewCase("c-1", pictures=(PICTURE,)))
    case = shop.cases.add_pictures("c-1", [NewPicture("订单号.png", b"more"), NewPicture("开箱.png", b"more")])
    assert [picture.name for picture in case.pictures] == ["破损.jpg", "订单号.png", "开箱.png"]
    with pytest.raises(ConflictError):
        shop.cases.add_pictures("c-1", [NewPicture("订单号.png", b"other")])


def test_equal_bytes_are_kept_once(shop: ShopStore, data: Path):
    for case_id in ("c-1", "c-2"):
        shop.cases.add(NewCase(case_id, pictures=(PICTURE,)))
    assert len([path for path in (data / "pictures").rglob("*") if path.is_file()]) == 1


def test_a_shop_may_have_any_name(store: Store, data: Path):
    path = store.for_shop("../../etc/\x00").cases.add(NewCase("c", pictures=(PICTURE,))).pictures[0].path
    assert path.resolve().is_relative_to((data / "pictures").resolve())


def test_a_value_that_does_not_fit_is_refused_on_every_database(shop: ShopStore):
    with pytest.raises(UsageError, match="longer than the 255"):
        shop.cases.add(NewCase("长" * 256))
    assert shop.cases.add(NewCase("长" * 255)).case_id == "长" * 255


def test_the_latest_verdict_counts_and_earlier_ones_stay(shop: ShopStore, clock: SettableClock):
    shop.cases.add(NewCase("c-1"))
    shop.cases.record_verdict("c-1", {"signs": ["\x00"]}, outcome="no_sign", urgency=5.5, versions={"program": "1"})
    clock.pass_time(60)
    case = shop.cases.record_verdict(
        "c-1", {"signs": []}, outcome="human_review", urgency=40, versions={"program": "2"}
    )
    assert case == shop.cases.get("c-1")
    assert case.verdict is not None
    assert (case.verdict.outcome, case.verdict.urgency, case.verdict.versions) == ("human_review", 40, {"program": "2"})
    first, second = shop.cases.verdicts("c-1")
    assert (first.document, second.document) == ({"signs": ["\x00"]}, {"signs": []})
    assert second.made_at - first.made_at == clock.now() - case.received_at


def judged(shop: ShopStore, case_id: str, urgency: float, outcome: str = "human_review") -> None:
    shop.cases.add(NewCase(case_id))
    shop.cases.record_verdict(case_id, {}, outcome=outcome, urgency=urgency, versions={})


def test_pages_go_by_urgency_without_gaps_or_repeats(shop: ShopStore):
    for number, urgency in enumerate([10, 70, 40.1, 40.1, 40.1, 0]):
        judged(shop, f"c-{number}", urgency)
    seen, cursor = [], None
    while True:
        page = shop.cases.page(cursor=cursor, limit=2)
        seen += [case.case_id for case in page.items]
        if page.next_cursor is None:
            break
        judged(shop, f"late-{len(seen)}", 99)  # comes before what was shown already, and must not push anything along
        cursor = page.next_cursor
    assert seen == ["c-1", "c-2", "c-3", "c-4", "c-0", "c-5"]


def test_pages_can_be_filtered(shop: ShopStore):
    judged(shop, "c-1", 10)
    judged(shop, "c-2", 20, "no_sign")
    shop.cases.add(NewCase("c-3"))
    shop.decisions.make("c-1", "evidence_fine")
    assert [case.case_id for case in shop.cases.page(outcome="no_sign").items] == ["c-2"]
    assert [case.case_id for case in shop.cases.page(decided=True).items] == ["c-1"]
    assert [case.case_id for case in shop.cases.page(decided=False).items] == ["c-2", "c-3"]
    assert shop.cases.counts() == {"human_review": 1, "no_sign": 1, "waiting": 1}


def test_a_foreign_cursor_is_refused(shop: ShopStore):
    for cursor in ("", "x", "WzEs", "WzFd", "WyJhIiwgMV0", "[1,2]", "W10=" * 50, "\u0661", "bnVsbA"):
        with pytest.raises(CursorError):
            shop.cases.page(cursor=cursor)


def test_a_forged_cursor_finds_nothing_worse_than_nothing(shop: ShopStore):
    assert shop.cases.page(cursor="Wy0xZTMwOSwgMWUzMDhd").items == ()  # [-1e309, 1e308]


def test_a_page_has_limits(shop: ShopStore):
    for limit in (0, -1, 1001):
        with pytest.raises(UsageError, match="from 1 to 1000"):
            shop.cases.page(limit=limit)


def test_a_buyers_cases_are_found(shop: ShopStore):
    for case_id, buyer in (("c-1", "b"), ("c-2", None), ("c-3", "b")):
        shop.cases.add(NewCase(case_id, buyer_id=buyer))
    assert [case.case_id for case in shop.cases.of_buyer("b")] == ["c-1", "c-3"]


def test_clicks_make_a_history_and_the_last_one_stands(shop: ShopStore):
    shop.cases.add(NewCase("c-1", order={"order_id": "20260601123456"}))
    shop.decisions.make("c-1", "ask_buyer", note="请补20260601123456")
    second = shop.decisions.make("c-1", "report_fake")
    assert shop.cases.get("c-1").decision == "report_fake"
    shop.decisions.undo("c-1", second.decision_id)
    assert shop.cases.get("c-1").decision == "ask_buyer"
    history = shop.decisions.history("c-1")
    assert [(click.action, click.undoes) for click in history] == [
        ("ask_buyer", None),
        ("report_fake", None),
        ("report_fake", second.decision_id),
    ]
    assert history[0].note == "请补＊＊＊＊＊＊＊＊＊＊＊＊＊＊"
    assert {click.actor for click in history} == {"0123456789ab"}


def test_undoing_happens_once_and_is_not_undone(shop: ShopStore):
    shop.cases.add(NewCase("c-1"))
    shop.cases.add(NewCase("c-2"))
    click = shop.decisions.make("c-1", "evidence_fine")
    undoing = shop.decisions.undo("c-1", click.decision_id)
    assert shop.cases.get("c-1").decision is None
    with pytest.raises(ConflictError, match="already"):
        shop.decisions.undo("c-1", click.decision_id)
    with pytest.raises(ConflictError, match="cannot be undone"):
        shop.decisions.undo("c-1", undoing.decision_id)
    with pytest.raises(UnknownRecordError):
        shop.decisions.undo("c-2", click.decision_id)
    with pytest.raises(UsageError, match="report_fake"):
        shop.decisions.make("c-1", "guilty")  # type: ignore[arg-type]


def test_feedback_that_came_with_a_click_is_withdrawn_with_it(shop: ShopStore):
    shop.cases.add(NewCase("c-1"))
    click = shop.decisions.make("c-1", "report_fake", feedback=NewFeedback("false_evidence", case_id="c-1"))
    kept = shop.feedback.add(NewFeedback("false_evidence", case_id="c-1"))
    shop.decisions.undo("c-1", click.decision_id)
    withdrawn = {one.feedback_id for one in shop.feedback.page().items if one.withdrawn_at is not None}
    assert len(withdrawn) == 1
    assert kept.feedback_id not in withdrawn


def test_a_pack_lies_with_its_case(shop: ShopStore):
    shop.cases.add(NewCase("c-1"))
    path = shop.packs.write("c-1", "case_c-1.zip", b"PK one")
    assert shop.packs.write("c-1", "case_c-1.zip", b"PK two") == path == shop.packs.path("c-1", "case_c-1.zip")
    assert path.read_bytes() == b"PK two"
    with pytest.raises(UnknownRecordError):
        shop.packs.path("c-1", "other.zip")


def test_a_packs_file_cannot_leave_its_folder(shop: ShopStore):
    shop.cases.add(NewCase("c-1"))
    for name in ("", ".", "..", "../x", "a/b", "a\\b", "a\x00", ".hidden"):
        with pytest.raises(UsageError):
            shop.packs.write("c-1", name, b"")


def test_a_transaction_keeps_all_or_nothing(shop: ShopStore):
    def fail_in_the_middle() -> None:
        with shop.transaction() as work:
            work.cases.add(NewCase("c-1"))
            work.feedback.add(NewFeedback("appeal", case_id="c-1"))
            work.cases.add(NewCase("c-1"))

    with pytest.raises(ConflictError):
        fail_in_the_middle()
    assert shop.cases.page().items == ()
    assert shop.feedback.page().items == ()
    with shop.transaction() as work:
        work.cases.add(NewCase("c-1"))
        assert work.cases.get("c-1").case_id == "c-1"
    assert len(shop.cases.page().items) == 1
