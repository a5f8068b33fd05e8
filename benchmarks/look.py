"""Every screen of every door as a picture, to be looked at: one command, whichever group a demo has published.

    ONEFOLD_VAR=var/demo .venv/bin/python benchmarks/look.py OUT [harbour | fresh] [WORD ...]

The demo of that `var` must have been made (`ONEFOLD_SERVE=0 ./onefold demo`; with `harbour`, that of the small named group); `fresh`
looks at an installation nobody has handed anything to. Its database is started here and stopped again. Screens are taken at 390 and
1280 pixels, in Chinese and English. Words choose: a width, `zh`, `en`, a user (`desk`), or part of a screen's name. What does not fit
its width, or complains in the console, is printed.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WIDTHS = (390, 1280)
LANGUAGES = {"en": "en", "zh": "zh-CN"}
FIRST = "first:"
"""An address that begins so is the first link of a page: `first:PAGE selector`."""


@dataclass(frozen=True)
class Screen:
    name: str
    user: str
    """One of the demonstration's people; of several whose name begins so, the first."""
    address: str
    below: str = ""
    """what follows the address of the first link"""


COCKPIT = (
    ("overview", ""),
    ("white-space", "white-space/"),
    ("white-space-pairs", "white-space/?rows=pairs&show=held"),
    ("migration", "migration/"),
    ("migration-company", "migration/?by=COMPANY&quarters=8"),
    ("cohorts", "cohorts/"),
    ("cohorts-quarters", "cohorts/?grain=QUARTER"),
    ("contribution", "contribution/"),
    ("contribution-line", "contribution/?by=LINE&of=premium_minor"),
    ("funnel", "funnel/"),
    ("funnel-month", "funnel/?by=MONTH"),
    ("lift", "lift/"),
    ("lift-company", "lift/?by=COMPANY"),
    ("training", "training/"),
    ("training-who", "training/?by=WHO"),
    ("settlement", "settlement/"),
    ("indicators", "indicators/"),
    ("indicator", "indicators/contracts_per_customer/"),
    ("indicator-co-holding", "indicators/co_holding/"),
)
SCREENS = (
    Screen("sign-in", "", "/sign-in/"),
    Screen("entrance", "", "/demo/"),
    *(Screen(f"cockpit-{name}", "desk", f"/cockpit/{path}") for name, path in COCKPIT),
    Screen("cockpit-gap", "manager", f"{FIRST}/cockpit/white-space/ [data-grid] tbody a"),
    Screen("customers", "counter", "/customers/"),
    Screen("customer", "counter", f"{FIRST}/customers/?q=%E9%9F%A6%E6%98%8E main tbody a"),
    Screen("intake", "steward", "/intake/"),
    Screen("intake-batch", "steward", f"{FIRST}/intake/ main a[href^='/intake/'][href$='/']:not([href*='feeds']):not([href*='tokens'])"),
    Screen("intake-feed", "steward", f"{FIRST}/intake/ main a[href^='/intake/feeds/']"),
    Screen("tokens", "steward", "/intake/tokens/"),
    Screen("webhooks", "steward", "/intake/webhooks/"),
    Screen("quality", "steward", "/quality/"),
    Screen("quality-all", "desk", "/quality/"),
    Screen("links", "steward", "/links/"),
    Screen("operations", "steward", "/operations/"),
    Screen("models", "compliance", "/models/"),
    Screen("model-lapse", "compliance", "/models/LAPSE/"),
    Screen("model-prior", "compliance", "/models/PRIOR/"),
    Screen("model-effect", "compliance", "/models/EFFECT/"),
    Screen("today", "seller", "/today/"),
    Screen("lead", "seller", f"{FIRST}/today/ main a[href^='/today/']:not([href*='calendar']):not([href*='referrals'])"),
    Screen("advice", "seller", f"{FIRST}/today/ main a[href^='/today/']:not([href*='calendar']):not([href*='referrals'])", "advice/"),
    Screen("calendar", "seller", "/today/calendar/"),
    Screen("orders", "seller", "/today/orders/"),
    Screen("statement", "seller", "/today/statement/"),
    Screen("referrals", "seller", "/today/referrals/"),
    *(Screen(f"portal-{name or 'contracts'}", "customer", f"/mine/{name}/".replace("//", "/")) for name in ("", "offers", "consents", "orders", "looks")),
    Screen("gallery", "desk", "/gallery/"),
)  # fmt: skip


def chosen(screens: Iterable[Screen], words: list[str]) -> Iterator[tuple[Screen, int, str]]:
    """The screens, widths and languages the words leave; a kind of word that is not there leaves all of its kind."""
    widths = [width for width in WIDTHS if str(width) in words] or list(WIDTHS)
    languages = [name for name in LANGUAGES if name in words] or list(LANGUAGES)
    others = [word for word in words if word not in map(str, WIDTHS) and word not in LANGUAGES]
    for screen in screens:
        if not others or any(word == screen.user or word in screen.name for word in others):
            for width in widths:
                for language in languages:
                    yield screen, width, language


def look(folder: Path, words: list[str]) -> int:
    from playwright.sync_api import sync_playwright

    from onefold.web.tests.browsing import served
    from onefold.web.ui.tests.test_browser import FLAGS

    folder.mkdir(parents=True, exist_ok=True)
    cookies = {user: session_of(user) for user in {screen.user for screen in SCREENS} if user}
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    complaints = 0
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for screen, width, language in chosen(SCREENS, words):
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                locale=LANGUAGES[language],
                base_url=address,
                reduced_motion="reduce",
            )
            if cookies.get(screen.user):
                context.add_cookies([{"name": "sessionid", "value": cookies[screen.user], "url": address}])
            said = taken(context.new_page(), screen, width, folder / f"{screen.name}-{width}-{language}.png")
            complaints += len(said)
            for words_ in said:
                print(f"{screen.name} {width} {language}: {words_}", flush=True)
            context.close()
        browser.close()
    print(f"{complaints} complaints; pictures in {folder}")
    return 1 if complaints else 0


def taken(page: Any, screen: Screen, width: int, file: Path) -> list[str]:
    """Take the picture; say what is wrong with the screen."""
    said: list[str] = []
    page.on("console", lambda heard: said.append(heard.text) if heard.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    address = screen.address
    if address.startswith(FIRST):
        start, _space, selector = address.removeprefix(FIRST).partition(" ")
        page.goto(start)
        links = page.locator(selector)
        if not links.count():
            return []
        address = links.first.get_attribute("href") + screen.below
    answer = page.goto(address)
    page.wait_for_load_state("networkidle")
    if answer is None or answer.status != 200:
        said.append(f"{address} answers {answer.status if answer else 'nothing'}")
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        said.append(f"is {wide} wide")
    page.screenshot(path=file, full_page=True)
    return said


def session_of(word: str) -> str:
    """Sign one of the demonstration's people in; the session's key."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    users = get_user_model().objects
    if word == "seller":
        # Sellers are called by their codes; those the entrance shows are the busiest.
        user = users.filter(username__regex=r"^[a-z]+[0-9]+$").order_by("-groups", "username").first()
    else:
        user = users.filter(username__startswith=word).order_by("username").first()
    if user is None:
        return ""
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


FRESH = {
    "desk": ("CROSS_SELLING_DESK", "", ""),
    "manager": ("COMPANY_MANAGER", "HLIFE", ""),
    "compliance": ("COMPLIANCE", "HLIFE", ""),
    "steward": ("DATA_STEWARD", "HPC", ""),
    "counter": ("COUNTER", "HBANK", ""),
    "s0001": ("SELLER", "HLIFE", "S0001"),
}


def people_of_a_fresh_installation() -> None:
    from onefold.cli import place
    from onefold.commands.viewer import Viewer
    from onefold.config.databases import connected_as
    from onefold.domains.organisation.users import set_users
    from onefold.kernel.ids import new_id

    chosen = [
        {"name": name, "role": role, "company": company, "seller": seller}
        for name, (role, company, seller) in FRESH.items()
    ]
    with connected_as(place.connections(), "owner"):
        set_users(Viewer.system("demo"), new_id(), users=chosen)


def main(words: list[str]) -> int:
    if not words:
        print(__doc__)
        return 2
    from onefold.cli import place

    os.environ.setdefault("ONEFOLD_DEMO", "1")
    kinds = {word for word in words if word in ("harbour", "fresh")}
    if not kinds:
        os.environ.setdefault("ONEFOLD_RULEBOOK", str(place.simulated_rulebook()))
    found = place.connections()
    try:
        place.migrate(found)
        if "fresh" in kinds:
            people_of_a_fresh_installation()
        return look(Path(words[0]), [word for word in words[1:] if word not in kinds])
    finally:
        from onefold import embedded

        embedded.stop(place.var())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
