"""Leads page by page, for machines: what a company's sellers may work on now, in the order of the leads' ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.domains.customers.references import own_keys_of
from onefold.domains.leads.models import Lead, Offered
from onefold.domains.leads.queries import OutcomeRow, Place, allowed_now, last_outcomes, offered_place
from onefold.domains.leads.refusals import LeadUnknown
from onefold.domains.leads.scope import closing, leads_seen_by
from onefold.domains.releases.queries import active_release_id

FIRST = UUID(int=0)


@dataclass(frozen=True)
class ListedLead:
    """`customer_keys`: what the viewer's company itself calls the customer; empty for one it knows by a consent only."""

    lead_id: UUID
    customer_id: UUID
    customer_keys: tuple[str, ...]
    series: str
    owner_company: str
    seller: str
    channel: str
    action: str
    score: int
    value_minor: int
    basis: int
    rank: int
    because: str
    opened_at: datetime
    last_outcome: OutcomeRow | None


@dataclass(frozen=True)
class Page:
    """`next`: the lead after which the following page begins; None on the last one."""

    leads: tuple[ListedLead, ...]
    next: UUID | None


def page_of(viewer: Viewer, *, seller: str = "", channel: str = "", after: UUID | None = None, limit: int) -> Page:
    """Return up to `limit` leads after `after`. What may not be worked on now is left out, so a page may be shorter."""
    with reading(viewer) as at:
        leads = leads_seen_by(viewer).filter(lead_id__gt=after or FIRST)
        if seller:
            leads = leads.filter(seller_id=seller)
        if channel:
            leads = leads.filter(channel_id=channel)
        closed = Exists(closing(today(at)).filter(lead_id=OuterRef("lead_id")))
        offered = Offered.objects.filter(release_id=active_release_id(viewer), lead__in=leads).filter(~closed)
        rows = list(offered.select_related("lead").order_by("lead_id")[: limit + 1])
        listed = _listed(viewer, rows[:limit])
    return Page(tuple(listed), rows[limit - 1].lead_id if len(rows) > limit else None)


def _listed(viewer: Viewer, rows: list[Offered]) -> list[ListedLead]:
    places = [offered_place(row) for row in rows]
    allowed = allowed_now(viewer, places)
    kept = [row for row in places if row.lead.lead_id in allowed]
    keys = own_keys_of(viewer, {row.lead.customer_id for row in kept})
    last = last_outcomes(viewer, [row.lead.lead_id for row in kept])
    return [_line(row, keys, last) for row in kept]


def _line(row: Place, keys: dict[UUID, list[str]], last: dict[UUID, OutcomeRow]) -> ListedLead:
    lead = row.lead
    return ListedLead(
        lead.lead_id, lead.customer_id, tuple(keys.get(lead.customer_id, ())), lead.series_id, lead.owner_company_id,
        lead.seller_id, lead.channel_id, row.action, row.score, row.value_minor, row.basis, row.rank, row.because,
        lead.opened_at, last.get(lead.lead_id),
    )  # fmt: skip


@dataclass(frozen=True)
class ToldLead:
    """What others are told of a lead."""

    lead_id: UUID
    customer_id: UUID
    series: str
    seller: str
    seller_company: str
    channel: str


def lead_as_told(viewer: Viewer, lead_id: UUID) -> ToldLead:
    """Return one lead, offered now or not; raise `LeadUnknown` for none or another company's."""
    with reading(viewer):
        lead: Lead | None = leads_seen_by(viewer).filter(lead_id=lead_id).first()
    if lead is None:
        raise LeadUnknown()
    return ToldLead(lead_id, lead.customer_id, lead.series_id, lead.seller_id, lead.seller_company_id, lead.channel_id)
