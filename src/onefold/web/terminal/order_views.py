"""From a lead to cover: proposal, what was shown, application, payment - each a form, one action and back to the order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onefold.commands.scope import reading, today
from onefold.domains.catalogue.queries import series_of_products
from onefold.domains.customers.queries import names_of
from onefold.domains.leads import queries as leads
from onefold.domains.orders import actions
from onefold.domains.orders.proposing import propose
from onefold.domains.orders.queries import order as order_row
from onefold.domains.orders.queries import order_of_item, orders_of
from onefold.web.asking import Asked
from onefold.web.doing import carried_out
from onefold.web.names import names_for, products_for
from onefold.web.terminal import order_cards
from onefold.web.terminal.forms import CommandForm
from onefold.web.terminal.order_forms import PaymentForm, ProposalForm, SignedForm, declared, wanted
from onefold.web.viewers import language_of

Action = Callable[..., Any]
Said = Callable[[dict[str, Any]], str]


@require_http_methods(["GET", "POST"])
def proposal(request: Asked, lead_id: UUID) -> HttpResponse:
    """Choose products with the customer, answer what their price depends on."""
    viewer = request.viewer
    with reading(viewer) as at:
        row = leads.lead(viewer, lead_id)
        others = leads.open_leads_of_customer(viewer, row.customer_id)
        names, on = names_for(viewer, language_of(request)), today(at)
        context = order_cards.proposal(row, others, viewer, names, at)
        series = series_of_products(viewer)
    if request.method == "POST":
        inputs = {"customer_id": row.customer_id, "lead_id": lead_id, "items": wanted(request.POST, series, on)}
        back = reverse("terminal:proposal", args=[lead_id])
        return carried_out(
            request, ProposalForm(request.POST), propose, order_cards.said_proposed, _to_order, back, **inputs
        )
    return render(request, "terminal/proposal.html", context | {"lead_id": lead_id})


def _to_order(done: dict[str, str]) -> str:
    return reverse("terminal:order", args=[done["order_id"]])


@require_GET
def orders(request: Asked) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer):
        rows = orders_of(viewer)
        called = names_of(viewer, [row.customer_id for row in rows])
        names = names_for(viewer, language_of(request))
    lines = [
        order_cards.line(row, called[row.customer_id].name if row.customer_id in called else "", names) for row in rows
    ]
    return render(request, "terminal/orders.html", {"orders": lines})


@require_GET
def order(request: Asked, order_id: UUID) -> HttpResponse:
    """One order; asked by the page itself while a partner is at work, only what has changed."""
    viewer = request.viewer
    with reading(viewer) as at:
        row = order_row(viewer, order_id)
        called = names_of(viewer, [row.customer_id])
        names, products = names_for(viewer, language_of(request)), products_for(viewer)
    customer = called[row.customer_id].name if row.customer_id in called else ""
    page = "terminal/_order.html" if request.headers.get("HX-Request") else "terminal/order.html"
    return render(request, page, {"order": order_cards.order(row, customer, products, names, at)})


@require_POST
def disclosures(request: Asked, item_id: UUID) -> HttpResponse:
    codes = request.POST.getlist("code")
    return _done(request, item_id, CommandForm, actions.confirm_disclosures, order_cards.said_confirmed, codes=codes)


@require_POST
def application(request: Asked, item_id: UUID) -> HttpResponse:
    with reading(request.viewer) as at:
        row = order_of_item(request.viewer, item_id)
    series = next(item.series for item in row.items if item.item_id == item_id)
    told = declared(request.POST, series, today(at))
    return _done(request, item_id, SignedForm, actions.apply, order_cards.said_applied, declarations=told)


@require_POST
def counter_offer(request: Asked, item_id: UUID) -> HttpResponse:
    return _done(request, item_id, CommandForm, actions.accept_counter, order_cards.said_taken)


@require_POST
def refusal(request: Asked, item_id: UUID) -> HttpResponse:
    return _done(request, item_id, CommandForm, actions.refuse, order_cards.said_refused)


@require_POST
def cancellation(request: Asked, item_id: UUID) -> HttpResponse:
    return _done(request, item_id, CommandForm, actions.cancel, order_cards.said_cancelled)


@require_POST
def payment(request: Asked, order_id: UUID) -> HttpResponse:
    page = reverse("terminal:order", args=[order_id])
    form = PaymentForm(request.POST)
    return carried_out(request, form, actions.pay, order_cards.said_paid, page, page, order_id=order_id)


def _done(
    request: Asked, item_id: UUID, form: type[CommandForm], action: Action, said: Said, **inputs: Any
) -> HttpResponse:
    """One button of an item, and back to its order."""
    with reading(request.viewer):
        page = reverse("terminal:order", args=[order_of_item(request.viewer, item_id).order_id])
    return carried_out(request, form(request.POST), action, said, page, page, item_id=item_id, **inputs)
