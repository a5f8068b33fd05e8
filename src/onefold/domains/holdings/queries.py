"""What a customer holds, as far as the viewer may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from onefold.commands.prepared import Question, answer, instances, rows
from onefold.commands.scope import once_a_reading, reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.consent.models import Consent
from onefold.domains.customers.models import Membership
from onefold.domains.customers.scope import purposes_of
from onefold.domains.holdings.models import Contract


@dataclass(frozen=True)
class Holding:
    contract_id: UUID
    contract_no: str | None
    company: str
    series: str
    product: str
    channel: str | None
    seller: str | None
    status: str
    valid_from: date
    valid_until: date | None
    premium_minor: int | None
    currency: str | None
    in_force: bool


def contracts_seen_by(viewer: Viewer, on: date) -> QuerySet[Contract]:
    """The second wall: own company's contracts, others under a consent in force for HOLDINGS, the customer's own."""
    if viewer.kind == ViewerKind.SYSTEM:
        return Contract.objects.all()
    if viewer.kind == ViewerKind.CUSTOMER:
        return Contract.objects.filter(source_record__membership__customer_id=viewer.customer)
    if viewer.kind not in (ViewerKind.COMPANY, ViewerKind.SELLER):
        return Contract.objects.none()
    shared = (
        Consent.objects.filter(
            source_record_id=OuterRef("source_record_id"),
            from_company_id=OuterRef("company_id"),
            to_company_id=viewer.company,
            categories__contains=["HOLDINGS"],
            purpose__in=purposes_of(viewer),
            valid_from__lte=on,
            withdrawal=None,
        )
        .filter(Q(valid_until=None) | Q(valid_until__gt=on))
    )  # fmt: skip
    return Contract.objects.filter(Q(company_id=viewer.company) | Exists(shared))


def contract_called(viewer: Viewer, number: str) -> tuple[UUID, UUID] | None:
    """Return the id and the holder of a contract of the viewer's company by its number; None where there is none."""
    with reading(viewer) as at:
        own = contracts_seen_by(viewer, today(at)).filter(company_id=viewer.company, contract_no=number)
        return own.values_list("contract_id", "source_record__membership__customer_id").first()


@once_a_reading
def holdings_of(viewer: Viewer, customer_id: UUID) -> list[Holding]:
    """Return the customer's contracts that the viewer may see, those in force first, newest first."""
    with reading(viewer) as at:
        on = today(at)
        sources = [one for (one,) in rows(_sources_of, viewer, customer_id)]
        seen = instances(_contracts_of, viewer, on, sources)
    holdings = [_plain(row, on) for row in seen]
    return sorted(holdings, key=lambda holding: not holding.in_force)


def _sources_of(viewer: Viewer, customer_id: UUID) -> QuerySet[Any, Any]:
    return Membership.objects.filter(customer_id=customer_id).values_list("source_record_id")


def _contracts_of(viewer: Viewer, on: date, sources: list[UUID]) -> QuerySet[Contract]:
    seen = contracts_seen_by(viewer, on).filter(source_record_id__in=sources)
    return seen.order_by("-valid_from", "contract_id")


def held_series(viewer: Viewer, customer_id: UUID) -> set[str]:
    """Return the series the customer holds now, as far as the viewer may see."""
    with reading(viewer) as at:
        held: set[str] = answer(viewer, series_held(today(at), customer_id))
        return held


def series_held(on: date, customer_id: UUID) -> Question:
    """The series the customer holds on that day, as a set."""
    return Question(_held, (on, customer_id), lambda found: {code for (code,) in found})


def _held(viewer: Viewer, on: date, customer_id: UUID) -> QuerySet[Any, Any]:
    records = Membership.objects.filter(customer_id=customer_id).values("source_record_id")
    contracts = contracts_seen_by(viewer, on).filter(source_record_id__in=records)
    running = contracts.filter(status="IN_FORCE", valid_from__lte=on)
    return running.filter(Q(valid_until=None) | Q(valid_until__gt=on)).values_list("series_id")


def _plain(row: Contract, on: date) -> Holding:
    in_force = row.status == "IN_FORCE" and row.valid_from <= on and (row.valid_until is None or row.valid_until > on)
    return Holding(
        row.contract_id, row.contract_no, row.company_id, row.series_id, row.product_id, row.channel_id, row.seller_code,
        row.status, row.valid_from, row.valid_until, row.premium_minor, row.currency, in_force,
    )  # fmt: skip
