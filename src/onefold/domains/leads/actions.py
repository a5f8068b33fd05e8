"""Answer a lead. What must be true now is judged again at the click."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from onefold.commands.action import Command, action
from onefold.commands.scope import today
from onefold.decision.gates import gates_in
from onefold.domains import rulebook
from onefold.domains.consent.actions import block_contact
from onefold.domains.contacts.actions import record_attempt, silence
from onefold.domains.leads import events, refusals
from onefold.domains.leads.models import Lead, Outcome
from onefold.domains.leads.queries import leads_seen_by
from onefold.domains.leads.rules import OUTCOMES, silence_until
from onefold.domains.offers.queries import judge_now
from onefold.kernel.ids import new_id


@action
def answer(command: Command, *, lead_id: UUID, code: str, not_until: date | None = None) -> dict[str, Any]:
    """Write down what came of a lead; silence or block what the answer says.

    Raises `LeadUnknown`, `LeadAnsweredBefore`, `OutcomeUnknown`, `NotUntilNeedsDay`, and `LeadForbiddenNow` when a seller
    reports interest in an offer that the gates forbid by now.
    """
    if code not in OUTCOMES:
        raise refusals.OutcomeUnknown()
    command.lock(lead_id)
    lead = leads_seen_by(command.viewer).filter(lead_id=lead_id).first()
    if lead is None:
        raise refusals.LeadUnknown()
    _refuse_if_closed(lead)
    _refuse_if_forbidden_now(command, lead, code)
    until = _until(command, code, not_until)
    _write(command, lead, code, until)
    return {"lead_id": str(lead_id), "code": code, "until": until}


def _refuse_if_closed(lead: Lead) -> None:
    closing = [code for code, rule in OUTCOMES.items() if rule.closes]
    if Outcome.objects.filter(lead_id=lead.lead_id, code__in=closing).exists():
        raise refusals.LeadAnsweredBefore()


def _refuse_if_forbidden_now(command: Command, lead: Lead, code: str) -> None:
    """A "no" is always written down; only interest needs an offer that is still allowed."""
    if code != "INTERESTED":
        return
    verdict = judge_now(command.viewer, lead.customer_id, lead.series_id, lead.seller_id)
    if not verdict.allowed:
        raise refusals.LeadForbiddenNow(gates=", ".join(gate.name for gate in gates_in(verdict.blocked)))


def _until(command: Command, code: str, not_until: date | None) -> date | None:
    on = today(command.at)
    days_max = rulebook.value("contact.not_until_days_max", on)
    try:
        return silence_until(code, not_until, on, rulebook.value("contact.declined_silence_days", on), days_max)
    except ValueError as error:
        raise refusals.NotUntilNeedsDay(days=days_max) from error


def _write(command: Command, lead: Lead, code: str, until: date | None) -> None:
    Outcome.objects.create(
        outcome_id=new_id(),
        lead_id=lead.lead_id,
        seller_id=lead.seller_id,
        seller_company_id=lead.seller_company_id,
        code=code,
        not_until=until,
        at=command.at,
        by=command.viewer.key,
    )
    record_attempt(
        command,
        customer_id=lead.customer_id,
        channel=lead.channel_id,
        seller=lead.seller_id,
        series=lead.series_id,
        outcome=code,
    )
    if until:
        silence(command, customer_id=lead.customer_id, series=lead.series_id, until=until)
    if OUTCOMES[code].blocks:
        block_contact(command, customer_id=lead.customer_id)
    command.audit(str(lead.lead_id), code=code)
    command.emit(events.LeadAnswered(str(lead.lead_id), code))
