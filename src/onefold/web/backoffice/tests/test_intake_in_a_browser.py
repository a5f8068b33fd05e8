"""The intake in a real browser: files dropped, recognised, sent with their progress; no page wider than its screen, nothing for axe."""

from __future__ import annotations

import pytest

from onefold.commands.viewer import Viewer
from onefold.domains.intake.actions import pause
from onefold.domains.intake.queries import latest_batches
from onefold.kernel.ids import new_id
from onefold.web.tests.browsing import browsing, served
from onefold.web.ui.tests.test_browser import findings

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STEWARD = Viewer.of_company("HPC")
LONG = "hpc_relations_" + "as_exported_by_the_core_system_of_the_eastern_branches_" * 2 + "20260630.csv"
DROP = """files => {
  const held = new DataTransfer();
  for (const [name, text] of files) held.items.add(new File([text], name));
  return held;
}"""
WATCH = """() => {
  window.seen = [];
  new MutationObserver(() => document.querySelectorAll("[data-files] progress").forEach(
    bar => window.seen.push(bar.getAttribute("aria-label"))
  )).observe(document.querySelector("[data-files]"), {childList: true, subtree: true});
}"""


def test_files_are_dropped_recognised_refused_before_sending_and_sent(harbour, sign_in, chromium) -> None:
    before = len(latest_batches(STEWARD))
    with served() as address, browsing(chromium, address, [sign_in("steward.hpc")]) as page_of:
        page = page_of(0, 390)
        posts: list[str] = []
        page.on("request", lambda asked: posts.append(asked.url) if asked.method == "POST" else None)
        page.goto("/intake/")
        files = [[LONG, "a"], ["strange.csv", "b"], ["hpc_contracts_20260630.csv", "c" * 200_000]]
        page.dispatch_event("[data-upload]", "drop", {"dataTransfer": page.evaluate_handle(DROP, files)})
        lines = page.locator("[data-files] > li")
        lines.nth(2).locator(".of-file-line").wait_for()
        assert "Harbour P&C policies" in lines.nth(2).inner_text()
        assert "No feed of your company takes a file of this name." in lines.nth(1).inner_text()
        assert posts == [], "nothing is sent before somebody says so"
        assert page.evaluate("document.documentElement.scrollWidth") == 390, "a long name breaks the phone's page"

        page.evaluate(WATCH)
        page.get_by_role("button", name="Hand in", exact=True).click()
        page.locator("[data-files] a").nth(1).wait_for()
        assert [lines.nth(place).locator("a").count() for place in range(3)] == [1, 0, 1]
        assert set(page.evaluate("window.seen")) == {LONG, "hpc_contracts_20260630.csv"}, "each had its progress"
        assert len(posts) == 2 and findings(page) == []

        page.dispatch_event("[data-upload]", "drop", {"dataTransfer": page.evaluate_handle(DROP, [files[0]])})
        page.locator("[data-files] > li:only-child .of-file-line[data-command]").wait_for()
        page.get_by_role("button", name="Hand in", exact=True).click()
        page.locator("[data-files] a").wait_for()
        assert "received before: changes nothing" in lines.inner_text()
    rows = latest_batches(STEWARD)
    assert len(rows) == before + 3
    assert {(row.file_name, row.bytes) for row in rows[1:3]} == {(LONG, 1), ("hpc_contracts_20260630.csv", 200_000)}


def test_no_page_of_the_intake_is_wider_than_its_screen_and_axe_finds_nothing(harbour, sign_in, chromium) -> None:
    pause(STEWARD, new_id(), feed="hpc_relations", note="A new system from July")
    batch = next(row.batch_id for row in latest_batches(STEWARD) if row.feed == "hpc_contracts")
    own = ["/intake/", "/quality/", "/intake/tokens/", "/intake/feeds/hpc_relations/", f"/intake/{batch}/"]
    of_all = ["/intake/", "/quality/", "/quality/?company=HPC"]
    people = [sign_in("steward.hpc"), sign_in("desk")]
    found: list[str] = []
    with served() as address, browsing(chromium, address, people) as page_of:
        for place, width, language, paths in (
            (0, 390, "zh-CN", own),
            (1, 390, "en", of_all),
            (1, 1440, "en", of_all[:2]),
        ):
            page = page_of(place, width, language)
            for path in paths:
                assert page.goto(path).status == 200, path
                if page.evaluate("document.documentElement.scrollWidth") != width:
                    found.append(f"{path} is wider than {width}")
                found += [f"{path} {width}: {what}" for what in findings(page)]
    assert found == []
