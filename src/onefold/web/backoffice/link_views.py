"""Doubtful links: a steward confirms or refuses that two records are one customer, and takes it back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onefold.commands.scope import reading
from onefold.domains.customers.actions import rule_on_link
from onefold.domains.customers.links import counts_of_links, links_of
from onefold.domains.releases.queries import published
from onefold.kernel.ids import new_id
from onefold.web.asking import Asked
from onefold.web.backoffice import link_rows
from onefold.web.backoffice.forms import LinkForm
from onefold.web.backoffice.refusals import FormIncomplete
from onefold.web.names import names_for
from onefold.web.viewers import language_of

PAGE = 25


@require_GET
def links(request: Asked) -> HttpResponse:
    viewer, show = request.viewer, shown(request.GET.get("show", ""))
    after = int(number) if (number := request.GET.get("after", "")).isdigit() else 0
    with reading(viewer):
        release, counts = published(viewer), counts_of_links(viewer)
        found = links_of(viewer, link_rows.TABS[show][1], after=min(after, 10**6), limit=PAGE + 1)
        names = names_for(viewer, language_of(request))
    context = {
        "published": release is not None,
        "tabs": link_rows.tabs(counts, show),
        "show": show,
        "links": [link_rows.row(link, names) | {"command_id": new_id()} for link in found[:PAGE]],
        "next_url": f"?show={show}&after={after + PAGE}" if len(found) > PAGE else "",
    }
    return render(request, "backoffice/links.html", context)


def shown(wanted: str) -> str:
    return wanted if wanted in link_rows.TABS else "doubtful"


@require_POST
def link_ruling(request: Asked, record_id: UUID, other_id: UUID) -> HttpResponse:
    form = LinkForm(request.POST)
    if not form.is_valid():
        raise FormIncomplete()
    given = form.cleaned_data
    rule_on_link(
        request.viewer,
        given["command_id"],
        source_record_id=record_id,
        other_record_id=other_id,
        verdict=given["verdict"],
        why=given["why"],
    )
    messages.success(request, _("Kept. The next run heeds it; you can take it back."))
    return redirect(f"{reverse('backoffice:links')}?show={shown(given['show'])}")
