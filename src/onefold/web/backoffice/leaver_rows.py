"""Contracts passed on, arranged for whoever tells their holders: plain values for the template."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onefold.domains.customers.queries import CustomerName
from onefold.domains.sellers.queries import SellerRow
from onefold.domains.service.notices import FollowedRow
from onefold.web.names import Names
from onefold.web.words import Words, word

SOON_DAYS = 7
TABS: Words = {
    "due": gettext_lazy("To be told"),
    "followed": gettext_lazy("All passed on"),
    "told": gettext_lazy("Told"),
}
WAYS: Words = {
    "LETTER": gettext_lazy("by letter"),
    "MESSAGE": gettext_lazy("by message"),
    "CALL": gettext_lazy("by telephone"),
    "VISIT": gettext_lazy("in person"),
}


def tabs(counts: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    return [
        {"label": str(words), "url": f"?show={show}", "active": show == chosen, "number": counts.get(show, 0)}
        for show, words in TABS.items()
    ]


def ways() -> list[dict[str, str]]:
    return [{"code": code, "text": str(text)} for code, text in WAYS.items()]


def row(
    row: FollowedRow, called: dict[UUID, CustomerName], people: dict[str, SellerRow], on: date, names: Names
) -> dict[str, Any]:
    holder = called.get(row.customer_id) if row.customer_id else None
    return {
        "key": row.reassignment_id,
        "holder": holder.name if holder else _("A customer"),
        "url": reverse("backoffice:customer", args=[row.customer_id]) if row.customer_id else "",
        "contract": row.contract_no,
        "series": names.series(row.series) if row.series else "",
        "before": seller_name(people, row.from_seller),
        "left_on": row.left_on,
        "now": seller_name(people, row.to_seller) if row.to_seller else "",
        "due_on": row.due_on,
        "state": _state(row, on),
    }


def seller_name(people: dict[str, SellerRow], code: str) -> str:
    return (people[code].name if code in people else None) or code


def _state(row: FollowedRow, on: date) -> dict[str, Any] | None:
    """Told, or how many days are left to tell; nothing where nobody need be told."""
    if row.told_on:
        return {"text": word(WAYS, row.way), "day": row.told_on, "tone": "good", "icon": "check"}
    if row.due_on is None:
        return None
    left = (row.due_on - on).days
    if left < 0:
        late = ngettext("%(n)s day late", "%(n)s days late", -left) % {"n": -left}
        return {"text": late, "day": None, "tone": "bad", "icon": "clock"}
    text = ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}
    return {"text": text, "day": None, "tone": "warn" if left <= SOON_DAYS else "", "icon": ""}


def said_told(done: dict[str, Any]) -> str:
    return ngettext("%(n)s holder is told.", "%(n)s holders are told.", done["told"]) % {"n": done["told"]}
