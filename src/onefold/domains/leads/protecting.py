"""Whose a customer's matter is: what a seller has taken in hand is that seller's alone for a time, and free again when nothing happens
(lead rules of compliance, 3)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from onefold.commands.action import Command
from onefold.commands.prepared import instances
from onefold.commands.scope import once_a_reading, reading, today
from onefold.commands.viewer import Viewer
from onefold.domains import rulebook
from onefold.domains.catalogue.queries import series as catalogue_series
from onefold.domains.leads import refusals
from onefold.domains.leads.models import Lead, Need, Protection
from onefold.domains.leads.rules import protected_until
from onefold.domains.leads.scope import leads_seen_by, needs_open

Matter = tuple[UUID, str, str]
"""A customer, a series, and the company whose sellers it is about."""


@dataclass(frozen=True)
class Hold:
    """A seller's until a day, the first on which it is anybody's again."""

    seller: str
    until: date
    lead_id: UUID


def matter_of(about: Lead | Need) -> Matter:
    return about.customer_id, about.series_id, about.seller_company_id


@once_a_reading
def holds_of(viewer: Viewer) -> dict[Matter, Hold]:
    """Return whose the matters of the viewer's leads are today, the viewer's or a colleague's."""
    with reading(viewer) as at:
        return _holds(instances(_of_own_leads, viewer, today(at)))


def _of_own_leads(viewer: Viewer, on: date) -> QuerySet[Protection]:
    matter = {name: OuterRef(name) for name in ("customer_id", "series_id", "seller_company_id")}
    return Protection.objects.filter(Exists(leads_seen_by(viewer).filter(**matter)), until__gt=on)


def holds_about(viewer: Viewer, customers: Collection[UUID]) -> dict[Matter, Hold]:
    """Return whose the matters of these customers are today, as far as the viewer may see."""
    with reading(viewer) as at:
        return _holds(instances(_about, viewer, today(at), list(set(customers))))


def _about(viewer: Viewer, on: date, customers: list[UUID]) -> QuerySet[Protection]:
    return Protection.objects.filter(customer_id__in=customers, until__gt=on)


def _holds(rows: list[Protection]) -> dict[Matter, Hold]:
    return {
        (row.customer_id, row.series_id, row.seller_company_id): Hold(row.seller_id, row.until, row.lead_id)
        for row in rows
    }


def with_colleague(hold: Hold | None, lead: Lead) -> bool:
    return hold is not None and hold.seller != lead.seller_id


def protect(command: Command, lead: Lead, *, instead_of: str = "") -> None:
    """The matter is the lead's seller's alone for the days of its product, counted from today.

    `instead_of`: the seller who hands it over. Raises `WithColleague` where it is another's.
    """
    row = _row(command, lead)
    on = today(command.at)
    if row is not None and row.until > on and row.seller_id not in (lead.seller_id, instead_of):
        raise refusals.WithColleague(until=row.until)
    if row is None:
        row = Protection(
            customer_id=lead.customer_id, series_id=lead.series_id, seller_company_id=lead.seller_company_id
        )
    if row.seller_id != lead.seller_id or row.until <= on:
        row.since = command.at
    row.lead, row.seller_id, row.by = lead, lead.seller_id, command.viewer.key
    line = catalogue_series(command.viewer)[lead.series_id].line
    row.until = protected_until(on, line, rulebook.value("contact.protection_days", on))
    row.save()
    command.audit(str(lead.lead_id), protected_until=str(row.until))


def renew(command: Command, lead: Lead) -> None:
    """Something happened about a matter that is the lead's seller's: its days count anew. It is nobody's by this who has it not."""
    row = _row(command, lead)
    if row is not None and row.lead_id == lead.lead_id and row.until > today(command.at):
        protect(command, lead)


def release(command: Command, about: Lead | Need) -> None:
    """The seller works on it no more: it is anybody's from now on."""
    row = _row(command, about)
    if row is not None and row.lead_id == about.lead_id and row.until > today(command.at):
        row.until, row.by = today(command.at), command.viewer.key
        row.save(update_fields=["until", "by"])
        command.audit(str(about.lead_id), protected_until=str(row.until))


def refuse_if_with_colleague(command: Command, lead: Lead) -> None:
    """Raises `WithColleague`."""
    hold = hold_of(command, matter_of(lead))
    if hold is not None and hold.seller != lead.seller_id:
        raise refusals.WithColleague(until=hold.until)


def hold_of(command: Command, matter: Matter) -> Hold | None:
    """Whose it is today; nobody's: None."""
    customer, series, company = matter
    row = Protection.objects.filter(customer_id=customer, series_id=series, seller_company_id=company).first()
    return Hold(row.seller_id, row.until, row.lead_id) if row is not None and row.until > today(command.at) else None


def needs_let_lie(on: date) -> QuerySet[Need]:
    """The wishes that a seller took, and then did nothing about for as long as they were the seller's alone."""
    over = Protection.objects.filter(lead_id=OuterRef("lead_id"), until__lte=on)
    return needs_open(on).filter(Exists(over), taken__isnull=False)


def _row(command: Command, about: Lead | Need) -> Protection | None:
    customer, series, company = matter_of(about)
    command.lock(f"protection of {customer} {series} {company}")
    return Protection.objects.filter(customer_id=customer, series_id=series, seller_company_id=company).first()
