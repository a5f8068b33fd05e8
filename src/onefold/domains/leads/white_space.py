"""Who stands in one cell of the white space, among the customers the viewer may see. Looks at a bounded number of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.decision.gates import OF_CUSTOMER, Gate
from onefold.domains.customers.models import Customer
from onefold.domains.customers.queries import names_of
from onefold.domains.customers.scope import customers_seen_by
from onefold.domains.leads.models import Offered
from onefold.domains.leads.queries import leads_seen_by
from onefold.domains.offers.models import Decision
from onefold.domains.releases.queries import active_release_id

PAGE, AT_ONCE, LOOKS = 50, 400, 3


@dataclass(frozen=True)
class Standing:
    """A customer of the cell, by the name the viewer may use, and through which company."""

    customer_id: UUID
    name: str
    company: str
    region: str | None


@dataclass(frozen=True)
class Page:
    """Up to `PAGE` customers; `next_after` is where the next page begins, empty at the end; `looked_at` of how many."""

    found: list[Standing]
    next_after: str
    looked_at: int


def customers_of_cell(viewer: Viewer, segment: str, series: str, owner: str, state: str, after: str = "") -> Page:
    """Return the customers of a segment whose state for a series is `state`, in the order of their ids, from after `after`.

    A lead counts as in progress if the viewer may see it. Whose verdict on `owner`'s series is hidden is left out.
    """
    found: list[Customer] = []
    looked, more = 0, True
    with reading(viewer) as at:
        while more and len(found) < PAGE and looked < AT_ONCE * LOOKS:
            rows = _next(viewer, today(at), segment, after)
            chosen = _in_state(viewer, [row.customer_id for row in rows], series, owner, state)
            found += [row for row in rows if row.customer_id in chosen]
            looked, more = looked + len(rows), len(rows) == AT_ONCE
            after = rows[-1].customer_id.hex if rows else after
        if len(found) > PAGE:
            found, more = found[:PAGE], True
            after = found[-1].customer_id.hex
        names = names_of(viewer, [row.customer_id for row in found])
    page = [
        Standing(row.customer_id, names[row.customer_id].name, names[row.customer_id].company, row.region)
        for row in found
        if row.customer_id in names
    ]
    return Page(page, after if more else "", looked)


def _next(viewer: Viewer, on: date, segment: str, after: str) -> list[Customer]:
    seen = customers_seen_by(viewer, on)
    seen = seen.filter(kind="PERSON") if segment == "PERSON" else seen.filter(segment=segment)
    if after:
        seen = seen.filter(customer_id__gt=UUID(after))
    return list(seen.order_by("customer_id")[:AT_ONCE])


def _in_state(viewer: Viewer, customers: list[UUID], series: str, owner: str, state: str) -> set[UUID]:
    release = active_release_id(viewer)
    rows = Decision.objects.filter(release_id=release, owner_company_id=owner, customer_id__in=customers)
    offered = Offered.objects.filter(
        release_id=release, lead__in=leads_seen_by(viewer), lead__series_id=series, lead__customer_id__in=customers
    )
    with_lead = set(offered.values_list("lead__customer_id", flat=True))
    return {
        row.customer_id
        for row in rows
        if series in row.series and _state(row, row.series.index(series), with_lead) == state
    }


def _state(row: Decision, place: int, with_lead: set[UUID]) -> str:
    blocked = row.blocked[place]
    if blocked & Gate.ALREADY_HELD.bit:
        return "held"
    if row.customer_id in with_lead:
        return "in_progress"
    return "eligible_gap" if not blocked or (not blocked & OF_CUSTOMER and row.actions[place]) else "not_eligible"
