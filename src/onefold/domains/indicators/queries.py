"""Published figures of the release in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.indicators.models import IndicatorDefinition, IndicatorValue
from onefold.domains.releases.queries import active_release_id

ALL = "ALL"


@dataclass(frozen=True)
class Figure:
    """One figure; `value` is None where nothing can be divided by."""

    indicator: str
    version: int
    as_of: date
    row: str
    column: str
    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None


def figures(viewer: Viewer, *indicators: str) -> list[Figure]:
    """Return all cells of the named indicators, sorted by indicator, row and column. Group and company staff only."""
    with reading(viewer):
        rows = (
            IndicatorValue.objects.filter(release_id=active_release_id(viewer), indicator__in=indicators)
            .order_by("indicator", "row", "column")
            .values("indicator", "version", "as_of", "row", "column", "numerator", "denominator")
        )
        return [Figure(**row) for row in rows]


def definitions(viewer: Viewer) -> dict[str, dict[str, Any]]:
    """Return the words of every definition by name, as they were when the release was made."""
    with reading(viewer):
        rows = IndicatorDefinition.objects.filter(release_id=active_release_id(viewer)).order_by("name")
        return {row.name: row.words for row in rows}
