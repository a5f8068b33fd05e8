"""The seller's motor sale on a phone, from the lead to "you are covered", with a worker and partners in processes of their own."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from tests.order_worker import working
from tests.sandboxes import running

from onefold.web.tests.browsing import browsing, checked, followed, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_car_is_insured_on_a_phone(
    harbour: str, connections: Any, chromium: str, sign_in: Any, settings_of: Any, tmp_path: Any
) -> None:
    clients = [sign_in("hl1001")]
    with running(tmp_path) as partners, settings_of(PARTNERS=partners.text):
        batch = connections["batch"].to(harbour)
        with (
            working(batch, partners.text),
            served() as address,
            browsing(chromium, address, clients) as page_of,
        ):
            began, taps = time.monotonic(), sold(page_of(0, 390))
            assert time.monotonic() - began < 180 and taps <= 25, "at most three minutes of taps"
            wide_and_in_chinese(page_of(0, 1280, "zh-CN"))
        assert sum(count for (kind, _), count in partners.core.effects().items() if kind == "ISSUED") == 1


def sold(page: Any) -> int:
    """Return how many taps and fields it took."""
    page.goto("/today/")
    followed(page, page.get_by_role("link", name="韦明", exact=True))
    followed(page, page.get_by_role("link", name="Make a proposal"))
    page.wait_for_url("**/proposal/")
    assert page.locator("input:checked").count() == 0, "nothing is chosen beforehand"
    page.locator('input[name=product][value="HPC.MOTOR.STD"]').check()
    for code, answer in (("vehicle_value", "200,000"), ("vehicle_age", "1"), ("claims", "0")):
        page.locator(f'input[name="HPC.MOTOR.STD.{code}"]').fill(answer)
    page.get_by_label("I did: our offer").check()
    checked(page)
    followed(page, page.get_by_role("button", name="Ask for the price"))
    page.wait_for_url(re.compile("/today/orders/"))
    page.get_by_role("button", name="The customer confirms").wait_for()
    assert page.locator("input:checked").count() == 0, "nothing is confirmed beforehand"
    assert "4,210.00" in page.locator(".of-parts-total").inner_text()
    checked(page)
    statements = page.locator("input[name=code]")
    for number in range(statements.count()):
        statements.nth(number).check()
    followed(page, page.get_by_role("button", name="The customer confirms"))
    for question in ("Is the vehicle used privately only?", "Has the vehicle passed its last inspection?"):
        page.get_by_role("group", name=question).get_by_label("Yes").check()
    page.get_by_label("The customer has read this and signs in person.").check()
    checked(page)
    followed(page, page.get_by_role("button", name="Apply"))
    page.get_by_role("button", name="Pay").wait_for()
    page.get_by_label("The policyholder").check()
    checked(page)
    followed(page, page.get_by_role("button", name="Pay"))
    page.get_by_text("You are covered").wait_for()
    checked(page)
    return 5 + 5 + statements.count() + 1 + 4 + 2


def test_life_cover_is_sold_on_advice_and_no_sooner(
    harbour: str, connections: Any, chromium: str, sign_in: Any, settings_of: Any, tmp_path: Any
) -> None:
    """The bank's Song advises first: a mismatch that the customer is warned of, then what suits; then the sale to the end."""
    clients = [sign_in("hb3001")]
    with running(tmp_path) as partners, settings_of(PARTNERS=partners.text):
        batch = connections["batch"].to(harbour)
        with (
            working(batch, partners.text),
            served() as address,
            browsing(chromium, address, clients) as page_of,
        ):
            page = page_of(0, 390)
            advised(page)
            term_sold(page)
            in_chinese = page_of(0, 1280, "zh-CN")
            in_chinese.goto(page.url)
            in_chinese.get_by_text("保障已生效").wait_for()


def advised(page: Any) -> None:
    page.goto("/today/")
    followed(page, page.get_by_role("link", name="蔡文杰", exact=True))
    followed(page, page.get_by_role("link", name="Advise first"))
    page.wait_for_url("**/advice/")
    assert page.locator("input:checked").count() == 0, "nothing is said beforehand"
    checked(page)
    page.get_by_role("group", name="What does the customer need?").get_by_label("Motor").check()
    page.get_by_label("What may it cost in a year").fill("30,000")
    page.get_by_label("Yearly income").select_option("B5")
    followed(page, page.get_by_role("button", name="Write it down"))
    followed(page, page.get_by_role("button", name="Give the opinion"))
    page.get_by_text("We advise against it").first.wait_for()
    checked(page)
    assert page.get_by_role("link", name="Make a proposal").count() == 0
    page.get_by_text("Something has changed").click()
    page.get_by_role("group", name="What does the customer need?").get_by_label("Life").check()
    followed(page, page.get_by_role("button", name="Write it down"))
    followed(page, page.get_by_role("button", name="Give the opinion"))
    page.get_by_text("Suits the customer").first.wait_for()
    checked(page)


def term_sold(page: Any) -> None:
    followed(page, page.get_by_role("link", name="Make a proposal"))
    page.wait_for_url("**/proposal/")
    page.locator('input[name=product][value="HLIFE.TERM.STD"]').check()
    page.locator('input[name="HLIFE.TERM.STD.sum_insured"]').fill("500,000")
    page.get_by_role("group", name="smoke").get_by_label("No").check()
    page.get_by_label("The customer did: an own need").check()
    followed(page, page.get_by_role("button", name="Ask for the price"))
    page.get_by_role("button", name="The customer confirms").wait_for()
    statements = page.locator("input[name=code]")
    for number in range(statements.count()):
        statements.nth(number).check()
    followed(page, page.get_by_role("button", name="The customer confirms"))
    page.get_by_role("button", name="Apply").wait_for()
    for group in page.locator("form fieldset:has(input[type=radio])").all():
        group.get_by_label("No").check()
    page.get_by_label("The customer has read this and signs in person.").check()
    followed(page, page.get_by_role("button", name="Apply"))
    page.get_by_role("button", name="Pay").wait_for()
    page.get_by_label("The policyholder").check()
    followed(page, page.get_by_role("button", name="Pay"))
    page.get_by_text("You are covered").wait_for()
    checked(page)


def wide_and_in_chinese(page: Any) -> None:
    page.goto("/today/orders/")
    checked(page)
    followed(page, page.locator(".of-card a").first)
    page.get_by_text("保障已生效").wait_for()
    checked(page)
