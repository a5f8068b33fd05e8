"""A seller's day in a real browser: two taps and the slip taken back, a plan, a lead from one seller to another; nothing for axe."""

from __future__ import annotations

import re
from typing import Any

import pytest

from onefold.web.tests.browsing import browsing, checked, followed, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def opened_lead(page: Any, name: str) -> None:
    page.goto("/today/")
    followed(page, page.get_by_role("link", name=name, exact=True))
    page.wait_for_url(re.compile(r"/today/[0-9a-f-]{36}/$"))


def test_a_sellers_day(harbour: str, chromium: str, sign_in: Any) -> None:
    clients = [sign_in("hl1001"), sign_in("hp2001"), sign_in("hp2002"), sign_in("hp2101")]
    with served() as address, browsing(chromium, address, clients) as page_of:
        seller = page_of(0, 390)
        two_taps_and_the_slip_taken_back(seller)
        a_call(seller)
        a_plan(seller)
        colleague = a_handover(seller, {1: page_of(1, 390), 2: page_of(2, 390), 3: page_of(3, 390)})
        by_keyboard(colleague)
        in_chinese_and_wide(page_of(0, 390, "zh-CN"), page_of(0, 1440, "zh-CN"))


def two_taps_and_the_slip_taken_back(page: Any) -> None:
    opened_lead(page, "韦明")
    checked(page)
    page.locator(".of-outcomes summary", has_text="Declined").click()
    followed(page, page.get_by_role("button", name="Too expensive"))
    page.wait_for_url("**/today/")
    assert page.locator(".of-lead-open", has_text="韦明").count() == 0
    checked(page)
    followed(page, page.locator(".of-undo button"))
    page.wait_for_url("**/today/")
    assert page.locator(".of-lead-open", has_text="韦明").count() == 1


def a_call(page: Any) -> None:
    """The telephone opens over the list, which stays as it is. In a tab of its own: the browser asks which telephone, and hears
    nothing else until it is told."""
    tab = page.context.new_page()
    tab.goto("/today/")
    with tab.expect_response(re.compile("/calls/$")) as answered:
        tab.get_by_role("button", name="Call 韦明").click()
    assert answered.value.headers["location"] == "tel:15400000001"
    assert tab.url.endswith("/today/")
    tab.close()
    opened_lead(page, "韦明")
    page.get_by_text("Called").first.wait_for()


def a_plan(page: Any) -> None:
    opened_lead(page, "韦明")
    page.locator(".of-next summary", has_text="Call again").click()
    followed(page, page.get_by_role("button", name="tomorrow"))
    page.wait_for_url(re.compile(r"/today/[0-9a-f-]{36}/$"))
    assert "1 Jul 2026" in page.locator(".of-plan").inner_text()
    page.goto("/today/calendar/")
    checked(page)
    followed(page, page.locator(".of-plan").get_by_role("button", name="Done"))
    page.get_by_text("Nothing is planned").wait_for()


def a_handover(page: Any, colleagues: dict[int, Any]) -> Any:
    """From HL1001 to whoever of Harbour P&C stands first; returns the colleague's page with the lead open."""
    opened_lead(page, "韦明")
    followed(page, page.get_by_role("link", name="Hand over"))
    checked(page)
    card = page.locator(".of-card", has_text="Harbour P&C").first
    code = card.locator("input[name=to_seller]").input_value()
    card.get_by_label("Note for the colleague").fill("asked about it twice")
    followed(page, card.get_by_role("button", name=re.compile("Hand over")))
    page.wait_for_url("**/today/referrals/")
    assert "Waiting" in page.locator(".of-card").first.inner_text()
    checked(page)
    other = colleagues[{"HP2001": 1, "HP2002": 2, "HP2101": 3}[code]]
    other.goto("/today/")
    checked(other)
    followed(other, other.get_by_role("button", name=re.compile("Accept")))
    other.wait_for_url("**/today/")
    assert other.locator(".of-lead-open").first.inner_text() == "韦明"
    page.reload()
    assert "Accepted" in page.locator(".of-card").first.inner_text()
    return other


def by_keyboard(page: Any) -> None:
    """From the list to an answer without a pointer."""
    page.locator(".of-lead-open").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/today/[0-9a-f-]{36}/$"))
    page.locator(".of-outcomes summary", has_text="Not until").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/today/")
    assert page.locator(".of-undo").is_visible()


def in_chinese_and_wide(phone: Any, desk: Any) -> None:
    for page in (phone, desk):
        for address in ("/today/", "/today/calendar/?span=month", "/today/referrals/"):
            page.goto(address)
            checked(page)
