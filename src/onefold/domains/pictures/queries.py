"""Counts of the release in force, for one scope. Group and company staff only; None is a count that is withheld."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.pictures import models
from onefold.domains.releases.queries import active_release_id

GROUP, COMPANY, REGION, ALL = "GROUP", "COMPANY", "REGION", "ALL"


class Scope(NamedTuple):
    """Whose customers are counted: the group's, those known to one company, or those of one region."""

    kind: str = GROUP
    code: str = ALL


WHOLE_GROUP = Scope()


@dataclass(frozen=True)
class Cell:
    """One cell of the white-space matrix."""

    scope: Scope
    segment: str
    column: str
    customers: int | None
    held: int | None
    in_progress: int | None
    eligible_gap: int | None
    not_eligible: int | None


class Reason(NamedTuple):
    """A gate that stands before an offer, and before how many of the cell's customers."""

    gate: str
    customers: int


class Flow(NamedTuple):
    from_on: date
    to_on: date
    from_state: str
    to_state: str
    customers: int | None


class Cohort(NamedTuple):
    joined: date
    age: int
    measured_on: date
    customers: int | None
    active: int | None
    series: int | None


class Contribution(NamedTuple):
    row: str
    column: str
    contracts: int | None
    premium_minor: int | None


class FunnelStep(NamedTuple):
    """How many leads got to a step or further. `row`: what the view cuts by; ALL."""

    row: str
    step: str
    leads: int | None


def scopes(viewer: Viewer) -> list[Scope]:
    """Return the group, the companies and the regions something is published of, in this order, by code."""
    with reading(viewer):
        rows = (
            models.WhiteSpaceCell.objects.filter(release_id=active_release_id(viewer), column_kind="COMPANY")
            .values_list("scope_kind", "scope")
            .distinct()
        )
        found = {Scope(*row) for row in rows} | {WHOLE_GROUP}
    return sorted(found, key=lambda scope: ((GROUP, COMPANY, REGION).index(scope.kind), scope.code))


def white_space(viewer: Viewer, scope: Scope, column_kind: str = "SERIES") -> list[Cell]:
    """Return the matrix of one scope: every segment (PERSON: all persons) and series, or company, as `column_kind` says."""
    return _cells(viewer, scope_kind=scope.kind, scope=scope.code, column_kind=column_kind)


def white_space_of_companies(viewer: Viewer, book: str, column_kind: str = "COMPANY") -> list[Cell]:
    """Return one row for each company whose customers are looked at: the book's whole, not its segments."""
    return _cells(viewer, scope_kind=COMPANY, segment=book, column_kind=column_kind)


def white_space_cell(viewer: Viewer, scope: Scope, segment: str, column_kind: str, column: str) -> Cell | None:
    """Return one cell; None where nothing of it is published."""
    where = {"scope_kind": scope.kind, "scope": scope.code, "segment": segment, "column_kind": column_kind}
    found = _cells(viewer, column=column, **where)
    return found[0] if found else None


def _cells(viewer: Viewer, **where: Any) -> list[Cell]:
    names = ("segment", "column", "customers", "held", "in_progress", "eligible_gap", "not_eligible")
    with reading(viewer):
        rows = (
            models.WhiteSpaceCell.objects.filter(release_id=active_release_id(viewer), **where)
            .order_by("scope", "segment", "column")
            .values_list("scope_kind", "scope", *names)
        )
        return [Cell(Scope(*row[:2]), *row[2:]) for row in rows]


def gap_reasons(viewer: Viewer, scope: Scope, segment: str, series: str) -> list[Reason]:
    """Return what stands before an offer to the cell's not eligible customers, most customers first; a few are left out."""
    with reading(viewer):
        rows = models.GapReason.objects.filter(
            release_id=active_release_id(viewer),
            scope_kind=scope.kind,
            scope=scope.code,
            segment=segment,
            series=series,
        ).order_by("-customers", "gate")
        return [Reason(*row) for row in rows.values_list("gate", "customers")]


def flows(viewer: Viewer, scope: Scope, book: str, view: str) -> list[Flow]:
    """Return who went from which state to which between neighbouring quarter ends, oldest first."""
    with reading(viewer):
        rows = models.Flow.objects.filter(
            release_id=active_release_id(viewer), scope_kind=scope.kind, scope=scope.code, book=book, view=view
        ).order_by("from_on", "from_state", "to_state")
        return [Flow(*row) for row in rows.values_list(*Flow._fields)]


def cohorts(viewer: Viewer, scope: Scope, book: str, grain: str) -> list[Cohort]:
    """Return the cohorts of years or quarters, oldest first, each by age."""
    with reading(viewer):
        rows = models.Cohort.objects.filter(
            release_id=active_release_id(viewer), scope_kind=scope.kind, scope=scope.code, book=book, grain=grain
        ).order_by("joined", "age")
        return [Cohort(*row) for row in rows.values_list(*Cohort._fields)]


def contributions(viewer: Viewer, scope: Scope, book: str, view: str) -> list[Contribution]:
    """Return the cells of one view and its sums, which stand at row or column ALL."""
    with reading(viewer):
        rows = models.Contribution.objects.filter(
            release_id=active_release_id(viewer), scope_kind=scope.kind, scope=scope.code, book=book, view=view
        ).order_by("row", "column")
        return [Contribution(*row) for row in rows.values_list(*Contribution._fields)]


def funnel(viewer: Viewer, view: str) -> list[FunnelStep]:
    """Return the steps of one view (ALL, OWNER, COMPANY, CHANNEL, SERIES, MONTH, SOURCE, MODE), by row."""
    with reading(viewer):
        rows = models.FunnelStep.objects.filter(release_id=active_release_id(viewer), view=view).order_by("row")
        return [FunnelStep(*row) for row in rows.values_list(*FunnelStep._fields)]
