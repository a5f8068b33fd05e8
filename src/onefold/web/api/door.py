"""The door for machines: one description, its chapters, and how a no is said."""

from __future__ import annotations

from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from ninja.errors import HttpError, ValidationError

from onefold.commands.outages import outage_of
from onefold.kernel.refusals import Refusal
from onefold.web.api import decisions, feeds, leads, orders, webhooks
from onefold.web.api.description import Door
from onefold.web.api.refusals import BodyUnreadable, WordsUnsuitable, problem
from onefold.web.errors import PageUnknown

api = Door(
    title="Onefold",
    version="1",
    description=(
        "What a company's systems may do by themselves: hand in files, ask for decisions, take leads and report what came "
        "of them, carry orders to a contract, be told of events. Each call is made with a token of the company (Authorization: Bearer TOKEN)."
    ),
    openapi_url="/openapi.json",
    docs_url=None,
    urls_namespace="api",
)
for chapter in (feeds, decisions, leads, orders, webhooks):
    api.add_router("", chapter.router)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problem(request, refusal)


@api.exception_handler(Error)
@api.exception_handler(OSError)
def failed_below(request: HttpRequest, error: Exception) -> HttpResponse:
    """The database away or the disk full is said as such; anything else is a bug, and answered by `web.errors`."""
    outage = outage_of(error)
    if outage is None:
        raise error
    return problem(request, outage)


@api.exception_handler(ValidationError)
def misshapen(request: HttpRequest, error: ValidationError) -> HttpResponse:
    place = ", ".join(sorted({str(fault["loc"][-1]) for fault in error.errors}))
    return problem(request, WordsUnsuitable(place=place))


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """The framework's only one of its own: a body that is no JSON."""
    return problem(request, BodyUnreadable())


@api.exception_handler(Http404)
def unknown(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, PageUnknown())
