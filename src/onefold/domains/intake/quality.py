"""How good the data are that companies send, column by column and over time, and what their defects cost downstream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains import rulebook
from onefold.domains.intake.models import DefectCost, FieldQuality, Reject
from onefold.domains.intake.queries import rejects_seen_by
from onefold.domains.releases.queries import published

COUNTS = ("records", "customers", "unlinked", "undecidable")
FILES_BACK = 30
"""How many files of a feed the page looks back over."""


@dataclass(frozen=True)
class Measure:
    """Counts of one column of one file."""

    batch_id: UUID
    received_at: datetime
    rows: int
    filled: int
    valid: int
    distinct: int

    @property
    def completeness(self) -> float | None:
        return self.filled / self.rows if self.rows else None

    @property
    def validity(self) -> float | None:
        return self.valid / self.filled if self.filled else None

    @property
    def uniqueness(self) -> float | None:
        return self.distinct / self.valid if self.valid else None


@dataclass(frozen=True)
class ColumnQuality:
    """One column of a feed: its measures, oldest first; `rejected`: rows set aside for it in the newest file."""

    feed: str
    column: str
    over_time: tuple[Measure, ...]
    rejected: int

    @property
    def now(self) -> Measure:
        return self.over_time[-1]


@dataclass(frozen=True)
class CompanySum:
    """All cells of the newest file of each feed of one company."""

    company: str
    cells: int
    filled: int
    valid: int


@dataclass(frozen=True)
class Cost:
    """A count is None where the viewer may not see the records, and they are too few to be told."""

    company: str
    defect: str
    records: int | None
    customers: int | None
    unlinked: int | None
    undecidable: int | None


def quality_seen_by(viewer: Viewer) -> QuerySet[FieldQuality]:
    """The second wall: counts of the company's own files; the holding's staff see every count, never a row."""
    if viewer.kind == ViewerKind.COMPANY:
        return FieldQuality.objects.filter(company_code=viewer.company)
    return FieldQuality.objects.all() if viewer.kind in (ViewerKind.GROUP, ViewerKind.SYSTEM) else _none()


def _none() -> QuerySet[FieldQuality]:
    return FieldQuality.objects.none()


def _newest(rows: QuerySet[FieldQuality], files: int) -> QuerySet[FieldQuality]:
    """Of each column of each feed the newest `files` measures."""
    place = Window(RowNumber(), partition_by=[F("feed"), F("column")], order_by=F("batch_id").desc())
    return rows.annotate(place=place).filter(place__lte=files)


def columns_of(viewer: Viewer, company: str) -> list[ColumnQuality]:
    """Return every column of the company's feeds with its measures over the newest files."""
    with reading(viewer):
        rows = _newest(quality_seen_by(viewer).filter(company_code=company), FILES_BACK).order_by("batch_id")
        values = rows.values("feed", "column", "batch_id", "batch__received_at", "rows", "filled", "valid", "distinct")
        measures: dict[tuple[str, str], list[Measure]] = {}
        for row in values:
            measures.setdefault((row["feed"], row["column"]), []).append(_measure(row))
        rejected = _rejected(viewer, {series[-1].batch_id for series in measures.values()})
    return [
        ColumnQuality(feed, column, tuple(series), rejected.get((series[-1].batch_id, column), 0))
        for (feed, column), series in sorted(measures.items())
    ]


def _measure(row: Mapping[str, Any]) -> Measure:
    return Measure(
        row["batch_id"], row["batch__received_at"], row["rows"], row["filled"], row["valid"], row["distinct"]
    )


def _rejected(viewer: Viewer, batches: set[UUID]) -> dict[tuple[UUID, str | None], int]:
    found: QuerySet[Reject] = rejects_seen_by(viewer).filter(batch_id__in=batches)
    counts: dict[tuple[UUID, str | None], int] = {}
    for batch_id, column, rows in found.values_list("batch_id", "column").annotate(rows=Count("id")):
        counts[batch_id, column] = rows
    return counts


def company_sums(viewer: Viewer) -> list[CompanySum]:
    """Return, company by company, the cells of the newest file of each feed: totals, no row and no column."""
    with reading(viewer):
        newest = _newest(quality_seen_by(viewer), 1)
        sums: dict[str, list[int]] = {}
        for company, rows, filled, valid in newest.values_list("company_code", "rows", "filled", "valid"):
            total = sums.setdefault(company, [0, 0, 0])
            total[0] += rows
            total[1] += filled
            total[2] += valid
    return [CompanySum(company, *total) for company, total in sorted(sums.items())]


def costs_of(viewer: Viewer, company: str = "") -> list[Cost]:
    """Return what defects cost in the release in force, dearest first; of one company or of all the viewer may see."""
    with reading(viewer):
        release = published(viewer)
        if release is None:
            return []
        rows = DefectCost.objects.filter(release_id=release.release_id)
        own = viewer.company if viewer.kind == ViewerKind.COMPANY else company
        if viewer.kind not in (ViewerKind.COMPANY, ViewerKind.GROUP):
            return []
        rows = rows.filter(company_code=own) if own else rows
        dearest = rows.order_by("-undecidable", "-unlinked", "-records", "company_code", "defect")
        least = rulebook.value("publication.cell_min", release.as_of) if viewer.kind == ViewerKind.GROUP else 0
        return [
            Cost(row.company_code, row.defect, *(_told(getattr(row, name), least) for name in COUNTS))
            for row in dearest
        ]


def _told(count: int, least: int) -> int | None:
    return None if 0 < count < least else count
