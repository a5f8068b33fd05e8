"""Who was asked to take a lead over or to come along, and how that stands; and who could be asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from onefold.commands.prepared import instances
from onefold.commands.scope import once_a_reading, reading, today
from onefold.commands.viewer import Viewer
from onefold.domains import rulebook
from onefold.domains.catalogue.queries import channels_that_sell
from onefold.domains.consent.queries import ConsentRow, consents_of
from onefold.domains.customers.queries import region_of
from onefold.domains.leads.models import Lead, Load, Referral, ReferralStep
from onefold.domains.leads.rules import ACCEPTED, CLOSED, OFFERED, state_now
from onefold.domains.leads.scope import leads_seen_by, referrals_seen_by
from onefold.domains.organisation.queries import companies_that_may_sell_for
from onefold.domains.releases.queries import active_release_id
from onefold.domains.sellers.queries import SellerRow, sellers

SHOWN_DAYS = 14
"""How long a referral that has come to an end is still shown."""
COLLEAGUES_MAX = 10


@dataclass(frozen=True)
class ReferralRow:
    """One referral as it stands now. `lead_id` is the referrer's lead, `to_lead_id` what it becomes at the colleague's."""

    referral_id: UUID
    kind: str
    lead_id: UUID
    to_lead_id: UUID
    customer_id: UUID
    series: str
    owner_company: str
    from_seller: str
    from_company: str
    to_seller: str
    to_company: str
    score: int
    because: str
    note: str
    credit: str
    state: str
    reason: str
    offered_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Colleague:
    """Somebody who may sell the series. `leads`: how many the release in force gave them; `near`: works where the customer lives."""

    seller: SellerRow
    near: bool
    leads: int


def referrals_of(viewer: Viewer) -> list[ReferralRow]:
    """Return a seller's referrals, given and received, newest first: all that are open, and those of the last fortnight."""
    with reading(viewer) as at:
        rows = [row for row in _all(viewer, at) if row.from_seller == viewer.seller or row.to_seller == viewer.seller]
        fresh = at - timedelta(days=SHOWN_DAYS)
        return [row for row in rows if row.state in (OFFERED, ACCEPTED) or row.offered_at >= fresh]


def referral(viewer: Viewer, referral_id: UUID) -> ReferralRow | None:
    with reading(viewer) as at:
        return next((_row(row, at) for row in instances(_by_id, viewer, today(at), referral_id)), None)


@once_a_reading
def referrals_about(viewer: Viewer, lead_id: UUID) -> list[ReferralRow]:
    """Return the referrals of one of the viewer's leads, newest first."""
    with reading(viewer) as at:
        return [_row(row, at) for row in instances(_by_lead, viewer, today(at), lead_id)]


def any_late(viewer: Viewer) -> bool:
    """Return whether a referral's time is over and nothing was written down about it. For the clock's job."""
    with reading(viewer) as at:
        return late(at).exists()


def late(at: datetime) -> QuerySet[Referral]:
    """The referrals that nobody answered before their time was over."""
    return Referral.objects.filter(expires_at__lte=at).exclude(steps__number=1)


def accepted_by(viewer: Viewer, at: datetime) -> dict[UUID, ReferralRow]:
    """Return the handovers a seller has accepted, by the lead each became."""
    return standing(viewer, at)[0]


@once_a_reading
def standing(viewer: Viewer, at: datetime) -> tuple[dict[UUID, ReferralRow], set[UUID]]:
    """Return the handovers a seller has accepted, by the lead each became; and the seller's leads that are with a colleague
    now: offered to one who may still accept, or accepted."""
    if not viewer.seller:
        return {}, set()
    handed = [row for row in _all(viewer, at) if row.kind == Referral.Kind.HANDOVER]
    rows = [row for row in handed if row.state in (OFFERED, ACCEPTED, CLOSED)]
    taken = {row.to_lead_id: row for row in rows if row.to_seller == viewer.seller and row.state != OFFERED}
    return taken, {row.lead_id for row in rows if row.from_seller == viewer.seller}


@once_a_reading
def _all(viewer: Viewer, at: datetime) -> list[ReferralRow]:
    return [_row(row, at) for row in instances(_seen, viewer, today(at))]


def _by_id(viewer: Viewer, on: date, referral_id: UUID) -> QuerySet[Referral]:
    return _seen(viewer, on).filter(referral_id=referral_id)


def _by_lead(viewer: Viewer, on: date, lead_id: UUID) -> QuerySet[Referral]:
    return _seen(viewer, on).filter(lead_id=lead_id)


def _seen(viewer: Viewer, on: date) -> QuerySet[Referral]:
    newest = ReferralStep.objects.filter(referral_id=OuterRef("referral_id")).order_by("-number")
    rows = referrals_seen_by(viewer, on).annotate(
        last_state=Subquery(newest.values("state")[:1]), last_reason=Subquery(newest.values("reason")[:1])
    )
    return rows.order_by("-offered_at", "-referral_id")


def _row(row: Referral, at: datetime) -> ReferralRow:
    state, reason = row.last_state, row.last_reason  # type: ignore[attr-defined]
    return ReferralRow(
        row.referral_id, row.kind, row.lead_id, row.to_lead_id, row.customer_id, row.series_id, row.owner_company_id,
        row.from_seller_id, row.from_company_id, row.to_seller_id, row.to_company_id, row.score, row.because, row.note,
        row.credit, state_now(state, row.expires_at, at), reason, row.offered_at, row.expires_at,
    )  # fmt: skip


def colleagues_for(viewer: Viewer, lead: Lead) -> list[Colleague]:
    """Return who could take the lead over or come along, as far as the viewer may know: in force, channel, agreement and
    grade allow the series, and the customer's consent reaches their company. Near the customer first, then who has fewest leads.

    The gates themselves are judged when one is asked, and again when that one accepts.
    """
    with reading(viewer) as at:
        on = today(at)
        able = qualified(viewer, lead.series_id, lead.owner_company_id, sellers(viewer).values(), on)
        reached = companies_reached(viewer, lead, on)
        near, load = region_of(viewer, lead.customer_id), load_of(viewer)
        found = [
            Colleague(row, near is not None and row.region == near, load.get(row.seller, 0))
            for row in able
            if row.seller != viewer.seller and row.company in reached
        ]
    found.sort(
        key=lambda row: (not row.near, row.seller.company != lead.owner_company_id, row.leads, row.seller.seller)
    )
    return found[:COLLEAGUES_MAX]


def colleagues_of_lead(viewer: Viewer, lead_id: UUID) -> list[Colleague]:
    """Return `colleagues_for` one of the viewer's leads; nobody for none."""
    with reading(viewer):
        lead = leads_seen_by(viewer).filter(lead_id=lead_id).first()
        return colleagues_for(viewer, lead) if lead else []


def may_sell(viewer: Viewer, lead: Lead) -> bool:
    """Return whether the viewer's own channel, agreement and grade allow the series: what a credit depends on."""
    with reading(viewer) as at:
        own = [row for row in sellers(viewer).values() if row.seller == viewer.seller]
        return bool(qualified(viewer, lead.series_id, lead.owner_company_id, own, today(at)))


def companies_reached(viewer: Viewer, lead: Lead, on: date) -> set[str]:
    """Return the companies whose sellers may learn who the customer is, for offers of the lead's owner: the viewer's own, and
    those with a consent from it."""
    given = [row for row in consents_of(viewer, lead.customer_id) if _for_offers(row, viewer, on)]
    if lead.owner_company_id not in {row.to_company for row in given}:
        return set()
    return {viewer.company} | {row.to_company for row in given if "BASIC" in row.categories}


def _for_offers(row: ConsentRow, viewer: Viewer, on: date) -> bool:
    return row.from_company == viewer.company and row.purpose == "MARKETING" and row.in_force(on)


def qualified(viewer: Viewer, series_id: str, owner: str, candidates: Iterable[SellerRow], on: date) -> list[SellerRow]:
    """Return those of the candidates whom channel, agreement between companies and grade allow the series on a day."""
    channels = channels_that_sell(viewer, series_id, on)
    companies = companies_that_may_sell_for(viewer, owner, on)
    book = rulebook.loaded()
    series = book.catalogue(on).series_of(series_id)
    return [
        row
        for row in candidates
        if row.in_force(on)
        and row.channel in channels
        and row.company in companies
        and row.grade >= book.required_grade(row.company, series, on)
    ]


def load_of(viewer: Viewer) -> dict[str, int]:
    """Return how many leads the release in force gave each seller."""
    rows = Load.objects.filter(release_id=active_release_id(viewer))
    return dict(rows.values_list("seller_id", "leads"))
