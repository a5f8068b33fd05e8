"""What a seller has planned: due, and to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from onefold.commands.prepared import instances, rows
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.domains.consent.queries import blocked_customers
from onefold.domains.customers.queries import CustomerName, names_of
from onefold.domains.leads.models import Reminder
from onefold.domains.leads.queries import OutcomeRow, last_outcomes
from onefold.domains.leads.rules import is_fulfilled
from onefold.domains.leads.scope import outcomes_that_count, reminders_seen_by


@dataclass(frozen=True)
class PlanRow:
    """One plan. `unwanted`: the customer asked to be left alone since, so nobody calls or goes there."""

    reminder_id: UUID
    lead_id: UUID
    customer: CustomerName
    series: str
    kind: str
    about: str
    due_at: datetime
    note: str
    unwanted: bool


def plans_of(viewer: Viewer, until: datetime, since: datetime | None = None) -> list[PlanRow]:
    """Return the open plans due before `until` (and not before `since`), earliest first."""
    with reading(viewer) as at:
        if since is None:
            return _plain(viewer, instances(_due_before, viewer, today(at), until))
        return _plain(viewer, list(_due_before(viewer, today(at), until).filter(due_at__gte=since)))


def _due_before(viewer: Viewer, on: date, until: datetime) -> QuerySet[Reminder]:
    due = open_reminders(viewer, on).filter(due_at__lt=until)
    return due.select_related("lead").order_by("due_at", "reminder_id")


def plans_about(viewer: Viewer, lead_id: UUID) -> list[PlanRow]:
    """Return the open plans about one lead, earliest first."""
    with reading(viewer) as at:
        return _plain(viewer, instances(_about, viewer, today(at), lead_id))


def _about(viewer: Viewer, on: date, lead_id: UUID) -> QuerySet[Reminder]:
    about = open_reminders(viewer, on).filter(lead_id=lead_id)
    return about.select_related("lead").order_by("due_at", "reminder_id")


def settled_since(viewer: Viewer, since: datetime) -> int:
    """Return how many plans a seller has done since an instant."""
    with reading(viewer):
        return len(rows(_settled, viewer, since))


def _settled(viewer: Viewer, since: datetime) -> QuerySet[Any, Any]:
    return reminders_seen_by(viewer).filter(end__how="DONE", end__at__gte=since).values_list("reminder_id")


def open_reminders(viewer: Viewer, on: date) -> QuerySet[Reminder]:
    """Neither settled nor moved, about a lead whose last word was not a "no" that holds beyond the plan's day."""
    no = outcomes_that_count().filter(lead_id=OuterRef("lead_id")).filter(
        Q(code="DO_NOT_CONTACT") | Q(code="DECLINED", not_until__gt=on) | Q(code="NOT_UNTIL", not_until__gt=OuterRef("due_at__date"))
    )  # fmt: skip
    return reminders_seen_by(viewer).filter(end=None, moved_to=None).filter(~Exists(no))


def _plain(viewer: Viewer, due: list[Reminder]) -> list[PlanRow]:
    customers = [row.lead.customer_id for row in due]
    names = names_of(viewer, customers)
    blocked = blocked_customers(viewer, customers)
    last = last_outcomes(viewer, [row.lead_id for row in due])
    return [
        PlanRow(
            row.reminder_id, row.lead_id, names[row.lead.customer_id], row.lead.series_id, row.kind, row.about,
            row.due_at, row.note, row.lead.customer_id in blocked,
        )
        for row in due
        if row.lead.customer_id in names and not _done(row, last.get(row.lead_id))
    ]  # fmt: skip


def _done(row: Reminder, last: OutcomeRow | None) -> bool:
    answered = last.at if last else None
    return is_fulfilled(row.kind, today(row.due_at), row.made_at, answered, today(answered) if answered else None)
