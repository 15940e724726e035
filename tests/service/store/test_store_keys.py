"""API keys, their command, and how often they may call."""

import re
from pathlib import Path

import pytest
from settable_clock import SettableClock

from review_mining import keys
from review_mining.errors import UsageError
from review_mining.service.store import DATABASE_URL, Caller, RateLimiter, Store, UnknownRecordError


def test_a_key_opens_its_scopes_for_its_shop(store: Store):
    caller = store.caller(store.keys.create("甲店", ["evidence", "analyze"], per_minute=30))
    assert caller is not None
    assert (caller.shop, caller.per_minute) == ("甲店", 30)
    assert [scope for scope in ("analyze", "evidence", "feedback", "admin") if caller.may(scope)] == [
        "analyze",
        "evidence",
    ]


def test_an_admin_key_opens_all(store: Store):
    caller = store.caller(store.keys.create("甲店", ["admin"]))
    assert caller is not None
    assert caller.may("feedback")


def test_a_key_that_is_not_quite_right_opens_nothing(store: Store):
    key = store.keys.create("甲店", ["analyze"])
    for wrong in ("", key[:-1], key + "x", key.swapcase(), "\x00\ud800", store.keys.all()[0].key_id):
        assert store.caller(wrong) is None


def test_a_revoked_key_opens_nothing_and_stays_listed(store: Store, clock: SettableClock):
    key, other = (store.keys.create("甲店", ["analyze"]) for _ in range(2))
    caller = store.caller(key)
    assert caller is not None
    store.keys.revoke(caller.key_id)
    store.keys.revoke(caller.key_id)
    assert store.caller(key) is None
    assert store.caller(other) is not None
    assert {one.key_id: one.revoked_at for one in store.keys.all()}[caller.key_id] == clock.now()
    with pytest.raises(UnknownRecordError):
        store.keys.revoke("000000000000")


@pytest.mark.parametrize(
    ("shop", "scopes", "rate"), [("甲店", [], 1), ("甲店", ["all"], 1), (" ", ["admin"], 1), ("甲店", ["admin"], 0)]
)
def test_a_key_that_cannot_be_is_not_made(store: Store, shop: str, scopes: list[str], rate: int):
    with pytest.raises(UsageError):
        store.keys.create(shop, scopes, per_minute=rate)
    assert store.keys.all() == ()


@pytest.fixture
def command_data(data: Path, database_url: str | None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder for commands, which take the database's URL from the environment."""
    monkeypatch.setenv(DATABASE_URL, database_url or "")
    return data


def test_the_command_makes_lists_and_revokes(
    command_data: Path, database_url: str | None, capsys: pytest.CaptureFixture[str]
):
    def run(*arguments: str) -> str:
        assert keys.main([*arguments, "--data", str(command_data)]) == 0
        return capsys.readouterr().out

    key = run("create", "--shop", "甲店", "--scope", "analyze", "--scope", "feedback", "--per-minute", "5").strip()
    header, line = run("list").splitlines()
    assert header.split("\t") == ["id", "shop", "scopes", "per minute", "created", "revoked"]
    key_id = line.split("\t")[0]
    assert re.fullmatch(r"[0-9a-f]{12}\t甲店\tanalyze,feedback\t5\t\d{4}-\d\d-\d\d \d\d:\d\d\t", line)
    with Store.in_directory(command_data, database_url) as store:
        assert store.caller(key) == Caller(key_id, "甲店", ("analyze", "feedback"), 5)
        run("revoke", key_id)
        assert store.caller(key) is None
    assert run("list").splitlines()[1].split("\t")[5]


def test_the_command_says_which_key_there_is_not(data: Path, capsys: pytest.CaptureFixture[str]):
    assert keys.main(["revoke", "000000000000", "--data", str(data)]) == 1
    assert "There is no key '000000000000'" in capsys.readouterr().err


def test_another_database_than_the_two_is_wrong_usage(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    for url, word in (("mysql://localhost/x", "mysql is not supported"), ("nonsense", "cannot be read")):
        monkeypatch.setenv(DATABASE_URL, url)
        assert keys.main(["list", "--data", str(data)]) == 2
        assert word in capsys.readouterr().err


def test_a_bucket_holds_ten_seconds_of_calls_and_fills_at_its_rate(clock: SettableClock):
    limiter, caller = RateLimiter(clock), Caller("a", "甲店", ("analyze",), 60)
    assert [limiter.wait(caller) for _ in range(10)] == [0.0] * 10
    assert limiter.wait(caller) == pytest.approx(1.0)
    clock.pass_time(0.5)
    assert limiter.wait(caller) == pytest.approx(0.5)
    clock.pass_time(0.5)
    assert limiter.wait(caller) == 0.0
    assert limiter.wait(caller) > 0
    clock.pass_time(3600)
    assert [limiter.wait(caller) == 0.0 for _ in range(11)] == [True] * 10 + [False]


def test_each_key_has_its_own_bucket_and_the_wall_clock_fills_none(clock: SettableClock):
    limiter = RateLimiter(clock)
    slow, other = Caller("a", "甲店", (), 1), Caller("b", "甲店", (), 1)
    assert limiter.wait(slow) == 0.0
    clock.jump(86400)
    assert limiter.wait(slow) == pytest.approx(60)
    assert limiter.wait(other) == 0.0
