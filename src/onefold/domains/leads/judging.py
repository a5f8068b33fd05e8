"""May this lead be offered now? The gates, with what a referral settles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from onefold.commands.prepared import rows
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.decision.gates import OF_OUR_APPROACH, OF_SELLER, Gate, mask_of
from onefold.domains.leads.models import Lead, Referral
from onefold.domains.leads.queries import LeadRow
from onefold.domains.leads.referral_queries import accepted_by, referrals_about
from onefold.domains.leads.rules import ACCEPTED
from onefold.domains.leads.scope import needs_open
from onefold.domains.offers.queries import Verdict, judge_now

OF_THE_CALL = mask_of(Gate.QUIET_TIME, Gate.CONTACTED_ENOUGH, Gate.OTHER_COMPANY_FIRST)
"""What forbids to call now, and has nothing to say once the customer has answered."""


def judge_lead(viewer: Viewer, lead: Lead) -> Verdict:
    """Judge one of the viewer's leads by what is true at this moment; see `_judged`."""
    return _judged(viewer, lead.lead_id, lead.customer_id, lead.series_id, lead.seller_id)


def judge_row(viewer: Viewer, row: LeadRow) -> Verdict:
    """The same, for a line of the list; its score and what speaks for it are the list's."""
    verdict = _judged(viewer, row.lead_id, row.customer_id, row.series, row.seller)
    return replace(verdict, score=row.score, because=row.because)


def _judged(viewer: Viewer, lead_id: UUID, customer_id: UUID, series: str, seller: str) -> Verdict:
    """Judge by what is true at this moment.

    Two things a referral settles: a lead from another company stands on the consent by which it was referred, and a
    specialist who comes along stands in for what the seller's own licence lacks. What the customer asked for is no approach of ours.
    """
    with reading(viewer):
        verdict = judge_now(viewer, customer_id, series, seller)
        settled = _settled(viewer, lead_id) if verdict.blocked else 0
    return replace(verdict, blocked=verdict.blocked & ~settled, missing=verdict.missing & ~settled)


def _settled(viewer: Viewer, lead_id: UUID) -> int:
    with reading(viewer) as at:
        came = accepted_by(viewer, at).get(lead_id)
        companions = [row for row in referrals_about(viewer, lead_id) if row.kind == Referral.Kind.ACCOMPANY]
        asked = bool(rows(_asked, viewer, today(at), lead_id))
    settled = mask_of(*OF_OUR_APPROACH) if asked else 0
    if came is not None and came.from_company != came.to_company:
        settled |= Gate.NO_CONSENT.bit
    if any(row.state == ACCEPTED for row in companions):
        settled |= OF_SELLER & ~Gate.NO_SELLER.bit
    return settled


def _asked(viewer: Viewer, on: date, lead_id: UUID) -> QuerySet[Any, Any]:
    return needs_open(on).filter(lead_id=lead_id).values_list("pk")[:1]
