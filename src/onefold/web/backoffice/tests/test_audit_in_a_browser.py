"""The audit's page in a real browser, on a phone and on a desk."""

from __future__ import annotations

import os
from typing import Any

import pytest

from onefold.commands import clock
from onefold.commands.scope import reading
from onefold.commands.tests.sealed import seal_all
from onefold.commands.viewer import Viewer
from onefold.domains.customers.models import Membership
from onefold.web.tests.browsing import browsing, checked, followed, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_compliance_looks_through_the_audit(harbour: Any, as_role: Any, chromium: str, sign_in: Any) -> None:
    with reading(Viewer.of_company("HLIFE")):
        known = (
            Membership.objects.filter(company_id="HLIFE").order_by("customer_id").values_list("customer_id", flat=True)
        )
        customers = [str(customer) for customer in known[:5]]
    manager = sign_in("manager.hlife")
    for customer in customers:
        manager.get(f"/customers/{customer}/")
    manager.post("/customers/", {"text": "Wei Ming"})
    manager.get("/cockpit/indicators/customer_penetration/export/")
    with as_role("batch"):
        seal_all(clock.now())
    with served() as address, browsing(chromium, address, [sign_in("compliance.hlife")]) as page_of:
        for width, language, word in (
            (390, "en", "looked at a customer"),
            (1440, "zh-CN", "查看了客户"),
            (1440, "en", "searched for customers"),
        ):
            page = page_of(0, width, language)
            page.goto("/audit/")
            page.get_by_text(word).first.wait_for()
            checked(page)
            if folder := os.environ.get("ONEFOLD_SHOTS"):
                page.screenshot(path=f"{folder}/audit-{width}-{language}.png", full_page=True)
        page.get_by_label("Kind").select_option("looked")
        followed(page, page.get_by_role("button", name="Show"))
        assert page.get_by_text("looked at a customer", exact=True).count() == len(customers)
        checked(page)
