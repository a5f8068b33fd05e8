"""Receipts, rejects and how fresh each feed is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains import rulebook
from onefold.domains.intake.models import Batch, Reject
from onefold.domains.intake.refusals import BatchUnknown, FeedUnknown
from onefold.policy.feeds import FeedSpec


@dataclass(frozen=True)
class BatchRow:
    batch_id: UUID
    feed: str
    company: str
    file_name: str
    bytes: int
    received_at: datetime
    outcome: str
    reason: str
    detail: str
    rows_in: int | None
    rows_loaded: int | None
    rows_quarantined: int | None
    rows_duplicate: int | None


@dataclass(frozen=True)
class FeedRow:
    """A feed with its newest batch; `age_days` is None before the first one."""

    feed: str
    company: str
    title: dict[str, str]
    file: str
    assumed: bool
    freshness_days: int
    age_days: int | None
    newest: BatchRow | None

    @property
    def is_stale(self) -> bool:
        return self.age_days is None or self.age_days > self.freshness_days


@dataclass(frozen=True)
class RejectRow:
    line: int
    column: str | None
    rule: str
    original: bytes


def batches_seen_by(viewer: Viewer) -> QuerySet[Batch]:
    """The second wall: a company's own receipts; the holding's staff see every receipt, never a row."""
    if viewer.kind == ViewerKind.COMPANY:
        return Batch.objects.filter(company_code=viewer.company)
    return Batch.objects.all() if viewer.kind in (ViewerKind.GROUP, ViewerKind.SYSTEM) else Batch.objects.none()


def rejects_seen_by(viewer: Viewer) -> QuerySet[Reject]:
    """The second wall: rows belong to the company that sent them."""
    if viewer.kind == ViewerKind.COMPANY:
        return Reject.objects.filter(company_code=viewer.company)
    return Reject.objects.all() if viewer.kind == ViewerKind.SYSTEM else Reject.objects.none()


def feeds_of(viewer: Viewer) -> list[FeedRow]:
    """Return the feeds the viewer answers for, with the newest batch that is not a repetition."""
    with reading(viewer) as at:
        rows = batches_seen_by(viewer).exclude(outcome="DUPLICATE_FILE").order_by("feed", "-batch_id").distinct("feed")
        newest = {row.feed: _plain(row) for row in rows}
    specs = [
        spec
        for spec in rulebook.loaded().feeds.values()
        if viewer.kind == ViewerKind.GROUP or spec.company == viewer.company
    ]
    return [
        _feed_row(spec, newest.get(spec.name), at) for spec in sorted(specs, key=lambda spec: (spec.company, spec.name))
    ]


def _feed_row(spec: FeedSpec, newest: BatchRow | None, at: datetime) -> FeedRow:
    age = (at - newest.received_at).days if newest else None
    return FeedRow(spec.name, spec.company, spec.title, spec.file, spec.assumed, spec.freshness_days, age, newest)


def feeds_for_file(viewer: Viewer, file_name: str) -> list[str]:
    """Return the feeds of the viewer that take a file of this name, one file may feed several; raise `FeedUnknown` for none."""
    feeds = [
        name
        for name, spec in rulebook.loaded().feeds.items()
        if spec.takes_file(file_name) and (viewer.kind == ViewerKind.GROUP or spec.company == viewer.company)
    ]
    if not feeds:
        raise FeedUnknown()
    return sorted(feeds)


def latest_batches(viewer: Viewer, limit: int = 100) -> list[BatchRow]:
    """Return the newest receipts."""
    with reading(viewer):
        return [_plain(row) for row in batches_seen_by(viewer).order_by("-batch_id")[:limit]]


def batch(viewer: Viewer, batch_id: UUID) -> BatchRow:
    with reading(viewer):
        row = batches_seen_by(viewer).filter(batch_id=batch_id).first()
    if row is None:
        raise BatchUnknown()
    return _plain(row)


def rejects_of(viewer: Viewer, batch_id: UUID, limit: int | None = 500) -> list[RejectRow]:
    """Return the quarantined rows of one of the company's own batches, in the order of the file; no limit = all."""
    with reading(viewer):
        rows = rejects_seen_by(viewer).filter(batch_id=batch_id).order_by("line")[:limit]
        return [RejectRow(row.line, row.column, row.rule, bytes(row.original)) for row in rows]


def _plain(row: Batch) -> BatchRow:
    return BatchRow(
        row.batch_id, row.feed, row.company_code, row.file_name, row.bytes, row.received_at, row.outcome, row.reason,
        row.detail, row.rows_in, row.rows_loaded, row.rows_quarantined, row.rows_duplicate,
    )  # fmt: skip


def received_batches(viewer: Viewer) -> list[dict[str, Any]]:
    """Return every batch that is not a repetition, oldest first, as the analytics job file lists them. For jobs."""
    with reading(viewer):
        rows = batches_seen_by(viewer).exclude(outcome="DUPLICATE_FILE").order_by("batch_id")
        return [
            {"batch_id": row.batch_id.hex, "feed": row.feed, "sha256": row.sha256, "received_at": row.received_at}
            for row in rows
        ]
