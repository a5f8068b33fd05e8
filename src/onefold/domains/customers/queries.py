"""Find a customer; say who a customer is, as far as the viewer may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from onefold.commands.prepared import instances, rows
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.domains.customers.models import Customer, SourceRecord
from onefold.domains.customers.refusals import CustomerUnknown
from onefold.domains.customers.scope import customers_seen_by, memberships_seen_by, records_seen_by, tokens_seen_by
from onefold.domains.customers.tokens import tokens_asked
from onefold.kernel import keys

FOUND_MAX = 50


@dataclass(frozen=True)
class CustomerName:
    """How the viewer may call a customer, and from which company that name comes."""

    name: str
    company: str
    born_on: date | None
    phone: str | None


@dataclass(frozen=True)
class FoundCustomer:
    customer_id: UUID
    name: CustomerName
    kind: str
    segment: str
    region: str | None
    companies: tuple[str, ...]


@dataclass(frozen=True)
class RecordRow:
    """One company's record of the customer."""

    source_record_id: UUID
    company: str
    source_key: str
    name: str | None
    sex: str | None
    born_on: date | None
    id_type: str | None
    id_number: str | None
    phone: str | None
    email: str | None
    address: str | None
    region: str | None
    recorded_at: datetime
    basis: str


@dataclass(frozen=True)
class CustomerProfile:
    """A customer with the records the viewer may see, most recently recorded first."""

    customer_id: UUID
    kind: str
    segment: str
    household: tuple[UUID, ...]
    name: CustomerName
    records: tuple[RecordRow, ...]


def search(viewer: Viewer, text: str) -> list[FoundCustomer]:
    """Return up to 50 customers whose name, phone, id number or customer number is `text`, among those the viewer may see.

    A Chinese name is also found by its first one or two characters, a Latin name by any of its words.
    """
    live = keys.read(settings.SECRETS, keys.SEARCH).live
    asked = [token for key in live for token in tokens_asked(key.secret, text)]
    with reading(viewer) as at:
        on = today(at)
        sources = tokens_seen_by(viewer, on).filter(token__in=asked).values_list("source_record_id", flat=True)
        members = memberships_seen_by(viewer, on).filter(source_record_id__in=list(sources[: FOUND_MAX * 4]))
        found = list(dict.fromkeys(members.order_by("customer_id").values_list("customer_id", flat=True)))[:FOUND_MAX]
        return _found(viewer, on, found)


def _found(viewer: Viewer, on: date, customer_ids: list[UUID]) -> list[FoundCustomer]:
    rows = {row.customer_id: row for row in customers_seen_by(viewer, on).filter(customer_id__in=customer_ids)}
    records = _records(viewer, on, customer_ids)
    return [
        FoundCustomer(
            customer_id, _name(records[customer_id]), rows[customer_id].kind, rows[customer_id].segment,
            rows[customer_id].region, tuple(sorted({record.company_id for record in records[customer_id]})),
        )
        for customer_id in customer_ids
        if customer_id in rows and records.get(customer_id)
    ]  # fmt: skip


def names_of(viewer: Viewer, customer_ids: list[UUID]) -> dict[UUID, CustomerName]:
    """Return how the viewer may call each of the customers; customers of whom nothing may be seen are left out."""
    with reading(viewer) as at:
        records = _records(viewer, today(at), customer_ids)
    return {customer_id: _name(rows) for customer_id, rows in records.items() if rows}


def customer_called(viewer: Viewer, number: str) -> UUID | None:
    """Return the customer whom the viewer's company keeps under a number of its own; None where there is none."""
    with reading(viewer) as at:
        known = memberships_seen_by(viewer, today(at)).filter(
            company_id=viewer.company, source_record__source_key=number
        )
        return known.values_list("customer_id", flat=True).first()


def households_of(viewer: Viewer, customer_ids: list[UUID]) -> dict[UUID, UUID]:
    """Return the household of each of the customers that the viewer may see."""
    with reading(viewer) as at:
        return dict(rows(_homes, viewer, today(at), list(customer_ids)))


def _homes(viewer: Viewer, on: date, customer_ids: list[UUID]) -> QuerySet[Any, Any]:
    seen = customers_seen_by(viewer, on).filter(customer_id__in=customer_ids)
    return seen.values_list("customer_id", "household_id")


def region_of(viewer: Viewer, customer_id: UUID) -> str | None:
    """Return where the customer lives, None where that is not known or not to be seen."""
    with reading(viewer) as at:
        return (
            customers_seen_by(viewer, today(at))
            .filter(customer_id=customer_id)
            .values_list("region", flat=True)
            .first()
        )


def profile(viewer: Viewer, customer_id: UUID) -> CustomerProfile:
    """Return a customer with all records the viewer may see; raise `CustomerUnknown` if there are none."""
    with reading(viewer) as at:
        on = today(at)
        customer = next(iter(instances(_one, viewer, on, customer_id)), None)
        records = _records(viewer, on, [customer_id]).get(customer_id)
        if customer is None or not records:
            raise CustomerUnknown()
        household = tuple(mate for (mate,) in rows(_mates, viewer, on, customer.household_id, customer_id))
        basis: dict[UUID, str] = dict(rows(_bases, viewer, on, customer_id))
    told = tuple(_record_row(record, basis.get(record.source_record_id, "")) for record in records)
    return CustomerProfile(customer_id, customer.kind, customer.segment, household, _name(records), told)


def _one(viewer: Viewer, on: date, customer_id: UUID) -> QuerySet[Customer]:
    return customers_seen_by(viewer, on).filter(customer_id=customer_id)


def _mates(viewer: Viewer, on: date, household_id: UUID, customer_id: UUID) -> QuerySet[Any, Any]:
    mates = customers_seen_by(viewer, on).filter(household_id=household_id).exclude(customer_id=customer_id)
    return mates.order_by("customer_id").values_list("customer_id")


def _bases(viewer: Viewer, on: date, customer_id: UUID) -> QuerySet[Any, Any]:
    return memberships_seen_by(viewer, on).filter(customer_id=customer_id).values_list("source_record_id", "basis")


def _records(viewer: Viewer, on: date, customer_ids: list[UUID]) -> dict[UUID, list[SourceRecord]]:
    """Return the visible source records by customer: the viewer's own company first, then the most recently recorded."""
    customer_of: dict[UUID, UUID] = dict(rows(_members, viewer, on, list(customer_ids)))
    records = instances(_of_members, viewer, on, list(customer_of)) if customer_of else []
    grouped: dict[UUID, list[SourceRecord]] = {}
    for record in sorted(records, key=lambda record: record.company_id != viewer.company):
        grouped.setdefault(customer_of[record.source_record_id], []).append(record)
    return grouped


def _members(viewer: Viewer, on: date, customer_ids: list[UUID]) -> QuerySet[Any, Any]:
    members = memberships_seen_by(viewer, on).filter(customer_id__in=customer_ids)
    return members.values_list("source_record_id", "customer_id")


def _of_members(viewer: Viewer, on: date, record_ids: list[UUID]) -> QuerySet[SourceRecord]:
    found = records_seen_by(viewer, on).filter(source_record_id__in=record_ids)
    return found.order_by("-recorded_at", "company_id")


def _name(records: list[SourceRecord]) -> CustomerName:
    best = next((record for record in records if record.name), records[0])
    born_on = next((record.born_on for record in records if record.born_on), None)
    phone = next((record.phone for record in records if record.phone), None)
    return CustomerName(best.name or f"{best.company_id} {best.source_key}", best.company_id, born_on, phone)


def _record_row(record: SourceRecord, basis: str) -> RecordRow:
    return RecordRow(
        record.source_record_id, record.company_id, record.source_key, record.name, record.sex, record.born_on,
        record.id_type, record.id_number, record.phone, record.email, record.address, record.region,
        record.recorded_at, basis,
    )  # fmt: skip
