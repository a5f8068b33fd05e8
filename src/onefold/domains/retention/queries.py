"""Which legal holds stand, what went lately, what is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.retention.models import LegalHold, Pruning
from onefold.kernel.retention import Holds

SHOWN_MAX = 100


@dataclass(frozen=True)
class HoldRow:
    hold_id: UUID
    subject: str
    company: str
    customer_id: UUID | None
    contract_id: UUID | None
    why: str
    set_at: datetime
    set_by: str
    lifted_at: datetime | None
    lifted_by: str
    lifted_why: str
    followed: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class PruningRow:
    """One class: when it was last looked at, what went then, what is kept and how much of it is held. Sizes in bytes."""

    kind: str
    on: date
    went: int
    went_bytes: int
    kept: int
    kept_bytes: int
    held: int
    held_bytes: int


def holds_seen_by(viewer: Viewer) -> QuerySet[LegalHold]:
    """The second wall: a company's own holds and those on everything; the holding's staff see none on a person."""
    if viewer.kind == ViewerKind.SYSTEM:
        return LegalHold.objects.all()
    if viewer.kind == ViewerKind.GROUP:
        return LegalHold.objects.filter(customer_id=None)
    if viewer.kind == ViewerKind.COMPANY:
        return LegalHold.objects.filter(company_code__in=(viewer.company, ""))
    return LegalHold.objects.none()


def holds_of(viewer: Viewer) -> list[HoldRow]:
    """Return the legal holds the viewer may know of, those in force first, the newest of each before the others."""
    with reading(viewer):
        rows = sorted(holds_seen_by(viewer).order_by("-set_at")[:SHOWN_MAX], key=lambda row: row.lifted_at is not None)
    return [
        HoldRow(
            row.hold_id, row.subject, row.company_code, row.customer_id, row.contract_id, row.why, row.set_at, row.set_by,
            row.lifted_at, row.lifted_by, row.lifted_why, tuple(row.followed),
        )
        for row in rows
    ]  # fmt: skip


def holds_in_force(viewer: Viewer) -> Holds:
    """Return what the holds in force protect, joined. For jobs: others see a part of them. Inside a reading or an action."""
    rows = list(holds_seen_by(viewer).filter(lifted_at=None))
    return Holds(
        any(row.subject == LegalHold.Subject.EVERYTHING for row in rows),
        frozenset(row.company_code for row in rows if row.subject == LegalHold.Subject.COMPANY),
        frozenset(str(one) for row in rows if row.customer_id for one in (row.customer_id, *row.followed)),
    )


def newest_prunings(viewer: Viewer) -> list[PruningRow]:
    """Return the newest row of each class, by name."""
    with reading(viewer):
        rows = Pruning.objects.order_by("kind", "-on").distinct("kind")
        return [
            PruningRow(row.kind, row.on, row.went, row.went_bytes, row.kept, row.kept_bytes, row.held, row.held_bytes)
            for row in rows
        ]


def newest_night(viewer: Viewer) -> date | None:
    """Return the day of the newest night on which things were let go or looked at."""
    with reading(viewer):
        return Pruning.objects.order_by("-on").values_list("on", flat=True).first()
