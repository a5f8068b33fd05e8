"""Hand a lead to a colleague who may sell, or ask one along; take or leave what colleagues hand over."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onefold.commands.scope import reading
from onefold.domains.customers.queries import names_of
from onefold.domains.leads import queries as leads
from onefold.domains.leads.referral_queries import colleagues_of_lead, referrals_of
from onefold.domains.leads.referring import accept, decline, refer, withdraw
from onefold.domains.leads.visiting import note_visit, visits_of
from onefold.domains.sellers.queries import sellers
from onefold.kernel.ids import new_id
from onefold.web.asking import Asked
from onefold.web.doing import came_from, carried_out
from onefold.web.names import names_for
from onefold.web.terminal import cards, referral_cards
from onefold.web.terminal.forms import CommandForm, ReferralForm, RefusalForm, VisitForm
from onefold.web.viewers import language_of

REFERRALS = "terminal:referrals"


@require_GET
def referrals(request: Asked) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer) as at:
        rows = referrals_of(viewer)
        names, people = names_for(viewer, language_of(request)), sellers(viewer)
        called = names_of(viewer, [row.customer_id for row in rows])
        visits = visits_of(viewer, rows)
    cards_ = [referral_cards.card(row, viewer.seller, called, people, at, names, visits) for row in rows]
    context = {
        "received": [one for one in cards_ if not one["given"]],
        "given": [one for one in cards_ if one["given"]],
    }
    return render(request, "terminal/referrals.html", context | {"here": request.get_full_path()})


@require_http_methods(["GET", "POST"])
def colleagues(request: Asked, lead_id: UUID) -> HttpResponse:
    """Who could take it over or come along; the form is the choice."""
    viewer = request.viewer
    if request.method == "POST":
        page = reverse("terminal:colleagues", args=[lead_id])
        form = ReferralForm(request.POST)
        then = reverse(REFERRALS)
        return carried_out(request, form, refer, referral_cards.said_referred, then=then, back=page, lead_id=lead_id)
    with reading(viewer):
        row = leads.lead(viewer, lead_id)
        found = colleagues_of_lead(viewer, lead_id)
        names = names_for(viewer, language_of(request))
    context = {
        "lead": cards.line(row, row.rank, names),
        "lead_id": lead_id,
        "kind": "ACCOMPANY" if request.GET.get("kind") == "ACCOMPANY" else "HANDOVER",
        "colleagues": [referral_cards.colleague(one, names) | {"command_id": new_id()} for one in found],
    }
    return render(request, "terminal/colleagues.html", context)


@require_POST
def acceptance(request: Asked, referral_id: UUID) -> HttpResponse:
    page, form = came_from(request, reverse(REFERRALS)), CommandForm(request.POST)
    return carried_out(
        request, form, accept, referral_cards.said_accepted, then=page, back=page, referral_id=referral_id
    )


@require_POST
def refusal(request: Asked, referral_id: UUID) -> HttpResponse:
    page, form = came_from(request, reverse(REFERRALS)), RefusalForm(request.POST)
    return carried_out(request, form, decline, referral_cards.said_left, then=page, back=page, referral_id=referral_id)


@require_POST
def withdrawal(request: Asked, referral_id: UUID) -> HttpResponse:
    page, form = reverse(REFERRALS), CommandForm(request.POST)
    return carried_out(
        request, form, withdraw, referral_cards.said_withdrawn, then=page, back=page, referral_id=referral_id
    )


@require_POST
def visit(request: Asked, referral_id: UUID) -> HttpResponse:
    page, form = came_from(request, reverse(REFERRALS)), VisitForm(request.POST)
    return carried_out(
        request, form, note_visit, referral_cards.said_visited, then=page, back=page, referral_id=referral_id
    )
