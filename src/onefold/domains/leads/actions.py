"""Answer a lead, and take a slip back. What must be true now is judged again at the click."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from onefold.commands.action import Command, action
from onefold.commands.scope import today
from onefold.decision.gates import gates_in
from onefold.domains import rulebook
from onefold.domains.consent.actions import block_contact, retract_block
from onefold.domains.contacts.actions import record_attempt, retract, silence
from onefold.domains.leads import events, refusals
from onefold.domains.leads.judging import OF_THE_CALL, judge_lead
from onefold.domains.leads.models import Correction, Lead, Outcome
from onefold.domains.leads.needs import take_asked
from onefold.domains.leads.protecting import protect, release
from onefold.domains.leads.referring import close_taken_over, reopen_taken_over
from onefold.domains.leads.rules import OUTCOMES, silence_until, within_minutes
from onefold.domains.leads.scope import leads_seen_by, needs_open, outcomes_that_count, unanswered_call
from onefold.domains.leads.taking import own_lead, refuse_if_closed
from onefold.kernel.ids import new_id


@action
def answer(
    command: Command, *, lead_id: UUID, code: str, not_until: date | None = None, reason: str = ""
) -> dict[str, Any]:
    """Write down what came of a lead; silence or block what the answer says.

    `reason` (of contact.declined_reasons) goes with DECLINED only. Raises `LeadUnknown`, `LeadAnsweredBefore`,
    `OutcomeUnknown`, `ReasonUnknown`, `NotUntilNeedsDay`; and when a seller reports interest, `LeadForbiddenNow` for an offer
    that the gates forbid by now, `WithColleague` for what is a colleague's alone.
    """
    _refuse_unknown(command, code, reason)
    lead = own_lead(command, lead_id)
    refuse_if_closed(command, lead)
    _refuse_if_forbidden_now(command, lead, code)
    if code == "INTERESTED":
        protect(command, lead)
    take_asked(command, lead_id)
    until = _until(command, code, not_until)
    outcome_id = _write(command, lead, code, until, reason)
    return {"lead_id": str(lead_id), "outcome_id": str(outcome_id), "code": code, "until": until}


@action
def correct(command: Command, *, outcome_id: UUID) -> dict[str, Any]:
    """Take the newest answer about a lead back within minutes: a slip of the thumb. Its silence or block goes with it;
    what others said stays.

    Raises `OutcomeUnknown` for none, somebody else's or the customer's own word, `UndoTooLate`, `UndoNotLast`.
    """
    said = Outcome.objects.filter(outcome_id=outcome_id, by_customer=False)
    outcome = said.filter(lead__in=leads_seen_by(command.viewer)).first()
    if outcome is None:
        raise refusals.OutcomeUnknown()
    command.lock(outcome.lead_id)
    newest = outcomes_that_count().filter(lead_id=outcome.lead_id).order_by("-at", "-outcome_id").first()
    if newest is None or newest.pk != outcome.pk:
        raise refusals.UndoNotLast()
    minutes = rulebook.value("contact.undo_minutes", today(command.at))
    if not within_minutes(outcome.at, command.at, minutes):
        raise refusals.UndoTooLate(minutes=minutes)
    _take_back(command, outcome)
    return {"lead_id": str(outcome.lead_id), "outcome_id": str(outcome_id), "code": outcome.code}


def _refuse_unknown(command: Command, code: str, reason: str) -> None:
    if code not in OUTCOMES:
        raise refusals.OutcomeUnknown()
    if reason and (code != "DECLINED" or reason not in rulebook.value("contact.declined_reasons", today(command.at))):
        raise refusals.ReasonUnknown()


def _refuse_if_forbidden_now(command: Command, lead: Lead, code: str) -> None:
    """A "no" is always written down; only interest needs an offer that is still allowed."""
    if code != "INTERESTED":
        return
    blocked = judge_lead(command.viewer, lead).blocked & ~OF_THE_CALL
    if blocked:
        raise refusals.LeadForbiddenNow(gates=", ".join(gate.name for gate in gates_in(blocked)))


def _until(command: Command, code: str, not_until: date | None) -> date | None:
    on = today(command.at)
    days_max = rulebook.value("contact.not_until_days_max", on)
    try:
        return silence_until(code, not_until, on, rulebook.value("contact.declined_silence_days", on), days_max)
    except ValueError as error:
        raise refusals.NotUntilNeedsDay(days=days_max) from error


def _write(command: Command, lead: Lead, code: str, until: date | None, reason: str) -> UUID:
    """One answer, one id: the attempt, the silence and the block carry it too, so that a slip can be taken back whole."""
    call, answer_id = unanswered_call(command.viewer, lead.lead_id), new_id()
    Outcome.objects.create(
        outcome_id=answer_id,
        lead_id=lead.lead_id,
        seller_id=lead.seller_id,
        seller_company_id=lead.seller_company_id,
        code=code,
        reason=reason,
        not_until=until,
        at=command.at,
        by=command.viewer.key,
    )
    customer, series = lead.customer_id, lead.series_id
    record_attempt(
        command,
        customer_id=customer,
        channel=lead.channel_id,
        seller=lead.seller_id,
        series=series,
        outcome=code,
        answer_id=answer_id,
        counted=call is None,
    )
    if until:
        silence(command, customer_id=customer, series=series, until=until, answer_id=answer_id)
    if OUTCOMES[code].blocks:
        block_contact(command, customer_id=customer, answer_id=answer_id)
    if OUTCOMES[code].closes:
        close_taken_over(command, lead.lead_id, code)
        release(command, lead)
    command.audit(str(lead.lead_id), code=code, reason=reason)
    command.emit(events.LeadAnswered(str(lead.lead_id), code))
    return answer_id


def _take_back(command: Command, outcome: Outcome) -> None:
    Correction.objects.create(
        outcome_id=outcome.outcome_id,
        seller_id=outcome.seller_id,
        seller_company_id=outcome.seller_company_id,
        at=command.at,
        by=command.viewer.key,
    )
    retract(command, answer_id=outcome.outcome_id)
    if OUTCOMES[outcome.code].blocks:
        retract_block(command, block_id=outcome.outcome_id)
    if OUTCOMES[outcome.code].closes:
        reopen_taken_over(command, outcome.lead_id)
    _as_it_was(command, outcome.lead)
    command.audit(str(outcome.lead_id), code=outcome.code)
    command.emit(events.AnswerCorrected(str(outcome.lead_id), outcome.code))


def _as_it_was(command: Command, lead: Lead) -> None:
    """Whose matter it is without the slip: the seller's who took the customer's wish or whose last answer is interest; else nobody's."""
    taken = needs_open(today(command.at)).filter(lead_id=lead.lead_id, taken__isnull=False).exists()
    last = outcomes_that_count().filter(lead_id=lead.lead_id).order_by("-at", "-outcome_id").first()
    if not taken and (last is None or last.code != "INTERESTED"):
        release(command, lead)
        return
    with suppress(refusals.WithColleague):  # who took it in these minutes keeps it
        protect(command, lead)
