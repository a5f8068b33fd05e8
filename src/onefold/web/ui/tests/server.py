"""The gallery on its own: no database, no sign-in, the content policy of the product."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("language/", set_language, name="set_language"),
    path("gallery/", include("onefold.web.ui.urls")),
]
MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "onefold.web.ui.tests.server.framed",
]
NAV = [("Overview", "/", "chart", True), ("Indicators", "/i", "gauge", False), ("Customers", "/c", "users", False)]
SHELL: dict[str, Any] = {
    "group_name": "Harbour Group",
    "user_name": "desk",
    "role_label": "Cross-selling desk",
    "nav": NAV,
    "as_of": date(2026, 6, 30),
    "release": "1a2b3c4d",
    "freshness": datetime(2026, 6, 30, 6, 5, tzinfo=UTC),
    "demo": True,
}
SETTINGS: dict[str, Any] = {
    "ROOT_URLCONF": __name__,
    "MIDDLEWARE": MIDDLEWARE,
    "MESSAGE_STORAGE": "django.contrib.messages.storage.cookie.CookieStorage",
}


def framed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give every request the frame that a door would give it."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.shell = dict(SHELL)  # type: ignore[attr-defined]
        request.user = None  # type: ignore[assignment]
        request.session = {}  # type: ignore[assignment]
        return get_response(request)

    return answer


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a test's output is its result."""


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def running() -> Iterator[str]:
    """Serve the gallery on a free port; give its address."""
    with override_settings(**SETTINGS):
        server = make_server("127.0.0.1", 0, WSGIHandler(), server_class=Threaded, handler_class=Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
