"""What a company itself calls a customer: its own keys, and never another company's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from onefold.commands.prepared import Question, answer
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.customers.models import Membership, SourceRecord
from onefold.domains.customers.refusals import CustomerUnknown
from onefold.domains.customers.scope import customers_seen_by, memberships_seen_by, records_seen_by


def own_keys_of(viewer: Viewer, customer_ids: Iterable[UUID], company: str = "") -> dict[UUID, list[str]]:
    """Return the keys under which the viewer's company (for jobs: `company`) keeps each customer; others are left out."""
    of = company if viewer.kind == ViewerKind.SYSTEM else viewer.company
    with reading(viewer):
        known = (
            Membership.objects.filter(customer_id__in=list(customer_ids), company_id=of)
            .order_by("source_record__source_key")
            .values_list("customer_id", "source_record__source_key")
        )
        found: dict[UUID, list[str]] = {}
        for customer_id, key in known:
            found.setdefault(customer_id, []).append(key)
        return found


def companies_knowing(viewer: Viewer, customer_id: UUID) -> list[str]:
    """Return the companies that have a record of the customer, as far as the viewer may see them; for jobs: all."""
    with reading(viewer) as at:
        known = memberships_seen_by(viewer, today(at)).filter(customer_id=customer_id)
        return sorted(set(known.values_list("company_id", flat=True)))


@dataclass(frozen=True)
class Person:
    """What a decision asks of a customer, as far as the viewer may see it."""

    kind: str
    born_on: date | None


def person(viewer: Viewer, customer_id: UUID) -> Person:
    """Return who it is; raise `CustomerUnknown` where the viewer may see nothing of the customer."""
    with reading(viewer) as at:
        found: Person = answer(viewer, who_it_is(viewer, today(at), customer_id))
    return found


def who_it_is(viewer: Viewer, on: date, customer_id: UUID) -> Question:
    """Who it is, a `Person`; raises `CustomerUnknown` where the viewer may see nothing of the customer."""

    def read(found: list[tuple[Any, ...]]) -> Person:
        if not found:
            raise CustomerUnknown()
        found.sort(key=lambda row: bool(row[1] != viewer.company))
        return Person(found[0][0], next((born for *_, born in found if born), None))

    return Question(_records_of, (on, customer_id), read)


def _records_of(viewer: Viewer, on: date, customer_id: UUID) -> QuerySet[Any, Any]:
    records = records_seen_by(viewer, on).filter(membership__customer_id=customer_id)
    return records.order_by("-recorded_at", "company_id").values_list(
        "membership__customer__kind", "company_id", "born_on"
    )


def household_of(viewer: Viewer, customer_id: UUID) -> list[UUID]:
    """Return the customer's household; empty where the viewer may not see the customer."""
    with reading(viewer) as at:
        known = customers_seen_by(viewer, today(at)).filter(customer_id=customer_id)
        return list(known.values_list("household_id", flat=True))


def customer_of_key(viewer: Viewer, source_key: str) -> UUID:
    """Return who the viewer's company calls by this key; raise `CustomerUnknown` where it calls nobody so."""
    with reading(viewer):
        found: UUID = answer(viewer, whom_we_call(source_key))
    return found


def whom_we_call(source_key: str) -> Question:
    """Who the viewer's company calls by this key, a `UUID`; raises `CustomerUnknown` where it calls nobody so."""
    return Question(_called, (source_key,), _one_customer)


def _one_customer(found: list[tuple[Any, ...]]) -> UUID:
    if not found or found[0][0] is None:
        raise CustomerUnknown()
    customer_id: UUID = found[0][0]
    return customer_id


def _called(viewer: Viewer, source_key: str) -> QuerySet[Any, Any]:
    records = SourceRecord.objects.filter(company_id=viewer.company, source_key=source_key)
    return records.values_list("membership__customer_id")
