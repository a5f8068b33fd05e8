"""Each night: the contracts of sellers who have left get a successor, and their holders a day by which they are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from onefold.commands.action import Command, action
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.domains import rulebook
from onefold.domains.sellers.queries import sellers
from onefold.domains.service import events
from onefold.domains.service.models import Reassignment
from onefold.domains.service.rules import notice_due, successor
from onefold.kernel.ids import derived_id

BATCH = 5_000
ORPHANS = """
    SELECT c.contract_id, c.company_id, c.series_id, c.valid_from, c.valid_until, m.customer_id, s.seller_id,
        coalesce(s.valid_until, %(on)s) AS left_on
    FROM holdings_contract c
    JOIN customers_membership m ON m.source_record_id = c.source_record_id
    LEFT JOIN (
        SELECT DISTINCT ON (r.contract_id) r.contract_id, r.from_seller_id, r.to_seller_id FROM service_reassignment r
        ORDER BY r.contract_id, r.at DESC, r.left_on DESC) last ON last.contract_id = c.contract_id
    JOIN sellers_seller s ON s.seller_id = coalesce(last.to_seller_id, last.from_seller_id, c.seller_code)
    WHERE c.status = 'IN_FORCE' AND (c.valid_until IS NULL OR c.valid_until > %(on)s)
      AND CASE WHEN last.from_seller_id IS NOT NULL AND last.to_seller_id IS NULL THEN s.company_id = ANY(%(staffed)s)
               ELSE s.valid_until <= %(on)s END
    ORDER BY c.contract_id LIMIT %(most)s
"""
"""Contracts in force that nobody in force serves. Who found no successor comes up again once the company has somebody."""


@dataclass(frozen=True)
class Orphan:
    contract_id: UUID
    company: str
    series: str
    valid_from: date
    valid_until: date | None
    customer_id: UUID
    seller: str
    left_on: date


@action
def follow_leavers(command: Command, *, first: bool = False) -> dict[str, Any]:
    """Give the next some thousand contracts without a seller in force their successors. `more`: whether there may be others.

    `first`: nobody was ever followed here. Notices whose last day was over before that are the companies' own, from before Onefold.
    """
    command.lock("follow leavers")
    on = today(command.at)
    people = sellers(command.viewer)
    able: dict[str, list[str]] = defaultdict(list)
    for row in people.values():
        if row.in_force(on):
            able[row.company].append(row.seller)
    found = _orphans(on, sorted(able))
    terms, catalogue = rulebook.value("service.leaver_notice", on), rulebook.loaded().catalogue(on)
    made = [
        Reassignment(
            reassignment_id=derived_id("reassignment", row.contract_id.hex, row.seller),
            contract_id=row.contract_id,
            company_id=row.company,
            from_seller_id=row.seller,
            to_seller_id=successor(row.customer_id.hex, able[people[row.seller].company]),
            left_on=row.left_on,
            notice_due_on=_due(row, catalogue.series_of(row.series).line, terms, not_before=on if first else date.min),
            at=command.at,
            by=command.viewer.key,
        )
        for row in found
    ]
    Reassignment.objects.bulk_create(
        made, update_conflicts=True, unique_fields=["reassignment_id"], update_fields=["to_seller", "at", "by"]
    )
    _tell(command, made)
    return {"followed": len(made), "more": len(made) == BATCH}


def follow_all(viewer: Viewer) -> int:
    """Follow everybody who has left; return how many contracts were passed on."""
    with reading(viewer):
        first = not Reassignment.objects.exists()
    followed = 0
    while True:
        done = follow_leavers(viewer, first=first)
        followed += done["followed"]
        if not done["more"]:
            return followed


def _orphans(on: date, staffed: list[str]) -> list[Orphan]:
    with connection.cursor() as cursor:
        cursor.execute(ORPHANS, {"on": on, "staffed": staffed, "most": BATCH})
        return [Orphan(*row) for row in cursor.fetchall()]


def _due(row: Orphan, line: str, terms: Mapping[str, Any], not_before: date) -> date | None:
    due = notice_due(row.left_on, line, row.valid_from, row.valid_until, terms)
    return due if due is not None and due >= not_before else None


def _tell(command: Command, made: list[Reassignment]) -> None:
    groups: dict[tuple[str, str], list[Reassignment]] = defaultdict(list)
    for row in made:
        groups[row.from_seller_id, row.company_id].append(row)
    for (seller, company), rows in sorted(groups.items()):
        due = [row.notice_due_on for row in rows if row.notice_due_on]
        command.audit(seller, company=company, contracts=len(rows), notices=len(due))
        command.emit(events.LeaverFollowed(seller, company, len(rows), len(due), min(due).isoformat() if due else ""))
