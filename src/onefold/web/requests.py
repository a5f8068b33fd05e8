"""Around every request: its id, its log line, its time. First of all middleware, so that nothing goes by unseen."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from onefold.commands import tracing
from onefold.web import measures

NOWHERE, STATIC = "none", "static"
log = logging.getLogger("onefold.access")


class RequestMiddleware:
    """Give the request its id (`X-Request-ID`, the caller's if it is a UUID), and write one line about it when it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        trace = tracing.begin(request.headers.get("X-Request-ID", ""))
        began = time.perf_counter()
        try:
            with measures.IN_FLIGHT.track_inprogress():
                response = self.get_response(request)
            response["X-Request-ID"] = trace.request_id
            trace.route = trace.route or route_of(request)
            self._note(request, response.status_code, time.perf_counter() - began, trace.route)
            return response
        finally:
            tracing.end()

    def _note(self, request: HttpRequest, status: int, seconds: float, route: str) -> None:
        method = request.method or ""
        measures.answered(route, method, status, seconds)
        method = method if method in measures.METHODS else "OTHER"
        log.info("answered", extra={"fields": {"method": method, "status": status, "ms": round(seconds * 1000, 1)}})


def route_of(request: HttpRequest) -> str:
    """Return the name of the route a request took; a path, which may hold anything, is no name."""
    if request.resolver_match:
        return request.resolver_match.view_name or NOWHERE
    return STATIC if request.path_info.startswith(settings.STATIC_URL) else NOWHERE
