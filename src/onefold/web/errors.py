"""Pages for addresses that lead nowhere and for our own mistakes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from onefold.kernel.refusals import Kind, Refusal
from onefold.web.refusals import refusal_page


class PageUnknown(Refusal):
    code = "PAGE_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {
        "en": "There is no page at this address. Go back, or start from the menu.",
        "zh-Hans": "此地址没有页面。请返回，或从菜单重新开始。",
    }


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address without a route in the house's own frame."""
    return refusal_page(request, PageUnknown())
