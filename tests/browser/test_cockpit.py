"""The cockpit in a real browser: it fits, nothing complains, axe finds nothing, keys and choices do what they say."""

from __future__ import annotations

from typing import Any

import pytest

from onefold.web.backoffice.tests.test_intake_in_a_browser import browsing, served
from onefold.web.ui.tests.test_browser import findings

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = (
    "",
    "white-space/",
    "white-space/?rows=pairs&show=held",
    "migration/",
    "cohorts/",
    "contribution/",
    "lift/",
    "indicators/product_penetration/",
)


def heard(page: Any) -> list[str]:
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def test_every_page_fits_and_axe_finds_nothing(harbour, sign_in, chromium) -> None:
    found: list[str] = []
    with served() as address, browsing(chromium, address, [sign_in("desk")]) as page_of:
        for width, language in ((390, "zh-CN"), (1440, "en")):
            page = page_of(0, width, language)
            complaints = heard(page)
            for path in PAGES:
                assert page.goto(f"/cockpit/{path}").status == 200, path
                page.wait_for_load_state("networkidle")
                if page.evaluate("document.documentElement.scrollWidth") != width:
                    found.append(f"{path} is wider than {width}")
                found += [f"{path} {width}: {what}" for what in [*complaints, *findings(page)]]
                complaints.clear()  # axe itself offends against the content policy
    assert found == []


def test_keys_lead_through_the_matrix_and_back_leads_to_the_same_view(harbour, sign_in, chromium) -> None:
    with served() as address, browsing(chromium, address, [sign_in("manager.hlife")]) as page_of:
        page = page_of(0, 1440)
        complaints = heard(page)
        page.goto("/cockpit/white-space/?show=held")
        links = page.locator("[data-grid] tbody a")
        links.first.focus()
        page.keyboard.press("ArrowRight")
        focused = page.evaluate("document.activeElement.getAttribute('href')")
        assert focused == links.nth(1).get_attribute("href")
        page.keyboard.press("Enter")
        page.wait_for_url("**/cockpit/gap/**")
        page.go_back()
        assert page.url.endswith("/cockpit/white-space/?show=held")
        assert complaints == []
        page.go_forward()
        assert findings(page) == []


def test_a_choice_is_sent_when_it_is_made_and_stands_in_the_address(harbour, sign_in, chromium) -> None:
    with served() as address, browsing(chromium, address, [sign_in("desk")]) as page_of:
        page = page_of(0, 1440)
        complaints = heard(page)
        page.goto("/cockpit/white-space/")
        page.select_option("#scope", "COMPANY:HLIFE")
        page.wait_for_url("**/white-space/?scope=COMPANY%3AHLIFE**")
        assert "Customers of Harbour Life" in page.inner_text("main")
        assert complaints == []
