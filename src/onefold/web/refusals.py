"""Refusals become pages here, once: the kind gives the status, the sentence the text, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from onefold.kernel.refusals import Kind, Refusal


class NotYourDoor(Refusal):
    code = "NOT_YOUR_DOOR"
    kind = Kind.FORBIDDEN
    sentence = {
        "en": "Your role does not include this page. Ask your administrator if you need it.",
        "zh-Hans": "您的角色不包含此页面。如有需要，请联系管理员。",
    }


class RefusalMiddleware:
    """Turn a refusal raised by a view into its page (or, for htmx, the toast part of it)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        return refusal_page(request, exception)


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    status = refusal.kind.http_status
    context = {"code": refusal.code, "sentence": refusal.sentence_in(get_language() or "en"), "status": status}
    return render(request, f"ui/errors/{status}.html", context, status=status)
