"""Pages for addresses that lead nowhere, for what has gone wrong below us, and for our own mistakes."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.views.defaults import server_error

from onefold.commands import tracing
from onefold.commands.outages import outage_of
from onefold.kernel.refusals import Kind, Refusal
from onefold.kernel.room import Outage
from onefold.web.refusals import outage_page, page_without_database, problem_json, refusal_page

MACHINES = "/api/"


class PageUnknown(Refusal):
    code = "PAGE_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {
        "en": "There is no page at this address. Go back, or start from the menu.",
        "zh-Hans": "此地址没有页面。请返回，或从菜单重新开始。",
    }


class OurMistake(Refusal):
    """A bug, as it is said to machines."""

    code = "OUR_MISTAKE"
    kind = Kind.UNAVAILABLE
    sentence = {
        "en": "Something went wrong on our side. Whether this was carried out is not known; send it again with the same key.",
        "zh-Hans": "系统内部出错，无法确认本次请求是否已执行；请使用相同的幂等键重新提交。",
    }


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address without a route in the house's own frame."""
    return refusal_page(request, PageUnknown())


def request_id() -> str:
    """Return the number by which the operator finds this request in the logs."""
    trace = tracing.current()
    return trace.request_id if trace else ""


def went_wrong(request: HttpRequest) -> HttpResponse:
    """Answer what no view and no door has caught; called while the error is being handled. What a middleware meets comes here."""
    error = sys.exception() if sys.version_info >= (3, 12) else sys.exc_info()[1]
    outage = outage_of(error) if error is not None else None
    machine = request.path.startswith(MACHINES)
    if isinstance(outage, Outage):
        return problem_json(outage, outage.machine_status) if machine else outage_page(request, outage)
    if machine:
        return problem_json(OurMistake(), 500)
    try:
        return page_without_database(request, "ui/errors/500.html", {"status": 500, "request_id": request_id()}, 500)
    except Exception:  # a page about a mistake must not fail by another
        return server_error(request)
