"""Plan to call again, to go there, or to find something out; move it; settle it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from onefold.commands.action import Command, action
from onefold.commands.scope import today
from onefold.decision.gates import Gate
from onefold.domains import rulebook
from onefold.domains.consent.queries import blocked_customers
from onefold.domains.leads import events, refusals
from onefold.domains.leads.models import Reminder, ReminderEnd
from onefold.domains.leads.needs import take_asked
from onefold.domains.leads.protecting import renew
from onefold.domains.leads.rules import QuietTime
from onefold.domains.leads.scope import reminders_seen_by
from onefold.domains.leads.taking import own_lead, refuse_long_note
from onefold.kernel.ids import new_id


@action
def remind(
    command: Command, *, lead_id: UUID, kind: str, due_at: datetime, note: str = "", about: str = ""
) -> dict[str, Any]:
    """Plan a CALL, a VISIT or a TASK. `about`: the gate whose missing fact it is to settle.

    Raises `LeadUnknown`, `ReminderKindUnknown`, `ReminderDayImpossible`, `QuietTimeThen`, `ContactNotWanted`, `NoteTooLong`.
    """
    lead = own_lead(command, lead_id)
    if kind not in Reminder.Kind.values or about not in {"", *(gate.name for gate in Gate)}:
        raise refusals.ReminderKindUnknown()
    if kind != Reminder.Kind.TASK and lead.customer_id in blocked_customers(command.viewer, [lead.customer_id]):
        raise refusals.ContactNotWanted()
    _refuse_time(command, kind, due_at)
    refuse_long_note(command, note)
    take_asked(command, lead_id)
    renew(command, lead)
    row = Reminder(lead_id=lead_id, seller_id=lead.seller_id, seller_company_id=lead.seller_company_id, kind=kind)
    return _plan(command, row, due_at, note, about, None)


@action
def postpone(command: Command, *, reminder_id: UUID, due_at: datetime) -> dict[str, Any]:
    """Move it to another time: a new one in its place. Raises `ReminderUnknown`, `ReminderSettled`, and what `remind` raises
    about the time."""
    row = _open(command, reminder_id)
    _refuse_time(command, row.kind, due_at)
    renew(command, row.lead)
    moved = Reminder(
        lead_id=row.lead_id, seller_id=row.seller_id, seller_company_id=row.seller_company_id, kind=row.kind
    )
    return _plan(command, moved, due_at, row.note, row.about, row)


@action
def settle(command: Command, *, reminder_id: UUID, how: str) -> dict[str, Any]:
    """Say that it is done, or dropped. Raises `ReminderUnknown`, `ReminderSettled`, `ReminderKindUnknown`."""
    if how not in ReminderEnd.How.values:
        raise refusals.ReminderKindUnknown()
    row = _open(command, reminder_id)
    ReminderEnd.objects.create(
        reminder_id=reminder_id, seller_id=row.seller_id, how=how, at=command.at, by=command.viewer.key
    )
    command.audit(str(row.lead_id), how=how)
    command.emit(events.ReminderSettled(str(reminder_id), how))
    return {"reminder_id": str(reminder_id), "lead_id": str(row.lead_id)}


def quiet_time(command_at: datetime) -> QuietTime:
    return QuietTime.read(rulebook.value("contact.quiet_time", today(command_at)))


def _plan(
    command: Command, row: Reminder, due_at: datetime, note: str, about: str, instead_of: Reminder | None
) -> dict[str, Any]:
    row.reminder_id, row.due_at, row.note, row.about = new_id(), due_at, note, about
    row.made_at, row.by, row.instead_of = command.at, command.viewer.key, instead_of
    row.save(force_insert=True)
    command.audit(str(row.lead_id), kind=row.kind, about=about)
    command.emit(events.ReminderMade(str(row.reminder_id), str(row.lead_id), row.kind))
    return {"reminder_id": str(row.reminder_id), "lead_id": str(row.lead_id), "due_at": due_at}


def _open(command: Command, reminder_id: UUID) -> Reminder:
    command.lock(reminder_id)
    row = reminders_seen_by(command.viewer).filter(reminder_id=reminder_id).first()
    if row is None:
        raise refusals.ReminderUnknown()
    if hasattr(row, "end") or hasattr(row, "moved_to"):
        raise refusals.ReminderSettled()
    return row


def _refuse_time(command: Command, kind: str, due_at: datetime) -> None:
    days = rulebook.value("contact.reminder_days_max", today(command.at))
    if not command.at <= due_at <= command.at + timedelta(days=days):
        raise refusals.ReminderDayImpossible(days=days)
    quiet = quiet_time(command.at)
    if kind == Reminder.Kind.CALL and quiet.holds(due_at):
        raise refusals.QuietTimeThen(from_=f"{quiet.from_:%H:%M}", until=f"{quiet.until:%H:%M}")
