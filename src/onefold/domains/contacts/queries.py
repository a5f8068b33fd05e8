"""What was tried with a customer, and what is silenced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, Max, Model, OuterRef, QuerySet

from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.contacts.models import Attempt, Retraction, Suppression

ALL_SERIES = "ALL"
Fact = TypeVar("Fact", bound=Model)


@dataclass(frozen=True)
class AttemptRow:
    at: datetime
    channel: str
    seller: str
    series: str
    outcome: str


def attempts_seen_by(viewer: Viewer) -> QuerySet[Attempt]:
    """The second wall: the own company's attempts, or the customer's own."""
    if viewer.kind in (ViewerKind.COMPANY, ViewerKind.SELLER):
        return Attempt.objects.filter(company_id=viewer.company)
    if viewer.kind == ViewerKind.CUSTOMER:
        return Attempt.objects.filter(customer_id=viewer.customer)
    return Attempt.objects.all() if viewer.kind == ViewerKind.SYSTEM else Attempt.objects.none()


def that_count(facts: QuerySet[Fact]) -> QuerySet[Fact]:
    """Leave out attempts or silences whose answer was retracted."""
    return facts.filter(~Exists(Retraction.objects.filter(answer_id=OuterRef("pk"))))


def attempts_with(viewer: Viewer, customer_id: UUID) -> list[AttemptRow]:
    """Return the attempts with one customer that the viewer may see, newest first."""
    with reading(viewer):
        attempts = that_count(attempts_seen_by(viewer).filter(customer_id=customer_id))
        rows = attempts.order_by("-at", "-attempt_id")[:100]
        return [AttemptRow(row.at, row.channel_id, row.seller_code, row.series_code, row.outcome) for row in rows]


def silenced(viewer: Viewer, customer_ids: list[UUID]) -> dict[tuple[UUID, str], date]:
    """Return {(customer, series or ALL): first day on which one may ask again} for what is silenced today."""
    with reading(viewer) as at:
        rows = (
            that_count(Suppression.objects.filter(customer_id__in=customer_ids, until__gt=today(at)))
            .values_list("customer_id", "series_code")
            .annotate(latest=Max("until"))
        )
        return {(customer, series): until for customer, series, until in rows}
