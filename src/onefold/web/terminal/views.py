"""The list for today, and one person with the reasons."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from onefold.commands.scope import reading
from onefold.domains.customers.looks import looked
from onefold.domains.releases.queries import published
from onefold.web.asking import Asked
from onefold.web.names import names_for
from onefold.web.privacy import note_search, search_of, with_search
from onefold.web.terminal.day import day_of_seller
from onefold.web.terminal.person import person_of_lead
from onefold.web.viewers import language_of


@require_http_methods(["GET", "POST"])
def today(request: Asked) -> HttpResponse:
    """The list; a search is sent by POST and read by an address without the text (`privacy.with_search`)."""
    if request.method == "POST":
        return redirect(with_search(request, reverse("terminal:today"), request.POST.get("q", "")))
    viewer, asked = request.viewer, search_of(request)
    with reading(viewer):
        is_published = published(viewer) is not None
        names = names_for(viewer, language_of(request))
        day = day_of_seller(viewer, names, asked, whole="all" in request.GET) if is_published else {}
    if asked and is_published:
        note_search(viewer, asked, len(day["people"]))
    context = day | {"published": is_published, "asked": asked, "here": request.get_full_path()}
    return render(request, "terminal/today.html", context)


@require_GET
def lead(request: Asked, lead_id: UUID) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer) as at:
        names = names_for(viewer, language_of(request))
        context = person_of_lead(viewer, lead_id, names, request.get_full_path())
    looked(viewer, context["customer_id"], "LEAD", at)
    return render(request, "terminal/lead.html", context)
