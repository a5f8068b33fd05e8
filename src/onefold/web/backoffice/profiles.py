"""A customer as staff see one: plain values, identifying ones masked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from onefold.domains.consent.queries import ConsentRow
from onefold.domains.contacts.queries import AttemptRow
from onefold.domains.customers.queries import CustomerName, CustomerProfile, FoundCustomer, RecordRow
from onefold.domains.holdings.queries import Holding
from onefold.domains.offers.queries import Verdict
from onefold.domains.sellers.queries import SellerRow
from onefold.kernel.ids import new_id
from onefold.kernel.masks import mask_email, mask_id_number, mask_name, mask_phone
from onefold.web.cells import cell
from onefold.web.names import Names
from onefold.web.reasons import reasons
from onefold.web.ui.templatetags.figures import day_iso
from onefold.web.words import BASES, CATEGORIES, CONTRACT_STATES, KINDS, OUTCOMES, PURPOSES, SEXES, word


def found(rows: list[FoundCustomer], names: Names) -> dict[str, Any]:
    """A search result as a table: enough to recognise whom one asked for, not enough to learn about others."""
    heads = (_("Customer"), _("Phone number"), _("Kind"), _("Region"), _("Known to"))
    return {
        "caption": _("Customers found"),
        "columns": [{"label": head} for head in heads],
        "rows": [{"cells": _found_cells(row, names)} for row in rows],
        "total": len(rows),
        "empty": {
            "title": _("Nobody found that you may see"),
            "text": _(
                "Check the spelling, or try the phone or the customer number. Customers of other companies appear only with their consent."
            ),
        },
    }


def _found_cells(row: FoundCustomer, names: Names) -> list[dict[str, Any]]:
    return [
        cell(mask_name(row.name.name), url=reverse("backoffice:customer", args=[row.customer_id])),
        cell(mask_phone(row.name.phone or "") or None),
        cell(word(KINDS, row.kind)),
        cell(row.region),
        cell(", ".join(names.company(code) for code in row.companies)),
    ]


def header(
    profile: CustomerProfile, mates: dict[UUID, CustomerName], ages: dict[str, str], names: Names
) -> dict[str, Any]:
    return {
        "name": profile.name.name,
        "kind": word(KINDS, profile.kind),
        "born_on": profile.name.born_on,
        "phone": mask_phone(profile.name.phone or ""),
        "records": [record(row, names, ages.get(row.company, "")) for row in profile.records],
        "household": [
            {"name": mate.name, "url": reverse("backoffice:customer", args=[customer_id])}
            for customer_id, mate in mates.items()
        ],
        "household_unseen": len(profile.household) - len(mates),
    }


def record(row: RecordRow, names: Names, age: str = "") -> dict[str, Any]:
    """One company's record; identifying values masked, empty ones left out. `age`: how old that company's data are."""
    facts: list[dict[str, Any]] = [
        {"label": _("Name"), "text": row.name},
        {"label": _("Sex"), "text": word(SEXES, row.sex)},
        {"label": _("Born"), "value": row.born_on, "as": "day"},
        {"label": _("Id number"), "text": mask_id_number(row.id_number or "")},
        {"label": _("Phone number"), "text": mask_phone(row.phone or "")},
        {"label": _("E-mail"), "text": mask_email(row.email or "")},
        {"label": _("Region"), "text": row.region},
        {"label": _("Recorded"), "value": row.recorded_at, "as": "day", "note": age},
    ]
    return {
        "company": names.company(row.company),
        "pillar": names.pillar(row.company),
        "basis": word(BASES, row.basis),
        "source_key": row.source_key,
        "facts": [fact for fact in facts if fact.get("text") or fact.get("value")],
    }


def contracts(
    rows: Iterable[Holding], products: dict[str, tuple[str, str]], ages: dict[str, str], names: Names
) -> dict[str, Any]:
    """The contracts as a table; beside each company how old its data are."""
    heads = (
        _("Contract"),
        _("Company"),
        _("State"),
        _("From"),
        _("Until"),
        _("Premium, balance or limit"),
        _("Channel"),
    )
    return {
        "caption": _("Contracts"),
        "columns": [{"label": head, "numeric": place == 5} for place, head in enumerate(heads)],
        "rows": [{"cells": _contract_cells(row, products, ages, names)} for row in rows],
        "empty": {
            "title": _("No contract that you may see"),
            "text": _("Contracts of other companies appear when the customer agrees to share them."),
        },
    }


def _contract_cells(
    row: Holding, products: dict[str, tuple[str, str]], ages: dict[str, str], names: Names
) -> list[dict[str, Any]]:
    english, chinese = products.get(row.product, (row.product, row.product))
    amount = cell(numeric=True)
    if row.premium_minor is not None and row.currency:
        amount = cell(value=row.premium_minor, as_=f"money:{row.currency}", numeric=True)
    return [
        cell(chinese if names.language == "zh-Hans" else english, note=row.contract_no or ""),
        cell(names.company(row.company), note=ages.get(row.company, "")),
        cell(word(CONTRACT_STATES, row.status), tone="good" if row.in_force else "none"),
        cell(day_iso(row.valid_from)),
        cell(day_iso(row.valid_until)),
        amount,
        cell(names.channel(row.channel) if row.channel else None),
    ]


def need_form(kind: str, people: dict[str, SellerRow], company: str, names: Names) -> dict[str, Any]:
    """What may be asked for, and whom the customer may wish for: the company's own sellers."""
    series = [
        {"code": code, "name": names.series(code)} for code, row in names.series_rows.items() if kind in row.kinds
    ]
    own = [{"code": row.seller, "name": row.name or row.seller} for row in people.values() if row.company == company]
    return {
        "command_id": new_id(),
        "series": sorted(series, key=lambda row: row["name"]),
        "sellers": sorted(own, key=lambda row: row["name"])[:SELLERS_SHOWN],
    }


def consent(row: ConsentRow, own: str, may_withdraw: bool, on: date, customer_id: UUID, names: Names) -> dict[str, Any]:
    """Only the company that gave the data takes a consent back for the customer; the recipient may not."""
    offered = may_withdraw and row.in_force(on) and row.from_company == own
    return {
        "from_company": names.company(row.from_company),
        "to_company": names.company(row.to_company),
        "purpose": word(PURPOSES, row.purpose),
        "categories": [word(CATEGORIES, category) for category in row.categories],
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "in_force": row.in_force(on),
        "withdrawn": row.withdrawn,
        "withdrawal": _withdrawal(row, customer_id, names) if offered else None,
    }


def _withdrawal(row: ConsentRow, customer_id: UUID, names: Names) -> dict[str, Any]:
    return {
        "id": f"withdraw-{row.consent_id}",
        "url": reverse("backoffice:consent_withdrawal", args=[row.consent_id]),
        "text": _(
            "From now on %(to)s may no longer use the data of %(from)s under this consent. It cannot be undone here."
        )
        % {"from": names.company(row.from_company), "to": names.company(row.to_company)},
        "fields": [{"name": "command_id", "value": new_id()}, {"name": "customer_id", "value": customer_id}],
    }


SELLERS_SHOWN = 200
ICONS = {
    "INTERESTED": "check",
    "NOT_REACHED": "phone-off",
    "NOT_UNTIL": "pause",
    "DECLINED": "x",
    "DO_NOT_CONTACT": "ban",
}


def attempt(row: AttemptRow, sellers: dict[str, SellerRow], names: Names) -> dict[str, Any]:
    """One event of the contact history."""
    seller = sellers.get(row.seller)
    who = (seller.name if seller else "") or row.seller
    return {
        "at": row.at,
        "title": word(OUTCOMES, row.outcome),
        "text": " · ".join(part for part in (names.series(row.series), who, names.channel(row.channel)) if part),
        "icon": ICONS.get(row.outcome, "phone"),
        "tone": "good" if row.outcome == "INTERESTED" else "",
    }


def verdict(
    row: Verdict, customer_id: UUID, sellers: dict[str, SellerRow], may_see_evidence: bool, names: Names
) -> dict[str, Any]:
    """A verdict: its weightiest reason as a headline, the others below; `evidence_url` only for those whose door it is."""
    seller, why = sellers.get(row.seller), reasons(row, names)
    weighty = [*why["against"], *(gap["text"] for gap in why["missing"])] or why["for_"]
    liked = [] if row.allowed else why["for_"]
    return {
        "series": names.series(row.series),
        "owner": names.company(row.owner_company),
        "seller": (seller.name if seller else "") or row.seller,
        "allowed": row.allowed,
        "headline": weighty[0] if weighty else _("Nothing speaks against it."),
        "rest": {"for_": [*liked, *why["met"]["for_"]], "against": why["against"][1:], "missing": why["missing"]},
        "evidence_url": reverse("backoffice:decision", args=[customer_id, row.series]) if may_see_evidence else "",
    }
