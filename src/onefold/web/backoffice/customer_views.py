"""Find a customer, see what one may see, take a consent back."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.domains.consent.actions import withdraw
from onefold.domains.consent.queries import consents_of
from onefold.domains.contacts.queries import attempts_with
from onefold.domains.customers.looks import looked
from onefold.domains.customers.queries import CustomerProfile, names_of, profile, search
from onefold.domains.holdings.queries import holdings_of
from onefold.domains.intake.queries import feed_ages
from onefold.domains.leads.needs import note_need
from onefold.domains.offers.evidence import decisions_about
from onefold.domains.offers.queries import verdicts_of
from onefold.domains.sellers.queries import seller, sellers
from onefold.kernel.refusals import Kind, Refusal
from onefold.web.asking import Asked
from onefold.web.backoffice import profiles, speaking
from onefold.web.backoffice.ages import ages_of
from onefold.web.backoffice.forms import NeedForm, SearchForm, WithdrawalForm
from onefold.web.backoffice.refusals import FormIncomplete
from onefold.web.holdings_strip import strip
from onefold.web.names import Names, names_for, products_for
from onefold.web.privacy import note_search
from onefold.web.routes import may_enter
from onefold.web.viewers import language_of

CUSTOMER_WISH = "CUSTOMER_WISH"


@require_http_methods(["GET", "POST"])
def customers(request: Asked) -> HttpResponse:
    """Search by POST: names, phones and id numbers must not end up in addresses, which are logged and remembered."""
    form = SearchForm(request.POST or None)
    context: dict[str, Any] = {"text": "", "found": None}
    if form.is_valid():
        with reading(request.viewer):
            names = names_for(request.viewer, language_of(request))
            rows = search(request.viewer, form.cleaned_data["text"])
        note_search(request.viewer, form.cleaned_data["text"], len(rows))
        context = {"text": form.cleaned_data["text"], "found": profiles.found(rows, names)}
    part = bool(request.headers.get("HX-Request"))
    return render(request, "backoffice/_found.html" if part else "backoffice/customers.html", context)


@require_GET
def customer(request: Asked, customer_id: UUID) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer) as at:
        person = profile(viewer, customer_id)
        rows = {
            "mates": names_of(viewer, list(person.household)) if person.household else {},
            "holdings": holdings_of(viewer, customer_id),
            "consents": consents_of(viewer, customer_id),
            "attempts": attempts_with(viewer, customer_id),
            "products": products_for(viewer),
            "sellers": sellers(viewer),
            "verdicts": verdicts_of(viewer, customer_id),
            "ages": feed_ages(viewer),
            "decided": decisions_about(viewer, customer_id),
        }
        names = names_for(viewer, language_of(request))
    looked(viewer, customer_id, "PROFILE", at)
    return render(request, "backoffice/customer.html", _customer_page(viewer, person, rows, names, today(at)))


def _customer_page(
    viewer: Viewer, person: CustomerProfile, rows: dict[str, Any], names: Names, on: date
) -> dict[str, Any]:
    own, people = viewer.company, rows["sellers"]
    may_withdraw = may_enter("backoffice:consent_withdrawal", viewer.roles)
    evidence = may_enter("backoffice:decision", viewer.roles)
    may_decide, sees_decided = (
        may_enter(route, viewer.roles) for route in ("backoffice:decision_now", "backoffice:decision_made")
    )
    verdicts = [profiles.verdict(row, person.customer_id, people, evidence, names) for row in rows["verdicts"]]
    may_note = may_enter("backoffice:need", viewer.roles)
    return {
        "need_form": profiles.need_form(person.kind, people, own, names) if may_note else None,
        "customer": profiles.header(person, rows["mates"], ages_of(rows["ages"], "source_records"), names),
        "customer_id": person.customer_id,
        "strip": strip(rows["holdings"], rows["consents"], rows["verdicts"], viewer, on, names),
        "contracts": profiles.contracts(rows["holdings"], rows["products"], ages_of(rows["ages"], "contracts"), names),
        "consents": [
            profiles.consent(row, own, may_withdraw, on, person.customer_id, names)
            for row in sorted(rows["consents"], key=lambda row: not row.in_force(on))
        ],
        "attempts": [profiles.attempt(row, people, names) for row in rows["attempts"]],
        "asking": speaking.asking(names.channel_rows.values(), own, names) if may_decide else {},
        "decided": [speaking.line(row, names) for row in rows["decided"]] if sees_decided else [],
        "offered": [verdict for verdict in verdicts if verdict["allowed"]],
        "not_offered": [verdict for verdict in verdicts if not verdict["allowed"]],
    }


@require_POST
def need(request: Asked, customer_id: UUID) -> HttpResponse:
    """What the customer asks for at the counter or by telephone: somebody's lead from now on."""
    form = NeedForm(request.POST)
    if not form.is_valid():
        raise FormIncomplete()
    given = form.cleaned_data
    command_id = given.pop("command_id")
    try:
        done = note_need(request.viewer, command_id, customer_id=customer_id, **given)
    except Refusal as refusal:
        if refusal.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        messages.error(request, refusal.sentence_in(language_of(request)))
    else:
        messages.success(request, _said_needed(request, done["seller"]))
    return redirect("backoffice:customer", customer_id)


def _said_needed(request: Asked, code: str) -> str:
    if not code:
        return _("Written down. Everybody who may sell it has full hands: it waits for the first who is free.")
    with reading(request.viewer):
        who = seller(request.viewer, code)
    name = who.name if who and who.name else code
    return _("Written down. It stands first on the list of %(name)s.") % {"name": name}


@require_POST
def consent_withdrawal(request: Asked, consent_id: UUID) -> HttpResponse:
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        raise FormIncomplete()
    given = form.cleaned_data
    withdraw(request.viewer, given["command_id"], consent_id=consent_id, why=CUSTOMER_WISH)
    messages.success(request, _("Consent withdrawn. It holds from now on, in every company."))
    return redirect("backoffice:customer", given["customer_id"])
