"""A seller's list, and one lead with its customer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from onefold.commands.prepared import instances, rows
from onefold.commands.scope import current_instant, reading, today
from onefold.commands.viewer import Viewer
from onefold.domains.consent.queries import blocked_customers, marketing_allowed
from onefold.domains.contacts.queries import ALL_SERIES, silenced
from onefold.domains.customers.queries import CustomerName, names_of
from onefold.domains.leads.models import Lead, Need, Offered, Outcome
from onefold.domains.leads.protecting import Hold, Matter, holds_about, holds_of, matter_of, with_colleague
from onefold.domains.leads.referral_queries import ReferralRow, accepted_by, standing
from onefold.domains.leads.refusals import LeadUnknown
from onefold.domains.leads.scope import closing, leads_seen_by, needs_open, outcomes_that_count
from onefold.domains.releases.queries import active_release_id


@dataclass(frozen=True)
class LeadRow:
    """One line of a seller's list. `referred_by`: the colleague who handed it over; `asked`: where the customer asked for it, with what
    `wish`; both empty = the release offers it. `take_until`: the wish must be taken by then, or goes to a colleague; None = taken. `hold`: whose alone
    it is, the seller's or a colleague's; None = nobody's."""

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
    referred_by: str = ""
    asked: str = ""
    asked_at: datetime | None = None
    wish: str = ""
    take_until: datetime | None = None
    hold: Hold | None = None

    @property
    def yours_until(self) -> date | None:
        """The first day on which it is no longer the seller's alone; None: it is not."""
        return self.hold.until if self.hold is not None and self.hold.seller == self.seller else None

    @property
    def colleagues_until(self) -> date | None:
        """The same for a colleague's."""
        return self.hold.until if self.hold is not None and self.hold.seller != self.seller else None


@dataclass(frozen=True)
class OutcomeRow:
    """`lead_id` and `customer_id` say about whom; `corrected`: it was a slip and counts no more."""

    outcome_id: UUID
    lead_id: UUID
    customer_id: UUID
    series: str
    code: str
    reason: str
    not_until: date | None
    at: datetime
    corrected: bool = False
    by_customer: bool = False


@dataclass(frozen=True)
class Place:
    """Why a lead is on a list: offered by the release in force, or handed over by a colleague."""

    lead: Lead
    action: str
    score: int
    value_minor: int
    basis: int
    rank: int
    because: str
    referred_by: str = ""
    from_company: str = ""
    asked: str = ""
    asked_at: datetime | None = None
    wish: str = ""
    take_until: datetime | None = None


def open_leads_of(viewer: Viewer) -> list[LeadRow]:
    """Return the leads a seller may work on now, best first: offered by the release in force or taken over from a colleague,
    not closed, not handed over, and not silenced, blocked or without consent since."""
    with reading(viewer) as at:
        on = today(at)
        taken, given_away = standing(viewer, at)
        places = _places(viewer, on, taken)
        holds = holds_of(viewer)
        allowed = allowed_now(viewer, places, holds)
        kept = [row for row in places if row.lead.lead_id in allowed and row.lead.lead_id not in given_away]
        return _lines(viewer, kept, holds)


def open_leads_of_customer(viewer: Viewer, customer_id: UUID) -> list[LeadRow]:
    """Return those of the viewer's open leads that are about one customer."""
    with reading(viewer) as at:
        on = today(at)
        places = [row for row in _places(viewer, on, accepted_by(viewer, at)) if row.lead.customer_id == customer_id]
        holds = holds_of(viewer)
        allowed = allowed_now(viewer, places, holds)
        return _lines(viewer, [row for row in places if row.lead.lead_id in allowed], holds)


def _places(viewer: Viewer, on: date, referrals: dict[UUID, ReferralRow]) -> list[Place]:
    """What a customer asked for comes first, then what a colleague handed over: somebody is waiting for it. Then what the seller has in
    hand though the release offers it no more."""
    needs, held = _needs(viewer, on), (hold.lead_id for hold in holds_of(viewer).values())
    in_hand = instances(_open_among, viewer, on, list({*needs, *referrals, *held}))
    offered = instances(_offered_now, viewer, on, active_release_id(viewer))
    others = {lead.lead_id: lead for lead in in_hand}
    wanted = [_asked(others.pop(lead_id), need) for lead_id, need in needs.items() if lead_id in others]
    taken = [_handed(others.pop(lead_id), came) for lead_id, came in referrals.items() if lead_id in others]
    first = {row.lead.lead_id for row in (*wanted, *taken)}
    listed = [offered_place(row) for row in offered if row.lead_id not in first]
    for row in listed:
        others.pop(row.lead.lead_id, None)
    return [*wanted, *taken, *_once_offered(list(others.values())), *listed]


def _open(viewer: Viewer, on: date) -> QuerySet[Lead]:
    return leads_seen_by(viewer).filter(~Exists(closing(on).filter(lead_id=OuterRef("lead_id"))))


def _open_among(viewer: Viewer, on: date, lead_ids: list[UUID]) -> QuerySet[Lead]:
    return _open(viewer, on).filter(lead_id__in=lead_ids)


def _offered_now(viewer: Viewer, on: date, release_id: str) -> QuerySet[Offered]:
    offered = Offered.objects.filter(release_id=release_id, lead__in=_open(viewer, on))
    return offered.select_related("lead").order_by("seller_id", "rank")


def _once_offered(leads: list[Lead]) -> list[Place]:
    """As the last release that offered each of them did."""
    if not leads:
        return []
    newest = Offered.objects.filter(lead__in=leads).select_related("lead").order_by("lead_id", "-pk")
    last = {row.lead_id: offered_place(row) for row in newest.distinct("lead_id")}
    return [last.get(lead.lead_id, Place(lead, "SELL", 0, 0, 0, 0, "")) for lead in leads]


def _needs(viewer: Viewer, on: date) -> dict[UUID, Need]:
    """The newest open need of each of the viewer's leads."""
    return {row.lead_id: row for row in instances(_wished, viewer, on)}


def _wished(viewer: Viewer, on: date) -> QuerySet[Need]:
    return needs_open(on).filter(lead__in=leads_seen_by(viewer)).select_related("taken").order_by("at", "given_at")


def _asked(lead: Lead, need: Need) -> Place:
    take_until = None if hasattr(need, "taken") else need.take_until
    return Place(
        lead, "SELL", 0, 0, 0, 0, "", asked=need.source, asked_at=need.at, wish=need.note, take_until=take_until
    )


def _handed(lead: Lead, came: ReferralRow) -> Place:
    return Place(lead, "SELL", came.score, 0, 0, 0, came.because, came.from_seller, came.from_company)


def offered_place(row: Offered) -> Place:
    return Place(row.lead, row.action, row.score, row.value_minor, row.basis, row.rank, row.because)


def _lines(viewer: Viewer, places: list[Place], holds: dict[Matter, Hold]) -> list[LeadRow]:
    names = names_of(viewer, [row.lead.customer_id for row in places])
    last = last_outcomes(viewer, [row.lead.lead_id for row in places])
    return [
        replace(_line(row, names, last), hold=holds.get(matter_of(row.lead)))
        for row in places
        if row.lead.customer_id in names
    ]


def leads_by_seller(viewer: Viewer) -> dict[str, int]:
    """Return how many leads the release in force gives each seller the viewer may see; who has none is left out."""
    with reading(viewer):
        offered = Offered.objects.filter(release_id=active_release_id(viewer), lead__in=leads_seen_by(viewer))
        counts = offered.values_list("seller_id").annotate(leads=Count("id")).order_by("seller_id")
        return dict(counts)


def allowed_now(viewer: Viewer, places: list[Place], holds: dict[Matter, Hold] | None = None) -> set[UUID]:
    """Return what advertising is allowed for now, what the customer asked for being none; and nothing that is a colleague's alone.
    `holds`: about the customers of the places, where the caller knows them."""
    customers = [row.lead.customer_id for row in places]
    consents = marketing_allowed(viewer, customers)
    blocked = blocked_customers(viewer, customers)
    silent = silenced(viewer, customers)
    holds = holds_about(viewer, customers) if holds is None else holds
    return {
        row.lead.lead_id
        for row in places
        if not with_colleague(holds.get(matter_of(row.lead)), row.lead)
        and (
            row.asked
            or (
                _consented(row, consents)
                and row.lead.customer_id not in blocked
                and (row.lead.customer_id, row.lead.series_id) not in silent
                and (row.lead.customer_id, ALL_SERIES) not in silent
            )
        )
    }


def _consented(row: Place, consents: set[tuple[UUID, str, str]]) -> bool:
    """A lead from another company stands on the consent by which it was referred; any other on the one to the owner."""
    lead = row.lead
    if row.from_company and row.from_company != lead.seller_company_id:
        return (lead.customer_id, row.from_company, lead.seller_company_id) in consents
    return (lead.customer_id, lead.seller_company_id, lead.owner_company_id) in consents


def last_outcomes(viewer: Viewer, lead_ids: list[UUID]) -> dict[UUID, OutcomeRow]:
    """Return the latest outcome of each lead that has one."""
    with reading(viewer):
        return {row.lead_id: _outcome(row) for row in instances(_newest_of_each, viewer, lead_ids)}


def _newest_of_each(viewer: Viewer, lead_ids: list[UUID]) -> QuerySet[Outcome]:
    rows = outcomes_that_count().filter(lead_id__in=lead_ids).order_by("lead_id", "-at", "-outcome_id")
    return rows.distinct("lead_id").select_related("lead", "correction")


def outcomes_of(viewer: Viewer, lead_id: UUID) -> list[OutcomeRow]:
    """Return everything that came of one lead, newest first; slips too, marked as such."""
    with reading(viewer):
        return [_outcome(row) for row in instances(_all_of, viewer, lead_id)]


def _all_of(viewer: Viewer, lead_id: UUID) -> QuerySet[Outcome]:
    outcomes = Outcome.objects.filter(lead_id=lead_id).order_by("-at", "-outcome_id")
    return outcomes.select_related("lead", "correction")


def answers_since(viewer: Viewer, since: datetime) -> list[OutcomeRow]:
    """Return what a seller wrote down since an instant and did not take back, newest first."""
    with reading(viewer):
        return [_outcome(row) for row in instances(_answered_since, viewer, since)]


def _answered_since(viewer: Viewer, since: datetime) -> QuerySet[Outcome]:
    rows = outcomes_that_count().filter(lead__in=leads_seen_by(viewer), seller_id=viewer.seller, at__gte=since)
    return rows.select_related("lead", "correction").order_by("-at", "-outcome_id")


def is_closed(viewer: Viewer, lead_id: UUID) -> bool:
    """Return whether an answer keeps the lead off the list today."""
    with reading(viewer) as at:
        return bool(rows(_closing, viewer, today(at), lead_id))


def _closing(viewer: Viewer, on: date, lead_id: UUID) -> QuerySet[Any, Any]:
    return closing(on).filter(lead_id=lead_id).values_list("pk")[:1]


def lead(viewer: Viewer, lead_id: UUID) -> LeadRow:
    """Return one lead, whether or not it may be worked on now; raise `LeadUnknown` for none or somebody else's.

    A lead that the release in force offers no more has no rank and no action; its answers and plans are still there.
    """
    with reading(viewer) as at:
        found = next(iter(instances(_one, viewer, lead_id)), None)
        if found is None:
            raise LeadUnknown()
        places = [_place_of(viewer, found, accepted_by(viewer, at))]
        lines = _lines(viewer, places, holds_of(viewer))
        if not lines:
            raise LeadUnknown()
        return lines[0]


def _one(viewer: Viewer, lead_id: UUID) -> QuerySet[Lead]:
    return leads_seen_by(viewer).filter(lead_id=lead_id)


def _place_of(viewer: Viewer, found: Lead, referrals: dict[UUID, ReferralRow]) -> Place:
    needs = _needs(viewer, today(current_instant()))
    if found.lead_id in needs:
        return _asked(found, needs[found.lead_id])
    if found.lead_id in referrals:
        return _handed(found, referrals[found.lead_id])
    row = next(iter(instances(_offered, viewer, active_release_id(viewer) or "", found.lead_id)), None)
    return offered_place(row) if row else Place(found, "", 0, 0, 0, 0, "")


def _offered(viewer: Viewer, release_id: str, lead_id: UUID) -> QuerySet[Offered]:
    return Offered.objects.filter(release_id=release_id, lead_id=lead_id).select_related("lead")[:1]


def _outcome(row: Outcome) -> OutcomeRow:
    return OutcomeRow(
        row.outcome_id, row.lead_id, row.lead.customer_id, row.lead.series_id, row.code, row.reason, row.not_until,
        row.at, getattr(row, "correction", None) is not None, row.by_customer,
    )  # fmt: skip


def _line(row: Place, names: dict[UUID, CustomerName], last: dict[UUID, OutcomeRow]) -> LeadRow:
    lead, newest = row.lead, last.get(row.lead.lead_id)
    return LeadRow(
        lead.lead_id, lead.customer_id, names[lead.customer_id], lead.series_id, lead.owner_company_id, lead.seller_id,
        row.action, row.score, row.value_minor, row.basis, row.rank, row.because,
        newest.code if newest else None, newest.at if newest else None, row.referred_by, row.asked, row.asked_at, row.wish,
        row.take_until,
    )  # fmt: skip
