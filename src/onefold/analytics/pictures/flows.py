"""Flows: where customers stood on one quarter's end and where on the next. Who is lost stays in the picture and may return."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import ibis
import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.periods import in_force
from onefold.analytics.pictures.crowds import SCOPE

NOT_YET, LOST, SEVERAL = "NOT_YET", "LOST", "SEVERAL"
DEPTH, COMPANY = "DEPTH", "COMPANY"
DEEPEST = 4


def flows(lake: Lake, spells: ir.Table, scopes: ir.Table, days: list[date]) -> ir.Table:
    """Return (scope_kind, scope, book, view, from_on, to_on, from_state, to_state, customers) of neighbouring days.

    Customers who never held anything by the later day are not counted: they are not yet in the picture.
    """
    states = lake.kept(_states(spells, days))
    steps = [
        _step(states, view, number, earlier, later)
        for view in (DEPTH, COMPANY)
        for number, (earlier, later) in enumerate(pairwise(days))
    ]
    placed = ibis.union(*steps).inner_join(scopes, "crowd")
    keys = (*SCOPE, "book", "view", "from_on", "to_on", "from_state", "to_state")
    return placed.group_by(*keys).aggregate(customers=placed.n.sum().cast("int64"))


def _states(spells: ir.Table, days: list[date]) -> ir.Table:
    """One row a customer: number, crowd, and for each day the states of both views. One pass over the spells."""
    seen = {}
    for number, day in enumerate(days):
        now = in_force(spells, day)
        seen[f"n{number}"] = now.sum()
        seen[f"low{number}"] = spells.company.min(where=now)
        seen[f"high{number}"] = spells.company.max(where=now)
    each = spells.group_by("number", "crowd").aggregate(first_from=spells.valid_from.min(), **seen)
    states = {}
    for number, day in enumerate(days):
        nothing = ibis.ifelse(each.first_from <= day, LOST, NOT_YET)
        held, low, high = each[f"n{number}"], each[f"low{number}"], each[f"high{number}"]
        depth = ibis.ifelse(held >= DEEPEST, f"{DEEPEST}+", held.cast("string"))
        states[f"{DEPTH}{number}"] = ibis.ifelse(held == 0, nothing, depth)
        states[f"{COMPANY}{number}"] = ibis.ifelse(
            held == 0, nothing, ibis.ifelse(low == high, low, ibis.literal(SEVERAL))
        )
    return each.select("crowd", **states)


def _step(states: ir.Table, view: str, number: int, earlier: date, later: date) -> ir.Table:
    before, after = states[f"{view}{number}"], states[f"{view}{number + 1}"]
    moved = states.select("crowd", from_state=before, to_state=after)
    moved = moved.filter(moved.to_state != NOT_YET)
    counted = moved.group_by("crowd", "from_state", "to_state").aggregate(n=moved.count())
    return counted.mutate(view=ibis.literal(view), from_on=ibis.literal(earlier), to_on=ibis.literal(later)).select(
        "crowd", "view", "from_on", "to_on", "from_state", "to_state", "n"
    )
