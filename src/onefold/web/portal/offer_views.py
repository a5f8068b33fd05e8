"""What is offered to the customer and why; a no, a wish of one's own, and no advertising at all."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onefold.commands.scope import reading
from onefold.domains.consent.actions import allow_contact, refuse_contact
from onefold.domains.consent.queries import advertising_refused
from onefold.domains.customers.references import companies_knowing, person
from onefold.domains.leads.mine import needs_of, offers_to, refuse_offer
from onefold.domains.leads.needs import ask
from onefold.domains.sellers.queries import sellers
from onefold.web.asking import Asked
from onefold.web.doing import carried_out
from onefold.web.names import names_for
from onefold.web.portal import cards
from onefold.web.portal.forms import AskForm, CommandForm
from onefold.web.viewers import language_of

OFFERS, CONSENTS = "portal:offers", "portal:consents"


@require_GET
def offers(request: Asked) -> HttpResponse:
    """What is offered, by whom and why; what one asked for; a form to ask."""
    viewer = request.viewer
    with reading(viewer):
        names, people = names_for(viewer, language_of(request)), sellers(viewer)
        who = UUID(viewer.customer)
        context = {
            "offers": cards.offers(offers_to(viewer), people, names),
            "needs": cards.needs(needs_of(viewer), people, names),
            "ask": cards.ask_form(person(viewer, who).kind, companies_knowing(viewer, who), names),
            "silent": any(advertising_refused(viewer)),
        }
    return render(request, "portal/offers.html", context)


@require_POST
def refusal(request: Asked, lead_id: UUID) -> HttpResponse:
    said = _("Refused. Nobody of the group offers it to you for now. Should you change your mind, ask for it here.")
    form = CommandForm(request.POST)
    return carried_out(request, form, refuse_offer, lambda _done: said, OFFERS, OFFERS, lead_id=lead_id)


@require_POST
def need(request: Asked) -> HttpResponse:
    """Ask for something, be it offered or not: somebody who may sell it answers."""
    said = _("Asked. You see here who takes care of it.")
    return carried_out(request, AskForm(request.POST), ask, lambda _done: said, OFFERS, OFFERS)


@require_POST
def advertising_refusal(request: Asked) -> HttpResponse:
    said = _("From now on nobody of the group offers you anything. What you ask for yourself is answered all the same.")
    return carried_out(request, CommandForm(request.POST), refuse_contact, lambda _done: said, CONSENTS, CONSENTS)


@require_POST
def advertising_permission(request: Asked) -> HttpResponse:
    said = _("You may be offered something again, by the companies you gave your consent.")
    return carried_out(request, CommandForm(request.POST), allow_contact, lambda _done: said, CONSENTS, CONSENTS)
