"""Indicators of one day or of many, as dataset `indicator_values`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import ibis
import pyarrow as pa

from onefold.analytics.engines.lake import Lake
from onefold.analytics.indicators.days import Days, cut
from onefold.analytics.indicators.definition import Definition
from onefold.analytics.indicators.registry import registered
from onefold.kernel.periods import add_months, month_floor
from onefold.seam.datasets import INDICATOR_VALUES


def compute(
    lake: Lake, as_of: date | Sequence[date], known_on: date, *, only: tuple[Definition, ...] | None = None
) -> pa.Table:
    """Measure every definition (or `only` some) on a day or on several, as known at `known_on`: an instant, or the end of a UTC day.

    The lake needs holdings, spells, active_spells, companies and product_series.
    """
    return compute_on(lake, cut(lake, [as_of] if isinstance(as_of, date) else as_of, known_on, keep=True), only=only)


def compute_on(lake: Lake, days: Days, *, only: tuple[Definition, ...] | None = None) -> pa.Table:
    """Measure every definition (or `only` some) on days already cut."""
    names = [column.name for column in INDICATOR_VALUES.columns]
    tables = [lake.arrow(figures(definition, days)).select(names) for definition in only or registered()]
    schema = pa.schema([field.with_nullable(True) for field in INDICATOR_VALUES.schema])
    measured = pa.concat_tables([table.cast(schema) for table in tables]) if tables else schema.empty_table()
    return measured.sort_by([(name, "ascending") for name in INDICATOR_VALUES.key])


def with_history(as_of: date, months: int) -> list[date]:
    """Return the last `months` ends of a month before `as_of`, and `as_of` itself, oldest first."""
    firsts = (add_months(month_floor(as_of), -back) for back in range(months))
    ends = sorted(first - timedelta(days=1) for first in firsts)
    return [*ends, as_of]


def figures(definition: Definition, days: Days) -> ibis.Table:
    """Return indicator, version, as_of, what the figures are divided by, row, column, numerator and denominator; lazily."""
    measured = definition.measure(days)
    measured = measured.filter(measured.denominator > 0)
    return measured.select(
        "as_of",
        *days.by,
        "row",
        "column",
        indicator=ibis.literal(definition.name),
        version=ibis.literal(definition.version, type="int32"),
        numerator=measured.numerator.cast("int64"),
        denominator=measured.denominator.cast("int64"),
    )


def quotient(numerator: int, denominator: int, places: int = 2) -> Decimal:
    """Divide a figure for showing, half up; raise ZeroDivisionError where there is nothing to divide by."""
    if denominator == 0:
        raise ZeroDivisionError("a figure over nobody has no value")
    return (Decimal(numerator) / Decimal(denominator)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
