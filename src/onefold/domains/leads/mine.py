"""A customer's own side of the leads: what is offered to oneself and by whom, what one has asked for, and a no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from onefold.commands.action import Command, action
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains import rulebook
from onefold.domains.contacts.actions import silence
from onefold.domains.leads import events, refusals
from onefold.domains.leads.models import Need, Outcome
from onefold.domains.leads.queries import LeadRow, open_leads_of
from onefold.domains.leads.scope import leads_seen_by
from onefold.kernel.ids import new_id


@dataclass(frozen=True)
class OwnNeed:
    """What the customer asked for. `seller` is empty where the time to take it is over, and the company looks for somebody else;
    `taken`: the seller works on it."""

    series: str
    company: str
    seller: str
    taken: bool
    at: datetime


def offers_to(viewer: Viewer) -> list[LeadRow]:
    """Return what is offered to the customer now, one line a series, the best first; nothing where the customer wants no contact,
    said no, or asked for it already."""
    asked = {row.series for row in needs_of(viewer)}
    first: dict[str, LeadRow] = {}
    for row in open_leads_of(viewer):
        if row.series not in asked and not row.asked:
            first.setdefault(row.series, row)
    return sorted(first.values(), key=lambda row: (-row.score, row.series))


def needs_of(viewer: Viewer) -> list[OwnNeed]:
    """Return what the customer asked for and what still counts, newest first."""
    with reading(viewer) as at:
        mine = Need.objects.filter(customer_id=viewer.customer, expires_on__gt=today(at), passed_to=None)
        mine = mine.exclude(left__waits=False)  # has the contract
        return [_own(row, at) for row in mine.select_related("taken").order_by("-at", "need_id")]


def _own(row: Need, at: datetime) -> OwnNeed:
    taken = hasattr(row, "taken")
    seller = row.seller_id if taken or at < row.take_until else ""
    return OwnNeed(row.series_id, row.seller_company_id, seller, taken, row.at)


@action
def refuse_offer(command: Command, *, lead_id: UUID) -> dict[str, Any]:
    """The customer says no to an offer: the seller sees it, and nobody of the group offers the series before the day returned.

    Raises `OfferGone` for none, somebody else's, or one that stands no more.
    """
    viewer = command.viewer
    command.lock(lead_id)
    lead = leads_seen_by(viewer).filter(lead_id=lead_id).first()
    if viewer.kind != ViewerKind.CUSTOMER or lead is None or lead_id not in {row.lead_id for row in offers_to(viewer)}:
        raise refusals.OfferGone()
    on = today(command.at)
    until = on + timedelta(days=rulebook.value("contact.declined_silence_days", on))
    word = Outcome(
        outcome_id=new_id(),
        lead_id=lead_id,
        seller_id=lead.seller_id,
        seller_company_id=lead.seller_company_id,
        code="DECLINED",
        not_until=until,
        by_customer=True,
        at=command.at,
        by=viewer.key,
    )
    word.save(force_insert=True)
    silence(command, customer_id=lead.customer_id, series=lead.series_id, until=until, answer_id=word.outcome_id)
    command.audit(str(lead_id), code=word.code)
    command.emit(events.LeadAnswered(str(lead_id), word.code))
    command.emit(events.OfferRefused(str(lead_id)))
    return {"lead_id": str(lead_id), "until": until}
