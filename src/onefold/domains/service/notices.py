"""Holders told who serves them now: the list by its last days, and the word that they were told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from onefold.commands.action import Command, action
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.customers.models import Membership
from onefold.domains.holdings.models import Contract
from onefold.domains.service import refusals
from onefold.domains.service.models import Notice, Reassignment

DUE, FOLLOWED, TOLD = "due", "followed", "told"


@dataclass(frozen=True)
class FollowedRow:
    """One contract that was passed on. `to_seller`: None while nobody can. `told_on`, `way`: None and empty while not told."""

    reassignment_id: UUID
    customer_id: UUID | None
    company: str
    contract_no: str
    series: str
    from_seller: str
    to_seller: str | None
    left_on: date
    due_on: date | None
    told_on: date | None
    way: str


@action
def note_told(command: Command, *, reassignment_ids: list[UUID], told_on: date, way: str) -> dict[str, Any]:
    """Write down that these holders were told; who was told before stays as it was. Raises `ReassignmentUnknown`,
    `NoticeDayImpossible`, `NoticeWayUnknown`."""
    if way not in Notice.Way.values:
        raise refusals.NoticeWayUnknown()
    rows = list(_seen_by(command.viewer).filter(reassignment_id__in=reassignment_ids, notice_due_on__isnull=False))
    if not rows or len(rows) != len(set(reassignment_ids)):
        raise refusals.ReassignmentUnknown()
    if not max(row.left_on for row in rows) <= told_on <= today(command.at):
        raise refusals.NoticeDayImpossible()
    for row in sorted(rows, key=lambda row: row.reassignment_id):
        command.lock(row.reassignment_id)
    before = set(Notice.objects.filter(reassignment__in=rows).values_list("reassignment_id", flat=True))
    made = [
        Notice(
            reassignment=row, company_id=row.company_id, told_on=told_on, way=way, at=command.at, by=command.viewer.key
        )
        for row in rows
        if row.reassignment_id not in before
    ]
    Notice.objects.bulk_create(made)
    for one in made:
        command.audit(str(one.reassignment_id), way=way, told_on=told_on.isoformat())
    return {"told": len(made)}


def followed(viewer: Viewer, show: str, *, after: int, limit: int) -> list[FollowedRow]:
    """Return the contracts passed on that the viewer's company owns: those whose holders must still be told by their last days
    (`due`), all, newest first (`followed`), or those told (`told`)."""
    with reading(viewer):
        rows = list(_shown(viewer, show).select_related("notice")[after : after + limit])
        contracts = Contract.objects.in_bulk([row.contract_id for row in rows])
        records = [contract.source_record_id for contract in contracts.values()]
        holders = dict(
            Membership.objects.filter(source_record_id__in=records).values_list("source_record_id", "customer_id")
        )
        return [_row(row, contracts.get(row.contract_id), holders) for row in rows]


def counts_of_followed(viewer: Viewer) -> dict[str, int]:
    """Return how many rows each list has."""
    with reading(viewer):
        return {show: _shown(viewer, show).count() for show in (DUE, FOLLOWED, TOLD)}


def _shown(viewer: Viewer, show: str) -> QuerySet[Reassignment]:
    rows = _seen_by(viewer)
    if show == DUE:
        waiting = rows.filter(notice_due_on__isnull=False, notice__isnull=True)
        return waiting.order_by("notice_due_on", "from_seller_id", "reassignment_id")
    if show == TOLD:
        return rows.filter(notice__isnull=False).order_by("-notice__told_on", "reassignment_id")
    return rows.order_by("-at", "from_seller_id", "reassignment_id")


def _seen_by(viewer: Viewer) -> QuerySet[Reassignment]:
    if viewer.kind == ViewerKind.COMPANY:
        return Reassignment.objects.filter(company_id=viewer.company)
    if viewer.kind == ViewerKind.SELLER:
        return Reassignment.objects.filter(to_seller_id=viewer.seller)
    return Reassignment.objects.all() if viewer.kind == ViewerKind.SYSTEM else Reassignment.objects.none()


def _row(row: Reassignment, contract: Contract | None, holders: dict[UUID, UUID]) -> FollowedRow:
    notice = getattr(row, "notice", None)
    return FollowedRow(
        row.reassignment_id,
        holders.get(contract.source_record_id) if contract else None,
        row.company_id,
        (contract.contract_no or "") if contract else "",
        contract.series_id if contract else "",
        row.from_seller_id,
        row.to_seller_id,
        row.left_on,
        row.notice_due_on,
        notice.told_on if notice else None,
        notice.way if notice else "",
    )
