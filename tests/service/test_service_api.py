"""The routes besides reviews, over HTTP, with real models and a real store."""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from live import Live, on_each_database, running
from PIL import Image, PngImagePlugin

from review_mining.client import Client
from review_mining.service.config import Jobs, ServiceConfig
from review_mining.service.store import Selection

REVIEWS = "评价内容,评分,评价时间\n" + "".join(
    f"{text}{number},{stars},2025-03-{1 + number % 28:02} 12:00:00\n"
    for number in range(6)
    for text, stars in (("拉链用了几天就坏了，质量太差", 1), ("物流很快，包装完好，客服态度好", 5))
)


@pytest.fixture(scope="module")
def http(live_on_sqlite: Live) -> Iterator[httpx.Client]:
    headers = live_on_sqlite.headers("admin")
    with httpx.Client(base_url=live_on_sqlite.address, timeout=60, headers=headers) as client:
        yield client


def picture(colour: tuple[int, int, int], label: str | None = None) -> bytes:
    """A drawn PNG, with the national AI label where one is given."""
    described = PngImagePlugin.PngInfo()
    if label is not None:
        described.add_text("AIGC", json.dumps({"Label": label, "ContentProducer": "p"}))
    out = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(out, "PNG", pnginfo=described)
    return out.getvalue()


def judge(http: httpx.Client, case: dict[str, Any], pictures: dict[str, bytes], **headers: str) -> httpx.Response:
    if not pictures:
        return http.post("/v1/evidence/judge", json={"case": case}, headers=headers)
    files = [("pictures", (name, content)) for name, content in pictures.items()]
    return http.post("/v1/evidence/judge", data={"case": json.dumps(case)}, files=files, headers=headers)


# Themes


def test_complaints_get_the_themes_that_were_fitted(http: httpx.Client):
    opinions = [
        {
            "opinion_id": "a",
            "aspect": "quality",
            "sub_aspect": "q.material",
            "polarity": "negative",
            "span": "拉链总是卡",
        },
        {
            "opinion_id": "b",
            "aspect": "quality",
            "sub_aspect": "q.material",
            "polarity": "positive",
            "span": "拉链顺滑",
        },
    ]
    answer = http.post("/v1/themes/assign", json={"opinions": opinions}).json()
    assert answer["themes"].startswith("themes-")
    assert len(answer["results"][0]["theme_id"]) == 12
    assert "拉链" in answer["results"][0]["name"]
    assert answer["results"][1] == {"opinion_id": "b", "theme_id": None, "name": None}


# Evidence


def test_a_labelled_picture_goes_to_a_person(http: httpx.Client):
    case = {
        "case_id": "labelled",
        "statement": "收到就碎了",
        "order": {"order_id": "o-1", "amount": 99},
        "buyer_id": "b-1",
    }
    answer = judge(http, case, {"破损.png": picture((9, 9, 9), "1")})
    assert answer.status_code == 200
    found = answer.json()
    assert (found["outcome"], found["pictures"][0]["file"]) == ("human_review", "破损.png")
    assert [sign["kind"] for sign in found["pictures"][0]["signs"]] == ["tc260_label"]
    assert set(found["versions"]) == {"statements", "evidence_settings"}


def test_base64_is_judged_like_files(http: httpx.Client):
    content = picture((9, 9, 8), "1")
    files = judge(http, {"case_id": "as-files"}, {"a.png": content}).json()
    encoded = [{"file": "a.png", "data": base64.b64encode(content).decode()}]
    inline = http.post("/v1/evidence/judge", json={"case": {"case_id": "inline"}, "pictures": encoded}).json()
    assert inline["pictures"][0]["sha256"] == files["pictures"][0]["sha256"]
    assert inline["pictures"][0]["format"] == files["pictures"][0]["format"] == "png"


@on_each_database
def test_a_shop_sees_reuse_within_its_own_cases_only(live: Live):
    content = picture((1, 200, 30))
    with httpx.Client(base_url=live.address, headers=live.headers("evidence", shop="another")) as other:
        assert judge(other, {"case_id": "elsewhere", "buyer_id": "b-9"}, {"a.png": content}).status_code == 200
    with httpx.Client(base_url=live.address, headers=live.headers("evidence", shop="reuse")) as http:
        first = judge(http, {"case_id": "first", "buyer_id": "b-2"}, {"a.png": content}).json()
        assert first["pictures"][0]["signs"] == []
        second = judge(http, {"case_id": "second", "buyer_id": "b-3"}, {"a.png": content}).json()
        assert [sign["kind"] for sign in second["pictures"][0]["signs"]] == ["exact_reuse"]


@on_each_database
def test_a_purge_is_real_and_what_is_left_is_remembered(live: Live):
    """The index of pictures goes with a purge; it is made again from the cases that are left."""
    with httpx.Client(base_url=live.address, headers=live.headers("evidence", shop="purged")) as http:
        kept, gone = picture((120, 3, 3)), picture((3, 120, 3))
        judge(http, {"case_id": "kept", "buyer_id": "stays"}, {"a.png": kept})
        judge(http, {"case_id": "gone", "buyer_id": "leaves"}, {"a.png": gone})
        live.services.store.purging.purge(Selection(buyer_id="leaves"))
        found = judge(http, {"case_id": "later", "buyer_id": "third"}, {"a.png": kept, "b.png": gone}).json()[
            "pictures"
        ]
    assert [[sign["kind"] for sign in one["signs"]] for one in found] == [["exact_reuse"], []]
    assert [one["file"] for one in found] == ["a.png", "b.png"]


@on_each_database
def test_a_case_is_judged_once_per_idempotency_key(live: Live):
    case, pictures = {"case_id": "once"}, {"a.png": picture((3, 3, 3))}
    with httpx.Client(base_url=live.address, headers=live.headers("evidence", shop="once"), timeout=60) as http:
        first = judge(http, case, pictures, **{"Idempotency-Key": "k-1"})
        assert judge(http, case, pictures, **{"Idempotency-Key": "k-1"}).json() == first.json()
        assert judge(http, case, pictures).status_code == 409
        other = judge(http, {"case_id": "other"}, pictures, **{"Idempotency-Key": "k-1"})
    assert other.status_code == 409
    assert "idempotency key" in other.json()["detail"]


@pytest.mark.parametrize("name", ["../a.png", "/etc/passwd", ".hidden", "a/b.png", "..", "x" * 300])
def test_a_picture_cannot_leave_its_folder(http: httpx.Client, name: str):
    encoded = {"file": name, "data": base64.b64encode(picture((1, 1, 1))).decode()}
    body = {"case": {"case_id": "hostile"}, "pictures": [{"file": "a.png", "data": ""}, encoded]}
    answer = http.post("/v1/evidence/judge", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["location"][:3] == ["body", "pictures", 1]
    assert answer.json()["errors"][0]["index"] == 1


def test_what_is_no_picture_is_an_answer_not_a_failure(http: httpx.Client):
    found = judge(
        http, {"case_id": "no-picture", "statement": "坏了"}, {"a.png": b"not a picture", "b.png": b""}
    ).json()
    assert [[sign["kind"] for sign in one["signs"]] for one in found["pictures"]] == [["unreadable"], ["unreadable"]]


def test_what_a_hostile_label_declares_is_answered(http: httpx.Client):
    described = PngImagePlugin.PngInfo()
    described.add_text("AIGC", '{"Label": "1", "ContentProducer": "\\ud800", "ProduceID": "<script>"}')
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (4, 4, 4)).save(out, "PNG", pnginfo=described)
    answer = judge(http, {"case_id": "half-a-character"}, {"a.png": out.getvalue()})
    assert answer.status_code == 200
    assert [sign["kind"] for sign in answer.json()["pictures"][0]["signs"]] == ["tc260_label"]


def test_a_damaged_index_is_not_the_callers_fault(live: Live):
    headers = live.headers("evidence", shop="damaged")
    with httpx.Client(base_url=live.address, headers=headers) as http:
        (
            live.services.store.incoming.parent / "reuse" / f"{hashlib.sha256(b'damaged').hexdigest()[:32]}.sqlite"
        ).write_bytes(b"no database" * 100)
        answer = judge(http, {"case_id": "c"}, {"a.png": picture((1, 1, 1))})
        assert answer.status_code == 503
        assert "sqlite" not in answer.json()["detail"]
        assert http.get("/v1/cases").json()["items"] == []


def more(http: httpx.Client, case_id: str, pictures: dict[str, bytes], **headers: str) -> httpx.Response:
    files = [("pictures", (name, content)) for name, content in pictures.items()]
    return http.post(f"/v1/cases/{case_id}/pictures", files=files, headers=headers)


def kinds(answer: httpx.Response) -> dict[str, list[str]]:
    return {one["file"]: [sign["kind"] for sign in one["signs"]] for one in answer.json()["pictures"]}


@on_each_database
def test_a_withdrawn_sign_is_not_raised_again_and_a_new_one_is(live: Live):
    with httpx.Client(base_url=live.address, headers=live.headers("evidence", shop="again"), timeout=60) as http:
        first = judge(http, {"case_id": "c-1", "statement": "收到就碎了"}, {"a.png": picture((90, 9, 9), "1")})
        assert (first.json()["outcome"], kinds(first)) == ("human_review", {"a.png": ["tc260_label"]})
        click = live.services.store.for_shop("again").decisions.make("c-1", "evidence_fine")
        again = more(http, "c-1", {"b.png": picture((9, 90, 9))})
        assert kinds(again) == {"a.png": [], "b.png": []}
        assert [sign["kind"] for sign in again.json()["pictures"][0]["withdrawn"]] == ["tc260_label"]
        assert again.json()["outcome"] == "no_sign"
        third = more(http, "c-1", {"c.png": picture((9, 9, 90), "1")})
        assert kinds(third) == {"a.png": [], "b.png": [], "c.png": ["tc260_label"]}
        assert third.json()["outcome"] == "human_review"
        live.services.store.for_shop("again").decisions.undo("c-1", click.decision_id)
        assert kinds(more(http, "c-1", {"d.png": picture((1, 9, 90))}))["a.png"] == ["tc260_label"]
        assert http.get("/v1/cases").json()["items"][0]["pictures"] == 4


@on_each_database
def test_further_pictures_need_their_case_and_names_of_their_own(live: Live):
    with httpx.Client(base_url=live.address, headers=live.headers("evidence", shop="further"), timeout=60) as http:
        content = picture((5, 5, 5))
        assert more(http, "c-1", {"a.png": content}).status_code == 404
        judge(http, {"case_id": "c-1"}, {"a.png": content})
        assert more(http, "c-1", {"a.png": content}).status_code == 409
        assert more(http, "c-1", {}).status_code in (400, 415)
        once = {"Idempotency-Key": "more-1"}
        answers = [more(http, "c-1", {"b.png": content}, **once) for _ in range(2)]
        assert answers[0].json() == answers[1].json()
        assert http.get("/v1/cases").json()["items"][0]["pictures"] == 2


def test_the_first_sender_is_known_whatever_zone_a_time_is_written_in(http: httpx.Client):
    """The later case comes in first: its sender is not the one who copied."""
    content = picture((11, 200, 31))
    late = {"case_id": "zone-late", "buyer_id": "z-1", "order": {"requested_at": "2025-03-02T09:00:00+08:00"}}
    early = {"case_id": "zone-early", "buyer_id": "z-2", "order": {"requested_at": "2025-03-02T00:30:00Z"}}
    judge(http, late, {"a.png": content})
    found = judge(http, early, {"a.png": content}).json()
    (sign,) = found["pictures"][0]["signs"]
    assert (sign["strength"], found["outcome"]) == ("moderate", "human_review")
    forged = {"case_id": "zone-none", "order": {"requested_at": "0001-01-01T00:00:00+14:00"}}
    assert judge(http, forged, {}).status_code == 422


def test_another_content_type_is_refused(http: httpx.Client):
    answer = http.post("/v1/evidence/judge", content=b"x", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


# Cases


@on_each_database
def test_cases_come_in_parts_the_most_urgent_first(live: Live):
    with httpx.Client(base_url=live.address, headers=live.headers("evidence", shop="pages")) as http:
        for number in range(5):
            judge(http, {"case_id": f"c-{number}", "order": {"amount": 100 * number}, "statement": "坏了"}, {})
        seen, cursor = [], None
        while True:
            part = http.get("/v1/cases", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
            seen += [case["case_id"] for case in part["items"]]
            cursor = part["next_cursor"]
            if cursor is None:
                break
        assert seen == ["c-4", "c-3", "c-2", "c-1", "c-0"]
        assert http.get("/v1/cases", params={"cursor": "forged"}).status_code == 422
        assert http.get("/v1/cases", params={"outcome": "strong_sign"}).json()["items"] == []


# Feedback


@on_each_database
def test_feedback_is_exported_ready_for_training(live: Live):
    headers = live.headers("feedback", shop="clicks")
    clicks = [
        {"kind": "wrong_aspect", "review_id": "r-1", "details": {"shown": "negative", "text": "打13800138000"}},
        {"kind": "wrong_theme", "theme_id": "0123456789ab", "review_id": "r-2"},
        {"kind": "false_evidence", "case_id": "c-1", "order_number": "20250301", "scenario": "质量问题",
         "picture": base64.b64encode(picture((7, 7, 7))).decode()},
        {"kind": "appeal", "case_id": "c-1", "note": "请打 13800138000"},
    ]  # fmt: skip
    with httpx.Client(base_url=live.address, headers=headers) as http:
        ids = [http.post("/v1/feedback", json=click).json()["feedback_id"] for click in clicks]
        lines = [json.loads(line) for line in http.get("/v1/feedback/export").text.splitlines()]
        assert [line["feedback_id"] for line in lines] == ids
        assert lines[0]["details"] == {"shown": "negative", "text": "打＊＊＊＊＊＊＊＊＊＊＊"}
        assert len(lines[2]["picture_sha256"]) == 64
        assert "13800138000" not in lines[3]["note"]
        appeals = http.get("/v1/feedback/export", params={"kind": "appeal"}).text.splitlines()
        assert [json.loads(line)["feedback_id"] for line in appeals] == ids[3:]


@on_each_database
def test_a_click_sent_twice_is_kept_once(live: Live):
    headers = {**live.headers("feedback", shop="twice"), "Idempotency-Key": "click-1"}
    with httpx.Client(base_url=live.address, headers=headers) as http:
        click = {"kind": "appeal", "case_id": "c-1"}
        answers = [http.post("/v1/feedback", json=click).json() for _ in range(3)]
        assert answers[0] == answers[1] == answers[2]
        assert len(http.get("/v1/feedback/export").text.splitlines()) == 1
        assert http.post("/v1/feedback", json={**click, "case_id": "c-2"}).status_code == 409


@pytest.mark.parametrize(
    ("click", "place"),
    [
        ({"kind": "appeal"}, ["body", "case_id"]),
        ({"kind": "wrong_theme", "review_id": "r"}, ["body", "theme_id"]),
        ({"kind": "appeal", "case_id": "c", "picture": "%%%"}, ["body", "picture"]),
        ({"kind": "wrong_aspect", "review_id": "\ud800"}, ["body", "review_id"]),
    ],
)
def test_feedback_says_what_it_lacks(http: httpx.Client, click: dict[str, str], place: list[str]):
    answer = http.post("/v1/feedback", content=json.dumps(click), headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["location"] == place


# Reports


def ended(live: Live, job_id: str) -> dict[str, Any]:
    with Client(live.address, live.key("analyze")) as client:
        return client.wait(job_id, every_s=0.2, timeout_s=300).model_dump()


def test_a_report_is_made_in_the_background(live: Live, http: httpx.Client):
    begun = http.post(
        "/v1/reports", files={"reviews": ("出口.csv", REVIEWS.encode())}, data={"lang": "en", "industry": "apparel"}
    )
    assert begun.status_code == 202
    assert begun.headers["Location"] == f"/v1/jobs/{begun.json()['job_id']}"
    job = ended(live, begun.json()["job_id"])
    assert job["state"] == "done", job["problem"]
    assert job["done"] == job["total"] > 0
    assert {"report.html", "report.json", "report.xlsx", "opinions.parquet"} <= set(job["files"])
    single = http.get(f"{begun.headers['Location']}/files/report.json")
    assert single.json()["run"]["industry"] == "apparel"
    archive = zipfile.ZipFile(io.BytesIO(http.get(f"{begun.headers['Location']}/files/results.zip").content))
    assert sorted(archive.namelist()) == sorted(job["files"])
    assert archive.read("report.json") == single.content
    assert http.get(f"{begun.headers['Location']}/files/..%2finputs%2freviews.csv").status_code == 404
    with httpx.Client(base_url=live.address, headers=live.headers("analyze", shop="other")) as other:
        assert other.get(begun.headers["Location"]).status_code == 404


def test_a_job_that_cannot_be_done_says_why(live: Live, http: httpx.Client):
    begun = http.post("/v1/reports", files={"reviews": ("a.csv", b"")}).json()
    job = ended(live, begun["job_id"])
    assert job["state"] == "failed"
    assert job["problem"].startswith("reviews.csv: the file is empty.")
    assert http.get(f"/v1/jobs/{begun['job_id']}/files/report.json").status_code == 409


def test_reports_that_wait_are_counted(tmp_path: Path):
    with running(tmp_path, ServiceConfig(jobs=Jobs(workers=0, waiting=2))) as live:
        url, headers = f"{live.address}/v1/reports", live.headers("analyze")
        answers = [httpx.post(url, files={"reviews": ("a.csv", b"x")}, headers=headers) for _ in range(3)]
        other = httpx.post(url, files={"reviews": ("a.csv", b"x")}, headers=live.headers("analyze", shop="other"))
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert answers[2].headers["retry-after"] == "30"
    assert other.status_code == 202


@pytest.mark.parametrize(
    ("field", "value"),
    [("industry", "/etc/passwd"), ("since", "yesterday"), ("compare_to", "x"), ("lang", "fr")],
)
def test_a_report_is_asked_for_in_known_words(http: httpx.Client, field: str, value: str):
    answer = http.post("/v1/reports", files={"reviews": ("a.csv", b"x")}, data={field: value})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["location"] == ["body", field]


# All


@pytest.mark.parametrize(
    ("scope", "method", "path", "status"),
    [
        ("analyze", "POST", "/v1/evidence/judge", 403),
        ("analyze", "POST", "/v1/feedback", 403),
        ("analyze", "GET", "/v1/feedback/export", 403),
        ("analyze", "GET", "/v1/cases", 403),
        ("evidence", "POST", "/v1/reports", 403),
        ("evidence", "GET", f"/v1/jobs/{'0' * 32}", 403),
        ("feedback", "POST", "/v1/themes/assign", 403),
        ("feedback", "POST", "/v1/models/reload", 403),
        (None, "GET", "/v1/cases", 401),
        (None, "GET", "/v1/nothing", 401),
        ("admin", "GET", "/v1/nothing", 404),
        ("admin", "GET", "/v1/feedback", 405),
    ],
)
def test_keys_open_their_scope_only(live: Live, scope: str | None, method: str, path: str, status: int):
    bodies: dict[str, dict[str, Any]] = {
        "/v1/feedback": {"json": {"kind": "appeal", "case_id": "c"}},
        "/v1/reports": {"files": {"reviews": ("a.csv", b"x")}},
        "/v1/themes/assign": {
            "json": {
                "opinions": [{"opinion_id": "a", "aspect": "a", "sub_aspect": "b", "polarity": "negative", "span": ""}]
            }
        },
    }
    body = bodies.get(path, {}) if method == "POST" else {}
    headers = live.headers(scope) if scope else {}
    answer = httpx.request(method, f"{live.address}{path}", headers=headers, **body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_every_answer_carries_its_id_and_the_security_headers(http: httpx.Client):
    given = http.get("/v1/cases", headers={"X-Request-ID": "mine-1", "Origin": "https://elsewhere.example"})
    assert given.headers["x-request-id"] == "mine-1"
    assert given.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in given.headers["content-security-policy"]
    assert "access-control-allow-origin" not in given.headers
    assert "server" not in given.headers
    forged = http.get("/healthz", headers={"X-Request-ID": "a b<script>"})
    assert forged.headers["x-request-id"] != "a b<script>"


def test_metrics_count_and_name_no_one(http: httpx.Client):
    http.post("/v1/reviews/analyze", json={"reviews": [{"review_id": "secret-id", "text": "很好"}]})
    text = http.get("/metrics").text
    assert 'review_mining_requests_total{method="POST",route="/v1/reviews/analyze",status="200"}' in text
    assert "review_mining_reviews_waiting 0.0" in text
    assert "secret-id" not in text
    assert "demo" not in text


def test_a_key_may_call_so_often(live: Live):
    headers = {"X-API-Key": live.key("evidence", per_minute=6)}
    with httpx.Client(base_url=live.address, headers=headers) as http:
        statuses = [http.get("/v1/cases").status_code for _ in range(3)]
        refused = http.get("/v1/cases")
    assert statuses[0] == 200
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 10
