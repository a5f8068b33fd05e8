"""The gallery in a real browser: nothing refused by the content policy, nothing wider than the screen, nothing that axe finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from onefold.web.ui.tests.server import running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PAGES = [
    ("", 390, "zh-CN"),
    ("", 1440, "en"),
    ("phone", 390, "en"),
    ("phone", 390, "zh-CN"),
    ("entrance", 390, "zh-CN"),
    ("entrance", 1440, "en"),
    ("409", 1440, "zh-CN"),
]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running() as address:
        yield address


def opened(browser: Any, address: str, width: int, language: str = "en") -> tuple[Any, list[str]]:
    """A page at the address, and the list in which the browser's complaints are collected."""
    page = browser.new_context(viewport={"width": width, "height": 900}, locale=language).new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else None)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return page, complaints


@pytest.mark.parametrize(("show", "width", "language"), PAGES)
def test_a_page_fits_raises_no_complaint_and_axe_finds_nothing(
    browser: Any, address: str, show: str, width: int, language: str
) -> None:
    page, complaints = opened(browser, f"{address}/gallery/?show={show}", width, language)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert complaints == []
    assert findings(page) == []
    page.context.close()


def findings(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]


def test_every_chart_is_drawn_and_can_be_read_as_a_table(browser: Any, address: str) -> None:
    page, _ = opened(browser, f"{address}/gallery/", 1440)
    boxes = page.locator("[data-chart]")
    assert boxes.count() == 7
    assert page.locator("[data-chart]:has(canvas)").count() == 7
    assert page.locator("[data-failed]").count() == 0
    page.locator(".of-chart-table summary").first.click()
    assert page.locator(".of-chart-table table").first.is_visible()
    page.context.close()


def test_a_refusal_of_an_htmx_request_appears_as_a_toast_and_nothing_else_changes(browser: Any, address: str) -> None:
    page, _ = opened(browser, f"{address}/gallery/?show=phone", 390)
    body = page.request.get(f"{address}/gallery/?show=409").text()
    page.route("**/refused", lambda route: route.fulfill(status=409, content_type="text/html", body=body))
    before = page.locator(".of-lead").count()
    page.evaluate("htmx.ajax('GET', '/refused', {target: '#main'})")
    page.locator("#toasts .of-toast").wait_for()
    assert "ended on 2026-06-12" in page.locator("#toasts").inner_text()
    assert page.locator("#toasts .of-toast").count() == 1
    assert page.locator(".of-lead").count() == before
    page.context.close()


def test_on_paper_the_matrix_fits_and_nothing_to_click_is_printed(browser: Any, address: str) -> None:
    page, _ = opened(browser, f"{address}/gallery/", 700)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert not any(
        page.locator(part).first.is_visible() for part in (".of-nav", ".of-tools", ".of-outcomes", ".of-page-actions")
    )
    page.context.close()


def test_the_dialog_opens_from_the_keyboard_and_closes_with_escape(browser: Any, address: str) -> None:
    page, _ = opened(browser, f"{address}/gallery/", 1440)
    page.locator("[data-opens]").focus()
    page.keyboard.press("Enter")
    assert page.locator("dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()
    page.context.close()


def test_the_first_tab_leads_past_the_navigation(browser: Any, address: str) -> None:
    page, _ = opened(browser, f"{address}/gallery/", 1440)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.context.close()


def test_an_outcome_takes_two_taps_and_every_target_fits_a_thumb(browser: Any, address: str) -> None:
    page, _ = opened(browser, f"{address}/gallery/?show=phone", 390)
    page.locator(".of-outcome summary").first.click()
    assert page.locator("button[value=NOT_UNTIL]").first.is_visible()
    for target in page.locator(".of-bottom a, .of-outcomes .of-button:visible, .of-lead-call").all():
        box = target.bounding_box()
        assert box["height"] >= 44 and box["width"] >= 44, target.inner_text()
    page.context.close()
