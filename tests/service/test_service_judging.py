"""Judging with the store behind it: what an index is made of, and whose pictures accuse nobody."""

import io
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from settable_clock import SettableClock

from review_mining.service.judging import Judge, Submitted
from review_mining.service.metrics import Metrics
from review_mining.service.schemas import CaseIn
from review_mining.service.store import NewCase, NewPicture, ShopStore, Store, StoreUnavailableError


def picture(seed: int) -> bytes:
    """A picture that no two people have by chance."""
    out = io.BytesIO()
    coarse = Image.fromarray(np.random.default_rng(seed).integers(0, 256, (16, 16, 3), dtype=np.uint8))
    coarse.resize((128, 128), Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()


Sent = Callable[[str, str, bytes], Submitted]


@pytest.fixture
def sent(tmp_path: Path) -> Sent:
    """Makes a case with one picture as it arrives."""

    def make(case_id: str, buyer_id: str, content: bytes) -> Submitted:
        folder = tmp_path / "judging" / case_id
        folder.mkdir(parents=True)
        (folder / "a.png").write_bytes(content)
        return Submitted("demo", CaseIn(case_id=case_id, buyer_id=buyer_id), folder, ("a.png",))

    return make


def strengths(judge: Judge, submitted: Submitted) -> list[tuple[str, str]]:
    (found,) = judge.judge(submitted).document["pictures"]
    return [(sign["kind"], sign["strength"]) for sign in found["signs"]]


class GoneOnce(Store):
    """A store whose database does not answer the first time."""

    asked = 0

    def for_shop(self, shop: str, *, actor: str = "operator") -> ShopStore:
        self.asked += 1
        if self.asked == 1:
            raise StoreUnavailableError("The database does not answer.")
        return super().for_shop(shop, actor=actor)


def test_an_index_is_made_of_all_earlier_cases_also_after_its_making_was_cut_off(tmp_path: Path, sent: Sent):
    with Store.in_directory(tmp_path) as store:
        earlier = NewCase("old", buyer_id="first", pictures=(NewPicture("a.png", picture(1)),))
        store.for_shop("demo").cases.add(earlier)
    with GoneOnce.in_directory(tmp_path) as store:
        judge = Judge(tmp_path, store, Metrics())
        with pytest.raises(StoreUnavailableError):
            judge.judge(sent("cut-off", "second", picture(1)))
        assert strengths(judge, sent("new", "third", picture(1))) == [("exact_reuse", "strong")]


def test_who_sent_first_does_not_depend_on_the_clock(tmp_path: Path):
    clock = SettableClock()
    with Store.in_directory(tmp_path, clock=clock) as store:
        cases = store.for_shop("demo").cases
        for case_id in ("first", "second", "third"):
            cases.add(NewCase(case_id))
            clock.jump(-86_400)
        page = cases.arrived(limit=2)
        rest = cases.arrived(limit=2, cursor=page.next_cursor)
    assert [case.case_id for case in (*page.items, *rest.items)] == ["first", "second", "third"]
    assert rest.next_cursor is None


def test_the_shops_own_listing_picture_accuses_nobody(tmp_path: Path, sent: Sent):
    listings = tmp_path / "listings"
    (listings / "demo").mkdir(parents=True)
    (listings / "demo" / "main.png").write_bytes(picture(3))
    with Store.in_directory(tmp_path) as store:
        judge = Judge(tmp_path, store, Metrics(), listings=listings)
        judge.judge(sent("one", "b-1", picture(3)))
        assert strengths(judge, sent("two", "b-2", picture(3))) == [("verified_reuse", "moderate")]
        # One that was put there while the service runs counts from the next case on.
        judge.judge(sent("three", "b-1", picture(4)))
        (listings / "demo" / "detail.png").write_bytes(picture(4))
        os.utime(listings / "demo", ns=(1, 1))
        assert strengths(judge, sent("four", "b-2", picture(4))) == [("verified_reuse", "moderate")]


@pytest.mark.parametrize("shop", ["..", "../demo", "/", "a\x00b"])
def test_a_shops_name_leads_nowhere_else(tmp_path: Path, sent: Sent, shop: str):
    (tmp_path / "listings").mkdir()
    (tmp_path / "secret.png").write_bytes(picture(5))
    with Store.in_directory(tmp_path) as store:
        judge = Judge(tmp_path, store, Metrics(), listings=tmp_path / "listings")
        judged = judge.judge(Submitted(shop, CaseIn(case_id="c"), sent("x", "b", picture(5)).folder, ("a.png",)))
    assert judged.document["pictures"][0]["signs"] == []


def test_other_settings_are_obeyed_and_named(tmp_path: Path, sent: Sent):
    settings = tmp_path / "evidence.yaml"
    settings.write_text("reuse: {min_side: 200}\n", encoding="utf-8")
    with Store.in_directory(tmp_path) as store:
        judge = Judge(tmp_path, store, Metrics(), settings)
        judge.judge(sent("one", "b-1", picture(6)))
        assert strengths(judge, sent("two", "b-2", picture(6))) == []
        assert judge.versions != Judge(tmp_path, store, Metrics()).versions


def test_an_index_that_fails_is_let_go_and_opened_anew(tmp_path: Path, sent: Sent):
    with Store.in_directory(tmp_path) as store:
        judge = Judge(tmp_path, store, Metrics())
        judge.judge(sent("one", "b-1", picture(7)))
        (index,) = (tmp_path / "reuse").glob("*.sqlite")
        whole = index.read_bytes()
        index.write_bytes(b"\xa5" * len(whole))
        with pytest.raises(StoreUnavailableError, match="cannot be used now"):
            judge.judge(sent("two", "b-2", picture(7)))
        index.write_bytes(whole)
        assert strengths(judge, sent("three", "b-3", picture(7))) == [("exact_reuse", "strong")]
