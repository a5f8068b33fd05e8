"""Receipts, rejects, pauses and how old the data of each feed are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains import rulebook
from onefold.domains.intake.models import Batch, FeedData, FeedPause, Reject
from onefold.domains.intake.refusals import BatchUnknown, FeedMissing, FeedUnknown
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
    corrects: UUID | None
    sha256: str


@dataclass(frozen=True)
class PauseRow:
    """Why, by whom and since when a feed is not read; `batch_id`: the refused file, if that was the reason."""

    feed: str
    company: str
    why: str
    note: str
    batch_id: UUID | None
    paused_at: datetime
    paused_by: str


@dataclass(frozen=True)
class PastPause:
    why: str
    note: str
    paused_at: datetime
    resumed_at: datetime | None


@dataclass(frozen=True)
class FeedAge:
    """How old the data of a feed are: those that were loaded, not those merely received. None: nothing was ever loaded."""

    feed: str
    company: str
    target: str
    title: dict[str, str]
    freshness_days: int
    data_at: datetime | None
    age_days: int | None

    @property
    def is_stale(self) -> bool:
        return self.age_days is None or self.age_days > self.freshness_days


@dataclass(frozen=True)
class FeedRow:
    """A feed with its newest batch; `age_days` counts from the newest data that were loaded, None before the first ones."""

    feed: str
    company: str
    title: dict[str, str]
    file: str
    assumed: bool
    freshness_days: int
    data_at: datetime | None
    age_days: int | None
    newest: BatchRow | None
    pause: PauseRow | None
    waiting: int

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


def pauses_seen_by(viewer: Viewer) -> QuerySet[FeedPause]:
    """The second wall: pauses of the company's own feeds; the holding's staff see all."""
    if viewer.kind == ViewerKind.COMPANY:
        return FeedPause.objects.filter(company_code=viewer.company)
    return FeedPause.objects.all() if viewer.kind in (ViewerKind.GROUP, ViewerKind.SYSTEM) else FeedPause.objects.none()


def open_pauses(viewer: Viewer) -> QuerySet[FeedPause]:
    return pauses_seen_by(viewer).filter(resumed_at=None)


def feeds_of(viewer: Viewer) -> list[FeedRow]:
    """Return the feeds the viewer answers for: newest batch that is not a repetition, age, pause, how many files wait."""
    with reading(viewer) as at:
        rows = batches_seen_by(viewer).exclude(outcome="DUPLICATE_FILE").order_by("feed", "-batch_id").distinct("feed")
        newest = {row.feed: _plain(row) for row in rows}
        ages = dict(FeedData.objects.values_list("feed", "data_at"))
        pauses = {row.feed: row for row in paused_feeds(viewer)}
        waiting = dict(
            batches_seen_by(viewer).filter(outcome="RECEIVED").values_list("feed").annotate(Count("batch_id"))
        )
    return [
        FeedRow(
            spec.name, spec.company, spec.title, spec.file, spec.assumed, spec.freshness_days, ages.get(spec.name),
            _days(ages.get(spec.name), at), newest.get(spec.name), pauses.get(spec.name), waiting.get(spec.name, 0),
        )
        for spec in sorted(specs_of(viewer), key=lambda spec: (spec.company, spec.name))
    ]  # fmt: skip


def specs_of(viewer: Viewer) -> list[FeedSpec]:
    """Return the feeds the viewer answers for, as the rulebook declares them."""
    return [
        spec
        for spec in rulebook.loaded().feeds.values()
        if viewer.kind == ViewerKind.GROUP or spec.company == viewer.company
    ]


def _days(data_at: datetime | None, at: datetime) -> int | None:
    return (at - data_at).days if data_at else None


def paused_feeds(viewer: Viewer) -> list[PauseRow]:
    """Return the viewer's feeds that are not read now, the longest paused first."""
    with reading(viewer):
        return [
            PauseRow(row.feed, row.company_code, row.why, row.note, row.batch_id, row.paused_at, row.paused_by)
            for row in open_pauses(viewer).order_by("paused_at", "feed")
        ]


def feed_of(viewer: Viewer, feed: str) -> FeedRow:
    """Return one feed that the viewer answers for. Raises `FeedMissing`."""
    found = next((row for row in feeds_of(viewer) if row.feed == feed), None)
    if found is None:
        raise FeedMissing()
    return found


def pauses_of(viewer: Viewer, feed: str, limit: int = 20) -> list[PastPause]:
    """Return the newest pauses of a feed, the open one too."""
    with reading(viewer):
        rows = pauses_seen_by(viewer).filter(feed=feed).order_by("-paused_at", "-pause_id")[:limit]
        return [PastPause(row.why, row.note, row.paused_at, row.resumed_at) for row in rows]


def paused_count(viewer: Viewer) -> int:
    """Return how many of the viewer's feeds are not read now."""
    with reading(viewer):
        return open_pauses(viewer).count()


def feed_ages(viewer: Viewer) -> list[FeedAge]:
    """Return how old the data of every feed of the group are, by company and feed: whoever sees data may know that."""
    with reading(viewer) as at:
        ages = dict(FeedData.objects.values_list("feed", "data_at"))
    specs = sorted(rulebook.loaded().feeds.values(), key=lambda spec: (spec.company, spec.name))
    return [
        FeedAge(
            feed=spec.name,
            company=spec.company,
            target=spec.target,
            title=spec.title,
            freshness_days=spec.freshness_days,
            data_at=ages.get(spec.name),
            age_days=_days(ages.get(spec.name), at),
        )
        for spec in specs
        if not spec.assumed
    ]


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


def latest_batches(viewer: Viewer, limit: int = 100, feed: str = "") -> list[BatchRow]:
    """Return the newest receipts, of one feed or of all."""
    with reading(viewer):
        rows = batches_seen_by(viewer).filter(feed=feed) if feed else batches_seen_by(viewer)
        return [_plain(row) for row in rows.order_by("-batch_id")[:limit]]


def batch(viewer: Viewer, batch_id: UUID) -> BatchRow:
    with reading(viewer):
        row = batches_seen_by(viewer).filter(batch_id=batch_id).first()
    if row is None:
        raise BatchUnknown()
    return _plain(row)


def rejects_of(
    viewer: Viewer, batch_id: UUID, *, rule: str = "", column: str = "", after: int = 0, limit: int | None = None
) -> list[RejectRow]:
    """Return the quarantined rows of one of the company's own batches, in the order of the file, from behind line `after`."""
    with reading(viewer):
        rows = rejects_seen_by(viewer).filter(batch_id=batch_id, line__gt=after)
        if rule:
            rows = rows.filter(rule=rule)
        if column:
            rows = rows.filter(column=column)
        return [RejectRow(row.line, row.column, row.rule, bytes(row.original)) for row in rows.order_by("line")[:limit]]


def reject_counts(viewer: Viewer, batch_id: UUID) -> list[tuple[str, str, int]]:
    """Return (rule, column, rows) of the company's own batch, most frequent first; no column: the whole row is at fault."""
    with reading(viewer):
        found = rejects_seen_by(viewer).filter(batch_id=batch_id).values_list("rule", "column").annotate(Count("id"))
        return sorted(((rule, column or "", n) for rule, column, n in found), key=lambda row: (-row[2], row))


def chain_of(viewer: Viewer, batch_id: UUID) -> list[BatchRow]:
    """Return the file and all that corrects it, oldest first: sent, set aside, corrected, loaded. Empty for one unknown."""
    with reading(viewer):
        first, seen = batch_id, batches_seen_by(viewer)
        while (before := seen.filter(batch_id=first).values_list("corrects_id", flat=True).first()) is not None:
            first = before
        found = list(seen.filter(batch_id=first))
        for row in found:
            found.extend(seen.filter(corrects_id=row.batch_id).order_by("batch_id"))
        return sorted(map(_plain, found), key=lambda row: row.batch_id)


def _plain(row: Batch) -> BatchRow:
    return BatchRow(
        row.batch_id, row.feed, row.company_code, row.file_name, row.bytes, row.received_at, row.outcome, row.reason,
        row.detail, row.rows_in, row.rows_loaded, row.rows_quarantined, row.rows_duplicate,
        row.corrects_id, row.sha256,
    )  # fmt: skip


def received_batches(viewer: Viewer) -> list[dict[str, Any]]:
    """Return every batch that is not a repetition and whose bytes are kept, oldest first, as the analytics job file lists them. For jobs.

    What a paused feed received since is kept back; what it sent before is read again as ever, so that its data stay.
    """
    with reading(viewer):
        paused = open_pauses(viewer).values("feed")
        rows = batches_seen_by(viewer).filter(pruned_at=None).exclude(outcome="DUPLICATE_FILE")
        rows = rows.exclude(outcome="RECEIVED", feed__in=paused)
        return [
            {
                "batch_id": row.batch_id.hex,
                "feed": row.feed,
                "sha256": row.sha256,
                "received_at": row.received_at,
                "file_name": row.file_name,
            }
            for row in rows.order_by("batch_id")
        ]
