"""What contact changed, by the release in force."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.lift.models import Comparison as Row
from onefold.domains.lift.rules import rate, says
from onefold.domains.releases.queries import active_release_id


@dataclass(frozen=True)
class Comparison:
    """Two arms compared; the columns are those of dataset `lift` (docs/reference/datasets.md). `lift` and its interval, the errors and
    `open_rate`, `held_rate` are per million household-years (HOLDOUT) or per million members (LOT, CHOSEN)."""

    measure: str
    outcome: str
    level: str
    row: str
    since: date
    until: date
    open_units: int
    open_exposure: int
    open_sum: int
    open_error: int
    held_units: int
    held_exposure: int
    held_sum: int
    held_error: int
    lift: int
    low: int | None
    high: int | None
    detectable: int | None

    @property
    def open_rate(self) -> int:
        return rate(self.open_sum, self.open_exposure, self.measure)

    @property
    def held_rate(self) -> int:
        return rate(self.held_sum, self.held_exposure, self.measure)

    @property
    def says(self) -> str:
        """MORE, LESS, NOT_SEEN or NO_EVIDENCE."""
        return says(self.low, self.high)


COLUMNS = [field.name for field in fields(Comparison)]


def lift_of(viewer: Viewer, measure: str = "", level: str = "", row: str = "") -> list[Comparison]:
    """Return the comparisons, sorted by measure, outcome, level, row and first day; empty text = any. Group and company staff only.

    A release brings none of too few households or contracts.
    """
    wanted = {name: text for name, text in (("measure", measure), ("level", level), ("row", row)) if text}
    with reading(viewer):
        rows = (
            Row.objects.filter(release_id=active_release_id(viewer), **wanted)
            .order_by("measure", "outcome", "level", "row", "since")
            .values(*COLUMNS)
        )
        return [Comparison(**one) for one in rows]
