"""What the customer sees and may do: each page asks with the customer's own eyes, each button is one action."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onefold.commands.scope import reading, today
from onefold.domains.consent.actions import withdraw
from onefold.domains.consent.queries import advertising_refused, consents_of
from onefold.domains.customers.looks import looks_at
from onefold.domains.customers.queries import names_of
from onefold.domains.holdings.queries import holdings_of
from onefold.domains.orders.actions import cancel
from onefold.domains.orders.queries import orders_of
from onefold.kernel.ids import new_id
from onefold.web.asking import Asked
from onefold.web.doing import carried_out
from onefold.web.names import names_for, products_for
from onefold.web.portal import cards
from onefold.web.portal.forms import CommandForm
from onefold.web.viewers import language_of

CUSTOMER_WISH = "CUSTOMER_WISH"


@require_GET
def contracts(request: Asked) -> HttpResponse:
    """Every contract of every company, those in force first."""
    viewer, who = request.viewer, UUID(request.viewer.customer)
    with reading(viewer):
        names, products = names_for(viewer, language_of(request)), products_for(viewer)
        held, called = holdings_of(viewer, who), names_of(viewer, [who])
        under_way = [order for order in orders_of(viewer) if order.under_way]
    context = cards.contracts(held, products, names) | {
        "name": called[who].name if who in called else "",
        "under_way": len(under_way),
    }
    return render(request, "portal/contracts.html", context)


@require_GET
def consents(request: Asked) -> HttpResponse:
    """Who may use what of mine, for what; what ended."""
    viewer = request.viewer
    with reading(viewer) as at:
        names = names_for(viewer, language_of(request))
        given = consents_of(viewer, UUID(viewer.customer))
        here, elsewhere = advertising_refused(viewer)
    refused = {"refused_here": here, "refused_elsewhere": elsewhere, "advertising_id": new_id()}
    return render(request, "portal/consents.html", cards.consents(given, today(at), names) | refused)


@require_POST
def consent_withdrawal(request: Asked, consent_id: UUID) -> HttpResponse:
    said = _("Withdrawn. It holds from now on, in every company.")
    form, page = CommandForm(request.POST), "portal:consents"
    inputs = {"consent_id": consent_id, "why": CUSTOMER_WISH}
    return carried_out(request, form, withdraw, lambda _done: said, page, page, **inputs)


@require_GET
def orders(request: Asked) -> HttpResponse:
    """What was applied for, how far it is, and until when it may be given back."""
    viewer = request.viewer
    with reading(viewer) as at:
        names, products = names_for(viewer, language_of(request)), products_for(viewer)
        rows = orders_of(viewer)
    return render(request, "portal/orders.html", {"orders": [cards.order(row, products, names, at) for row in rows]})


@require_POST
def order_cancellation(request: Asked, item_id: UUID) -> HttpResponse:
    said = _("Cancelled. What you paid comes back to you.")
    form, page = CommandForm(request.POST), "portal:orders"
    return carried_out(request, form, cancel, lambda _done: said, page, page, item_id=item_id)


@require_GET
def looks(request: Asked) -> HttpResponse:
    """Which company looked at my data, when and on what occasion; no employee is named."""
    viewer = request.viewer
    with reading(viewer):
        names = names_for(viewer, language_of(request))
        rows = looks_at(viewer, UUID(viewer.customer))
    return render(request, "portal/looks.html", {"days": cards.looks(rows, names)})
