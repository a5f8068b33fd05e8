"""Refusals become pages here, once: the kind gives the status, the sentence the text, in the reader's language.

What is nobody's fault here (the database away, the disk full) becomes the same kind of page, made without asking the database:
in the house's own frame, in both languages, saying when to come again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language

from onefold.commands.outages import outage_of
from onefold.commands.postgres.watched import within
from onefold.kernel.refusals import LANGUAGES, Kind, Refusal
from onefold.kernel.room import Outage
from onefold.web.ui.context import shell
from onefold.web.uploads import refusal_of

AT_THE_DATABASE_S = 10.0
"""how long one request may wait for the database in all"""
FORM = "multipart/form-data"
log = logging.getLogger("onefold.web")


class NotYourDoor(Refusal):
    code = "NOT_YOUR_DOOR"
    kind = Kind.FORBIDDEN
    sentence = {
        "en": "Your role does not include this page. Ask your administrator if you need it.",
        "zh-Hans": "您的角色不包含此页面。如有需要，请联系管理员。",
    }


class InTime:
    """Let no request wait for the database longer than `AT_THE_DATABASE_S`; outermost, so that it holds for the others too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with within(AT_THE_DATABASE_S):
            return self.get_response(request)


class RefusalMiddleware:
    """Turn a refusal raised by a view into its page (or, for htmx, the toast part of it)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refusal = refusal_of(request) if request.content_type == FORM and not request.path.startswith("/api/") else None
        if refusal is not None:  # before anybody looks for the form's token in a body that was not taken in
            return refusal_page(request, refusal)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        refusal = exception if isinstance(exception, Refusal) else outage_of(exception)
        return None if refusal is None else refusal_page(request, refusal)


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if isinstance(refusal, Outage):
        return outage_page(request, refusal)
    status = refusal.kind.http_status
    context = {"code": refusal.code, "sentence": refusal.sentence_in(get_language() or "en"), "status": status}
    return render(request, f"ui/errors/{status}.html", context, status=status)


def outage_page(request: HttpRequest, outage: Outage) -> HttpResponse:
    """The page of an outage. It looks again by itself where nothing was being sent."""
    here, other = ("zh-Hans", "en") if (get_language() or "en").startswith("zh") else ("en", "zh-Hans")
    context = {
        "code": outage.code,
        "status": outage.kind.http_status,
        "sentence": outage.sentence_in(here),
        "other_sentence": outage.sentence_in(other),
        "other_language": other,
        "again_after_s": outage.retry_after_s if request.method in ("GET", "HEAD") else 0,
        "again_url": request.get_full_path(),
    }
    response = page_without_database(request, "ui/errors/outage.html", context, outage.kind.http_status)
    return noted(response, outage)


def page_without_database(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    """Render with what the request knows already: messages and the user would have to be looked up."""
    if hasattr(request, "frame"):
        request.frame.ask_no_more()
    known = shell(request) | context | {"csrf_token": get_token(request)}
    return HttpResponse(render_to_string(template, known), status=status)


def problem_json(refusal: Refusal, status: int) -> JsonResponse:
    """The refusal as RFC 9457 has it. Nothing of the request is repeated: what is not there and what is another's look alike."""
    body = {
        "type": "about:blank",
        "title": refusal.code,
        "status": status,
        "code": refusal.code,
        "detail": refusal.sentence_in(get_language() or "en"),
        "sentences": {language: refusal.sentence_in(language) for language in LANGUAGES},
    }
    response = JsonResponse(
        body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )
    return noted(response, refusal) if isinstance(refusal, Outage) else response


def noted(response: Any, outage: Outage) -> Any:
    """Say when to come again. The log is told once by whoever notices the outage, not by every request of it."""
    response["Retry-After"] = str(outage.retry_after_s)
    response["Cache-Control"] = "no-store"
    response._has_been_logged = True
    return response
