"""The dialler's gate: a number is handed out when nothing forbids to call at this very moment, and that is written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from onefold.commands.action import Command, action
from onefold.commands.prepared import rows
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.decision.gates import Gate, gates_in, mask_of
from onefold.domains.contacts.actions import record_attempt
from onefold.domains.customers.queries import names_of
from onefold.domains.customers.references import household_of
from onefold.domains.leads import events, refusals
from onefold.domains.leads.judging import judge_lead
from onefold.domains.leads.models import Call, Recording
from onefold.domains.leads.needs import take_asked
from onefold.domains.leads.planning import quiet_time
from onefold.domains.leads.protecting import refuse_if_with_colleague
from onefold.domains.leads.scope import leads_seen_by, unanswered_call
from onefold.domains.leads.taking import own_lead, refuse_if_closed
from onefold.kernel.ids import new_id

REFERENCE_LENGTH = 100
CALLED = "CALLED"
COUNTED = mask_of(Gate.CONTACTED_ENOUGH, Gate.OTHER_COMPANY_FIRST)
"""What a first call about a lead was let through by; its repetition is the same contact."""


@dataclass(frozen=True)
class CallRow:
    """One call that was let through; `recording`: the company's reference to it, empty where none was given."""

    call_id: UUID
    at: datetime
    recording: str


@action
def dial(command: Command, *, lead_id: UUID) -> dict[str, Any]:
    """Let a call about one of the viewer's leads through, or refuse it. The number itself stays out of what commands remember: see `number_of`.

    A call let through is a contact with the household from this moment on, so that of many sellers who dial at once no more
    come through than the household may be contacted. Dialling again on the same day, before an answer is told, is the same contact. At night
    nobody is called, also who asked for it. Raises `LeadUnknown`, `LeadAnsweredBefore`, `WithColleague`, `CallForbiddenNow`,
    `NoNumber`.
    """
    lead = own_lead(command, lead_id)
    refuse_if_closed(command, lead)
    refuse_if_with_colleague(command, lead)
    for household in household_of(command.viewer, lead.customer_id):
        command.lock(f"contacts with {household}")
    earlier = unanswered_call(command.viewer, lead_id)
    again = earlier is not None and today(earlier.at) == today(command.at)
    blocked = judge_lead(command.viewer, lead).blocked
    if again:
        blocked &= ~COUNTED
    if quiet_time(command.at).holds(command.at):
        blocked |= Gate.QUIET_TIME.bit
    if blocked:
        raise refusals.CallForbiddenNow(gates=", ".join(gate.name for gate in gates_in(blocked)))
    if not number_of(command.viewer, lead_id):
        raise refusals.NoNumber()
    call = Call(
        call_id=new_id(),
        lead=lead,
        seller_id=lead.seller_id,
        seller_company_id=lead.seller_company_id,
        at=command.at,
        by=command.viewer.key,
    )
    call.save(force_insert=True)
    if not again:
        record_attempt(
            command,
            customer_id=lead.customer_id,
            channel=lead.channel_id,
            seller=lead.seller_id,
            series=lead.series_id,
            outcome=CALLED,
            answer_id=call.call_id,
        )
    take_asked(command, lead_id)
    command.audit(str(lead_id), call=str(call.call_id))
    command.emit(events.CallLetThrough(str(call.call_id), str(lead_id)))
    return {"call_id": str(call.call_id), "lead_id": str(lead_id)}


@action
def note_recording(command: Command, *, call_id: UUID, reference: str) -> dict[str, Any]:
    """Write down under which reference the company keeps the recording of a call. Raises `CallUnknown`, `RecordingNotedBefore`,
    `ReferenceUnfit`."""
    command.lock(call_id)
    call = Call.objects.filter(call_id=call_id, lead__in=leads_seen_by(command.viewer)).first()
    if call is None:
        raise refusals.CallUnknown()
    if not 0 < len(reference.strip()) <= REFERENCE_LENGTH:
        raise refusals.ReferenceUnfit(characters=REFERENCE_LENGTH)
    if Recording.objects.filter(call=call).exists():
        raise refusals.RecordingNotedBefore()
    Recording.objects.create(
        call=call,
        seller_id=call.seller_id,
        seller_company_id=call.seller_company_id,
        reference=reference.strip(),
        at=command.at,
        by=command.viewer.key,
    )
    command.audit(str(call_id))
    return {"call_id": str(call_id)}


def number_of(viewer: Viewer, lead_id: UUID) -> str:
    """Return the customer's number as far as the viewer may see it; empty if there is none."""
    with reading(viewer):
        customers = list(leads_seen_by(viewer).filter(lead_id=lead_id).values_list("customer_id", flat=True))
        found = names_of(viewer, customers)
    return next((name.phone or "" for name in found.values()), "")


def calls_about(viewer: Viewer, lead_id: UUID) -> list[CallRow]:
    """Return the calls about one of the viewer's leads, newest first."""
    with reading(viewer):
        return [CallRow(call_id, at, reference or "") for call_id, at, reference in rows(_calls, viewer, lead_id)]


def _calls(viewer: Viewer, lead_id: UUID) -> QuerySet[Any, Any]:
    calls = Call.objects.filter(lead_id=lead_id, lead__in=leads_seen_by(viewer)).order_by("-at", "-call_id")
    return calls.values_list("call_id", "at", "recording__reference")
