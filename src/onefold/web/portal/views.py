"""What the customer sees and may do: each page asks with the customer's own eyes, each button is one action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onefold.commands.scope import reading, today
from onefold.domains.catalogue.queries import product_names
from onefold.domains.consent.actions import withdraw
from onefold.domains.consent.queries import consents_of
from onefold.domains.customers.looks import looks_at
from onefold.domains.customers.queries import names_of
from onefold.domains.holdings.queries import holdings_of
from onefold.domains.orders.actions import cancel
from onefold.domains.orders.queries import orders_of
from onefold.kernel.refusals import Kind, Refusal
from onefold.web.asking import Asked
from onefold.web.names import names_for
from onefold.web.portal import cards
from onefold.web.portal.forms import CommandForm
from onefold.web.viewers import language_of

CUSTOMER_WISH = "CUSTOMER_WISH"


@require_GET
def contracts(request: Asked) -> HttpResponse:
    """Every contract of every company, those in force first."""
    viewer, who = request.viewer, UUID(request.viewer.customer)
    with reading(viewer):
        names, products = names_for(viewer, language_of(request)), product_names(viewer)
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
    return render(request, "portal/consents.html", cards.consents(given, today(at), names))


@require_POST
def consent_withdrawal(request: Asked, consent_id: UUID) -> HttpResponse:
    said = _("Withdrawn. It holds from now on, in every company.")
    return _done(request, "portal:consents", said, withdraw, consent_id=consent_id, why=CUSTOMER_WISH)


@require_GET
def orders(request: Asked) -> HttpResponse:
    """What was applied for, how far it is, and until when it may be given back."""
    viewer = request.viewer
    with reading(viewer) as at:
        names, products = names_for(viewer, language_of(request)), product_names(viewer)
        rows = orders_of(viewer)
    return render(request, "portal/orders.html", {"orders": [cards.order(row, products, names, at) for row in rows]})


@require_POST
def order_cancellation(request: Asked, item_id: UUID) -> HttpResponse:
    said = _("Cancelled. What you paid comes back to you.")
    return _done(request, "portal:orders", said, cancel, item_id=item_id)


@require_GET
def looks(request: Asked) -> HttpResponse:
    """Which company looked at my data, when and on what occasion; no employee is named."""
    viewer = request.viewer
    with reading(viewer):
        names = names_for(viewer, language_of(request))
        rows = looks_at(viewer, UUID(viewer.customer))
    return render(request, "portal/looks.html", {"days": cards.looks(rows, names)})


def _done(request: Asked, then: str, said: str, action: Callable[..., Any], **inputs: Any) -> HttpResponse:
    """One button, one action, and back to the page with what came of it."""
    form = CommandForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Something was left out, or could not be read. Nothing was written down."))
        return redirect(then)
    try:
        action(request.viewer, form.cleaned_data["command_id"], **inputs)
    except Refusal as refusal:
        if refusal.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        messages.error(request, refusal.sentence_in(language_of(request)))
    else:
        messages.success(request, said)
    return redirect(then)
