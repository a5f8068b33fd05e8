"""The product in a real browser: served on a free port, and a page signed in as one of a test's clients."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import make_server

from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

from onefold.web.ui.tests.server import Quiet, Threaded
from onefold.web.ui.tests.test_browser import FLAGS, findings


class _Closing(Threaded):
    """Each thread gives its connection back: the database of a test is dropped at its end."""

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        super().process_request_thread(request, client_address)
        connections.close_all()


@contextmanager
def served() -> Iterator[str]:
    """The product itself on a free port, each request in a thread of its own."""
    server = make_server("127.0.0.1", 0, WSGIHandler(), server_class=_Closing, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def browsing(chromium: str, address: str, clients: list[Any]) -> Iterator[Callable[..., Any]]:
    """`page_of(place, width, language)`: a page of the browser signed in as the client at that place. No query may be asked
    of the database here: the browser's loop runs in this thread.
    """
    from playwright.sync_api import sync_playwright

    cookies = [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address} for client in clients]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)

        def page_of(place: int, width: int, language: str = "en") -> Any:
            context = browser.new_context(viewport={"width": width, "height": 900}, locale=language, base_url=address)
            context.add_cookies([cookies[place]])
            return context.new_page()

        yield page_of
        browser.close()


def followed(page: Any, element: Any) -> None:
    """Click what leads to another page, or sends a form, and wait until that page is loaded: a look in between would see the page
    that is left, or one that has no content yet.
    """
    with page.expect_navigation():
        element.click()


def checked(page: Any) -> None:
    """No page is wider than its screen, and axe finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, page.url
    assert findings(page) == [], page.url
