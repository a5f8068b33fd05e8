"""Half-open periods in columns: open ends, what holds at a point, and the union of periods that overlap or touch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

import ibis
import ibis.expr.types as ir

LAST_DAY = date(9999, 12, 31)
LAST_INSTANT = datetime(9999, 12, 31, tzinfo=UTC)


def moment(known_on: date) -> datetime:
    """Return the instant `known_on` stands for: an instant itself, a day its last microsecond (UTC)."""
    if isinstance(known_on, datetime):
        return known_on.astimezone(UTC)
    return datetime.combine(known_on, time.max, tzinfo=UTC)


def ending(until: ir.DateColumn) -> ir.DateColumn:
    """Return the end of a period with the last day there is for an open one, so that it compares without asking twice."""
    return until.fill_null(LAST_DAY)


def in_force(table: ir.Table, on: date) -> ir.BooleanColumn:
    """Whether `[valid_from, valid_until)` contains the day."""
    return (table.valid_from <= on) & (ending(table.valid_until) > on)


def known(table: ir.Table, known_on: date) -> ir.BooleanColumn:
    """Whether the row was what the group knew at `known_on`: an instant, or the end of a day (UTC)."""
    then = ibis.literal(moment(known_on))
    return (table.known_from <= then) & (table.known_until.fill_null(LAST_INSTANT) > then)


def closed(table: ir.Table) -> ir.Table:
    """Replace open ends by the last day and the last instant there are, so that they compare; drop empty periods."""
    table = table.mutate(
        valid_until=ending(table.valid_until),
        known_until=table.known_until.fill_null(LAST_INSTANT).cast(table.known_from.type()),
    )
    return table.filter(table.valid_from < table.valid_until, table.known_from < table.known_until)


def opened(table: ir.Table) -> ir.Table:
    """Undo `closed`."""
    return table.mutate(
        valid_until=table.valid_until.nullif(LAST_DAY),
        known_until=table.known_until.nullif(ibis.literal(LAST_INSTANT)),
    )


def united(table: ir.Table, by: Sequence[str], start: str, until: str) -> ir.Table:
    """Return, per group `by`, the periods `[start, until)` with those that overlap or touch made one (gaps and islands).

    A new island begins where a period starts after everything before it has ended. Of periods that are alike one is enough,
    and it must be one: rows that tie may stand in another order in each of the two windows, which then disagree.
    """
    table = table.select(*by, start, until).distinct()
    before = ibis.window(group_by=by, order_by=[start, until], preceding=(None, 1))
    table = table.mutate(_reached=table[until].max().over(before))
    table = table.mutate(_begins=(table._reached.isnull() | (table[start] > table._reached)).cast("int64"))
    so_far = ibis.window(group_by=by, order_by=[start, until], preceding=(None, 0))
    table = table.mutate(_island=table._begins.sum().over(so_far))
    islands = table.group_by([*by, "_island"]).aggregate(**{start: table[start].min(), until: table[until].max()})
    return islands.drop("_island")
