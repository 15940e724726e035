"""The desk as shop staff meet it, in headless Chromium: log in, enter a case, judge, click, undo, read a report."""

import json
from pathlib import Path

import httpx
import pytest
from evidence_pictures import drawn_picture
from live import Live
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
REVIEWS = "评价内容,评分\n" + "".join(
    f"{text}{number},{stars}\n"
    for number in range(4)
    for text, stars in (("拉链用了几天就坏了，质量太差", 1), ("物流很快，包装完好，客服态度好", 5))
)


def opened(browser: Browser, live: Live, shop: str, width: int, *, scripts: bool = True) -> tuple[Page, list[str]]:
    """A page of somebody who has just logged in, and what went wrong on it."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, base_url=live.address, java_script_enabled=scripts
    )
    context.set_default_timeout(60_000)
    page, troubles = context.new_page(), []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto("/desk/")
    page.fill("#key", live.key("admin", shop=shop))
    page.press("#key", "Enter")
    page.wait_for_url("**/desk/queue*")
    return page, troubles


def clicks(live: Live, shop: str) -> list[dict[str, object]]:
    answer = httpx.get(f"{live.address}/v1/feedback/export", headers=live.headers("feedback", shop=shop))
    return [json.loads(line) for line in answer.text.splitlines()]


@pytest.mark.parametrize(
    ("live", "width", "scripts"),
    [
        ("sqlite", 1280, True),
        ("sqlite", 390, False),
        pytest.param("postgresql", 1280, True, marks=pytest.mark.postgresql),
    ],
    indirect=["live"],
)
def test_a_case_is_entered_judged_reported_and_taken_back(
    browser: Browser, live: Live, tmp_path: Path, width: int, scripts: bool
):
    shop = f"browser-{width}"
    page, troubles = opened(browser, live, shop, width, scripts=scripts)
    picture = tmp_path / "破损.png"
    picture.write_bytes(drawn_picture((120, 60, 60), label="1", side=400))
    page.get_by_role("link", name="新建案件").click()
    page.get_by_label("买家怎么说").fill("收到就碎了，要求退款")
    page.get_by_label("订单号").fill("20250301")
    page.get_by_label("案件编号").fill("C-1")
    page.get_by_label("图片").set_input_files(picture)
    page.get_by_role("button", name="提交并判断").click()
    page.wait_for_url("**/desk/case?id=C-1")
    assert page.locator(".badge").first.inner_text() == "人工核对"
    assert "收到就碎了" in page.locator("blockquote").first.inner_text()
    page.get_by_role("button", name="举报虚假凭证").click()
    assert "举报虚假凭证" in page.get_by_role("status").inner_text()
    (kept,) = clicks(live, shop)
    assert (kept["kind"], kept["order_number"], kept["withdrawn_at"]) == ("false_evidence", "20250301", None)
    page.get_by_role("button", name="撤销").click()
    assert "还没有处理" in page.get_by_role("status").inner_text()
    assert clicks(live, shop)[0]["withdrawn_at"] is not None
    page.get_by_role("link", name="查看大图").click()
    page.wait_for_url("**/desk/zoom*")
    if scripts:
        assert page.evaluate("document.querySelector('img.large').naturalWidth") == 400
        page.go_back()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not troubles
    page.context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_fit_and_can_be_used_without_a_mouse(browser: Browser, live: Live, width: int):
    page, troubles = opened(browser, live, "browser-keys", width)
    for path in ("/desk/queue", "/desk/new", "/desk/appeals", "/desk/reports", "/desk/queue?lang=en"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        unnamed = (
            "[...document.querySelectorAll('input:not([type=hidden]),select,textarea')].filter(e => !e.labels.length)"
        )
        assert page.evaluate(f"{unnamed}.length") == 0
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    assert not troubles
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(browser: Browser, live: Live, scheme: str):
    """WCAG 2.2, AA: 4.5 to 1 for text, counted from the style that the browser applies."""
    page, _ = opened(browser, live, "browser-contrast", 1280)
    page.emulate_media(color_scheme=scheme)
    page.goto("/desk/new")
    form = page.locator("form.card")
    form.locator("#case_id").fill(f"contrast-{scheme}")
    form.locator("button").click()
    page.wait_for_url(f"**/desk/case?id=contrast-{scheme}")
    script = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
    for path in (f"/desk/case?id=contrast-{scheme}", "/desk/queue", "/desk/new", "/desk/appeals", "/desk/reports"):
        page.goto(path)
        assert page.evaluate(script) == [], path
    page.context.close()


def test_a_report_is_uploaded_awaited_and_opened(browser: Browser, live: Live, tmp_path: Path):
    page, _ = opened(browser, live, "browser-report", 1280)
    export = tmp_path / "出口.csv"
    export.write_text(REVIEWS, encoding="utf-8")
    page.get_by_role("link", name="评论报告").click()
    page.set_input_files("#reviews", export)
    page.get_by_role("button", name="生成报告").click()
    # The page loads itself anew until the report is there.
    link = page.get_by_role("link", name="打开报告")
    link.wait_for(timeout=300_000)
    with page.context.expect_page() as opening:
        link.click()
    report = opening.value
    report.wait_for_load_state()
    assert report.locator("h1").count() == 1
    # An origin of its own: nothing in it can read or send what belongs to the desk.
    assert report.evaluate("self.origin") == "null"
    page.context.close()
