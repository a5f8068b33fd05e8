"""What of the indicators leaves the run: both datasets, small counts withheld."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from onefold.analytics.engines.lake import Lake
from onefold.analytics.indicators.days import Days
from onefold.analytics.indicators.registry import registered
from onefold.analytics.indicators.shown import Catalogue, Row, values
from onefold.analytics.indicators.shown_movements import movements
from onefold.analytics.publication import Limits
from onefold.seam.contracts import Dataset
from onefold.seam.datasets import PUBLISHED_MOVEMENTS, PUBLISHED_VALUES

Behind = Mapping[tuple[date, str], tuple[int, int]]


def contracts_behind(lake: Lake, days: Days) -> Behind:
    """Return how many contracts stand behind a line's amounts, (day, line) → (through sister companies' channels, others)."""
    crossed = (days.contracts.company != days.contracts.channel_company).fill_null(False)
    contracts = days.contracts.mutate(crossed=crossed.cast("int32"))
    counted = days.each_day(contracts, "line", crossed=contracts.crossed.sum(), contracts=contracts.count())
    return {
        (row["as_of"], row["line"]): (row["crossed"], row["contracts"] - row["crossed"])
        for row in lake.arrow(counted).to_pylist()
    }


def published(
    figures: list[Row], moved: list[Row], behind: Behind, owner: Mapping[str, str], limits: Limits, before: list[Row]
) -> Iterator[tuple[Dataset, list[Row]]]:
    """Give both datasets from rows of `indicator_values` and `movements`.

    `owner`: series → company; `before`: `published_values` of the release before.
    """
    catalogue, units = Catalogue(owner), {one.name: one.unit for one in registered()}
    shown = values(figures, behind, catalogue, units, limits, before)
    yield PUBLISHED_VALUES, shown
    yield PUBLISHED_MOVEMENTS, movements(moved, shown, catalogue, limits, before)
