"""With whom a customer's wish is: the seller takes it in time, or leaves it, and it goes to a colleague; what nobody is left for waits for
anybody of the company who may sell it (lead rules of compliance, 2 and 3)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from onefold.commands.action import Command, action
from onefold.commands.prepared import instances
from onefold.commands.scope import once_a_reading, reading, today
from onefold.commands.viewer import Viewer
from onefold.domains import rulebook
from onefold.domains.customers.queries import CustomerName, names_of
from onefold.domains.leads import events, refusals
from onefold.domains.leads.models import Need
from onefold.domains.leads.needs import give, let_go, next_seller, refuse_forbidden, take
from onefold.domains.leads.protecting import needs_let_lie
from onefold.domains.leads.scope import leads_seen_by, needs_open, needs_waiting
from onefold.domains.leads.taking import own_lead
from onefold.kernel.ids import new_id
from onefold.kernel.refusals import Refusal


@dataclass(frozen=True)
class WaitingNeed:
    """A wish that nobody has: any seller of the company who may sell the series takes it."""

    need_id: UUID
    customer: CustomerName
    series: str
    source: str
    note: str
    at: datetime
    expires_on: date


@action
def take_up(command: Command, *, lead_id: UUID) -> dict[str, Any]:
    """The seller takes the wish of the customer of one of the own leads: it is the seller's alone for as long as something happens.

    Raises `LeadUnknown`, `NeedGone`, `WithColleague`.
    """
    need = _own_need(command, lead_id)
    if not take(command, need):
        raise refusals.NeedGone()
    command.audit(str(need.need_id), seller=need.seller_id)
    command.emit(events.NeedTakenUp(str(need.need_id), str(lead_id), need.seller_id))
    return {"need_id": str(need.need_id), "lead_id": str(lead_id)}


def leave(viewer: Viewer, command_id: UUID, *, lead_id: UUID) -> dict[str, Any]:
    """The seller cannot: the company gives the wish to the next colleague at once. Raises `LeadUnknown`, `NeedGone`."""
    with reading(viewer):
        if not leads_seen_by(viewer).filter(lead_id=lead_id).exists():
            raise refusals.LeadUnknown()
        newest = Need.objects.filter(lead_id=lead_id).order_by("-given_at").first()
    if newest is None:
        raise refusals.NeedGone()
    desk = Viewer.of_company(viewer.company, viewer.key)
    done: dict[str, Any] = pass_on(desk, command_id, need_id=newest.need_id, late=False)
    return done


@action
def take_waiting(command: Command, *, need_id: UUID) -> dict[str, Any]:
    """The seller takes a wish that nobody has. Raises `NeedGone`, `SellerMayNot`, `HandsFull`, `WithColleague`, `LeadForbiddenNow`."""
    command.lock(need_id)
    viewer = command.viewer
    waiting = needs_waiting(today(command.at), viewer.company).filter(need_id=need_id).first()
    if waiting is None or not viewer.seller:
        raise refusals.NeedGone()
    try:
        choice = next_seller(command, waiting.customer_id, waiting.series_id)
    except refusals.NobodyMaySell:
        raise refusals.SellerMayNot() from None
    if choice.full:
        raise refusals.HandsFull(most=rulebook.value("contact.needs_held_max", today(command.at)))
    chosen = choice.seller
    refuse_forbidden(command, waiting.customer_id, waiting.series_id, chosen.seller)
    need = _again(waiting)
    give(command, chosen, need)
    take(command, need)
    command.audit(str(need_id), seller=chosen.seller)
    command.emit(events.NeedTakenUp(str(need.need_id), str(need.lead_id), chosen.seller))
    return {"need_id": str(need.need_id), "lead_id": str(need.lead_id)}


@action
def pass_on(command: Command, *, need_id: UUID, late: bool) -> dict[str, Any]:
    """In the name of the company, let a wish go to the next who had it not yet; where nobody is left it waits for anybody.

    `late`: because it was not taken in time, or lay for longer than it was the seller's alone, which must be so. Raises `NeedGone`.
    """
    command.lock(need_id)
    needs = overdue(command.at) if late else needs_open(today(command.at))
    need = needs.filter(need_id=need_id, seller_company_id=command.viewer.company).first()
    if need is None:
        raise refusals.NeedGone()
    try:
        choice = next_seller(command, need.customer_id, need.series_id, passed=_had_it(need))
        chosen = choice.seller
        refuse_forbidden(command, need.customer_id, need.series_id, chosen.seller)
        if choice.full:
            raise refusals.NobodyMaySell()
    except Refusal:
        let_go(command, need, waits=True)
        command.audit(str(need_id), waiting=need.seller_company_id)
        command.emit(events.NeedWaits(str(need_id), need.seller_company_id))
        return {"need_id": str(need_id), "seller": ""}
    new = _again(need)
    give(command, chosen, new)
    command.audit(str(need_id), seller=chosen.seller)
    command.emit(events.NeedPassedOn(str(new.need_id), str(new.lead_id), need.seller_id, chosen.seller))
    return {"need_id": str(new.need_id), "seller": chosen.seller}


def pass_on_late() -> int:
    """Let every wish go on that was not taken in time or lay too long, each in a command of its own; return how many. For the clock's job."""
    with reading(Viewer.system("clock")) as at:
        rows = list(overdue(at).order_by("need_id").values_list("need_id", "seller_company_id"))
    passed = 0
    for need_id, company in rows:
        with suppress(refusals.NeedGone):  # taken since it was looked for
            pass_on(Viewer.of_company(company, "system:clock"), new_id(), need_id=need_id, late=True)
            passed += 1
    return passed


def overdue(at: datetime) -> QuerySet[Need]:
    """The wishes that nobody took in time, and those that were taken and then left lying."""
    on = today(at)
    return needs_open(on).filter(taken=None, take_until__lte=at) | needs_let_lie(on)


@once_a_reading
def waiting_for_anybody(viewer: Viewer) -> list[WaitingNeed]:
    """Return the wishes of the viewer's company that nobody has, the oldest first."""
    with reading(viewer) as at:
        rows = instances(_waiting, viewer, today(at))
        called = names_of(viewer, [row.customer_id for row in rows])
    return [
        WaitingNeed(
            row.need_id, called[row.customer_id], row.series_id, row.source, row.note, row.at, row.expires_on
        )
        for row in rows
        if row.customer_id in called
    ]  # fmt: skip


def _waiting(viewer: Viewer, on: date) -> QuerySet[Need]:
    return needs_waiting(on, viewer.company).order_by("at", "need_id")


def _own_need(command: Command, lead_id: UUID) -> Need:
    lead = own_lead(command, lead_id)
    need = needs_open(today(command.at)).filter(lead_id=lead.lead_id).order_by("-given_at").first()
    if need is None:
        raise refusals.NeedGone()
    return need


def _again(need: Need) -> Need:
    """The same wish for whoever gets it next."""
    return Need(
        customer_id=need.customer_id,
        series_id=need.series_id,
        source=need.source,
        note=need.note,
        at=need.at,
        expires_on=need.expires_on,
        instead_of=need,
    )


def _had_it(need: Need) -> set[str]:
    same = Need.objects.filter(customer_id=need.customer_id, series_id=need.series_id, at=need.at)
    return set(same.filter(seller_company_id=need.seller_company_id).values_list("seller_id", flat=True))
