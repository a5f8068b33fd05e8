"""All indicators of one day, as dataset `indicator_values`."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import ibis
import pyarrow as pa

from onefold.analytics.engines.lake import Lake
from onefold.analytics.indicators.definition import Day, Definition, day
from onefold.analytics.indicators.registry import registered
from onefold.seam.datasets import INDICATOR_VALUES


def compute(lake: Lake, as_of: date, known_on: date, *, only: tuple[Definition, ...] | None = None) -> pa.Table:
    """Measure every definition (or `only` some) on `as_of`, as known at `known_on`: an instant, or the end of a UTC day.

    The lake needs holdings, spells, companies and product_series.
    """
    cut = day(lake, as_of, known_on)
    names = [column.name for column in INDICATOR_VALUES.columns]
    tables = [lake.arrow(figures(definition, cut)).select(names) for definition in only or registered()]
    schema = pa.schema([field.with_nullable(True) for field in INDICATOR_VALUES.schema])
    measured = pa.concat_tables([table.cast(schema) for table in tables]) if tables else schema.empty_table()
    return measured.sort_by([(name, "ascending") for name in INDICATOR_VALUES.key])


def figures(definition: Definition, cut: Day) -> ibis.Table:
    measured = definition.measure(cut)
    measured = measured.filter(measured.denominator > 0)
    return measured.mutate(
        indicator=ibis.literal(definition.name),
        version=ibis.literal(definition.version, type="int32"),
        as_of=ibis.literal(cut.as_of),
        numerator=measured.numerator.cast("int64"),
        denominator=measured.denominator.cast("int64"),
    )


def quotient(numerator: int, denominator: int, places: int = 2) -> Decimal:
    """Divide a figure for showing, half up; raise ZeroDivisionError where there is nothing to divide by."""
    if denominator == 0:
        raise ZeroDivisionError("a figure over nobody has no value")
    return (Decimal(numerator) / Decimal(denominator)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
