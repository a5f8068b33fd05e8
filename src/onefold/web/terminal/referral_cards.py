"""Referrals and colleagues as a seller sees them: plain values for the templates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from onefold.commands.scope import today
from onefold.domains import rulebook
from onefold.domains.customers.queries import CustomerName
from onefold.domains.leads.referral_queries import Colleague, ReferralRow
from onefold.domains.leads.visiting import VisitRow, went_along
from onefold.domains.sellers.queries import SellerRow
from onefold.kernel.ids import new_id
from onefold.web.names import Names
from onefold.web.terminal.forms import NOBODY
from onefold.web.words import GRADES, OUTCOMES, REFERRAL_STATES, word

TONES = {"OFFERED": "warn", "ACCEPTED": "good", "CLOSED": "", "DECLINED": "bad", "EXPIRED": "bad", "WITHDRAWN": ""}


def card(
    row: ReferralRow,
    viewer_seller: str,
    called: dict[UUID, CustomerName],
    people: dict[str, SellerRow],
    at: datetime,
    names: Names,
    visits: Mapping[UUID, VisitRow] = MappingProxyType({}),
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
        "visit": _visit(row, visits.get(row.referral_id), people),
        "visit_form": _visit_form(row, visits.get(row.referral_id), people, viewer_seller, today(at)),
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


def _visit(row: ReferralRow, told: VisitRow | None, people: dict[str, SellerRow]) -> dict[str, Any] | None:
    """How the visit went, as last told."""
    if told is None:
        return None
    parts = [_("%(name)s led") % {"name": name_of(people.get(told.led_by), told.led_by)}]
    if told.learned_by:
        parts.append(_("%(name)s learned") % {"name": name_of(people.get(told.learned_by), told.learned_by)})
    if told.closed_by:
        parts.append(_("%(name)s closed") % {"name": name_of(people.get(told.closed_by), told.closed_by)})
    else:
        parts.append(_("not decided yet"))
    return {"held_on": told.held_on, "text": " · ".join(parts)}


def _visit_form(
    row: ReferralRow, told: VisitRow | None, people: dict[str, SellerRow], viewer_seller: str, on: date
) -> dict[str, Any] | None:
    """Who led, learned, closed: asked of both once somebody has agreed to come along; what was told last stands in it."""
    if not went_along(row):
        return None
    other = row.to_seller if row.from_seller == viewer_seller else row.from_seller
    both = [(viewer_seller, _("I did")), (other, name_of(people.get(other), other))]
    said = (
        {}
        if told is None
        else {"led_by": told.led_by, "learned_by": told.learned_by or NOBODY, "closed_by": told.closed_by or NOBODY}
    )
    asked = (
        ("led_by", _("Who led?"), both),
        ("learned_by", _("Who learned?"), [(NOBODY, _("nobody")), *both]),
        ("closed_by", _("Who brought it to a decision?"), [(NOBODY, _("not decided yet")), *both]),
    )
    return {
        "url": reverse("terminal:referral_visit", args=[row.referral_id]),
        "command_id": new_id(),
        "key": row.referral_id.hex,
        "held_on": (told.held_on if told else on).isoformat(),
        "least": today(row.offered_at).isoformat(),
        "most": on.isoformat(),
        "told": told is not None,
        "questions": [
            {
                "name": name,
                "label": label,
                "choices": [
                    {"value": value, "text": text, "chosen": said.get(name) == value} for value, text in choices
                ],
            }
            for name, label, choices in asked
        ],
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


def said_visited(done: dict[str, Any]) -> str:
    return _("The visit is written down.")


def said_left(done: dict[str, Any]) -> str:
    return _("Left. Your colleague has the lead again.")


def said_withdrawn(done: dict[str, Any]) -> str:
    return _("Taken back. The lead is on your list again.")
