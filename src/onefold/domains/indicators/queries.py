"""Published figures of the release in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.indicators.models import IndicatorDefinition, IndicatorMovement, IndicatorValue, ScopedValue
from onefold.domains.releases.queries import active_release_id
from onefold.kernel.movements import BEFORE, Movement, Part, one_after_the_other

ALL = "ALL"


@dataclass(frozen=True)
class Figure:
    """One figure; a count is None where it is withheld, `value` also where nothing can be divided by."""

    indicator: str
    version: int
    as_of: date
    row: str
    column: str
    numerator: int | None
    denominator: int | None

    @property
    def value(self) -> float | None:
        return divided(self.numerator, self.denominator)


class Standing(NamedTuple):
    """What a figure was on a day, as known now; None is a count that is withheld."""

    as_of: date
    numerator: int | None
    denominator: int | None

    @property
    def value(self) -> float | None:
        return divided(self.numerator, self.denominator)


def divided(numerator: int | None, denominator: int | None) -> float | None:
    """Divide a figure; nobody is no share of whatever the whole is, and nothing is known of what is withheld."""
    if numerator is None or denominator == 0:
        return None
    if denominator is None:
        return 0.0 if numerator == 0 else None
    return numerator / denominator


def figures(viewer: Viewer, *indicators: str) -> list[Figure]:
    """Return all cells of the named indicators on the release's own day, sorted by indicator, row and column.

    Group and company staff only.
    """
    with reading(viewer):
        published = IndicatorValue.objects.filter(release_id=active_release_id(viewer))
        newest = published.order_by("-as_of").values("as_of")[:1]
        rows = (
            published.filter(indicator__in=indicators, as_of=newest)
            .order_by("indicator", "row", "column")
            .values("indicator", "version", "as_of", "row", "column", "numerator", "denominator")
        )
        return [Figure(**row) for row in rows]


def figures_of_scope(viewer: Viewer, scope_kind: str, scope: str, indicator: str) -> list[Figure]:
    """Return all cells of one indicator over the customers known to a company (COMPANY) or of a region (REGION), rounded,
    sorted by row and column. Group and company staff only."""
    with reading(viewer):
        rows = (
            ScopedValue.objects.filter(
                release_id=active_release_id(viewer), scope_kind=scope_kind, scope=scope, indicator=indicator
            )
            .order_by("row", "column")
            .values("indicator", "version", "as_of", "row", "column", "numerator", "denominator")
        )
        return [Figure(**row) for row in rows]


def history(viewer: Viewer, indicator: str, row: str = ALL, column: str = ALL) -> list[Standing]:
    """Return one cell over time, oldest first: the month ends behind the release's day, and that day; all as known now."""
    with reading(viewer):
        rows = (
            IndicatorValue.objects.filter(
                release_id=active_release_id(viewer), indicator=indicator, row=row, column=column
            )
            .order_by("as_of")
            .values_list("as_of", "numerator", "denominator")
        )
        return [Standing(*values) for values in rows]


def histories(viewer: Viewer, *indicators: str) -> dict[str, list[Standing]]:
    """Return the whole group's cell of several indicators over time, by name, each oldest first."""
    with reading(viewer):
        rows = (
            IndicatorValue.objects.filter(
                release_id=active_release_id(viewer), indicator__in=indicators, row=ALL, column=ALL
            )
            .order_by("indicator", "as_of")
            .values_list("indicator", "as_of", "numerator", "denominator")
        )
        return {name: [Standing(*row[1:]) for row in found] for name, found in groupby(rows, key=lambda row: row[0])}


def movement(viewer: Viewer, indicator: str, row: str, column: str, from_: date, to: date) -> Movement | None:
    """Return what made a cell of `from_` what it was on `to`, both days of its history and as known now.

    Over several months each cause is added up month by month: who came in March and left in May is in both. None where
    nothing is published: no such cell or days, nobody to divide by, a figure that is withheld on one of the days, or an
    indicator whose movements are not. Part FEW is causes of a few customers each, together.
    """
    with reading(viewer):
        months = _published(viewer, IndicatorMovement.Basis.HISTORY, indicator, row, column)
    asked = [month for month in months if from_ <= month[0] and month[1] <= to]
    days = [from_, *(after for _, after, _ in asked)]
    whole = bool(asked) and days[-1] == to and days[:-1] == [before for before, _, _ in asked]
    return one_after_the_other([movement for _, _, movement in asked]) if whole else None


def movement_since_last_release(viewer: Viewer, indicator: str, row: str = ALL, column: str = ALL) -> Movement | None:
    """Return what made the figure that the release before published into this one's; merges and definitions come in here."""
    with reading(viewer):
        found = _published(viewer, IndicatorMovement.Basis.RELEASE, indicator, row, column)
    return found[0][2] if found else None


def _published(viewer: Viewer, basis: str, indicator: str, row: str, column: str) -> list[tuple[date, date, Movement]]:
    rows = (
        IndicatorMovement.objects.filter(
            release_id=active_release_id(viewer), basis=basis, indicator=indicator, row=row, column=column
        )
        .order_by("as_of", "part", "channel")
        .values_list("as_of_before", "as_of", "part", "channel", "numerator", "denominator")
    )
    return [
        (before, after, _movement([Part(*values[2:]) for values in parts]))
        for (before, after), parts in groupby(rows, key=lambda values: values[:2])
    ]


def _movement(parts: list[Part]) -> Movement:
    before = next(part for part in parts if part.part == BEFORE)
    return Movement((before.numerator, before.denominator), tuple(part for part in parts if part.part != BEFORE))


def definitions(viewer: Viewer) -> dict[str, dict[str, Any]]:
    """Return the words of every definition by name, as they were when the release was made."""
    with reading(viewer):
        rows = IndicatorDefinition.objects.filter(release_id=active_release_id(viewer)).order_by("name")
        return {row.name: row.words for row in rows}
