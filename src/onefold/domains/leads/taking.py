"""Taking a lead in hand: it must be the viewer's own, still open, and what is noted about it short."""

from __future__ import annotations

from uuid import UUID

from onefold.commands.action import Command
from onefold.commands.scope import today
from onefold.domains import rulebook
from onefold.domains.leads import refusals
from onefold.domains.leads.models import Lead
from onefold.domains.leads.scope import closing, leads_seen_by


def own_lead(command: Command, lead_id: UUID) -> Lead:
    """Return the viewer's lead, locked against other commands about it; raise `LeadUnknown`."""
    command.lock(lead_id)
    lead = leads_seen_by(command.viewer).filter(lead_id=lead_id).first()
    if lead is None:
        raise refusals.LeadUnknown()
    return lead


def refuse_if_closed(command: Command, lead: Lead) -> None:
    if closing(today(command.at)).filter(lead_id=lead.lead_id).exists():
        raise refusals.LeadAnsweredBefore()


def refuse_long_note(command: Command, note: str) -> None:
    longest = rulebook.value("contact.reminder_note_length_max", today(command.at))
    if len(note) > longest:
        raise refusals.NoteTooLong(characters=longest)
