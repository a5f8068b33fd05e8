"""The list for today, and one person with the reasons."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onefold.commands.scope import reading
from onefold.domains.customers.looks import looked
from onefold.domains.releases.queries import published
from onefold.web.asking import Asked
from onefold.web.names import names_for
from onefold.web.terminal.day import day_of_seller
from onefold.web.terminal.person import person_of_lead
from onefold.web.viewers import language_of


@require_GET
def today(request: Asked) -> HttpResponse:
    viewer, asked = request.viewer, request.GET.get("q", "").strip()[:80]
    with reading(viewer):
        is_published = published(viewer) is not None
        names = names_for(viewer, language_of(request))
        day = day_of_seller(viewer, names, asked, whole="all" in request.GET) if is_published else {}
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
