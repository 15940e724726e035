"""The desk over HTTP: who gets in, what a form needs, and what one shop cannot see of another."""

import hashlib
import html
import io
import json
import re
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from evidence_pictures import drawn_picture
from itsdangerous import TimestampSigner
from live import Live, on_each_database
from postgresql import stopped_postgresql
from sqlalchemy import Engine

from review_mining.evidence import (
    SIGN_KINDS,
    Case,
    CaseVerdict,
    PictureVerdict,
    Sign,
    StatementReading,
    read_corrections,
)
from review_mining.evidence.kept_verdicts import verdict_record
from review_mining.service.desk.sessions import COOKIE
from review_mining.service.desk.wording import DESK
from review_mining.service.store import NewCase, NewPicture

TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')


def token(page: str) -> str:
    found = TOKEN.search(page)
    assert found is not None
    return found.group(1)


@contextmanager
def visitor(live: Live, *scopes: str, shop: str = "desk") -> Iterator[httpx.Client]:
    """Somebody who is logged in."""
    with httpx.Client(base_url=live.address, timeout=60, follow_redirects=True) as http:
        key = live.key(*scopes, shop=shop)
        http.post("/desk/login", data={"key": key, "csrf": token(http.get("/desk/login").text)}).raise_for_status()
        yield http


def send(http: httpx.Client, path: str, data: dict[str, Any], seen: str, **more: Any) -> httpx.Response:
    """Send a form from the page on which it stands."""
    return http.post(path, data={**data, "csrf": token(http.get(seen).text)}, **more)


def enter(http: httpx.Client, case_id: str, statement: str = "收到就碎了", **pictures: bytes) -> httpx.Response:
    files = [("pictures", (f"{name}.png", content)) for name, content in pictures.items()]
    data = {"case_id": case_id, "statement": statement, "order_id": f"o-{case_id}", "amount": "99"}
    return send(http, "/desk/new", data, "/desk/new", files=files or [("pictures", ("", b""))])


def clicks(live: Live, shop: str = "desk") -> list[dict[str, Any]]:
    answer = httpx.get(f"{live.address}/v1/feedback/export", headers=live.headers("feedback", shop=shop))
    return [json.loads(line) for line in answer.text.splitlines()]


@pytest.fixture(scope="module")
def staff(live_on_sqlite: Live) -> Iterator[httpx.Client]:
    with visitor(live_on_sqlite, "admin") as http:
        yield http


# Who gets in


@pytest.mark.parametrize("path", ["", "/queue", "/case?id=c", "/new", "/appeals", "/reports", "/picture?id=c&number=0"])
def test_without_a_session_there_is_the_login_page_only(live: Live, path: str):
    with httpx.Client(base_url=live.address, follow_redirects=True) as http:
        answer = http.get(f"/desk{path or '/'}")
    assert answer.url.path == "/desk/login"
    assert 'type="password"' in answer.text


def test_a_wrong_key_opens_nothing(live: Live):
    with httpx.Client(base_url=live.address, follow_redirects=True) as http:
        page = http.get("/desk/login").text
        answer = http.post("/desk/login", data={"key": "rm_wrong", "csrf": token(page)})
        assert answer.status_code == 403
        assert DESK["zh"]["login.wrong"] in answer.text
        assert http.get("/desk/queue").url.path == "/desk/login"


def test_the_cookie_is_signed_kept_from_scripts_and_does_not_hold_the_key(live: Live):
    key = live.key("evidence", shop="desk")
    with httpx.Client(base_url=live.address) as http:
        answer = http.post("/desk/login", data={"key": key, "csrf": token(http.get("/desk/login").text)})
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "samesite=strict" in cookie.lower()
        assert "Path=/desk" in cookie
        assert key not in cookie
        good = http.cookies[COOKIE]
        assert http.get("/desk/queue").status_code == 200
        for forged in (good[:-3] + "AAA", good.split(".")[0], "x", ""):
            refused = httpx.get(f"{live.address}/desk/queue", cookies={COOKIE: forged})
            assert (refused.status_code, refused.headers["location"]) == (303, "/desk/login")


@on_each_database
def test_a_revoked_key_ends_its_sessions(live: Live):
    with visitor(live, "evidence", shop="revoked") as http:
        assert http.get("/desk/queue").url.path == "/desk/queue"
        (key,) = [one for one in live.services.store.keys.all() if one.shop == "revoked"]
        live.services.store.keys.revoke(key.key_id)
        assert http.get("/desk/queue").url.path == "/desk/login"


@pytest.mark.postgresql
def test_a_database_that_is_gone_for_a_while_is_said_on_the_page_and_ends_no_login(
    live_on_postgresql: Live, postgresql: Engine
):
    with visitor(live_on_postgresql, "evidence") as http:
        with stopped_postgresql(postgresql.url.render_as_string()):
            gone = http.get("/desk/queue")
            assert (gone.status_code, gone.headers["content-type"]) == (503, "text/html; charset=utf-8")
            assert int(gone.headers["retry-after"]) >= 1
        back = http.get("/desk/queue")
        assert (back.status_code, back.url.path) == (200, "/desk/queue")


@pytest.mark.parametrize("hours", [-24, 13])
def test_a_clock_that_jumps_costs_a_new_login_and_nothing_else(live: Live, monkeypatch: pytest.MonkeyPatch, hours: int):
    with visitor(live, "evidence", shop="clock") as http:
        jumped = time.time() + 3600 * hours
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(jumped))
        page = http.get("/desk/queue")
        assert (page.url.path, page.status_code) == ("/desk/login", 200)
        http.post("/desk/login", data={"key": live.key("evidence", shop="clock"), "csrf": token(page.text)})
        assert http.get("/desk/queue").url.path == "/desk/queue"


def test_logging_out_forgets_the_session(live: Live):
    with visitor(live, "evidence") as http:
        send(http, "/desk/logout", {}, "/desk/queue")
        assert COOKIE not in http.cookies or http.get("/desk/queue").url.path == "/desk/login"
        assert http.get("/desk/queue").url.path == "/desk/login"


@pytest.mark.parametrize(
    ("scope", "path", "status"),
    [
        ("evidence", "/desk/queue", 200),
        ("evidence", "/desk/reports", 403),
        ("evidence", "/desk/appeals", 403),
        ("analyze", "/desk/reports", 200),
        ("analyze", "/desk/queue", 403),
        ("analyze", "/desk/new", 403),
        ("feedback", "/desk/", 200),
        ("feedback", "/desk/queue", 403),
    ],
)
def test_a_key_opens_the_pages_of_its_scope(live: Live, scope: str, path: str, status: int):
    with visitor(live, scope) as http:
        assert http.get(path).status_code == status


@on_each_database
def test_only_who_may_give_feedback_may_click(live: Live):
    with visitor(live, "evidence") as http:
        enter(http, "no-click")
        page = http.get("/desk/case", params={"id": "no-click"}).text
        assert DESK["zh"]["action.report_fake"] not in page
        form = {"id": "no-click", "action": "report_fake", "csrf": token(page)}
        assert http.post("/desk/case/decide", data=form).status_code == 403


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/desk/login", {"key": "x"}),
        ("/desk/logout", {}),
        ("/desk/new", {"case_id": "forged"}),
        ("/desk/case/decide", {"id": "c", "action": "report_fake"}),
        ("/desk/case/undo", {"id": "c", "decision": "1"}),
        ("/desk/appeals/rule", {"appeal": "0" * 32, "ruling": "withdrawn"}),
        ("/desk/reports", {"lang": "zh"}),
    ],
)
@pytest.mark.parametrize("forged", [{}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": "空"}])
def test_a_form_needs_the_token_of_its_session(
    staff: httpx.Client, path: str, data: dict[str, str], forged: dict[str, str]
):
    answer = staff.post(path, data={**data, **forged})
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")


def test_a_token_of_another_session_is_no_good(live: Live, staff: httpx.Client):
    with visitor(live, "admin") as other:
        stolen = token(other.get("/desk/new").text)
    assert staff.post("/desk/new", data={"case_id": "forged", "csrf": stolen}).status_code == 403


# Cases


def test_what_was_entered_is_judged_shown_and_escaped(staff: httpx.Client):
    labelled = drawn_picture((9, 9, 9), label="1")
    answer = enter(staff, "<b>编号</b>/../x", "<script>alert(1)</script> 碎了，电话13800138000", 破损=labelled)
    assert answer.status_code == 200
    assert "<script>alert(1)</script>" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert "<b>编号</b>" not in answer.text
    assert "13800138000" not in answer.text
    assert DESK["zh"]["what_next"] in answer.text
    assert "人工核对" in answer.text
    assert "破损.png" in answer.text
    english = staff.get("/desk/case", params={"id": "<b>编号</b>/../x", "lang": "en"}).text
    assert "Human review" in english
    staff.get("/desk/queue", params={"lang": "zh"})


def test_previews_are_drawn_anew(staff: httpx.Client):
    enter(staff, "preview", a=drawn_picture((40, 120, 40), label="1"))
    address = {"id": "preview", "number": 0}
    for view in ("small", "large"):
        answer = staff.get("/desk/picture", params={**address, "view": view})
        assert answer.headers["content-type"] == "image/jpeg"
        assert b"AIGC" not in answer.content
    assert staff.get("/desk/zoom", params=address).status_code == 200
    assert staff.get("/desk/picture", params={**address, "view": "heat"}).status_code == 404
    assert staff.get("/desk/picture", params={**address, "view": "original"}).status_code == 422
    for number in (-1, 1, 10**9):
        assert staff.get("/desk/picture", params={"id": "preview", "number": number}).status_code == 404


def test_phones_call_every_picture_the_same(staff: httpx.Client):
    files = [("pictures", ("image.jpg", drawn_picture((number, 9, 9)))) for number in range(3)]
    answer = send(staff, "/desk/new", {"case_id": "phone"}, "/desk/new", files=files)
    for name in ("image.jpg", "image-2.jpg", "image-3.jpg"):
        assert name in answer.text


def test_a_hint_at_a_local_edit_comes_with_its_heat_map(live: Live, staff: httpx.Client):
    content = drawn_picture((90, 30, 90), side=320)
    facts = {"left": 0, "top": 0, "right": 64, "bottom": 64, "share": 0.04, "trace": "noise"}
    hint = Sign("local_edit_hint", "weak", "edit.noise", facts)
    found = PictureVerdict(
        "a.png", "ask_for_more", (hint,), hashlib.sha256(content).hexdigest(), "png", 320, 320, len(content)
    )
    verdict = CaseVerdict(
        case=Case(case_id="heat", images=("a.png",)),
        pictures=(found,),
        outcome="ask_for_more",
        photos=(),
        reading=StatementReading("other", 0.0, ()),
        reports_ai_fake=False,
        urgency=20.0,
    )
    cases = live.services.store.for_shop("desk").cases
    cases.add(NewCase("heat", pictures=(NewPicture("a.png", content),)))
    kept = {"record": verdict_record(verdict)}
    cases.record_verdict("heat", kept, outcome="ask_for_more", urgency=20, versions={})
    page = staff.get("/desk/case?id=heat&lang=en").text
    assert DESK["en"]["heat.show"] in page
    assert hint.reason_in("en") in html.unescape(page)
    drawn = staff.get("/desk/picture?id=heat&number=0&view=heat")
    assert drawn.headers["content-type"] == "image/png"
    assert staff.get("/desk/case?id=heat&lang=zh").text.count(DESK["zh"]["heat.show"]) == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", ".hidden", "a/b.png", "a\\b.png", "x" * 300])
def test_a_picture_cannot_leave_its_folder(staff: httpx.Client, name: str):
    files = [("pictures", (name, drawn_picture((1, 2, 3))))]
    answer = send(staff, "/desk/new", {"case_id": "hostile"}, "/desk/new", files=files)
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("text/html")
    assert staff.get("/desk/case", params={"id": "hostile"}).status_code == 404


@pytest.mark.parametrize("path", ["/desk/../service.sqlite", "/desk/..%2f..%2fsecret.key", "/desk/desk.css/../x"])
def test_no_path_leads_out(staff: httpx.Client, path: str):
    assert staff.get(path).status_code == 404


@on_each_database
def test_another_shops_case_is_not_there(live: Live):
    with visitor(live, "admin", shop="own") as own:
        enter(own, "mine", a=drawn_picture((1, 50, 1)))
        assert "mine" in own.get("/desk/queue").text
    with visitor(live, "admin", shop="other") as other:
        address = {"id": "mine", "number": 0}
        for path in ("/desk/case", "/desk/picture", "/desk/zoom", "/desk/pack", "/desk/pack.zip"):
            assert other.get(path, params=address).status_code == 404
        form = {"id": "mine", "action": "report_fake"}
        assert send(other, "/desk/case/decide", form, "/desk/new").status_code == 404
        assert "mine" not in other.get("/desk/queue").text


def test_a_case_of_this_id_exists(staff: httpx.Client):
    enter(staff, "twice")
    assert enter(staff, "twice").status_code == 409


@on_each_database
def test_the_queue_is_filtered_and_goes_on(live: Live):
    with visitor(live, "admin", shop="long-queue") as http:
        cases = live.services.store.for_shop("long-queue").cases
        for number in range(27):
            cases.add(NewCase(f"q-{number:02}", "坏了"))
            cases.record_verdict(f"q-{number:02}", {}, outcome="ask_for_more", urgency=number, versions={})
        first = http.get("/desk/queue").text
        shown = re.findall(r">(q-\d\d)</a>", first)
        assert shown[:3] == ["q-26", "q-25", "q-24"]
        following = re.search(r'rel="next" href="([^"]+)"', first)
        assert following is not None
        second = http.get(following.group(1).replace("&amp;", "&")).text
        assert [*shown, *re.findall(r">(q-\d\d)</a>", second)] == [f"q-{number:02}" for number in range(26, -1, -1)]
        send(http, "/desk/case/decide", {"id": "q-26", "action": "evidence_fine"}, "/desk/case?id=q-26")
        assert "q-26" not in http.get("/desk/queue").text
        assert re.findall(r">(q-\d\d)</a>", http.get("/desk/queue?state=decided").text) == ["q-26"]
        assert "q-25" not in http.get("/desk/queue?outcome=strong_sign&state=any").text
        assert http.get("/desk/queue?cursor=forged").status_code == 422


@on_each_database
def test_a_click_is_kept_for_training_and_undone(live: Live):
    with visitor(live, "admin", shop="clicked") as http:
        picture = drawn_picture((8, 9, 90), label="1")
        enter(http, "c-1", a=picture)
        page = send(http, "/desk/case/decide", {"id": "c-1", "action": "report_fake"}, "/desk/case?id=c-1")
        again = send(http, "/desk/case/decide", {"id": "c-1", "action": "report_fake"}, "/desk/case?id=c-1")
        assert again.status_code == 200
        (kept,) = clicks(live, "clicked")
        assert (kept["kind"], kept["case_id"], kept["order_number"]) == ("false_evidence", "c-1", "o-c-1")
        assert len(kept["picture_sha256"]) == 64
        assert kept["withdrawn_at"] is None
        number = re.search(r'name="decision" value="(\d+)"', page.text)
        assert number is not None
        undone = send(http, "/desk/case/undo", {"id": "c-1", "decision": number.group(1)}, "/desk/case?id=c-1")
        assert DESK["zh"]["undecided"] in undone.text
        assert clicks(live, "clicked")[0]["withdrawn_at"] is not None
        assert (
            send(http, "/desk/case/undo", {"id": "c-1", "decision": number.group(1)}, "/desk/case?id=c-1").status_code
            == 409
        )


def test_a_pack_is_made_when_it_is_asked_for(staff: httpx.Client):
    picture = drawn_picture((20, 90, 20), label="1")
    enter(staff, "packed", a=picture)
    page = staff.get("/desk/pack", params={"id": "packed"})
    assert page.headers["content-security-policy"].startswith("sandbox")
    assert "packed" in page.text
    archive = zipfile.ZipFile(io.BytesIO(staff.get("/desk/pack.zip", params={"id": "packed"}).content))
    (original,) = [name for name in archive.namelist() if name.startswith("pictures/")]
    assert archive.read(original) == picture
    assert staff.get("/desk/pack", params={"id": "unknown"}).status_code == 404


# Appeals


@on_each_database
def test_an_appeal_that_is_right_takes_signs_and_report_back(live: Live, tmp_path):
    with visitor(live, "admin", shop="appealed") as http:
        enter(http, "c-1", a=drawn_picture((8, 90, 90), label="1"))
        for action in ("report_fake", "appeal"):
            data = {"id": "c-1", "action": action, "note": "照片是我拍的"}
            page = send(http, "/desk/case/decide", data, "/desk/case?id=c-1").text
        assert DESK["zh"]["appeal.same_person"] in page
        assert "c-1" in http.get("/desk/appeals").text
        ruling = {
            "appeal": re.findall(r'name="appeal" value="([0-9a-f]{32})"', page)[0],
            "sign": re.findall(r'name="sign" value="([^"]+)"', page),
            "ruling": "withdrawn",
        }
        settled = send(http, "/desk/appeals/rule", ruling, "/desk/case?id=c-1")
        assert DESK["zh"]["appeal.state.withdrawn"] in settled.text
        assert "已撤回：" in settled.text
        assert send(http, "/desk/appeals/rule", ruling, "/desk/case?id=c-1").status_code == 409
        (listed,) = httpx.get(f"{live.address}/v1/cases", headers=live.headers("evidence", shop="appealed")).json()[
            "items"
        ]
        assert (listed["outcome"], listed["decision"]) == ("no_sign", "evidence_fine")
        report = next(one for one in clicks(live, "appealed") if one["kind"] == "false_evidence")
        assert report["withdrawn_at"] is not None
        (tmp_path / "corrections.jsonl").write_bytes(http.get("/desk/corrections.jsonl").content)
        further = httpx.post(
            f"{live.address}/v1/cases/c-1/pictures",
            headers=live.headers("evidence", shop="appealed"),
            files={"pictures": ("b.png", drawn_picture((8, 8, 90)))},
        ).json()
    assert further["outcome"] == "no_sign"
    assert [[sign["kind"] for sign in one["withdrawn"]] for one in further["pictures"]] == [["tc260_label"], []]
    (made,) = read_corrections(tmp_path / "corrections.jsonl").rows
    assert (made.case_id, made.sign, made.decision) == ("c-1", "tc260_label", "withdrawn")


@on_each_database
def test_an_appeal_that_is_wrong_leaves_the_report(live: Live):
    with visitor(live, "admin", shop="upheld") as http:
        enter(http, "c-1", a=drawn_picture((90, 90, 8), label="1"))
        for action in ("report_fake", "appeal"):
            page = send(http, "/desk/case/decide", {"id": "c-1", "action": action}, "/desk/case?id=c-1").text
        ruling = {
            "appeal": re.findall(r'name="appeal" value="([0-9a-f]{32})"', page)[0],
            "sign": re.findall(r'name="sign" value="([^"]+)"', page),
            "ruling": "upheld",
        }
        assert DESK["zh"]["appeal.state.upheld"] in send(http, "/desk/appeals/rule", ruling, "/desk/case?id=c-1").text
        (listed,) = httpx.get(f"{live.address}/v1/cases", headers=live.headers("evidence", shop="upheld")).json()[
            "items"
        ]
        assert (listed["outcome"], listed["decision"]) == ("human_review", "report_fake")


def test_a_verdict_of_another_version_is_shown_as_far_as_it_can_be(live: Live, staff: httpx.Client):
    shop = live.services.store.for_shop("desk")
    shop.cases.add(NewCase("old", "坏了"))
    assert DESK["zh"]["waiting"] in staff.get("/desk/case?id=old").text
    shop.cases.record_verdict("old", {"record": "{}"}, outcome="human_review", urgency=40, versions={})
    page = staff.get("/desk/case?id=old")
    assert page.status_code == 200
    assert DESK["zh"]["record.missing"] in page.text
    assert staff.get("/desk/pack?id=old").status_code == 404


# All pages


def test_every_page_forbids_inline_scripts_and_keeps_both_languages(staff: httpx.Client):
    enter(staff, "plain", a=drawn_picture((3, 3, 90)))
    for path in ("/desk/login", "/desk/queue", "/desk/case?id=plain", "/desk/new", "/desk/appeals", "/desk/reports"):
        answer = staff.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<script(?![^>]*src=)|<style|style=|\son[a-z]+=", answer.text)
    assert 'lang="en"' in staff.get("/desk/queue?lang=en").text
    assert 'lang="en"' in staff.get("/desk/queue").text
    assert 'lang="zh-CN"' in staff.get("/desk/queue?lang=zh").text
    assert DESK["zh"].keys() == DESK["en"].keys()
    assert all(f"sign.{kind}" in DESK["zh"] for kind in SIGN_KINDS)
    assert all(DESK["zh"][name] != DESK["en"][name] for name in DESK["zh"])
