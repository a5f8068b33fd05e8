"""Referrals and colleagues as a seller sees them: plain values for the templates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from onefold.commands.scope import today
from onefold.domains import rulebook
from onefold.domains.customers.queries import CustomerName
from onefold.domains.leads.referral_queries import Colleague, ReferralRow
from onefold.domains.sellers.queries import SellerRow
from onefold.kernel.ids import new_id
from onefold.web.names import Names
from onefold.web.words import GRADES, OUTCOMES, REFERRAL_STATES, word

TONES = {"OFFERED": "warn", "ACCEPTED": "good", "CLOSED": "", "DECLINED": "bad", "EXPIRED": "bad", "WITHDRAWN": ""}


def card(
    row: ReferralRow,
    viewer_seller: str,
    called: dict[UUID, CustomerName],
    people: dict[str, SellerRow],
    at: datetime,
    names: Names,
) -> dict[str, Any]:
    """One referral from the viewer's side: given to a colleague, or received from one."""
    given = row.from_seller == viewer_seller
    other = row.to_seller if given else row.from_seller
    customer = called.get(row.customer_id)
    return {
        "given": given,
        "accompany": row.kind == "ACCOMPANY",
        "name": customer.name if customer else _("A customer"),
        "need": names.series(row.series),
        "owner": names.company(row.owner_company),
        "pillar": names.pillar(row.owner_company),
        "colleague": name_of(people.get(other), other),
        "colleague_company": names.company(people[other].company) if other in people else "",
        "note": row.note,
        "state": word(REFERRAL_STATES, row.state),
        "tone": TONES.get(row.state, ""),
        "open": row.state == "OFFERED",
        "why": _why(row, today(at), names.language),
        "credit": _named("contact.referral_credit_names", row.credit, today(at), names.language),
        "offered_at": row.offered_at,
        "expires_at": row.expires_at,
        "lead_url": _lead_url(row, given),
    } | _buttons(row, given, today(at), names.language)


def _buttons(row: ReferralRow, given: bool, on: date, language: str) -> dict[str, Any]:
    """What the viewer may do about it: take back what was given, take or leave what was received; each once."""
    if row.state != "OFFERED":
        return {}
    if given:
        return {
            "withdraw": {"url": reverse("terminal:referral_withdrawal", args=[row.referral_id]), "command_id": new_id()}
        }
    reasons = rulebook.value("contact.referral_declined_reasons", on)
    return {
        "accept": {"url": reverse("terminal:referral_acceptance", args=[row.referral_id]), "command_id": new_id()},
        "refuse": {
            "url": reverse("terminal:referral_refusal", args=[row.referral_id]),
            "reasons": [
                {"code": code, "label": label[language], "command_id": new_id()} for code, label in reasons.items()
            ],
        },
    }


def _lead_url(row: ReferralRow, given: bool) -> str:
    if given:
        return reverse("terminal:lead", args=[row.lead_id])
    taken = row.kind == "HANDOVER" and row.state in ("ACCEPTED", "CLOSED")
    return reverse("terminal:lead", args=[row.to_lead_id]) if taken else ""


def _why(row: ReferralRow, on: date, language: str) -> str:
    if row.state == "DECLINED":
        return _named("contact.referral_declined_reasons", row.reason, on, language)
    return word(OUTCOMES, row.reason) if row.state == "CLOSED" else ""


def _named(value: str, code: str, on: date, language: str) -> str:
    names = rulebook.value(value, on)
    return str(names[code][language]) if code in names else code


def name_of(row: SellerRow | None, code: str) -> str:
    return (row.name if row else None) or code


def colleague(row: Colleague, names: Names) -> dict[str, Any]:
    return {
        "code": row.seller.seller,
        "name": name_of(row.seller, row.seller.seller),
        "company": names.company(row.seller.company),
        "channel": names.channel(row.seller.channel),
        "grade": word(GRADES, str(row.seller.grade)),
        "region": row.seller.region or "",
        "near": row.near,
        "leads": row.leads,
    }


def said_referred(done: dict[str, Any]) -> str:
    return _("Your colleague has been asked. You see under Referrals how it stands.")


def said_accepted(done: dict[str, Any]) -> str:
    if done["kind"] == "ACCOMPANY":
        return _("Accepted: you go along. Agree on a day with your colleague.")
    return _("Accepted. The lead is on your list.")


def said_left(done: dict[str, Any]) -> str:
    return _("Left. Your colleague has the lead again.")


def said_withdrawn(done: dict[str, Any]) -> str:
    return _("Taken back. The lead is on your list again.")
