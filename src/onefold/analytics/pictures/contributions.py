"""Contributions: contracts that began in the last months, by line, channel and month."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.periods import known
from onefold.analytics.pictures.crowds import SCOPE, Crowds
from onefold.analytics.pictures.periods import month_starts

MONTHS = 24
VIEWS = {
    "MONTH_LINE": ("month", "line"),
    "MONTH_CHANNEL": ("month", "channel"),
    "MONTH_WAY": ("month", "way"),
    "LINE_CHANNEL": ("line", "channel"),
}
OWN, SISTER, NONE = "OWN", "SISTER", "NONE"
"""Through a channel of the contract's company; of a sister company (the numerator of contribution); through none that is known."""


def contributions(lake: Lake, crowds: Crowds, as_of: date, known_on: date) -> ir.Table:
    """Return (scope_kind, scope, book, view, row, column, contracts, premium_minor), sums included as ALL."""
    new = lake.kept(_new_contracts(lake, crowds, as_of, known_on))
    views = [_summed(new, view, *dimensions) for view, dimensions in VIEWS.items()]
    placed = ibis.union(*views).inner_join(crowds.scopes, "crowd")
    return placed.group_by(*SCOPE, "book", "view", "row", "column").aggregate(
        contracts=placed.contracts.sum().cast("int64"), premium_minor=placed.premium.sum().cast("int64")
    )


def _new_contracts(lake: Lake, crowds: Crowds, as_of: date, known_on: date) -> ir.Table:
    """Contracts that began in the window, counted by crowd, month, company:line, channel and way."""
    holdings = lake.table("holdings")
    since = month_starts(as_of, MONTHS)[0]
    now = holdings.filter(known(holdings, known_on), holdings.valid_from >= since, holdings.valid_from <= as_of)
    now = now.inner_join(crowds.people.select("customer_id", "crowd"), "customer_id")
    way = ibis.cases((now.channel_company.isnull(), NONE), (now.channel_company == now.company, OWN), else_=SISTER)
    rows = now.select(
        "crowd",
        month=now.valid_from.truncate("M").strftime("%Y-%m-%d"),
        line=now.company + ":" + now.line,
        channel=ibis.ifelse(now.channel_company.isnull(), NONE, now.channel),
        way=way,
        premium=now.premium_minor.fill_null(0),
    )
    return rows.group_by("crowd", "month", "line", "channel", "way").aggregate(
        contracts=rows.count(), premium=rows.premium.sum()
    )


def _summed(new: ir.Table, view: str, first: str, second: str) -> ir.Table:
    """The view's cells and its sums: by row, by column, together."""
    both = [
        new.select("crowd", "contracts", "premium", row=row, column=column)
        for row in (new[first], ibis.literal("ALL"))
        for column in (new[second], ibis.literal("ALL"))
    ]
    every = ibis.union(*both)
    return (
        every.group_by("crowd", "row", "column")
        .aggregate(contracts=every.contracts.sum().cast("int64"), premium=every.premium.sum().cast("int64"))
        .mutate(view=ibis.literal(view))
        .select("crowd", "view", "row", "column", "contracts", "premium")
    )
