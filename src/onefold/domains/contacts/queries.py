"""What was tried with a customer, and what is silenced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, Max, Model, OuterRef, QuerySet, Subquery

from onefold.commands.prepared import Question, instances, rows
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.contacts.models import Attempt, Retraction, Suppression, Touch
from onefold.domains.customers.models import Customer

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
        seen = instances(_newest_attempts, viewer, customer_id)
        return [AttemptRow(row.at, row.channel_id, row.seller_code, row.series_code, row.outcome) for row in seen]


def _newest_attempts(viewer: Viewer, customer_id: UUID) -> QuerySet[Attempt]:
    attempts = that_count(attempts_seen_by(viewer).filter(customer_id=customer_id))
    return attempts.order_by("-at", "-attempt_id")[:100]


def silenced(viewer: Viewer, customer_ids: list[UUID]) -> dict[tuple[UUID, str], date]:
    """Return {(customer, series or ALL): first day on which one may ask again} for what is silenced today."""
    with reading(viewer) as at:
        silences = rows(_silences_among, viewer, today(at), list(customer_ids))
        return {(customer, series): until for customer, series, until in silences}


def _silences_among(viewer: Viewer, on: date, customer_ids: list[UUID]) -> QuerySet[Any, Any]:
    standing = that_count(Suppression.objects.filter(customer_id__in=customer_ids, until__gt=on))
    return standing.values_list("customer_id", "series_code").annotate(latest=Max("until"))


def silenced_series(on: date, customer_id: UUID) -> Question:
    """The series (or ALL) of which one customer is not to be spoken to on that day, as a set."""
    return Question(_silent, (on, customer_id), lambda found: {code for (code,) in found})


def _silent(viewer: Viewer, on: date, customer_id: UUID) -> QuerySet[Any, Any]:
    return that_count(Suppression.objects.filter(customer_id=customer_id, until__gt=on)).values_list("series_code")


@dataclass(frozen=True)
class Contact:
    """Somebody of the household was contacted; `own`: by the viewer's company. Which other company it was nobody learns."""

    at: datetime
    own: bool


def contacts_since(customer_id: UUID, since: datetime) -> Question:
    """Every contact of any company with anybody of the customer's household since then, as far as Onefold wrote it down."""
    return Question(_touches, (customer_id, since), lambda found: [Contact(*row) for row in found])


def _touches(viewer: Viewer, customer_id: UUID, since: datetime) -> QuerySet[Any, Any]:
    household = Customer.objects.filter(customer_id=customer_id).values("household_id")
    own = Exists(Attempt.objects.filter(attempt_id=OuterRef("touch_id"), company_id=viewer.company))
    touched = that_count(Touch.objects.filter(household_id=Subquery(household), at__gte=since))
    return touched.annotate(own=own).values_list("at", "own")
