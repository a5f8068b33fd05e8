"""A person at a browser: signs in, opens pages, presses buttons. Knows of a page only what stands on it.

Standard library alone; a cookie jar, a parser for forms and links, and the CSRF token that every form brings along.
"""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any

TIMEOUT_S = 30


class DoorShut(RuntimeError):
    """A page answered otherwise than a person could go on with; `status` is the HTTP status."""

    def __init__(self, address: str, status: int) -> None:
        super().__init__(f"{address} answered {status}")
        self.status = status


@dataclass
class Form:
    """One form of a page: where it goes, what its fields hold, and its buttons as (name, value)."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """What a person sees: links and forms in the order of the page."""

    address: str
    status: int
    title: str
    links: tuple[str, ...]
    forms: tuple[Form, ...]

    def form_with(self, name: str, value: str) -> Form | None:
        """The first form that has this button."""
        return next((form for form in self.forms if (name, value) in form.buttons), None)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.inside = False
        self.title: list[str] = []
        self.titled = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
            self.inside = True
        elif self.inside and tag == "input" and given.get("name"):
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif self.inside and tag == "button" and given.get("name"):
            self.forms[-1].buttons.append((given["name"], given.get("value", "")))
        elif tag == "title":
            self.titled = True

    def handle_data(self, data: str) -> None:
        if self.titled:
            self.title.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "title":
            self.titled = False


class Person:
    """Somebody at a browser of one's own."""

    def __init__(self, address: str) -> None:
        self.home = address.rstrip("/")
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open

    def enter(self, username: str) -> None:
        """Sign in to a demonstration by a click; raises `DoorShut` if nobody of that name is let in."""
        page = self.look("/demo/")
        form = next((form for form in page.forms if form.action.endswith("/demo/")), None)
        if form is None:
            raise DoorShut("/demo/", 404)
        self.send(form, {"username": username})

    def look(self, path: str) -> Page:
        """Open a page; raises `DoorShut` unless it answers 200."""
        return self._page(urllib.request.Request(self._absolute(path)))

    def press(self, page: Page, name: str, value: str, **more: str) -> Page:
        """Press the button `name`=`value` of the page, `more` typed into its form; raises `DoorShut` if there is none."""
        form = page.form_with(name, value)
        if form is None:
            raise DoorShut(page.address, 404)
        return self.send(form, {name: value, **more})

    def send(self, form: Form, typed: dict[str, str]) -> Page:
        return self._page(self._filled(form, typed))

    def dial(self, page: Page) -> str:
        """Press the page's call button and return the number the telephone opens with; empty where there is no such button, or the
        call is refused."""
        form = next((form for form in page.forms if CALL.search(form.action)), None)
        if form is None:
            return ""
        try:
            self._open(self._filled(form, {}), timeout=TIMEOUT_S).close()
        except urllib.error.HTTPError as answer:
            elsewhere = answer.headers.get("Location", "")
            if not elsewhere.startswith("tel:"):
                raise DoorShut(form.action, answer.code) from None
            return str(elsewhere.removeprefix("tel:"))
        return ""

    def _filled(self, form: Form, typed: dict[str, str]) -> urllib.request.Request:
        words = urllib.parse.urlencode({**form.fields, **typed}).encode()
        request = urllib.request.Request(self._absolute(form.action), data=words, method="POST")
        request.add_header("Referer", self.home + "/")
        request.add_header("Origin", self.home)
        return request

    def _absolute(self, path: str) -> str:
        return urllib.parse.urljoin(self.home + "/", path)

    def _page(self, request: Any) -> Page:
        try:
            with self._open(request, timeout=TIMEOUT_S) as answer:
                text, address, status = answer.read().decode(), answer.geturl(), answer.status
        except urllib.error.HTTPError as refused:
            raise DoorShut(request.full_url, refused.code) from None
        reader = _Reader()
        reader.feed(text)
        return Page(address, status, "".join(reader.title).strip(), tuple(reader.links), tuple(reader.forms))


LEAD = re.compile(r"/today/[0-9a-f-]{36}/$")
CALL = re.compile(r"/today/[0-9a-f-]{36}/calls/$")


def leads_on(page: Page) -> list[str]:
    """Addresses of the leads on a seller's list, best first, each once."""
    return list(dict.fromkeys(link for link in page.links if LEAD.search(link)))
