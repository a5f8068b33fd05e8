"""Telling the holders of a seller who left, in a real browser: all at once, on a phone and on a desk."""

from __future__ import annotations

from typing import Any

import pytest
from tests.stories.test_leavers import leaves as leaves

from onefold.web.tests.browsing import browsing, checked, followed, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_all_holders_are_told_at_once(leaves: Any, chromium: str, sign_in: Any) -> None:
    leaves("HL1001")
    with served() as address, browsing(chromium, address, [sign_in("manager.hlife")]) as page_of:
        page = page_of(0, 390)
        page.goto("/leavers/")
        checked(page)
        page.get_by_label("All on this page").check()
        assert page.locator("input[name=reassignment_ids]:checked").count() > 3
        page.get_by_label("How").select_option("LETTER")
        followed(page, page.get_by_role("button", name="The chosen holders are told"))
        page.get_by_text("Nobody is waiting to be told").wait_for()
        checked(page)
        wide = page_of(0, 1440, "zh-CN")
        wide.goto("/leavers/?show=told")
        wide.get_by_text("信函").first.wait_for()
        checked(wide)
