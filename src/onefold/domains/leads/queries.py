"""A seller's list, and one lead with its customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.consent.queries import blocked_customers, marketing_allowed
from onefold.domains.contacts.queries import ALL_SERIES, silenced
from onefold.domains.customers.queries import CustomerName, names_of
from onefold.domains.leads.models import Lead, Offered, Outcome
from onefold.domains.leads.refusals import LeadUnknown
from onefold.domains.leads.rules import OUTCOMES
from onefold.domains.releases.queries import active_release_id

CLOSING = [code for code, rule in OUTCOMES.items() if rule.closes]


@dataclass(frozen=True)
class LeadRow:
    """One line of a seller's list."""

    lead_id: UUID
    customer_id: UUID
    customer: CustomerName
    series: str
    owner_company: str
    seller: str
    action: str
    score: int
    value_minor: int
    basis: int
    rank: int
    because: str
    last_code: str | None
    last_at: datetime | None


@dataclass(frozen=True)
class OutcomeRow:
    code: str
    not_until: date | None
    at: datetime


def leads_seen_by(viewer: Viewer) -> QuerySet[Lead]:
    """The second wall: a seller's own leads, a company's own sellers' leads, the customer's own."""
    if viewer.kind == ViewerKind.SELLER:
        return Lead.objects.filter(seller_id=viewer.seller)
    if viewer.kind == ViewerKind.COMPANY:
        return Lead.objects.filter(seller_company_id=viewer.company)
    if viewer.kind == ViewerKind.CUSTOMER:
        return Lead.objects.filter(customer_id=viewer.customer)
    return Lead.objects.all() if viewer.kind == ViewerKind.SYSTEM else Lead.objects.none()


def open_leads_of(viewer: Viewer) -> list[LeadRow]:
    """Return the leads a seller may work on now, best first: offered by the release in force, not closed, and not silenced,
    blocked or without consent since it was made."""
    with reading(viewer):
        offered = list(
            Offered.objects.filter(release_id=active_release_id(viewer), lead__in=leads_seen_by(viewer))
            .filter(~Exists(Outcome.objects.filter(lead_id=OuterRef("lead_id"), code__in=CLOSING)))
            .select_related("lead")
            .order_by("seller_id", "rank")
        )
        allowed = _allowed_now(viewer, [row.lead for row in offered])
        kept = [row for row in offered if row.lead_id in allowed]
        names = names_of(viewer, [row.lead.customer_id for row in kept])
        last = last_outcomes(viewer, [row.lead_id for row in kept])
    return [_line(row, names, last) for row in kept if row.lead.customer_id in names]


def leads_by_seller(viewer: Viewer) -> dict[str, int]:
    """Return how many leads the release in force gives each seller the viewer may see; who has none is left out."""
    with reading(viewer):
        offered = Offered.objects.filter(release_id=active_release_id(viewer), lead__in=leads_seen_by(viewer))
        counts = offered.values_list("seller_id").annotate(leads=Count("id")).order_by("seller_id")
        return dict(counts)


def _allowed_now(viewer: Viewer, leads: list[Lead]) -> set[UUID]:
    customers = [lead.customer_id for lead in leads]
    consents = marketing_allowed(viewer, customers)
    blocked = blocked_customers(viewer, customers)
    silent = silenced(viewer, customers)
    return {
        lead.lead_id
        for lead in leads
        if (lead.customer_id, lead.seller_company_id, lead.owner_company_id) in consents
        and lead.customer_id not in blocked
        and (lead.customer_id, lead.series_id) not in silent
        and (lead.customer_id, ALL_SERIES) not in silent
    }


def last_outcomes(viewer: Viewer, lead_ids: list[UUID]) -> dict[UUID, OutcomeRow]:
    """Return the latest outcome of each lead that has one."""
    with reading(viewer):
        rows = (
            Outcome.objects.filter(lead_id__in=lead_ids).order_by("lead_id", "-at", "-outcome_id").distinct("lead_id")
        )
        return {row.lead_id: OutcomeRow(row.code, row.not_until, row.at) for row in rows}


def outcomes_of(viewer: Viewer, lead_id: UUID) -> list[OutcomeRow]:
    """Return everything that came of one lead, newest first."""
    with reading(viewer):
        rows = Outcome.objects.filter(lead_id=lead_id).order_by("-at", "-outcome_id")
        return [OutcomeRow(row.code, row.not_until, row.at) for row in rows]


def lead(viewer: Viewer, lead_id: UUID) -> LeadRow:
    """Return one lead, whether or not it may be worked on now; raise `LeadUnknown` for none or somebody else's."""
    with reading(viewer):
        row = (
            Offered.objects.filter(
                release_id=active_release_id(viewer), lead__in=leads_seen_by(viewer), lead_id=lead_id
            )
            .select_related("lead")
            .first()
        )
        if row is None:
            raise LeadUnknown()
        names = names_of(viewer, [row.lead.customer_id])
        if row.lead.customer_id not in names:
            raise LeadUnknown()
        return _line(row, names, last_outcomes(viewer, [lead_id]))


def _line(row: Offered, names: dict[UUID, CustomerName], last: dict[UUID, OutcomeRow]) -> LeadRow:
    newest = last.get(row.lead_id)
    return LeadRow(
        row.lead_id, row.lead.customer_id, names[row.lead.customer_id], row.lead.series_id, row.lead.owner_company_id,
        row.lead.seller_id, row.action, row.score, row.value_minor, row.basis, row.rank, row.because, newest.code if newest else None, newest.at if newest else None,
    )  # fmt: skip
