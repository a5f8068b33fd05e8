"""A question answered while speaking about a lead: the answer becomes a fact about the customer, and what was planned to find it out is
settled."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from onefold.commands.action import Command, action
from onefold.domains.customers.actions import hear
from onefold.domains.leads import events
from onefold.domains.leads.models import ReminderEnd
from onefold.domains.leads.rules import SETTLED_BY
from onefold.domains.leads.scope import reminders_seen_by
from onefold.domains.leads.taking import own_lead


@action
def note_answer(
    command: Command, *, lead_id: UUID, kind: str, value: str, told_on: date | None = None, said_by: str = "CUSTOMER"
) -> dict[str, Any]:
    """Write down what the customer of one of the viewer's leads said (see `customers.hear`). Open plans to find it out are done.

    Raises `LeadUnknown`, and what `customers.hear` raises.
    """
    lead = own_lead(command, lead_id)
    heard = hear(command, customer_id=lead.customer_id, kind=kind, value=value, told_on=told_on, said_by=said_by)
    gates = [gate for gate, settled_by in SETTLED_BY.items() if settled_by == kind]
    open_plans = reminders_seen_by(command.viewer).filter(end=None, moved_to=None, about__in=gates)
    for row in open_plans.filter(lead__customer_id=lead.customer_id):
        ReminderEnd.objects.create(
            reminder_id=row.reminder_id, seller_id=row.seller_id, how="DONE", at=command.at, by=command.viewer.key
        )
        command.emit(events.ReminderSettled(str(row.reminder_id), "DONE"))
    return {"lead_id": str(lead_id), "answer_id": heard["answer_id"], "kind": kind}
