"""The same file from two buyers: who is marked, who is exempt, and what is kept between runs."""

import itertools
import sqlite3

import pytest

from review_mining.errors import InputError
from review_mining.evidence import Case, PictureIndex

HASH = "ab" * 32


def case(case_id, buyer=None, order=None, requested=None):
    return Case.model_validate(
        {"case_id": case_id, "buyer": buyer, "order": {"order_id": order, "requested_at": requested}}
    )


def test_the_later_of_two_buyers_is_marked():
    with PictureIndex() as index:
        assert index.see(HASH, case("A", "b1", requested="2026-10-01 08:00:00")) is None
        sign = index.see(HASH, case("B", "b2", requested="2026-10-09 08:00:00"))
    assert sign is not None
    assert (sign.kind, sign.strength, sign.facts["other_case"]) == ("exact_reuse", "strong", "A")


def test_without_times_the_order_of_cases_tells_who_was_first():
    with PictureIndex() as index:
        index.see(HASH, case("A", "b1"))
        sign = index.see(HASH, case("B", "b2"))
    assert sign is not None
    assert sign.strength == "strong"


def test_whoever_came_first_stays_first_when_the_cases_are_judged_again():
    with PictureIndex() as index:
        for _ in range(2):
            first, second = index.see(HASH, case("A", "b1")), index.see(HASH, case("B", "b2"))
    assert first is not None
    assert (first.strength, first.message) == ("moderate", "reuse.earlier")
    assert second is not None
    assert second.strength == "strong"


def test_times_with_a_zone_tell_who_was_first_too():
    with PictureIndex() as index:
        index.see(HASH, case("B", "b2", requested="2026-10-09T08:00:00+08:00"))
        sign = index.see(HASH, case("A", "b1", requested="2026-10-09T07:30:00+09:00"))
        later = index.see(HASH, case("C", "b3", requested="2026-10-09 08:00:01"))
    assert sign is not None
    assert (sign.strength, sign.facts["other_requested_at"]) == ("moderate", "2026-10-09T08:00:00")
    assert later is not None
    assert later.strength == "strong"


@pytest.mark.parametrize(
    ("first", "second"), [("2026-10-09", None), (None, "2026-10-09"), ("2026-10-09", "2026-10-09 00:00:00")]
)
def test_times_that_leave_open_who_was_first_prove_nothing(first, second):
    with PictureIndex() as index:
        index.see(HASH, case("A", "b1", requested=first))
        sign = index.see(HASH, case("B", "b2", requested=second))
    assert sign is not None
    assert (sign.strength, sign.message) == ("moderate", "reuse.unknown_order")
    assert "无法判断谁先提交" in sign.reason


@pytest.mark.parametrize(
    "second",
    [case("A", "b1"), case("B", "b1"), case("A", "b2"), case("B", "b2", "o1"), case("B", None, "o1")],
)
def test_the_same_buyer_case_or_order_is_exempt(second):
    with PictureIndex() as index:
        index.see(HASH, case("A", "b1", "o1"))
        assert index.see(HASH, second) is None


def test_whoever_came_first_is_not_proven_wrong():
    with PictureIndex() as index:
        index.see(HASH, case("B", "b2", requested="2026-10-09 08:00:00"))
        sign = index.see(HASH, case("A", "b1", requested="2026-10-01 08:00:00"))
    assert sign is not None
    assert sign.strength == "moderate"
    assert "本案提交在先" in sign.reason


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2026-10-09T08:00:00+08:00", "2026-10-09T01:00:00Z"),
        ("2026-10-09T08:00:00", "2026-10-09T01:00:00Z"),
        ("2026-10-09T00:00:00Z", "2026-10-09T08:30:00"),
    ],
)
def test_zones_do_not_hide_who_came_first(earlier, later):
    with PictureIndex() as index:
        index.see(HASH, case("B", "b2", requested=later))
        sign = index.see(HASH, case("A", "b1", requested=earlier))
    assert sign is not None
    assert sign.strength == "moderate"


@pytest.mark.parametrize(("first", "second"), [(None, "b2"), ("b1", None), (None, None)])
def test_an_unknown_buyer_is_not_proven_another(first, second):
    with PictureIndex() as index:
        index.see(HASH, case("A", first))
        sign = index.see(HASH, case("B", second))
    assert sign is not None
    assert sign.strength == "moderate"


def test_another_buyer_is_found_among_own_copies():
    with PictureIndex() as index:
        for other in (case("A", "b2"), case("B"), case("C", "b1")):
            index.see(HASH, other)
        sign = index.see(HASH, case("D", "b2"))
    assert sign is not None
    assert (sign.strength, sign.facts["other_case"]) == ("strong", "C")


def test_the_index_is_kept_between_runs_without_names(tmp_path):
    path = tmp_path / "index.sqlite"
    with PictureIndex(path) as index:
        index.see(HASH, case("A", "buyer-in-clear", "order-in-clear"))
        index.commit()
        index.see("cd" * 32, case("B", "b"))
    with PictureIndex(path) as index:
        assert len(index) == 1
        assert index.see(HASH, case("C", "b2")) is not None
    content = path.read_bytes()
    assert b"in-clear" not in content


@pytest.mark.parametrize("content", [b"not a database at all, just words" * 40, None])
def test_a_file_of_another_program_is_left_alone(tmp_path, content):
    path = tmp_path / "other.sqlite"
    if content is None:
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE mine (x)")
        other.close()
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(InputError, match="picture index"):
        PictureIndex(path)
    assert path.read_bytes() == before


def test_same_sequence_same_signs():
    cases = [case(f"C{number}", f"b{number % 3}") for number in range(9)]
    runs = []
    for _ in range(2):
        with PictureIndex() as index:
            runs.append([index.see(HASH, one) for one in itertools.chain(cases, cases)])
    assert runs[0] == runs[1]
