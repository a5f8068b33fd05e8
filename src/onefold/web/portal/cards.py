"""The customer's account as plain values for the templates, in words for somebody who is no expert."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onefold.commands.scope import today as day_of
from onefold.domains.consent.queries import ConsentRow
from onefold.domains.customers.looks import LookRow
from onefold.domains.holdings.queries import Holding
from onefold.domains.leads.mine import OwnNeed
from onefold.domains.leads.queries import LeadRow
from onefold.domains.orders.queries import ItemRow, OrderRow
from onefold.domains.sellers.queries import SellerRow
from onefold.kernel.ids import new_id
from onefold.web.names import Names
from onefold.web.words import CATEGORIES, CONTRACT_STATES, ORDER_STATES, PURPOSES, Words, word

OCCASIONS: Words = {
    "PROFILE": gettext_lazy("looked at your file"),
    "LEAD": gettext_lazy("looked at whether something may be offered to you"),
}
Products = Mapping[str, tuple[str, str]]


def contracts(held: list[Holding], products: Products, names: Names) -> dict[str, Any]:
    """Contracts in force by company, the companies in the group's order; those that ended below."""
    running, ended = [row for row in held if row.in_force], [row for row in held if not row.in_force]
    order = {code: place for place, code in enumerate(names.company_rows)}
    running.sort(key=lambda row: (order.get(row.company, len(order)), row.valid_from))
    return {
        "companies": [
            {
                "name": names.company(company),
                "pillar": names.pillar(company),
                "contracts": [_contract(row, products, names) for row in rows],
            }
            for company, rows in groupby(running, key=lambda row: row.company)
        ],
        "running": len(running),
        "ended": [_contract(row, products, names) for row in ended],
    }


def _contract(row: Holding, products: Products, names: Names) -> dict[str, Any]:
    return {
        "name": product_name(row.product, products, names.language),
        "series": names.series(row.series),
        "owner": names.company(row.company),
        "number": row.contract_no or "",
        "state": word(CONTRACT_STATES, row.status),
        "since": row.valid_from,
        "until": row.valid_until,
        "minor": row.premium_minor,
        "currency": row.currency or "",
        "channel": names.channel(row.channel) if row.channel else "",
    }


def product_name(product: str, products: Products, language: str) -> str:
    english, chinese = products.get(product, (product, product))
    return chinese if language == "zh-Hans" else english


def consents(rows: list[ConsentRow], on: date, names: Names) -> dict[str, Any]:
    given = [_consent(row, names) for row in rows if row.in_force(on)]
    return {"given": given, "ended": [_consent(row, names) for row in rows if not row.in_force(on)]}


def _consent(row: ConsentRow, names: Names) -> dict[str, Any]:
    return {
        "consent_id": row.consent_id,
        "from_company": names.company(row.from_company),
        "to_company": names.company(row.to_company),
        "purpose": word(PURPOSES, row.purpose),
        "categories": [word(CATEGORIES, category) for category in row.categories],
        "since": row.valid_from,
        "until": row.valid_until,
        "withdrawn": row.withdrawn,
        "command_id": new_id(),
    }


def order(row: OrderRow, products: Products, names: Names, at: datetime) -> dict[str, Any]:
    return {
        "proposed_at": row.proposed_at,
        "items": [_item(item, products, names, at) for item in row.items],
    }


def _item(item: ItemRow, products: Products, names: Names, at: datetime) -> dict[str, Any]:
    """`give_back_until`: the day by which the contract may be given back with all money; none where that time is over."""
    free = item.state == "ISSUED" and item.free_look_until is not None and at < item.free_look_until
    return {
        "item_id": item.item_id,
        "name": product_name(item.product, products, names.language),
        "owner": names.company(item.owner_company),
        "pillar": names.pillar(item.series),
        "text": word(ORDER_STATES, item.state),
        "premium_minor": item.premium_minor,
        "currency": item.currency,
        "number": item.contract_no,
        "give_back_until": item.free_look_until if free else None,
        "days_left": (day_of(item.free_look_until) - day_of(at)).days if free and item.free_look_until else 0,
        "command_id": new_id(),
    }


def offers(rows: list[LeadRow], people: Mapping[str, SellerRow], names: Names) -> list[dict[str, Any]]:
    """What is offered, by whom, and why. Neither chances nor worths are shown: they are said of many, and this is one person."""
    return [_offer(row, people.get(row.seller), names) for row in rows]


def _offer(row: LeadRow, seller: SellerRow | None, names: Names) -> dict[str, Any]:
    company = seller.company if seller else row.owner_company
    return {
        "lead_id": row.lead_id,
        "name": names.series(row.series),
        "series": row.series,
        "owner": names.company(row.owner_company),
        "pillar": names.pillar(row.owner_company),
        "why": _picked(row, names),
        "allowed": _allowed(company, row.owner_company, names),
        "seller": (seller.name or seller.seller) if seller else "",
        "seller_code": row.seller if row.action == "SELL" else "",
        "company": company,
        "company_name": names.company(company),
        "ask_id": new_id(),
        "refuse_id": new_id(),
    }


def _picked(row: LeadRow, names: Names) -> str:
    if row.because:
        return _("Picked because you have %(series)s.") % {"series": names.series(row.because)}
    return _("Picked because customers with contracts like yours take it.")


def _allowed(company: str, owner: str, names: Names) -> str:
    """The consent an offer of another company's product stands on."""
    if company == owner:
        return ""
    said = _("You allowed %(company)s to tell you of what %(owner)s offers.")
    return said % {"company": names.company(company), "owner": names.company(owner)}


def needs(rows: list[OwnNeed], people: Mapping[str, SellerRow], names: Names) -> list[dict[str, Any]]:
    return [
        {
            "name": names.series(row.series),
            "company": names.company(row.company),
            "at": row.at,
            "who": _who_answers(row, people),
        }
        for row in rows
    ]


def _who_answers(row: OwnNeed, people: Mapping[str, SellerRow]) -> str:
    seller = people.get(row.seller)
    name = (seller.name or seller.seller) if seller else ""
    if not name:
        return str(_("The company looks for somebody who answers."))
    if row.taken:
        return str(_("%(name)s takes care of it.") % {"name": name})
    return str(_("Given to %(name)s, not taken yet.") % {"name": name})


def ask_form(kind: str, companies: list[str], names: Names) -> dict[str, Any]:
    """What may be asked for, and of whom: the companies that know the customer."""
    rows = [row for row in names.series_rows.values() if kind in row.kinds]
    owners = [code for code in names.company_rows if any(row.company == code for row in rows)]
    return {
        "command_id": new_id(),
        "groups": [
            {
                "owner": names.company(owner),
                "series": sorted(
                    ({"code": row.series, "name": names.series(row.series)} for row in rows if row.company == owner),
                    key=lambda row: row["name"],
                ),
            }
            for owner in owners
        ],
        "companies": [{"code": code, "name": names.company(code)} for code in names.company_rows if code in companies],
    }


def looks(rows: list[LookRow], names: Names) -> list[dict[str, Any]]:
    """By day, newest first."""
    return [
        {
            "day": day,
            "rows": [{"company": names.company(row.company), "what": word(OCCASIONS, row.occasion)} for row in of_day],
        }
        for day, of_day in groupby(rows, key=lambda row: row.on)
    ]
