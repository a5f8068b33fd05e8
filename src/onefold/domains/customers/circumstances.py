"""What is known of a customer's circumstances now, as far as the viewer may see it; and what of it the release did not know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import RawSQL

from onefold.commands.prepared import Question, answers, instances
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains import rulebook
from onefold.domains.customers.models import Answer, AnswerRetraction, AnswerTaken, Circumstance, Standing
from onefold.domains.customers.rules import Known, ToldRow, known_of
from onefold.domains.customers.scope import SHARED, purposes_of, seen_with_the_customer

SHARED_CIRCUMSTANCES = SHARED.replace("'BASIC'", "'CIRCUMSTANCES'").format(table="customers_circumstance")


@dataclass(frozen=True)
class Heard:
    """One statement as a person reads it. `by`, `said_by`, `at`: who wrote it down in Onefold, from whom, when; empty for a feed's."""

    told: ToldRow
    seller: str = ""
    said_by: str = ""
    by: str = ""
    at: datetime | None = None


def circumstances_seen_by(viewer: Viewer, on: date) -> QuerySet[Circumstance]:
    """The second wall: own company's, others' under a consent for CIRCUMSTANCES, the customer's own."""
    if viewer.kind in (ViewerKind.COMPANY, ViewerKind.SELLER):
        shared = RawSQL(
            SHARED_CIRCUMSTANCES, (viewer.company, purposes_of(viewer), on, on), output_field=BooleanField()
        )
        return Circumstance.objects.filter(Q(company_id=viewer.company) | Q(shared))
    if viewer.kind == ViewerKind.CUSTOMER:
        return Circumstance.objects.filter(customer_id=viewer.customer)
    return Circumstance.objects.all() if viewer.kind == ViewerKind.SYSTEM else Circumstance.objects.none()


def standings_seen_by(viewer: Viewer, on: date) -> QuerySet[Standing]:
    """The second wall: whoever sees the customer."""
    if viewer.kind in (ViewerKind.COMPANY, ViewerKind.SELLER):
        return Standing.objects.filter(seen_with_the_customer("customers_standing", viewer, on))
    if viewer.kind == ViewerKind.CUSTOMER:
        return Standing.objects.filter(customer_id=viewer.customer)
    return Standing.objects.all() if viewer.kind == ViewerKind.SYSTEM else Standing.objects.none()


def told_of(viewer: Viewer, customer_id: UUID, release_id: str = "") -> list[ToldRow]:
    """Return every statement about the customer the viewer may see; `in_release`: the run of that release knew it."""
    with reading(viewer) as at:
        asked = (
            circumstances_told(today(at), customer_id, release_id),
            standings_told(today(at), customer_id, release_id),
        )
        return [row for found in answers(viewer, *asked) for row in found]


def circumstances_told(on: date, customer_id: UUID, release_id: str) -> Question:
    """The statements companies keep for themselves and those they share them with: a list of `ToldRow`, as `told_of` has them."""
    return Question(_circumstances, (on, customer_id, release_id), _read)


def standings_told(on: date, customer_id: UUID, release_id: str) -> Question:
    """The statements whoever sees the customer may see: a list of `ToldRow`, as `told_of` has them."""
    return Question(_standings, (on, customer_id, release_id), _read)


def _read(found: list[tuple[Any, ...]]) -> list[ToldRow]:
    return [replace(ToldRow(*row[:8]), retracted=row[8], in_release=row[10] or not row[9]) for row in found]


def _circumstances(viewer: Viewer, on: date, customer_id: UUID, release_id: str) -> QuerySet[Any, Any]:
    return _told(circumstances_seen_by(viewer, on), customer_id, release_id, "company_id")


def _standings(viewer: Viewer, on: date, customer_id: UUID, release_id: str) -> QuerySet[Any, Any]:
    return _told(standings_seen_by(viewer, on), customer_id, release_id, Value(""))


def _told(seen: QuerySet[Any], customer_id: UUID, release_id: str, company: Any) -> QuerySet[Any, Any]:
    by_id = {"answer_id": OuterRef("told_id")}
    marked = seen.filter(customer_id=customer_id).annotate(
        whose=F(company) if isinstance(company, str) else company,
        taken_back=Exists(AnswerRetraction.objects.filter(**by_id)),
        taken=Exists(AnswerTaken.objects.filter(release_id=release_id, **by_id)),
    )
    return marked.order_by().values_list(
        "told_id", "source_record_id", "kind", "value", "told_on", "recorded_at", "valid_until", "whose", "taken_back",
        "heard", "taken",
    )  # fmt: skip


def known_now(viewer: Viewer, customer_id: UUID) -> Known:
    """Return what is to be gone by today."""
    with reading(viewer) as at:
        return known_on(told_of(viewer, customer_id), today(at))


def known_on(told: Iterable[ToldRow], on: date) -> Known:
    """Return what follows from these statements on a day."""
    book = rulebook.loaded()
    months = book.value_or("suitability.risk_result_valid_months", on, 0)
    return known_of(told, on, months, book.value("suitability.income_bands", on))


def heard_of(viewer: Viewer, customer_id: UUID) -> list[Heard]:
    """Return what the viewer may see of the customer's circumstances, latest day first: what feeds told, and what was heard in
    Onefold with who heard it from whom; slips that were taken back are left out."""
    with reading(viewer) as at:
        told = [row for row in told_of(viewer, customer_id) if row.counts(today(at))]
        answers = {row.answer_id: row for row in instances(_answers, viewer, customer_id)}
    return [
        Heard(row, answer.seller_code, answer.said_by, answer.by, answer.at)
        if (answer := answers.get(row.told_id))
        else Heard(row)
        for row in sorted(told, key=lambda row: (row.told_on, row.recorded_at), reverse=True)
    ]


def _answers(viewer: Viewer, customer_id: UUID) -> QuerySet[Answer]:
    return answers_seen_by(viewer).filter(customer_id=customer_id)


def answers_seen_by(viewer: Viewer) -> QuerySet[Answer]:
    """The second wall: own company's, the customer's own."""
    if viewer.kind in (ViewerKind.COMPANY, ViewerKind.SELLER):
        return Answer.objects.filter(company_id=viewer.company)
    if viewer.kind == ViewerKind.CUSTOMER:
        return Answer.objects.filter(customer_id=viewer.customer)
    return Answer.objects.all() if viewer.kind == ViewerKind.SYSTEM else Answer.objects.none()
