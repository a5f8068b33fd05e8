"""Which release is held and why, as far as the viewer may know: a company its own part, the holding small counts not to the unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from onefold.commands.prepared import rows
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains import rulebook
from onefold.domains.releases.models import ActiveRelease, Approval, Finding, Hold
from onefold.domains.releases.refusals import HoldMissing
from onefold.domains.releases.rules import PERSONS, may_judge


@dataclass(frozen=True)
class FallRow:
    """Facts of one kind that fell. `before`, `now`: None where the count is too small to be told outside the company."""

    fact: str
    company: str
    before: int | None
    now: int | None
    percent_max: int


@dataclass(frozen=True)
class LostRow:
    """A file that was loaded and is so no more; `outcome`: "" where the run did not even name it."""

    company: str
    feed: str
    batch_id: UUID
    outcome: str
    reason: str


@dataclass(frozen=True)
class ApprovalRow:
    by: str
    name: str
    role: str
    at: datetime
    why: str


@dataclass(frozen=True)
class HoldRow:
    hold_id: UUID
    release_id: str
    in_force: str
    state: str
    held_at: datetime
    ended_at: datetime | None
    ended_by: str
    why: str
    falls: tuple[FallRow, ...]
    files: tuple[LostRow, ...]
    was_taken_back: bool
    """Readers saw its files' rows once, and they were taken back."""
    elsewhere: bool
    """Something fell at another company too, of which the viewer sees nothing."""
    approvals: tuple[ApprovalRow, ...]
    may_judge: bool
    may_approve: bool
    """`may_judge`, and has not approved yet."""

    @property
    def is_open(self) -> bool:
        return self.state == Hold.State.OPEN

    @property
    def lacking(self) -> int:
        return PERSONS - len(self.approvals)


def findings_seen_by(viewer: Viewer) -> QuerySet[Finding]:
    """The second wall: a company's own findings and the whole group's; the holding's staff see all."""
    if viewer.kind == ViewerKind.COMPANY:
        return Finding.objects.filter(Q(company_code=viewer.company) | Q(company_code=""))
    return Finding.objects.all() if viewer.kind in (ViewerKind.GROUP, ViewerKind.SYSTEM) else Finding.objects.none()


def held_count(viewer: Viewer) -> int:
    """Return how many releases wait for judgement: none or one."""
    with reading(viewer):
        return len(rows(_open, viewer))


def _open(viewer: Viewer) -> QuerySet[Any, Any]:
    return Hold.objects.filter(state=Hold.State.OPEN).values_list("pk")


def open_hold(viewer: Viewer) -> HoldRow | None:
    """Return what is held now."""
    with reading(viewer):
        found = Hold.objects.filter(state=Hold.State.OPEN).first()
        return _plain(viewer, found) if found else None


def hold(viewer: Viewer, hold_id: UUID) -> HoldRow:
    """Return one hold, open or ended. Raises `HoldMissing`."""
    with reading(viewer):
        found = Hold.objects.filter(hold_id=hold_id).first()
        if found is None:
            raise HoldMissing()
        return _plain(viewer, found)


def past_holds(viewer: Viewer, limit: int = 10) -> list[HoldRow]:
    """Return the newest holds that have ended."""
    with reading(viewer):
        rows = Hold.objects.exclude(state=Hold.State.OPEN).order_by("-held_at", "-hold_id")[:limit]
        return [_plain(viewer, row) for row in rows]


def awaits_activation(viewer: Viewer, release_id: str) -> bool:
    """Whether two persons let this release pass, and what readers see is still what it was compared with."""
    with reading(viewer):
        active = ActiveRelease.objects.values_list("release_id", flat=True).first()
        return Hold.objects.filter(release_id=release_id, state=Hold.State.PASSED, in_force=active).exists()


def _plain(viewer: Viewer, row: Hold) -> HoldRow:
    findings = list(findings_seen_by(viewer).filter(hold=row).order_by("place"))
    smallest = rulebook.value("publication.cell_min", today(row.held_at))
    approvals = [_approval(one) for one in row.approvals.order_by("at", "id")]
    judges = may_judge(viewer.roles, viewer.company, frozenset(row.companies))
    return HoldRow(
        hold_id=row.hold_id, release_id=row.release_id, in_force=row.in_force_id, state=row.state, held_at=row.held_at,
        ended_at=row.ended_at, ended_by=row.ended_by, why=row.why,
        falls=tuple(_fall(one, viewer, smallest) for one in findings if one.kind == Finding.Kind.FALL),
        files=tuple(_lost(one) for one in findings if one.kind == Finding.Kind.FILE),
        was_taken_back=any(one.kind == Finding.Kind.BACK for one in findings),
        elsewhere=bool(set(row.companies) - {one.company_code for one in findings}),
        approvals=tuple(approvals), may_judge=judges,
        may_approve=judges and viewer.key not in {one.by for one in approvals},
    )  # fmt: skip


def _fall(row: Finding, viewer: Viewer, smallest: int) -> FallRow:
    hides = viewer.kind == ViewerKind.GROUP and bool(row.company_code)

    def told(number: int | None) -> int | None:
        return None if number is None or (hides and 0 < number < smallest) else number

    return FallRow(row.fact, row.company_code, told(row.before), told(row.now), row.percent_max or 0)


def _lost(row: Finding) -> LostRow:
    assert row.batch_id is not None
    return LostRow(row.company_code, row.feed, row.batch_id, row.outcome, row.reason)


def _approval(row: Approval) -> ApprovalRow:
    return ApprovalRow(row.by, row.name or row.by, row.role, row.at, row.why)
