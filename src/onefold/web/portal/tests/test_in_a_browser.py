"""In a browser: the customer takes a consent back, and the very next look of the other company's seller finds nothing."""

from __future__ import annotations

from typing import Any

import pytest

from onefold.web.portal.tests.test_pages import wei as wei
from onefold.web.tests.browsing import browsing, checked, followed, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_consent_taken_back_on_a_phone_empties_the_sellers_next_look(wei: Any, chromium: str, sign_in: Any) -> None:
    clients = [sign_in("wei"), sign_in("hl1001")]
    with served() as address, browsing(chromium, address, clients) as page_of:
        seller, customer = page_of(1, 390), page_of(0, 390)
        seller.goto("/today/")
        assert seller.get_by_role("link", name="韦明", exact=True).count() == 1
        customer.goto("/")
        checked(customer)
        followed(customer, customer.get_by_role("link", name="Consents"))
        checked(customer)
        while customer.locator("details.of-confirm").count():
            customer.locator("details.of-confirm > summary").first.click()
            followed(customer, customer.get_by_role("button", name="Yes, withdraw it").first)
            customer.get_by_text("It holds from now on").wait_for()
        customer.get_by_text("You share nothing").wait_for()
        checked(customer)
        seller.goto("/today/")
        assert seller.get_by_role("link", name="韦明", exact=True).count() == 0
        wide = page_of(0, 1280, "zh-CN")
        for path in ("/mine/", "/mine/offers/", "/mine/consents/", "/mine/orders/", "/mine/looks/"):
            wide.goto(path)
            checked(wide)
