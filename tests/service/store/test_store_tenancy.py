"""No method of one shop's store can see or change what belongs to another shop."""

import contextlib
import hashlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, delete, insert, select, text, update

from review_mining.service.store import NewCase, NewFeedback, NewPicture, ShopStore, Store, StoreError
from review_mining.service.store.database import sqlite_engine
from review_mining.service.store.shop_rows import ShopSession
from review_mining.service.store.tables import ApiKeyRow, Base, CaseRow, FeedbackRow, PictureRow, PoolMemberRow

OWNER, STRANGER = "甲店", "乙店"
TOKEN = "KEPT-BY-ITS-OWNER"
PICTURE = TOKEN.encode()
NOW = datetime(2026, 6, 1, tzinfo=UTC)
HASHES = b"\x01" * 64
SHA256 = hashlib.sha256(PICTURE).hexdigest()

Ids = Mapping[str, Any]
# Every public method with arguments that aim at the owner's records.
CALLS: dict[tuple[str, str], Callable[[Any, Ids], object]] = {
    ("cases", "add"): lambda part, ids: part.add(NewCase("c-1", statement="other")),
    ("cases", "add_pictures"): lambda part, ids: part.add_pictures("c-1", [NewPicture("new.jpg", b"x")]),
    ("cases", "get"): lambda part, ids: part.get("c-1"),
    ("cases", "page"): lambda part, ids: part.page(),
    ("cases", "arrived"): lambda part, ids: part.arrived(),
    ("cases", "counts"): lambda part, ids: part.counts(),
    ("cases", "of_buyer"): lambda part, ids: part.of_buyer("buyer"),
    ("cases", "record_verdict"): lambda part, ids: part.record_verdict(
        "c-1", {}, outcome="no_sign", urgency=1, versions={}
    ),
    ("cases", "verdicts"): lambda part, ids: part.verdicts("c-1"),
    ("decisions", "make"): lambda part, ids: part.make("c-1", "ask_buyer"),
    ("decisions", "undo"): lambda part, ids: part.undo("c-1", ids["decision"]),
    ("decisions", "history"): lambda part, ids: part.history("c-1"),
    ("feedback", "add"): lambda part, ids: part.add(NewFeedback("appeal", case_id="c-1", picture_sha256=SHA256)),
    ("feedback", "get"): lambda part, ids: part.get(ids["feedback"]),
    ("feedback", "picture"): lambda part, ids: part.picture(ids["feedback"]).read_bytes(),
    ("feedback", "page"): lambda part, ids: part.page(),
    ("feedback", "of_case"): lambda part, ids: part.of_case("c-1"),
    ("feedback", "withdraw"): lambda part, ids: part.withdraw(ids["feedback"]),
    ("jobs", "submit"): lambda part, ids: part.submit("report", {}),
    ("jobs", "get"): lambda part, ids: part.get(ids["job"]),
    ("jobs", "page"): lambda part, ids: part.page(),
    ("answers", "find"): lambda part, ids: part.find("key", "/v1", "digest"),
    ("answers", "once"): lambda part, ids: part.once("key", "/v1", "digest", lambda work: {"answer": work.name}),
    ("packs", "write"): lambda part, ids: part.write("c-1", "pack.zip", b"overwritten"),
    ("packs", "path"): lambda part, ids: part.path("c-1", "pack.zip").read_bytes(),
    ("reuse_pool", "joined"): lambda part, ids: part.joined(),
    ("reuse_pool", "join"): lambda part, ids: part.join(),
    ("reuse_pool", "leave"): lambda part, ids: part.leave(),
    ("reuse_pool", "shared"): lambda part, ids: part.shared(),
    ("reuse_pool", "share"): lambda part, ids: part.share("c-1", [HASHES]),
    ("reuse_pool", "others"): lambda part, ids: part.others(),
}
SHOWS_THE_OWNER = {
    ("cases", "get"),
    ("cases", "page"),
    ("cases", "arrived"),
    ("cases", "of_buyer"),
    ("cases", "verdicts"),
    ("decisions", "history"),
    ("feedback", "get"),
    ("feedback", "picture"),
    ("feedback", "page"),
    ("feedback", "of_case"),
    ("jobs", "get"),
    ("jobs", "page"),
    ("answers", "find"),
    ("packs", "path"),
}


def parts(shop: ShopStore) -> dict[str, object]:
    return {name: part for name, part in vars(shop).items() if not name.startswith("_")}


def methods(shop: ShopStore) -> dict[tuple[str, str], Callable[..., object]]:
    return {
        (name, method): getattr(part, method)
        for name, part in parts(shop).items()
        for method in dir(part)
        if not method.startswith("_")
    }


@pytest.fixture
def ids(store: Store) -> Ids:
    """One record of everything, by its owner."""
    owner = store.for_shop(OWNER)
    owner.cases.add(NewCase("c-1", TOKEN, {"sku": TOKEN}, "buyer", (NewPicture("a.jpg", PICTURE),)))
    owner.cases.record_verdict("c-1", {"signs": TOKEN}, outcome="no_sign", urgency=9, versions={})
    decision = owner.decisions.make("c-1", "report_fake", note=TOKEN)
    feedback = owner.feedback.add(NewFeedback("appeal", case_id="c-1", picture_sha256=SHA256, scenario=TOKEN))
    job = owner.jobs.submit("report", {"request": TOKEN})
    owner.answers.once("key", "/v1", "digest", lambda _: {"answer": TOKEN})
    owner.packs.write("c-1", "pack.zip", PICTURE)
    owner.reuse_pool.join()
    owner.reuse_pool.share("c-1", [HASHES])
    return {"decision": decision.decision_id, "feedback": feedback.feedback_id, "job": job.job_id}


@pytest.fixture
def rows_of(data: Path, database_url: str | None) -> Iterator[Callable[[str], dict[str, list[Any]]]]:
    """All rows of a shop, read past the store."""
    engine = create_engine(database_url or f"sqlite:///{data / 'service.sqlite'}")
    owned = [table for table in Base.metadata.sorted_tables if "shop" in table.c and table.name != "api_keys"]

    def read(shop: str) -> dict[str, list[Any]]:
        with engine.connect() as connection:
            return {
                table.name: connection.execute(select(table).where(table.c.shop == shop).order_by(table.c.number)).all()
                for table in owned
            }

    yield read
    engine.dispose()


def test_every_public_method_is_tried(shop: ShopStore):
    assert set(methods(shop)) == set(CALLS)


def test_no_method_takes_a_shop(shop: ShopStore):
    for method in (*methods(shop).values(), shop.transaction):
        assert not any("shop" in name for name in inspect.signature(method).parameters)


@pytest.mark.parametrize("in_transaction", [False, True])
def test_a_stranger_sees_and_changes_nothing(
    store: Store, ids: Ids, rows_of: Callable[[str], dict[str, list[Any]]], in_transaction: bool
):
    before = rows_of(OWNER)
    assert all(before.values())
    for name, method in CALLS:
        stranger = store.for_shop(STRANGER)
        result: object = None
        with contextlib.suppress(StoreError), contextlib.ExitStack() as stack:
            if in_transaction:
                stranger = stack.enter_context(stranger.transaction())
            result = CALLS[name, method](parts(stranger)[name], ids)
        assert TOKEN not in str(result), (name, method)
        assert rows_of(OWNER) == before, (name, method)
    assert store.for_shop(OWNER).packs.path("c-1", "pack.zip").read_bytes() == PICTURE
    assert store.for_shop(OWNER).reuse_pool.joined()


def test_the_same_calls_show_the_owner_everything(store: Store, ids: Ids):
    owner = parts(store.for_shop(OWNER))
    seen = {key for key in SHOWS_THE_OWNER if TOKEN in str(CALLS[key](owner[key[0]], ids))}
    assert seen == SHOWS_THE_OWNER


@pytest.fixture
def session(tmp_path: Path) -> ShopSession:
    """A stranger's session on a database that holds a case of the owner's."""
    engine = sqlite_engine(tmp_path / "rows.sqlite")
    Base.metadata.create_all(engine)
    for shop in (OWNER, STRANGER):
        with ShopSession(engine.execution_options(writes=True), shop) as writing, writing.begin():
            writing.add(PoolMemberRow(joined_at=NOW))
            writing.add(FeedbackRow(feedback_id=shop, kind="appeal", details={}, note="", actor="", created_at=NOW))
    return ShopSession(engine.execution_options(writes=True), STRANGER)


def test_a_session_holds_to_its_shop_in_selects_updates_and_deletes(session: ShopSession):
    with session.begin():
        assert session.scalars(select(FeedbackRow.feedback_id)).all() == [STRANGER]
        assert session.scalars(select(PictureRow.sha256).join(CaseRow, CaseRow.number == 1)).all() == []
        session.execute(update(FeedbackRow).values(note="changed"))
        session.execute(delete(PoolMemberRow))
        connection = session.connection()
        notes = connection.execute(text("SELECT shop, note FROM feedback ORDER BY number")).all()
        members = connection.execute(text("SELECT shop FROM reuse_pool_members")).scalars().all()
    assert [tuple(row) for row in notes] == [(OWNER, ""), (STRANGER, "changed")]
    assert members == [OWNER]


def test_a_session_refuses_what_it_cannot_tie_to_its_shop(session: ShopSession):
    for statement in (text("SELECT 1"), select(FeedbackRow.__table__), insert(PoolMemberRow).values(shop=OWNER)):
        with pytest.raises(RuntimeError, match="mapped"):
            session.execute(statement)
    session.add(ApiKeyRow(key_id="x"))
    with pytest.raises(RuntimeError, match="cannot add ApiKeyRow"):
        session.flush()


def test_a_row_keeps_its_shop(session: ShopSession):
    row = session.scalars(select(FeedbackRow)).one()
    row.shop = OWNER
    with pytest.raises(RuntimeError, match="cannot change"):
        session.flush()
