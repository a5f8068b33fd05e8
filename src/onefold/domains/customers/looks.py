"""Who looked at a customer's data: a row a day for each company and occasion, for the customer to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from onefold.commands.action import Command, action
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.customers.models import Look
from onefold.domains.customers.refusals import CircumstanceUnknown
from onefold.kernel.ids import derived_id

OCCASIONS = ("PROFILE", "LEAD")
SHOWN_MAX = 200


@dataclass(frozen=True)
class LookRow:
    """A company looked at the customer on a day. No employee is named."""

    on: date
    company: str
    occasion: str


def looked(viewer: Viewer, customer_id: UUID, occasion: str, at: datetime) -> None:
    """Note that this viewer looks at the customer: one command for each viewer, customer and day, however often the page is opened."""
    day = today(at).isoformat()
    command_id = derived_id("looked", viewer.key, viewer.company, str(customer_id), occasion, day)
    note_look(viewer, command_id, customer_id=customer_id, occasion=occasion)


@action
def note_look(command: Command, *, customer_id: UUID, occasion: str) -> dict[str, Any]:
    """Write down that somebody of the viewer's company looked at a customer; the same company and occasion once a day."""
    if occasion not in OCCASIONS:
        raise CircumstanceUnknown()
    on = today(command.at)
    look_id = derived_id("look", str(customer_id), command.viewer.company, occasion, on.isoformat())
    row = Look(look_id=look_id, customer_id=customer_id, company_id=command.viewer.company, occasion=occasion, on=on)
    Look.objects.bulk_create([row], ignore_conflicts=True)
    command.audit(str(customer_id), occasion=occasion)
    return {"look_id": str(look_id)}


def looks_seen_by(viewer: Viewer) -> QuerySet[Look]:
    """The second wall: the customer's own, a company's own."""
    if viewer.kind == ViewerKind.CUSTOMER:
        return Look.objects.filter(customer_id=viewer.customer)
    if viewer.kind == ViewerKind.COMPANY:
        return Look.objects.filter(company_id=viewer.company)
    return Look.objects.all() if viewer.kind == ViewerKind.SYSTEM else Look.objects.none()


def looks_at(viewer: Viewer, customer_id: UUID) -> list[LookRow]:
    """Return who looked, newest day first."""
    with reading(viewer):
        rows = looks_seen_by(viewer).filter(customer_id=customer_id).order_by("-on", "company_id", "occasion")
        return [LookRow(row.on, row.company_id, row.occasion) for row in rows[:SHOWN_MAX]]
