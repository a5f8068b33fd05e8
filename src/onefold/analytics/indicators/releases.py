"""What moved a figure from the one the release before published to this one's: definitions and merges come in here.

First the facts of then are counted by the definitions of now (DEFINITION), then by who is who now (MERGES: only the
memberships differ); what is left happened to customers and contracts, or became known. So no part hides another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.indicators.compute import figures
from onefold.analytics.indicators.days import ALL, CONTRACT, Days, covered
from onefold.analytics.indicators.movements import MOVED, Added, Cell, added, movement, rows_of
from onefold.analytics.indicators.registry import registered
from onefold.kernel.movements import DEFINITION, MERGES, Movement

Figures = dict[Cell, tuple[int, int]]


@dataclass(frozen=True)
class Earlier:
    """The release before: its folder, its day, and the moment of its knowledge."""

    folder: Path
    as_of: date
    known_at: date


def since_release(lake: Lake, before: Earlier, as_of: date, known_on: date) -> list[dict[str, Any]]:
    """Return the rows of dataset `movements` from the figures that `before` published to those of `as_of`.

    The lake needs holdings, memberships, companies and product_series. No row for a figure over nobody then or now.
    """
    then = lake.kept(covered(lake.earlier(before.folder, "holdings"), (before.as_of,), before.known_at))
    renamed = lake.kept(as_linked_now(lake, before, then))
    now = lake.kept(covered(lake.table("holdings"), (as_of,), known_on).select(*CONTRACT))
    published, after = _published(lake, before), _measured(lake, as_of, now)
    counted, linked = _measured(lake, before.as_of, then.select(*CONTRACT)), _measured(lake, before.as_of, renamed)
    (causes,) = added(lake, days_of(lake, (before.as_of, as_of), both(renamed, now)))
    versions = {definition.name: definition.version for definition in registered()}
    found = []
    for cell in sorted(published.keys() & counted.keys() & linked.keys() & after.keys()):
        moved: Added = dict(causes.get(cell, {}))
        moved[DEFINITION, ""] = _less(counted[cell], published[cell])
        moved[MERGES, ""] = _less(linked[cell], counted[cell])
        days = {"as_of_before": before.as_of, "as_of": as_of, "basis": "RELEASE"}
        said = {"indicator": cell[0], "version": versions[cell[0]], "row": cell[1], **days}
        found += rows_of(movement(published[cell], after[cell], moved), said)
    return found


def between(lake: Lake, before: tuple[date, date], after: tuple[date, date]) -> dict[Cell, Movement]:
    """Return what moved every figure of `MOVED` between two states (as of, known on) of this lake, where both are over somebody."""
    then, now = (
        lake.kept(covered(lake.table("holdings"), (as_of,), known_on).select(*CONTRACT))
        for as_of, known_on in (before, after)
    )
    (causes,) = added(lake, days_of(lake, (before[0], after[0]), both(then, now)))
    was, became = _measured(lake, before[0], then), _measured(lake, after[0], now)
    cells = sorted(was.keys() & became.keys())
    return {cell: movement(was[cell], became[cell], causes.get(cell, {})) for cell in cells}


def as_linked_now(lake: Lake, before: Earlier, then: ir.Table) -> ir.Table:
    """Return the contracts of then with the customer their source record is now; who is nobody's now stays who it was."""
    versions = lake.earlier(before.folder, "contracts").select("contract_id", "known_from", "source_id")
    members = lake.table("memberships").select("source_id", now="customer_id")
    linked = versions.inner_join(members, "source_id").select("contract_id", "known_from", "now")
    joined = then.left_join(linked, ("contract_id", "known_from"))
    return joined.mutate(customer_id=joined.now.fill_null(joined.customer_id)).select(*CONTRACT)


def both(then: ir.Table, now: ir.Table) -> ir.Table:
    """Two states as runs over two days; a contract in both runs through."""
    first = then.select(*CONTRACT).mutate(since=ibis.literal(0), upto=ibis.literal(1))
    second = now.select(*CONTRACT).mutate(since=ibis.literal(1), upto=ibis.literal(2))
    states = ibis.union(first, second).drop("premium_minor")
    runs = states.group_by(*(name for name in CONTRACT if name != "premium_minor"))
    return runs.aggregate(since=states.since.min(), upto=states.upto.max(), premium_minor=ibis.literal(0))


def days_of(lake: Lake, days: tuple[date, ...], contracts: ir.Table) -> Days:
    """Return days whose spells are told by the contracts alone, for states that are not a cut of this lake."""
    if len(days) == 1:
        contracts = contracts.mutate(since=ibis.literal(0), upto=ibis.literal(1))
    bare = Days(
        days, (), contracts, contracts, contracts, contracts, lake.table("companies"), lake.table("product_series")
    )
    relations = bare.distinct(contracts, "customer_id", "company")
    everybody = bare.distinct(contracts, "customer_id").mutate(company=ibis.literal(ALL)).select(relations.columns)
    anything = lake.table("companies").aggregate(rows=lambda table: table.count())
    return Days(
        days,
        (),
        spells=bare.distinct(contracts, "customer_id", "series", "company"),
        active=lake.kept(ibis.union(relations, everybody)),
        contracts=contracts,
        groups=anything.select(as_of=ibis.array([ibis.literal(day) for day in days]).unnest()),
        companies=bare.companies.select("company"),
        series=bare.series.select("series"),
    )


def _measured(lake: Lake, day: date, contracts: ir.Table) -> Figures:
    days = days_of(lake, (day,), contracts)
    tables = [lake.arrow(figures(one, days)) for one in registered() if one.name in MOVED]
    return _by_cell(row for table in tables for row in table.to_pylist())


def _published(lake: Lake, before: Earlier) -> Figures:
    values = lake.earlier(before.folder, "indicator_values")
    moved = values.filter(values.indicator.isin(MOVED), values.as_of == before.as_of)
    return _by_cell(lake.arrow(moved).to_pylist())


def _by_cell(rows: Any) -> Figures:
    return {(row["indicator"], row["row"]): (row["numerator"], row["denominator"]) for row in rows}


def _less(figure: tuple[int, int], other: tuple[int, int]) -> list[int]:
    return [figure[0] - other[0], figure[1] - other[1]]
