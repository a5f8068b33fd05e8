"""Orders as a seller and the customer beside them see them: one thing to do at a time, each price by its parts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from onefold.commands.scope import today as day_of
from onefold.commands.viewer import Viewer
from onefold.decision.gates import Gate
from onefold.decision.reasons import WORDS as GATE_WORDS
from onefold.domains.leads.queries import LeadRow
from onefold.domains.orders.queries import ItemRow, OrderRow, products_to_order
from onefold.domains.orders.tables import disclosures_for, table_of
from onefold.kernel.ids import new_id
from onefold.policy.underwriting import Asked
from onefold.web.names import Names
from onefold.web.terminal import advice_cards
from onefold.web.words import ORDER_STATES, Words, word

REASONS: Words = {
    "REFUSED_BY_CUSTOMER": gettext_lazy("The customer does not want it."),
    "CANCELLED": gettext_lazy("The customer cancelled."),
    "FREE_LOOK": gettext_lazy("Cancelled within the free-look period."),
    "BUNDLE": gettext_lazy("All or none was chosen, and another product of the order ended."),
    "OVER": gettext_lazy("The quote or decision ran out."),
    "DECLINED": gettext_lazy("The company declined the application."),
    "GIVEN_UP": gettext_lazy("The company's system did not answer. Nothing is left open."),
    "PAYER_IS_ANOTHER": gettext_lazy("The account belongs to somebody else. Only a party to the contract may pay."),
    "NOT_ENOUGH_MONEY": gettext_lazy("There was not enough money on the account. Try another one."),
    "PRICE_DIFFERS": gettext_lazy("The price differs from the quote."),
    "PARTNER_REFUSES": gettext_lazy("The company refused."),
    "ANSWERS_UNFIT": gettext_lazy("The company could not use the answers."),
    "ADVICE_MISSING": gettext_lazy("The advice it rested on counts no more."),
    "ADVICE_FORBIDS": gettext_lazy("By now the opinion says that it does not suit."),
    "WARNING_FIRST": gettext_lazy("By now we advise against it, and the customer was not warned."),
}
PAYERS: Words = {
    "POLICYHOLDER": pgettext_lazy("payer", "The policyholder"),
    "INSURED": pgettext_lazy("payer", "The insured"),
    "BENEFICIARY": pgettext_lazy("payer", "The beneficiary"),
}
GOOD, WARN, BAD = "good", "warn", "bad"


def proposal(row: LeadRow, others: list[LeadRow], viewer: Viewer, names: Names, at: datetime) -> dict[str, Any]:
    """What may be proposed: the lead's series, and what else the list offers this person. Nothing is chosen beforehand."""
    series = list(dict.fromkeys([row.series, *(other.series for other in others)]))
    stands = {code: advice_cards.standing(viewer, row.customer_id, code, at) for code in series}
    choices = [
        _choice(code, product, name_en if names.language == "en" else name_zh, names, day_of(at))
        | {"advice": str(advice_cards.STANDINGS.get(stands[code], "")), "closed": bool(stands[code])}
        for code in series
        for product, name_en, name_zh in products_to_order(viewer, code)
    ]
    return {
        "choices": choices,
        "command_id": new_id(),
        "customer": row.customer.name,
        "need": names.series(row.series),
        "advice_url": advice_cards.url(row.lead_id),
    }


def _choice(series: str, product: str, name: str, names: Names, on: date) -> dict[str, Any]:
    asked = table_of(series, on).questions("quote")
    return {
        "product": product,
        "name": name,
        "owner": names.company(names.series_rows[series].company),
        "pillar": names.pillar(series),
        "questions": [question(one, f"{product}.{one.code}", names.language) for one in asked],
    }


def question(one: Asked, field: str, language: str) -> dict[str, Any]:
    scale = 100 if one.kind == "MONEY" else 1
    return {
        "field": field,
        "label": one.name[language],
        "kind": one.kind,
        "least": one.least // scale,
        "most": one.most // scale,
        "money": one.kind == "MONEY",
        "yes_no": one.kind == "YES_NO",
    }


def order(
    row: OrderRow, customer: str, products: Mapping[str, tuple[str, str]], names: Names, at: datetime
) -> dict[str, Any]:
    """One order with what can be done about each of its items now."""
    items = [card(item, products, names, at) for item in row.items]
    accepted = [item for item in row.items if item.state == "ACCEPTED"]
    waits = row.choice == "ALL" and any(
        item.state in ("PROPOSED", "DISCLOSED", "REFERRED", "COUNTERED") for item in row.items
    )
    return {
        "order_id": row.order_id,
        "url": reverse("terminal:order", args=[row.order_id]),
        "customer": customer,
        "lead_id": row.lead_id,
        "proposed_at": row.proposed_at,
        "choice": row.choice,
        "several": len(items) > 1,
        "items": items,
        "under_way": row.under_way,
        "covered": bool(items) and all(item["covered"] for item in items),
        "payment": _payment(row, accepted) if accepted and not waits and not row.under_way else None,
        "total_minor": sum(item.premium_minor or 0 for item in accepted),
        "currency": accepted[0].currency if accepted else "",
    }


def card(item: ItemRow, products: Mapping[str, tuple[str, str]], names: Names, at: datetime) -> dict[str, Any]:
    on, chinese = day_of(at), names.language == "zh-Hans"
    found = table_of(item.series, on)
    part_names = found.part_names()
    name = products.get(item.product, (item.product, item.product))
    return {
        "item_id": item.item_id,
        "name": name[1] if chinese else name[0],
        "owner": names.company(item.owner_company),
        "pillar": names.pillar(item.series),
        "state": item.state,
        "text": word(ORDER_STATES, item.state),
        "tone": _tone(item.state),
        "under_way": item.under_way,
        "reason": reason(item.reason, found.reason_names(), names.language),
        "parts": [
            {"name": part_names.get(code, {}).get(names.language, code), "minor": minor} for code, minor in item.parts
        ],
        "premium_minor": item.premium_minor,
        "before_minor": item.quoted_minor if item.quoted_minor != item.premium_minor else None,
        "currency": item.currency,
        "ends_on": item.ends_on,
        "statements": _statements(item, on, names.language),
        "declarations": _declarations(item, on, names.language),
        "covered": item.state in ("ISSUED", "IN_FORCE"),
        "contract_no": item.contract_no,
        "free_look_until": item.free_look_until if item.state == "ISSUED" else None,
        "cancellable": item.state == "ISSUED" and item.free_look_until is not None and at < item.free_look_until,
        "refusable": item.state in ("PROPOSED", "DISCLOSED", "REFERRED", "COUNTERED", "ACCEPTED"),
        "command_id": new_id(),
        "refusal_id": new_id(),
    }


def _statements(item: ItemRow, on: date, language: str) -> list[dict[str, str]]:
    if item.state != "PROPOSED":
        return []
    return [{"code": row.code, "text": row.text[language]} for row in disclosures_for(item.series, on)]


def _declarations(item: ItemRow, on: date, language: str) -> list[dict[str, Any]]:
    if item.state != "DISCLOSED":
        return []
    return [question(one, one.code, language) for one in table_of(item.series, on).questions("application")]


def _payment(row: OrderRow, accepted: list[ItemRow]) -> dict[str, Any]:
    """Who pays is asked each time. In a demonstration the customer's own account is at hand; a real gateway gives its token."""
    return {
        "command_id": new_id(),
        "payers": [{"code": code, "label": word(PAYERS, code)} for code in PAYERS],
        "account": f"acct.{row.customer_id}" if settings.DEMO else "",
    }


def reason(code: str, of_table: Mapping[str, Mapping[str, str]], language: str) -> str:
    """Say why an item is not further: the underwriter's words, a gate's, or ours; a code nobody knows says itself."""
    if code in of_table:
        return of_table[code][language]
    if code in Gate.__members__:
        return GATE_WORDS[language][Gate[code]].against
    return word(REASONS, code) if code else ""


def _tone(state: str) -> str:
    if state in ("ISSUED", "IN_FORCE", "ACCEPTED"):
        return GOOD
    if state.startswith("VOID") or state.endswith("_UNKNOWN"):
        return BAD if state.startswith("VOID_") else WARN
    return WARN if state in ("REFERRED", "COUNTERED") else ""


def line(row: OrderRow, customer: str, names: Names) -> dict[str, Any]:
    """One order in the list."""
    return {
        "url": reverse("terminal:order", args=[row.order_id]),
        "customer": customer,
        "proposed_at": row.proposed_at,
        "items": [
            {"need": names.series(item.series), "text": word(ORDER_STATES, item.state), "tone": _tone(item.state)}
            for item in row.items
        ],
    }


def said_proposed(done: dict[str, Any]) -> str:
    return _("Proposed. The price comes from the company in a moment.")


def said_confirmed(done: dict[str, Any]) -> str:
    return _("Confirmed.")


def said_applied(done: dict[str, Any]) -> str:
    return _("Sent to the company.")


def said_taken(done: dict[str, Any]) -> str:
    return _("Taken at this price.")


def said_paid(done: dict[str, Any]) -> str:
    return _("The payment is on its way.")


def said_refused(done: dict[str, Any]) -> str:
    return _("Taken out. Nothing was paid.")


def said_cancelled(done: dict[str, Any]) -> str:
    return _("Cancelled. Everything paid comes back.")


def way_of(order_id: UUID | None, orderable: bool, lead_id: UUID) -> dict[str, str] | None:
    """Where a lead goes on to: its order, or a proposal."""
    if order_id is not None:
        return {"url": reverse("terminal:order", args=[order_id]), "text": _("Go on with the order")}
    if orderable:
        return {"url": reverse("terminal:proposal", args=[lead_id]), "text": _("Make a proposal")}
    return None
