"""The page as a person meets it: opened from disk in headless Chromium, with networking off."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def open_page(browser: Browser, sample: Path, width: int) -> tuple[Page, list[str]]:
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page, troubles = context.new_page(), []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: troubles.append(request.url) if not request.url.startswith("file:") else None)
    page.goto((sample / "report.html").as_uri())
    return page, troubles


@pytest.mark.parametrize("width", [360, 1280])
def test_it_opens_offline_without_a_word_and_fits(browser: Browser, sample: Path, width: int):
    page, troubles = open_page(browser, sample, width)
    assert not troubles
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    sizes = page.evaluate("[...document.querySelectorAll('figure svg')].map(s => s.getBoundingClientRect().height)")
    assert len(sizes) > 20
    assert sum(size > 0 for size in sizes) > 20
    page.context.close()


def test_filters_narrow_the_themes_and_reset(browser: Browser, sample: Path):
    page, troubles = open_page(browser, sample, 1280)
    shown = page.locator("li.theme:visible")
    everything = shown.count()
    page.select_option("#theme-filters select[name=owner]", "customer_service")
    narrowed = shown.count()
    assert 0 < narrowed < everything
    assert page.locator("li.theme:visible .badge.owner").all_inner_texts() == ["客服"] * narrowed
    page.click("#theme-filters button[type=reset]")
    page.wait_for_function(f"document.querySelectorAll('li.theme:not([hidden])').length === {everything}")
    assert not troubles
    page.context.close()


def test_it_prints(browser: Browser, sample: Path):
    page, _ = open_page(browser, sample, 1280)
    page.emulate_media(media="print")
    assert page.locator("li.theme").first.is_visible()
    assert len(page.pdf(format="A4")) > 50_000
    page.context.close()
