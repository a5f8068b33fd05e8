"""Contracts that came to a seller when a colleague left."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onefold.commands.scope import reading
from onefold.domains.customers.queries import names_of
from onefold.domains.sellers.queries import sellers
from onefold.domains.service.notices import FOLLOWED, followed
from onefold.web.asking import Asked
from onefold.web.names import names_for
from onefold.web.terminal.referral_cards import name_of
from onefold.web.viewers import language_of

SHOWN = 100


@require_GET
def passed(request: Asked) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer):
        rows = followed(viewer, FOLLOWED, after=0, limit=SHOWN)
        called = names_of(viewer, [row.customer_id for row in rows if row.customer_id])
        names, people = names_for(viewer, language_of(request)), sellers(viewer)
    cards = [
        {
            "name": called[row.customer_id].name if row.customer_id in called else "",
            "contract": row.contract_no,
            "series": names.series(row.series) if row.series else "",
            "owner": names.company(row.company),
            "pillar": names.pillar(row.company),
            "before": name_of(people.get(row.from_seller), row.from_seller),
            "left_on": row.left_on,
            "due_on": row.due_on if row.told_on is None else None,
            "told_on": row.told_on,
        }
        for row in rows
    ]
    return render(request, "terminal/passed.html", {"cards": cards})
