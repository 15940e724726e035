"""The pool of hashes over HTTP, on both databases: who is told what, and what ends with membership and with a purge."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from live import Live, running
from PIL import Image
from postgresql import running_postgresql

from review_mining import pool, purge
from review_mining.service.store import DATABASE_URL, Selection

SECRETS = ("giver-case", "giver-buyer", "giver-order")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str | None]:
    if request.param == "sqlite":
        yield None
        return
    with contextmanager(running_postgresql)(tmp_path_factory.mktemp("postgresql")) as url:
        yield url


@dataclass(frozen=True)
class Place:
    """A running service and its data folder."""

    live: Live
    data: Path
    database: str | None


@pytest.fixture(scope="module")
def place(database: str | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    data = tmp_path_factory.mktemp("service")
    with running(data, database=database) as live:
        yield Place(live, data, database)


@pytest.fixture(autouse=True)
def commands_find_the_database(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATABASE_URL, place.database or "")


@pytest.fixture
def shops(place: Place) -> Iterator[tuple[str, str]]:
    """Two shops that have joined, and are gone afterwards."""
    names, store = ("giver-shop", "taker-shop"), place.live.services.store
    for name in names:
        store.for_shop(name).reuse_pool.join()
    yield names
    for name in names:
        store.purging.purge(Selection(shop=name))


def command(place: Place, *arguments: str) -> None:
    verb, shop = arguments
    assert pool.main([verb, "--data", str(place.data), "--shop", shop]) == 0


def purged(place: Place, *selection: str) -> None:
    assert purge.main(["--data", str(place.data), *selection, "--yes"]) == 0


def picture(seed: int, side: int = 256) -> bytes:
    """A picture that no two people have by chance, saved anew at every size."""
    coarse = Image.fromarray(np.random.default_rng(seed).integers(0, 256, (16, 16, 3), dtype=np.uint8))
    out = io.BytesIO()
    coarse.resize((256, 256), Image.Resampling.NEAREST).resize((side, side)).save(out, "JPEG", quality=85)
    return out.getvalue()


def sent(live: Live, shop: str, case_id: str, content: bytes, buyer: str = "b") -> httpx.Response:
    case = f'{{"case_id": "{case_id}", "buyer_id": "{buyer}", "order": {{"order_id": "{buyer}-order"}}}}'
    answer = httpx.post(
        f"{live.address}/v1/evidence/judge",
        headers=live.headers("evidence", shop=shop),
        data={"case": case},
        files=[("pictures", ("a.jpg", content, "image/jpeg"))],
        timeout=120,
    )
    assert answer.status_code == 200, answer.text
    return answer


def given(place: Place, seed: int, shop: str = "giver-shop") -> None:
    sent(place.live, shop, f"giver-case-{seed}", picture(seed), "giver-buyer")


def found(place: Place, seed: int, case_id: str, shop: str = "taker-shop", live: Live | None = None) -> list[Any]:
    """Signs in a smaller copy."""
    answer = sent(live or place.live, shop, case_id, picture(seed, side=200)).json()
    return [sign for one in answer["pictures"] for sign in one["signs"]]


def test_a_member_learns_that_another_has_a_like_picture_and_nothing_else(place: Place, shops: tuple[str, str]):
    given(place, 1)
    answer = sent(place.live, "taker-shop", "c-1", picture(1, side=200))
    (sign,) = answer.json()["pictures"][0]["signs"]
    assert (sign["kind"], sign["strength"]) == ("verified_reuse", "moderate")
    assert set(sign["facts"]) == {"bits_apart", "geometry"}
    assert "另一家店铺" in sign["reason"]
    assert answer.json()["outcome"] == "human_review"
    headers = place.live.headers("evidence", shop="taker-shop")
    listed = httpx.get(f"{place.live.address}/v1/cases", headers=headers, timeout=60)
    assert "c-1" in listed.text
    for told in (answer.text, listed.text):
        assert not any(secret in told for secret in ("giver-shop", *SECRETS))
    # A third picture is like neither.
    assert found(place, 2, "c-2") == []


def test_a_shop_that_has_not_joined_neither_asks_nor_gives(place: Place, shops: tuple[str, str]):
    given(place, 3)
    assert found(place, 3, "outside", shop="outsider") == []
    given(place, 4, shop="outsider")
    assert found(place, 4, "c-1") == []


def test_joining_and_leaving_count_from_the_next_case_on(place: Place, shops: tuple[str, str]):
    for seed in (5, 6):
        given(place, seed)
    assert found(place, 5, "late-1", shop="late") == []
    command(place, "join", "late")
    assert len(found(place, 5, "late-2", shop="late")) == 1
    command(place, "leave", "giver-shop")
    assert found(place, 6, "late-3", shop="late") == []
    given(place, 7)
    command(place, "join", "giver-shop")
    assert found(place, 7, "c-7") == []
    given(place, 8)
    assert len(found(place, 8, "c-8")) == 1
    command(place, "leave", "taker-shop")
    assert found(place, 8, "c-9") == []
    command(place, "leave", "late")


@pytest.mark.parametrize(
    "selection",
    [
        ("--shop", "giver-shop"),
        ("--buyer", "giver-buyer"),
        ("--before", f"{date.today() + timedelta(days=2)}"),
    ],
)
def test_what_is_purged_is_not_found_any_more(place: Place, shops: tuple[str, str], selection: tuple[str, str]):
    given(place, 9)
    sent(place.live, "giver-shop", "other", picture(10), "someone-else")
    assert len(found(place, 9, "c-1")) == 1
    purged(place, *selection)
    assert found(place, 9, "c-2") == []
    assert len(found(place, 10, "c-3")) == (selection[0] == "--buyer")


def test_pictures_sent_later_for_a_case_are_shared_with_it_and_each_once(place: Place, shops: tuple[str, str]):
    given(place, 11)
    later = httpx.post(
        f"{place.live.address}/v1/cases/giver-case-11/pictures",
        headers=place.live.headers("evidence", shop="giver-shop"),
        files=[("pictures", ("b.jpg", picture(12), "image/jpeg"))],
        timeout=120,
    )
    assert later.status_code == 200, later.text
    assert place.live.services.store.for_shop("giver-shop").reuse_pool.shared() == 2
    assert len(found(place, 12, "c-1")) == 1


def test_several_servers_share_one_pool(place: Place, shops: tuple[str, str]):
    with running(place.data, database=place.database) as second:
        given(place, 13)
        assert len(found(place, 13, "c-1", live=second)) == 1
        purged(place, "--buyer", "giver-buyer")
        given(place, 14)
        assert found(place, 13, "c-2", live=second) == []
        assert len(found(place, 14, "c-3", live=second)) == 1


def test_the_command_says_what_it_did(place: Place, shops: tuple[str, str], capsys: pytest.CaptureFixture[str]):
    given(place, 15)
    capsys.readouterr()
    for verb in ("status", "join", "leave", "leave", "status", "join"):
        command(place, verb, "giver-shop")
    assert capsys.readouterr().out.splitlines() == [
        "giver-shop is a member; pictures whose hashes it shares: 1.",
        "giver-shop is a member already.",
        "giver-shop has left; pictures whose hashes went with it: 1.",
        "giver-shop is no member.",
        "giver-shop is no member.",
        "giver-shop is a member from its next case on.",
    ]
    lines = place.live.services.store.log.entries(shop="giver-shop", limit=1000).items
    told = [(line.action, dict(line.counts)) for line in lines if line.action.startswith("pool.")]
    assert told[-3:] == [("pool.share", {"hashes": 1}), ("pool.leave", {"hashes": 1}), ("pool.join", {})]


def test_the_command_makes_no_folder_by_a_slip(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert pool.main(["join", "--data", str(tmp_path / "tpyo"), "--shop", "x"]) == 2
    assert "is not a folder" in capsys.readouterr().err
    assert not (tmp_path / "tpyo").exists()
