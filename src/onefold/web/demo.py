"""The demonstration's front door: choose who to be. Exists only while ONEFOLD_DEMO is on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.organisation.models import Role, UserScope
from onefold.domains.sellers.queries import SellerRow, sellers
from onefold.web.asking import Asked
from onefold.web.demo_users import SELLERS_MAX, SHOWN
from onefold.web.errors import PageUnknown
from onefold.web.names import Names, names_for
from onefold.web.shell import ROLE_LABELS
from onefold.web.viewers import language_of
from onefold.web.words import GRADES, word

VISITOR = Viewer.of_group("demo")
"""Whoever chooses a role sees what a user of the holding sees of companies and sellers: no customer."""

SEES = {
    Role.CROSS_SELLING_DESK: _("Penetration of the whole group, every feed and run; no customer."),
    Role.COMPANY_MANAGER: _("The figures of the group, and the customers of this company."),
    Role.COMPLIANCE: _("Customers, consents, and the evidence of each decision."),
    Role.DATA_STEWARD: _("The files of this company: receipts, and rows set aside."),
    Role.COUNTER: _("Finds a customer, shows what may be seen, takes a consent back."),
    Role.CUSTOMER: _("Every contract of every company in one place; consents, orders, and who looked."),
}


@require_http_methods(["GET", "POST"])
def demo_entry(request: Asked) -> HttpResponse:
    if not settings.DEMO:
        raise PageUnknown()
    if request.method == "POST":
        return _enter(request, request.POST.get("username", "").strip().lower())
    with reading(VISITOR):
        names, people = names_for(VISITOR, language_of(request)), sellers(VISITOR)
    cards = [_card(scope, names, people) for scope in _scopes().filter(user__groups__name=SHOWN)]
    context = {
        "groups": _groups(cards),
        "companies": len(names.company_rows),
        "sellers": len(people),
        "more": len(people) > SELLERS_MAX,
    }
    return render(request, "web/demo.html", context)


def _enter(request: Asked, username: str) -> HttpResponse:
    scope = _scopes().filter(user__username=username).first()
    if scope is None:
        raise PageUnknown()
    login(request, scope.user)
    return redirect("home")


def _scopes() -> Any:
    """Only users that have no password may be entered by a click, so that a real account is safe even here."""
    return UserScope.objects.filter(user__password__startswith="!", user__is_active=True).select_related("user")


def _groups(cards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    order = list(Role.values)
    cards.sort(key=lambda card: (order.index(card["role"]), card["username"]))
    staff = [card for card in cards if card["role"] not in (Role.SELLER, Role.CUSTOMER)]
    sellers_too = _("A seller sees one list: whom to call today, for what, and why.")
    return [
        {"title": _("Staff"), "cards": staff},
        {
            "title": _("Customers"),
            "sentence": _("The portal: what a customer sees, allows and gives back."),
            "cards": [card for card in cards if card["role"] == Role.CUSTOMER],
        },
        {
            "title": _("Sellers"),
            "sentence": sellers_too,
            "cards": [card for card in cards if card["role"] == Role.SELLER],
        },
    ]


def _card(scope: UserScope, names: Names, people: dict[str, SellerRow]) -> dict[str, Any]:
    person = people.get(scope.seller_code)
    role = str(ROLE_LABELS[scope.role])
    return {
        "username": scope.user.username,
        "role": scope.role,
        "title": (person.name or person.seller) if person else role,
        "company": names.company(scope.company_code) if scope.company_code else str(_("The whole group")),
        "grade": word(GRADES, str(person.grade)) if person else "",
        "sees": names.channel(person.channel) if person else str(SEES.get(Role(scope.role), role)),
    }
