"""Account facts: read strictly, computed carefully, and without any say in an outcome."""

import hashlib
import json
import zipfile
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from evidence_makers import encoded
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from scipy.stats import poisson

from review_mining.errors import InputError
from review_mining.evidence import Case, EvidenceClassifier, EvidenceConfig, KeywordRules
from review_mining.evidence.__main__ import main
from review_mining.evidence.accounts.bursts import fullest_window
from review_mining.evidence.accounts.rates import Peers, fit_peers
from review_mining.evidence.accounts.rings import find_rings
from review_mining.evidence.accounts.standing import AccountStanding, queue_points
from review_mining.evidence.accounts.table import Account, read_accounts
from review_mining.evidence.config import Accounts

ON = Accounts(enabled=True)
HEADER = "buyer_id,orders,refunds,refund_only,disputes,device_hash,address_hash,request_times\n"


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def table(tmp_path, *rows, header=HEADER):
    path = tmp_path / "accounts.csv"
    path.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def crowd(count=2000, seed=0):
    """Buyers of ordinary habits."""
    rng = np.random.default_rng(seed)
    orders = rng.integers(1, 30, count)
    refunds = rng.binomial(orders, rng.beta(1.5, 20, count))
    return [
        Account(f"b{place}", int(n), int(k), int(k > 2))
        for place, (n, k) in enumerate(zip(orders, refunds, strict=True))
    ]


def test_a_row_is_read_as_it_is_written(tmp_path):
    first, second = digest("phone"), digest("home")
    path = table(tmp_path, f"b1,12,3,2,1,{first};{first.upper()},{second},2026-03-02 10:00:00;2026/3/1 9:00")
    (account,) = read_accounts(path)
    assert account == Account(
        "b1",
        12,
        3,
        2,
        1,
        frozenset({f"device_hash:{first}", f"address_hash:{second}"}),
        (datetime(2026, 3, 1, 9), datetime(2026, 3, 2, 10)),
    )


def test_every_format_says_the_same(tmp_path):
    rows = [{"buyer_id": "b1", "orders": 12, "refunds": 3}, {"buyer_id": "007", "orders": 2, "refunds": 0}]
    expected = [Account("b1", 12, 3), Account("007", 2, 0)]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    book = Workbook()
    for row in (["buyer_id", "orders", "refunds"], ["b1", 12, 3], ["007", 2, 0]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    csv = table(tmp_path, "b1,12,3", "007,2,0", header="buyer_id,orders,refunds\n")
    for path in (tmp_path / "a.jsonl", tmp_path / "a.parquet", tmp_path / "a.xlsx", csv):
        assert read_accounts(path) == expected, path.suffix


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("b1,3,4,,,,,", "row 0, column 'refunds': 4 is more than orders"),
        ("b1,3,2,3,,,,", "refund_only"),
        ("b1,3,2,1,9,,,", "disputes"),
        ("b1,many,2,,,,,", "is no count"),
        (",3,2,,,,,", "column 'buyer_id'"),
        ("b1,3,2,,,860123456789012,,", "clear device ids and addresses are refused"),
        ("b1,3,2,,,,杭州市某路1号,", "clear device ids and addresses are refused"),
        (f"b1,3,2,,,{digest('x')[:32]},,", "no SHA-256 digest"),
        ("b1,3,2,,,,,yesterday", "is no time"),
    ],
)
def test_rows_that_are_refused(tmp_path, row, words):
    with pytest.raises(InputError, match=words) as caught:
        read_accounts(table(tmp_path, row))
    assert "860123456789012" not in str(caught.value)
    assert "杭州" not in str(caught.value)


def test_more_than_is_needed_is_refused(tmp_path):
    with pytest.raises(InputError, match="has the column 'phone'"):
        read_accounts(table(tmp_path, "b1,3,2,1", header="buyer_id,orders,refunds,phone\n"))
    with pytest.raises(InputError, match="lacks the column 'refunds'"):
        read_accounts(table(tmp_path, "b1,3", header="buyer_id,orders\n"))
    with pytest.raises(InputError, match="second row"):
        read_accounts(table(tmp_path, "b1,3,1", "b1,4,1", header="buyer_id,orders,refunds\n"))


def test_the_fit_finds_the_peers_again():
    rng = np.random.default_rng(1)
    trials = rng.integers(1, 60, 20_000)
    peers = fit_peers(rng.binomial(trials, rng.beta(2.0, 18.0, 20_000)), trials)
    assert peers.alpha == pytest.approx(2.0, rel=0.1)
    assert peers.mean == pytest.approx(0.1, rel=0.05)


def test_small_numbers_are_shrunk():
    peers = Peers(2.0, 18.0)
    high = peers.quantile(0.99)
    one, many = peers.chance_above(np.array([1, 30]), np.array([1, 40]), high)
    assert one < 0.1
    assert many > 0.999


def test_peers_without_a_refund_tell_nothing():
    assert fit_peers(np.zeros(5, dtype=int), np.ones(5, dtype=int)) is None
    assert fit_peers(np.zeros(0, dtype=int), np.zeros(0, dtype=int)) is None


def test_a_heavy_refunder_gets_points_and_the_crowd_does_not():
    accounts = [*crowd(), Account("heavy", 40, 30, 28)]
    standing = AccountStanding.from_accounts(accounts, ON)
    assert [fact.kind for fact in standing.of("heavy")] == ["refund_only_rate"]
    assert queue_points(standing.of("heavy"), ON) == ON.rate_points
    assert sum(queue_points(standing.of(account.buyer_id), ON) > 0 for account in accounts[:-1]) <= 4
    assert standing.of(None) == standing.of("unknown") == ()


@pytest.mark.parametrize(
    ("account", "kind"),
    [
        (Account("b", 40, 30, 0, 0), "refund_rate"),
        (Account("b", 40, 5, 0, 30), "dispute_rate"),
        (Account("b", 40, 30, 28, 30), "refund_only_rate"),
    ],
)
def test_overlapping_rates_count_once(account, kind):
    peers = [
        Account(f"p{place}", 20, place % 3, place % 7 == 0 and place % 3 > 0, place % 11 == 0) for place in range(999)
    ]
    standing = AccountStanding.from_accounts([*peers, account], ON)
    assert [fact.kind for fact in standing.of("b")] == [kind]


def test_a_burst_is_compared_with_ones_own_pace():
    start = datetime(2026, 1, 1)
    steady = tuple(start + timedelta(days=day) for day in range(0, 360, 2))
    sudden = tuple(start + timedelta(days=100, hours=hour) for hour in range(6))
    year, week = timedelta(days=365), timedelta(days=7)
    assert fullest_window(steady, year, 0.01, week).chance > 0.05
    burst = fullest_window(sudden, year, 0.01, week)
    assert (burst.requests, burst.first) == (6, sudden[0])
    assert burst.chance == pytest.approx(6 * poisson.sf(5, 0.07))
    assert fullest_window((), year, 0.01, week) is None


def member(name, *shared, refund_only=1):
    return Account(name, 5, refund_only, refund_only, hashes=frozenset(f"device_hash:{digest(one)}" for one in shared))


def test_a_ring_is_a_chain_of_shared_devices():
    chain = [member(f"r{place}", f"phone {place}", f"phone {place + 1}") for place in range(6)]
    last = member("r6", "phone 6", refund_only=0)
    accounts = [*crowd(500), *chain, last]
    (found,) = find_rings(accounts, public_from=8, largest=30, least_asking=3)
    assert [accounts[place].buyer_id for place in found.members] == [f"r{place}" for place in range(7)]
    assert found.asking == 6
    standing = AccountStanding.from_accounts(accounts, ON)
    assert [fact.kind for fact in standing.of("r0")] == ["ring"]
    assert standing.of("r6") == ()


def test_three_of_four_may_be_a_family():
    family = [*(member(f"r{place}", "home") for place in range(3)), member("r3", "home", refund_only=0)]
    asking = [Account(f"a{place}", 5, 1, 1) for place in range(100)]
    standing = AccountStanding.from_accounts([*crowd(900), *asking, *family], ON)
    assert standing.of("r0") == ()


def test_public_addresses_and_couples_are_no_ring():
    dormitory = [member(f"d{place}", "dormitory") for place in range(8)]
    couple = [member("x", "home"), member("y", "home")]
    assert find_rings([*crowd(500), *dormitory, *couple], public_from=8, largest=30, least_asking=3) == []


def test_points_are_capped():
    settings_ = Accounts(enabled=True, most=6.0)
    times = tuple(datetime(2026, 5, 1, hour) for hour in range(20))
    shared = [member(f"r{place}", "a") for place in range(3)]
    worst = Account("worst", 40, 38, 38, hashes=shared[0].hashes, request_times=times)
    calm = Account("calm", 9, 1, 0, request_times=(datetime(2026, 1, 1),))
    standing = AccountStanding.from_accounts([*crowd(), calm, *shared, worst], settings_)
    assert {fact.kind for fact in standing.of("worst")} == {"refund_only_rate", "burst", "ring"}
    assert queue_points(standing.of("worst"), settings_) == 6.0


def test_every_sentence_says_what_it_is_not():
    standing = AccountStanding.from_accounts([*crowd(), Account("heavy", 40, 30, 28)], ON)
    (fact,) = standing.of("heavy")
    said = fact.as_json()
    assert "不影响结论" in said["reason"]
    assert "changes no outcome" in said["reason_en"]


STATEMENTS = ("", "杯子裂了", "不想要了，没拆封", "这图明显是AI生成的", "花了三百块买的", "面里吃出头发")
counts = st.integers(0, 60).flatmap(
    lambda orders: st.integers(0, orders).flatmap(
        lambda refunds: st.tuples(st.just(orders), st.just(refunds), st.integers(0, refunds), st.integers(0, orders))
    )
)
hashes = st.frozensets(st.sampled_from([f"device_hash:{digest(one)}" for one in "abcd"]), max_size=3)
moments = st.lists(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)), max_size=8).map(sorted).map(tuple)
drawn = st.lists(st.tuples(counts, hashes, moments), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(drawn, st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=6), st.booleans())
def test_no_table_of_accounts_changes_an_outcome(rows, statements, with_picture):
    accounts = [
        Account(f"b{place}", *one, hashes=shared, request_times=when) for place, (one, shared, when) in enumerate(rows)
    ]
    careless = Accounts(enabled=True, certainty=0.01, chance=0.99, least_refunds=2, peer_quantile=0.1, most=20.0)
    standing = AccountStanding.from_accounts(accounts, careless)
    cases = [
        Case(case_id=str(place), statement=text, images=("absent.jpg",) * with_picture, buyer={"buyer_id": f"b{place}"})
        for place, text in enumerate(statements)
    ]
    without = EvidenceClassifier(EvidenceConfig(), KeywordRules()).judge_all(cases)
    given_ = EvidenceClassifier(EvidenceConfig(), KeywordRules(), accounts=standing).judge_all(cases)
    for one, other in zip(without, given_, strict=True):
        assert one.outcome == other.outcome
        assert one.ask_for == other.ask_for
        assert one.pictures == other.pictures
        assert one.contradictions == other.contradictions
        assert one.urgency <= other.urgency <= min(100.0, one.urgency + 20.0)


@pytest.fixture
def run(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.jpg").write_bytes(encoded("JPEG"))
    cases = [{"case_id": name, "statement": "杯子裂了", "images": ["a.jpg"], "buyer": name} for name in ("b1", "heavy")]
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
    rows = [f"{one.buyer_id},{one.orders},{one.refunds},{one.refund_only}" for one in crowd(500)]
    path = table(tmp_path, *rows, "heavy,40,38,38", header="buyer_id,orders,refunds,refund_only\n")

    def command(settings_text):
        config = tmp_path / "evidence.yaml"
        config.write_text(settings_text, encoding="utf-8")
        out = tmp_path / "out"
        options = ["--images", str(tmp_path / "images"), "--accounts", str(path), "--config", str(config)]
        return main([str(tmp_path / "cases.jsonl"), *options, "-o", str(out), "--packs", "--quiet", "--force"]), out

    return command


def test_it_is_off_by_default(run, capsys):
    status, out = run("queue: {cases_shown: 10}")
    assert status == 2
    assert "docs/account_facts.md" in capsys.readouterr().err
    assert not out.exists()


def test_the_command_orders_the_queue_and_says_so(run):
    status, out = run("accounts: {enabled: true}")
    assert status == 0
    document = json.loads((out / "evidence.json").read_text(encoding="utf-8"))
    calm, heavy = document["cases"]
    assert calm["account"] == []
    assert heavy["account"][0]["facts"]["number"] == 38
    page = (out / "queue.html").read_text(encoding="utf-8")
    assert "买家的历史不参与排序" not in page
    assert "账号情况（最多 10 分）" in page


def test_nothing_about_an_account_leaves_with_a_pack(run):
    status, out = run("accounts: {enabled: true}\npacks: {least: no_sign}")
    assert status == 0
    assert json.loads((out / "evidence.json").read_text(encoding="utf-8"))["cases"][1]["account"]
    packs = sorted((out / "packs").glob("*.zip"))
    assert len(packs) == 2
    for pack in packs:
        with zipfile.ZipFile(pack) as archive:
            manifest, facts = archive.read("manifest.json").decode(), archive.read("facts.txt").decode()
        assert not {"account", "urgency"} & json.loads(manifest)["case"].keys()
        assert "账号" not in manifest + facts + pack.with_suffix(".html").read_text(encoding="utf-8")
