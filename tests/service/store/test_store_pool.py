"""The pool of hashes: what a member reads of others, and when hashes are gone. The one query across shops."""

import threading

from review_mining.service.store import NewCase, ShopStore, Store
from review_mining.service.store.reuse_pool import OthersHashes


def hashes(number: int) -> bytes:
    return bytes([number]) * 64


def member(store: Store, name: str, *shared: int) -> ShopStore:
    """A shop that has joined and shares a picture's hashes in each of some cases."""
    shop = store.for_shop(name)
    shop.reuse_pool.join()
    for number in shared:
        shop.cases.add(NewCase(f"c-{number}", buyer_id="somebody"))
        shop.reuse_pool.share(f"c-{number}", [hashes(number)])
    return shop


def test_a_member_reads_hashes_of_the_others_and_no_more(store: Store):
    member(store, "甲店", 1, 2)
    member(store, "乙店", 3)
    asking = member(store, "丙店", 4)
    others = asking.reuse_pool.others()
    assert others == OthersHashes((1, 2, 3), hashes(1) + hashes(2) + hashes(3), 3, 6)
    assert asking.reuse_pool.others(after=2) == OthersHashes((3,), hashes(3), 3, 6)
    assert not any(secret in str(others) for secret in ("甲店", "乙店", "c-1", "somebody"))


def test_a_shop_that_is_no_member_neither_reads_nor_shares(store: Store):
    member(store, "甲店", 1)
    outside = store.for_shop("乙店")
    outside.cases.add(NewCase("c-1"))
    outside.reuse_pool.share("c-1", [hashes(2)])
    assert outside.reuse_pool.others() is None
    assert outside.reuse_pool.shared() == 0
    assert member(store, "丙店").reuse_pool.others() == OthersHashes((1,), hashes(1), 1, 1)


def test_who_leaves_takes_the_hashes_along_and_comes_back_with_none(store: Store):
    leaving, asking = member(store, "甲店", 1, 2), member(store, "乙店")
    leaving.reuse_pool.leave()
    assert asking.reuse_pool.others() == OthersHashes((), b"", 0, 0)
    leaving.reuse_pool.join()
    assert asking.reuse_pool.others() == OthersHashes((), b"", 0, 0)


def test_numbers_of_hashes_that_are_gone_are_never_used_again(store: Store):
    """By them a reader sees that something went."""
    leaving, asking = member(store, "甲店", 1), member(store, "乙店")
    leaving.reuse_pool.leave()
    member(store, "丙店", 2)
    assert asking.reuse_pool.others() == OthersHashes((2,), hashes(2), 1, 2)


def test_hashes_of_a_case_are_shared_once_however_often_it_is_judged(store: Store):
    shop = member(store, "甲店", 1)
    shop.reuse_pool.share("c-1", [hashes(1), hashes(2), hashes(2)])
    assert shop.reuse_pool.shared() == 2


def test_a_case_that_is_not_kept_shares_nothing(store: Store):
    shop = member(store, "甲店")
    try:
        with shop.transaction() as work:
            work.cases.add(NewCase("c-1"))
            work.reuse_pool.share("c-1", [hashes(1)])
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        assert shop.reuse_pool.shared() == 0


def test_who_leaves_while_a_case_is_kept_leaves_nothing_behind(store: Store):
    shop = member(store, "甲店")
    asking = member(store, "乙店")
    with shop.transaction() as work:
        work.cases.add(NewCase("c-1"))
        work.reuse_pool.share("c-1", [hashes(1)])
        leaving = threading.Thread(target=shop.reuse_pool.leave)
        leaving.start()
        leaving.join(timeout=0.3)
        assert leaving.is_alive()
    leaving.join(timeout=30)
    assert not shop.reuse_pool.joined()
    assert asking.reuse_pool.others() == OthersHashes((), b"", 0, 0)


def test_a_case_that_is_kept_while_its_shop_leaves_is_kept_and_shares_nothing(store: Store):
    shop, kept = member(store, "甲店"), threading.Event()

    def keep() -> None:
        with shop.transaction() as work:
            work.cases.add(NewCase("c-1"))
            work.reuse_pool.share("c-1", [hashes(1)])
        kept.set()

    keeping = threading.Thread(target=keep)
    with shop.transaction() as work:
        work.reuse_pool.leave()
        keeping.start()
        assert not kept.wait(timeout=0.3)
    assert kept.wait(timeout=30)
    keeping.join()
    assert shop.cases.get("c-1").case_id == "c-1"
    assert shop.reuse_pool.shared() == 0


def test_all_hashes_of_a_large_pool_are_read(store: Store):
    shop = member(store, "甲店", 1)
    many = [number.to_bytes(64) for number in range(1, 5_051)]
    shop.reuse_pool.share("c-1", many)
    others = member(store, "乙店").reuse_pool.others()
    assert others is not None
    assert others.hashes == hashes(1) + b"".join(many)
    assert (others.count, others.total) == (len(others.numbers), sum(others.numbers))
