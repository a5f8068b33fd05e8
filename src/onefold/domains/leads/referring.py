"""Hand a lead to a colleague who may sell, or ask one along; take it, leave it, take it back. Both sides see how it stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from onefold.commands.action import Command, action
from onefold.commands.scope import today
from onefold.decision.gates import Gate, gates_in
from onefold.domains import rulebook
from onefold.domains.leads import events, refusals
from onefold.domains.leads.judging import OF_THE_CALL
from onefold.domains.leads.models import Lead, Offered, Referral, ReferralStep
from onefold.domains.leads.protecting import protect, refuse_if_with_colleague
from onefold.domains.leads.referral_queries import (
    ReferralRow,
    colleagues_for,
    late,
    may_sell,
    referral,
    referrals_about,
)
from onefold.domains.leads.rules import ACCEPTED, CLOSED, DECLINED, EXPIRED, OFFERED, WITHDRAWN, may_follow
from onefold.domains.leads.taking import own_lead, refuse_if_closed, refuse_long_note
from onefold.domains.offers.queries import judge_now
from onefold.domains.releases.queries import active_release_id
from onefold.domains.sellers.queries import seller
from onefold.kernel.ids import derived_id, new_id


@action
def refer(command: Command, *, lead_id: UUID, to_seller: str, kind: str = "HANDOVER", note: str = "") -> dict[str, Any]:
    """Ask a colleague to take the lead over (HANDOVER) or to come along (ACCOMPANY).

    Raises `LeadUnknown`, `LeadAnsweredBefore`, `WithColleague`, `ReferralOpen`, `ColleagueMayNot`, `ColleagueBusy`, `NoteTooLong`, and
    `LeadForbiddenNow` when a gate forbids the offer whoever brings it.
    """
    lead = own_lead(command, lead_id)
    refuse_if_closed(command, lead)
    refuse_if_with_colleague(command, lead)
    _refuse_second(command, lead)
    _refuse_colleague(command, lead, to_seller, kind)
    refuse_long_note(command, note)
    made = _write(command, lead, to_seller, kind, note)
    _step(command, made.referral_id, 0, "", OFFERED)
    command.emit(events.ReferralOffered(str(made.referral_id), str(lead_id), kind, to_seller))
    return {"referral_id": str(made.referral_id), "expires_at": made.expires_at}


@action
def accept(command: Command, *, referral_id: UUID) -> dict[str, Any]:
    """Take it over, or agree to come along. Raises `ReferralUnknown`, `ReferralNotOpen`, `LeadForbiddenNow`, `WithColleague`."""
    row = _received(command, referral_id)
    _refuse_forbidden(
        command, row.customer_id, row.series, row.to_seller, other_company=row.from_company != row.to_company
    )
    _go_on(command, row, ACCEPTED)
    if row.kind == Referral.Kind.HANDOVER:
        _open_lead(command, row)
    command.emit(events.ReferralAccepted(str(referral_id), row.kind, row.to_seller))
    return {"referral_id": str(referral_id), "lead_id": str(row.to_lead_id), "kind": row.kind}


@action
def decline(command: Command, *, referral_id: UUID, reason: str) -> dict[str, Any]:
    """Leave it: the lead is the referrer's again. Raises `ReferralUnknown`, `ReferralNotOpen`, `ReasonUnknown`."""
    row = _received(command, referral_id)
    if reason not in rulebook.value("contact.referral_declined_reasons", today(command.at)):
        raise refusals.ReasonUnknown()
    _go_on(command, row, DECLINED, reason)
    command.emit(events.ReferralDeclined(str(referral_id), reason))
    return {"referral_id": str(referral_id)}


@action
def withdraw(command: Command, *, referral_id: UUID) -> dict[str, Any]:
    """Take back what nobody accepted yet. Raises `ReferralUnknown`, `ReferralNotOpen`."""
    row = _seen(command, referral_id)
    if row.from_seller != command.viewer.seller:
        raise refusals.ReferralUnknown()
    _go_on(command, row, WITHDRAWN)
    command.emit(events.ReferralWithdrawn(str(referral_id)))
    return {"referral_id": str(referral_id)}


@action
def expire(command: Command) -> dict[str, Any]:
    """Write down which referrals nobody accepted in time; their leads are the referrers' again. For the clock's job."""
    done = [row for row in late(command.at).order_by("referral_id") if _still_offered(command, row)]
    for row in done:
        _step(command, row.referral_id, 1, OFFERED, EXPIRED)
        command.emit(events.ReferralExpired(str(row.referral_id)))
    return {"expired": len(done)}


def close_taken_over(command: Command, lead_id: UUID, code: str) -> None:
    """Let the referrer see that what was handed over has come to an end, and how."""
    for row in _taken(command, lead_id, ACCEPTED):
        _go_on(command, row, CLOSED, code)
        command.emit(events.ReferralClosed(str(row.referral_id), code))


@action
def close_refused(command: Command, *, lead_id: UUID) -> dict[str, Any]:
    """The customer refused in the portal what was handed over: the referral has come to its end. For the event's reaction."""
    about = Referral.objects.filter(Q(lead_id=lead_id) | Q(to_lead_id=lead_id), kind=Referral.Kind.HANDOVER)
    rows = [_seen(command, referral_id) for referral_id in about.values_list("pk", flat=True)]
    closed = [row for row in rows if may_follow(row.state, CLOSED)]
    for row in closed:
        _go_on(command, row, CLOSED, "DECLINED")
        command.emit(events.ReferralClosed(str(row.referral_id), "DECLINED"))
    return {"closed": len(closed)}


def reopen_taken_over(command: Command, lead_id: UUID) -> None:
    """The answer that closed it was a slip."""
    for row in _taken(command, lead_id, CLOSED):
        _go_on(command, row, ACCEPTED)


def _refuse_second(command: Command, lead: Lead) -> None:
    if any(row.state in (OFFERED, ACCEPTED) for row in referrals_about(command.viewer, lead.lead_id)):
        raise refusals.ReferralOpen()


def _refuse_colleague(command: Command, lead: Lead, to_seller: str, kind: str) -> None:
    if kind not in Referral.Kind.values:
        raise refusals.ColleagueMayNot()
    command.lock(f"{command.viewer.seller} to {to_seller}")
    if to_seller not in {row.seller.seller for row in colleagues_for(command.viewer, lead)}:
        raise refusals.ColleagueMayNot()
    waiting = Referral.objects.filter(
        from_seller_id=command.viewer.seller, to_seller_id=to_seller, expires_at__gt=command.at
    ).exclude(steps__number=1)
    most = rulebook.value("contact.referrals_open_max", today(command.at))
    if waiting.count() >= most:
        raise refusals.ColleagueBusy(most=most)
    _refuse_forbidden(command, lead.customer_id, lead.series_id, to_seller, other_company=True)


def _refuse_forbidden(command: Command, customer_id: UUID, series: str, to_seller: str, *, other_company: bool) -> None:
    """The gates, for this colleague. Consent was settled by whom the referral may reach: to another company, the usual one
    - from the colleague's company to the owner - is not the one it stands on, nor to be seen from here. When the colleague may
    call is asked when the colleague does."""
    verdict = judge_now(command.viewer, customer_id, series, to_seller)
    blocked = verdict.blocked & ~OF_THE_CALL & ~(Gate.NO_CONSENT.bit if other_company else 0)
    if blocked:
        raise refusals.LeadForbiddenNow(gates=", ".join(gate.name for gate in gates_in(blocked)))


def _write(command: Command, lead: Lead, to_seller: str, kind: str, note: str) -> Referral:
    on = today(command.at)
    colleague = seller(command.viewer, to_seller)
    assert colleague is not None, "colleagues_for named somebody who is no seller"
    offered = Offered.objects.filter(release_id=active_release_id(command.viewer), lead_id=lead.lead_id).first()
    licence = "LICENSED" if may_sell(command.viewer, lead) else "UNLICENSED"
    made: Referral = Referral.objects.create(
        referral_id=new_id(),
        kind=kind,
        lead=lead,
        customer_id=lead.customer_id,
        series_id=lead.series_id,
        owner_company_id=lead.owner_company_id,
        from_seller_id=lead.seller_id,
        from_company_id=lead.seller_company_id,
        to_seller_id=to_seller,
        to_company_id=colleague.company,
        to_lead_id=derived_id("lead", lead.customer_id.hex, lead.series_id, to_seller),
        score=offered.score if offered else 0,
        because=offered.because if offered else "",
        note=note,
        credit=rulebook.value("contact.referral_credit", on)[licence],
        offered_at=command.at,
        expires_at=command.at + timedelta(hours=rulebook.value("contact.referral_acceptance_hours", on)),
        by=command.viewer.key,
    )
    command.audit(str(lead.lead_id), kind=kind, to_seller=to_seller, credit=made.credit)
    return made


def _open_lead(command: Command, row: ReferralRow) -> None:
    """The colleague's own lead, unless a release once offered the same to them; the colleague's alone from now on."""
    colleague = seller(command.viewer, row.to_seller)
    assert colleague is not None, "a referral names a seller"
    new = Lead(
        lead_id=row.to_lead_id,
        customer_id=row.customer_id,
        series_id=row.series,
        owner_company_id=row.owner_company,
        seller_id=row.to_seller,
        seller_company_id=row.to_company,
        channel_id=colleague.channel,
        opened_at=command.at,
    )
    Lead.objects.bulk_create([new], ignore_conflicts=True)
    protect(command, new, instead_of=row.from_seller)


def _received(command: Command, referral_id: UUID) -> ReferralRow:
    row = _seen(command, referral_id)
    if row.to_seller != command.viewer.seller:
        raise refusals.ReferralUnknown()
    return row


def _seen(command: Command, referral_id: UUID) -> ReferralRow:
    command.lock(referral_id)
    row = referral(command.viewer, referral_id)
    if row is None:
        raise refusals.ReferralUnknown()
    return row


def _taken(command: Command, lead_id: UUID, state: str) -> list[ReferralRow]:
    """The handovers to the viewer that became this lead and are in `state`."""
    found = Referral.objects.filter(to_lead_id=lead_id, to_seller_id=command.viewer.seller).values_list("pk", flat=True)
    rows = [_seen(command, referral_id) for referral_id in found]
    return [row for row in rows if row.state == state and row.kind == Referral.Kind.HANDOVER]


def _still_offered(command: Command, row: Referral) -> bool:
    command.lock(row.referral_id)
    return not ReferralStep.objects.filter(referral_id=row.referral_id, number=1).exists()


def _go_on(command: Command, row: ReferralRow, state: str, reason: str = "") -> None:
    if not may_follow(row.state, state):
        raise refusals.ReferralNotOpen()
    number = ReferralStep.objects.filter(referral_id=row.referral_id).count()
    _step(command, row.referral_id, number, row.state, state, reason)


def _step(command: Command, referral_id: UUID, number: int, before: str, state: str, reason: str = "") -> None:
    ReferralStep.objects.create(
        referral_id=referral_id,
        number=number,
        before=before,
        state=state,
        reason=reason,
        at=command.at,
        by=command.viewer.key,
    )
    command.audit(str(referral_id), state=state, reason=reason)
