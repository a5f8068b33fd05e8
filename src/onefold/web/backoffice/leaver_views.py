"""Contracts whose seller has left: who serves them now, and the holders who must be told, by their last days."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from onefold.commands.scope import reading, today
from onefold.domains.customers.queries import names_of
from onefold.domains.sellers.queries import sellers
from onefold.domains.service.notices import counts_of_followed, followed, note_told
from onefold.kernel.ids import new_id
from onefold.web.asking import Asked
from onefold.web.backoffice import leaver_rows
from onefold.web.backoffice.forms import NoticeForm
from onefold.web.doing import carried_out
from onefold.web.names import names_for
from onefold.web.routes import may_enter
from onefold.web.viewers import language_of

PAGE = 50


@require_GET
def leavers(request: Asked) -> HttpResponse:
    viewer, show = request.viewer, request.GET.get("show", "")
    show = show if show in leaver_rows.TABS else next(iter(leaver_rows.TABS))
    after = int(number) if (number := request.GET.get("after", "")).isdigit() else 0
    with reading(viewer) as at:
        counts, found = counts_of_followed(viewer), followed(viewer, show, after=min(after, 10**6), limit=PAGE + 1)
        called = names_of(viewer, [row.customer_id for row in found if row.customer_id])
        names, people = names_for(viewer, language_of(request)), sellers(viewer)
    may_tell = show == "due" and may_enter("backoffice:leaver_notices", viewer.roles)
    context = {
        "tabs": leaver_rows.tabs(counts, show),
        "show": show,
        "rows": [leaver_rows.row(row, called, people, today(at), names) for row in found[:PAGE]],
        "next_url": f"?show={show}&after={after + PAGE}" if len(found) > PAGE else "",
        "form": {"command_id": new_id(), "today": today(at).isoformat(), "ways": leaver_rows.ways()}
        if may_tell
        else None,
    }
    return render(request, "backoffice/leavers.html", context)


@require_POST
def leaver_notices(request: Asked) -> HttpResponse:
    page = reverse("backoffice:leavers")
    return carried_out(request, NoticeForm(request.POST), note_told, leaver_rows.said_told, then=page, back=page)
